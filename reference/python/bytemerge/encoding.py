"""The tokens of a text, and where they stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import numpy as np


class Encoding:
    """The ids of a text, and for each token where it starts and ends.

    A character may be cut into several tokens. In ``byte_offsets`` each token ends where the next one starts, and
    ``text.encode()[start:end]`` are its bytes. In ``char_offsets`` a token has every character of which it has a part, so
    that ``text[start:end]`` always shows all of it; tokens that share a character overlap. Characters are those
    of ``str``: code points.

    Example:
        >>> from bytemerge import Tokenizer
        >>> encoding = Tokenizer.train(["the the"], 258).encode_with_offsets("thé")
        >>> encoding.ids.tolist()
        [116, 104, 195, 169]
        >>> encoding.byte_offsets.tolist()
        [[0, 1], [1, 2], [2, 3], [3, 4]]
        >>> encoding.char_offsets.tolist()
        [[0, 1], [1, 2], [2, 3], [2, 3]]
        >>> encoding.char_to_token(2)
        2
    """

    __slots__ = ("byte_offsets", "char_offsets", "ids")

    def __init__(self, ids: np.ndarray, byte_offsets: np.ndarray, char_offsets: np.ndarray) -> None:
        """Take the arrays: ids of ``uint32``, and offsets of ``int64``, a row of start and end for each token."""
        self.ids: np.ndarray = ids
        self.byte_offsets: np.ndarray = byte_offsets
        self.char_offsets: np.ndarray = char_offsets

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.ids)

    def char_to_token(self, index: int) -> int:
        """Return the place among the tokens of the first one that has a part of a character.

        Raises:
            IndexError: the text has no such character. Negative ones do not count from the end.

        Example:
            >>> from bytemerge import Tokenizer
            >>> encoding = Tokenizer.train(["the the"], 258).encode_with_offsets("thé the")
            >>> encoding.char_to_token(2), encoding.char_to_token(3)
            (2, 4)
        """
        return place_of(index, self.char_offsets, "character")

    def byte_to_token(self, index: int) -> int:
        """Return the place among the tokens of the one that has a byte.

        Raises:
            IndexError: the text has no such byte. Negative ones do not count from the end.

        Example:
            >>> from bytemerge import Tokenizer
            >>> encoding = Tokenizer.train(["the the"], 258).encode_with_offsets("thé the")
            >>> encoding.byte_to_token(3), encoding.byte_to_token(5)
            (3, 5)
        """
        return place_of(index, self.byte_offsets, "byte")

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same tokens at the same places."""
        if not isinstance(other, Encoding):
            return NotImplemented
        mine, theirs = (
            (each.ids.tolist(), each.byte_offsets.tolist(), each.char_offsets.tolist())
            for each in (self, other)
        )
        return mine == theirs

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return how many there are."""
        return f"<Encoding of {len(self):,} tokens>"

    def __reduce__(self) -> tuple[type[Encoding], tuple[Any, ...]]:
        """Return the class and its arguments, for pickle and copy."""
        return Encoding, (self.ids, self.byte_offsets, self.char_offsets)


def place_of(index: int, offsets: np.ndarray, unit: str) -> int:
    """Return the first row that ends after an index."""
    if index >= 0:
        place = int(offsets[:, 1].searchsorted(index, "right"))
        if place < len(offsets):
            return place
    message = f"no {unit} of the text has the index {index}"
    raise IndexError(message)
