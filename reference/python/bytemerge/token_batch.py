"""The tokens of many texts: two flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, overload

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np


class TokenBatch(Sequence["np.ndarray"]):
    """The ids of all texts one after the other, and where each text starts.

    ``batch[index]`` is a view of the ids of one text; nothing is copied.

    Example:
        >>> from bytemerge import Tokenizer
        >>> batch = Tokenizer.train([], 256).encode_batch(["ab", "", "c"])
        >>> batch.tolist()
        [[97, 98], [], [99]]
        >>> batch.ids.tolist(), batch.offsets.tolist()
        ([97, 98, 99], [0, 2, 2, 3])
    """

    __slots__ = ("ids", "offsets")

    def __init__(self, ids: np.ndarray, offsets: np.ndarray) -> None:
        """Take both arrays; there is one offset more than there are texts."""
        self.ids: np.ndarray = ids
        self.offsets: np.ndarray = offsets

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> list[np.ndarray]: ...
    def __getitem__(self, index: int | slice) -> np.ndarray | list[np.ndarray]:
        """Return a view of the ids of one text, or of each of several."""
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        start, end = self.offsets[place : place + 2].tolist()
        return self.ids[start:end]

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield a view of the ids of each text."""
        return map(self.__getitem__, range(len(self)))

    def tolist(self) -> list[list[int]]:
        """Return the ids of each text as a list of int."""
        return [ids.tolist() for ids in self]

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same ids of the same texts."""
        if not isinstance(other, TokenBatch):
            return NotImplemented
        mine, theirs = ((each.ids.tolist(), each.offsets.tolist()) for each in (self, other))
        return bool(mine == theirs)

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return how many there are."""
        return f"<TokenBatch of {len(self):,} texts, {len(self.ids):,} tokens>"

    def __reduce__(self) -> tuple[type[TokenBatch], tuple[Any, Any]]:
        """Return the class and its arguments, for pickle and copy."""
        return TokenBatch, (self.ids, self.offsets)
