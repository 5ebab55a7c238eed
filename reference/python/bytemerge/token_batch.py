"""The ids of many texts, in two flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, overload

from bytemerge import _core
from bytemerge.arguments import check_choice, checked_integer, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np


class PaddedBatch(NamedTuple):
    """The ids of texts in rows of one length, and which of them are padding.

    Example:
        >>> from bytemerge import TokenBatch
        >>> input_ids, attention_mask = TokenBatch.from_lists([[1, 2], [3]]).padded(0)
        >>> input_ids.tolist(), attention_mask.tolist()
        ([[1, 2], [3, 0]], [[1, 1], [1, 0]])
    """

    input_ids: np.ndarray
    """The ids and the padding, as int64, with a row for each text."""
    attention_mask: np.ndarray
    """1 for each id and 0 for padding, int64, with the same shape."""


class TokenBatch(Sequence["np.ndarray"]):
    """The ids of all texts, one text after the other, and the offset of each text's first id.

    ``batch[index]`` is a view of the ids of one text; nothing is copied. Libraries that use Arrow,
    such as polars, pyarrow and DuckDB, see a batch as an array of lists, ``large_list<uint32>``, in
    the same memory. They may ask for other lists of integers instead, as in
    ``pyarrow.array(batch, pyarrow.list_(pyarrow.int32()))`` for Spark; 32-bit ids are not copied.

    ``nulls`` are the rows of nulls, in rising order, or None if there are none. Such a row has no
    ids, and is null in Arrow.

    Example:
        >>> from bytemerge import Tokenizer
        >>> batch = Tokenizer.train([], 256).encode_batch(["ab", "", "c"])
        >>> batch.tolist()
        [[97, 98], [], [99]]
        >>> batch.ids.tolist(), batch.offsets.tolist()
        ([97, 98, 99], [0, 2, 2, 3])
    """

    __slots__ = ("ids", "nulls", "offsets")

    def __init__(
        self, ids: np.ndarray, offsets: np.ndarray, nulls: np.ndarray | None = None
    ) -> None:
        """Take arrays of ``uint32`` and ``uint64``. There is one more offset than there are texts.

        ``nulls`` is an array of ``uint64`` too.

        Raises:
            TypeError: an argument is not such an array.
            ValueError: there is no offset, the offsets fall, or the last exceeds the number of ids.
                Or a null is not a row, or not in rising order.
        """
        arrays = [("ids", ids, "uint32"), ("offsets", offsets, "uint64")]
        if nulls is not None:
            arrays.append(("nulls", nulls, "uint64"))
        for name, array, dtype in arrays:
            if not hasattr(array, "dtype"):
                message = f"{name} must be an array of one dimension of {dtype}, not {shown(array)}"
                raise TypeError(message)
            if array.dtype != dtype or array.ndim != 1:
                found = f"{array.ndim} dimensions of {array.dtype}"
                message = f"{name} must be an array of one dimension of {dtype}, not of {found}"
                raise TypeError(message)
        if not len(offsets) or offsets[-1] > len(ids) or (offsets[1:] < offsets[:-1]).any():
            message = f"offsets must rise, to {len(ids)} ids at the most, and not be {offsets}"
            raise ValueError(message)
        if nulls is not None and len(nulls):
            if nulls[-1] >= len(offsets) - 1 or (nulls[1:] <= nulls[:-1]).any():
                message = f"nulls must rise, to a row below {len(offsets) - 1}, and not be {nulls}"
                raise ValueError(message)
        else:
            nulls = None
        self.ids: np.ndarray = ids
        self.offsets: np.ndarray = offsets
        self.nulls: np.ndarray | None = nulls

    @classmethod
    def from_lists(cls, lists: Iterable[Iterable[int]]) -> TokenBatch:
        """Return a batch of lists or arrays of ids.

        Raises:
            UnknownTokenError: a number does not fit into the 32 bits of an id.
            TypeError: an id is not an integer.

        Example:
            >>> from bytemerge import TokenBatch
            >>> TokenBatch.from_lists([[1, 2], [], [3]]).offsets.tolist()
            [0, 2, 2, 3]
        """
        return cls(*_core.batch_from_lists(lists))

    @classmethod
    def from_arrow(cls, lists: Any) -> TokenBatch:
        """Return a batch from an Arrow array of lists of uint32.

        A single chunk is not copied. The array may come from polars, pyarrow, DuckDB or any other
        library whose arrays have ``__arrow_c_array__`` or ``__arrow_c_stream__``.

        Raises:
            TypeError: ``lists`` is not such an array.
            ValueError: a list or an id is null.

        Example:
            >>> from bytemerge import TokenBatch
            >>> batch = TokenBatch.from_lists([[1, 2], [], [3]])
            >>> TokenBatch.from_arrow(batch) == batch  # a batch is an Arrow array too
            True
        """
        import numpy as np  # noqa: PLC0415  # slow to import

        buffers, offsets = _core.batch_from_arrow(lists)
        chunks = [np.frombuffer(buffer, np.uint32) for buffer in buffers if len(buffer)]
        if len(chunks) != 1:
            chunks = [np.concatenate([np.empty(0, np.uint32), *chunks])]
        return cls(chunks[0], np.array(offsets, np.uint64))

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Return an Arrow array, for ``pyarrow.array(batch)``, ``polars.Series(batch)`` and others.

        The requested type is honoured if it is ``list`` or ``large_list`` of integers of 32 or 64
        bits. The consumer casts to any other.

        Raises:
            ValueError: the offsets do not fit the ids, or ids do not fit into the requested type.
        """
        import numpy as np  # noqa: PLC0415  # slow to import

        ids = np.ascontiguousarray(self.ids, np.uint32)
        offsets = np.ascontiguousarray(self.offsets, np.uint64)
        valid = None
        if self.nulls is not None:
            valid = np.ones(len(self), np.uint8)
            valid[self.nulls] = 0
        return _core.batch_to_arrow(ids, offsets.view(np.int64), valid, requested_schema)

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> list[np.ndarray]: ...
    def __getitem__(self, index: int | slice) -> np.ndarray | list[np.ndarray]:
        """Return a view of the ids of a text, or a list of views for a slice."""
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        row = range(len(self))[index]
        start, end = self.offsets[row : row + 2].tolist()
        return self.ids[start:end]

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield a view of the ids of each text."""
        return map(self.__getitem__, range(len(self)))

    def padded(
        self,
        pad_id: int,
        *,
        length: int | None = None,
        side: Literal["left", "right"] = "right",
        keep: Literal["first", "last"] = "first",
    ) -> PaddedBatch:
        """Return the ids of all texts as rows of one length, as models take them.

        Both arrays are int64, with a row for each text. ``input_ids`` has ``pad_id`` where a text
        is shorter than ``length``, on the given side; ``attention_mask`` is 1 for ids and 0 for
        padding. A longer text keeps its first or its last ids. By default, rows are as long
        as the longest text.

        Raises:
            ValueError: ``length`` is negative or above 2**31 - 1, ``pad_id`` does not fit into 64
                bits, or ``side`` or ``keep`` is something else.
            TypeError: ``length`` or ``pad_id`` is not an integer.

        Example:
            >>> from bytemerge import TokenBatch
            >>> batch = TokenBatch.from_lists([[1, 2, 3], [], [4]])
            >>> batch.padded(0, length=2).input_ids.tolist()
            [[1, 2], [0, 0], [4, 0]]
            >>> batch.padded(0, side="left").attention_mask.tolist()
            [[1, 1, 1], [0, 0, 0], [0, 0, 1]]
        """
        import numpy as np  # noqa: PLC0415  # slow to import

        pad_id = checked_integer(pad_id, "pad_id", at_least=-(2**63), at_most=2**63 - 1)
        check_choice(side, "side", ("left", "right"))
        check_choice(keep, "keep", ("first", "last"))
        starts = self.offsets[:-1].astype(np.int64)
        lengths = self.offsets[1:].astype(np.int64) - starts
        width = (
            lengths.max(initial=0)
            if length is None
            else checked_integer(length, "length", at_least=0, at_most=2**31 - 1)
        )
        kept = np.minimum(lengths, width)
        if keep == "last":
            starts += lengths - kept
        columns, ends = np.arange(width), kept[:, None]
        is_id = columns < ends if side == "right" else columns >= width - ends
        # The index of each id that is kept: those of a row follow each other.
        before = np.cumsum(kept) - kept
        indices = np.arange(kept.sum()) + np.repeat(starts - before, kept)
        padded = np.full(is_id.shape, pad_id, np.int64)
        padded[is_id] = self.ids[indices]
        return PaddedBatch(padded, is_id.astype(np.int64))

    def tolist(self) -> list[list[int]]:
        """Return the ids of each text as a list of int.

        Example:
            >>> from bytemerge import TokenBatch
            >>> TokenBatch.from_lists([[1, 2], [], [3]]).tolist()
            [[1, 2], [], [3]]
        """
        return [ids.tolist() for ids in self]

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same ids, offsets and nulls."""
        if not isinstance(other, TokenBatch):
            return NotImplemented
        mine, theirs = (
            [array if array is None else array.tolist() for array in each._arrays()]
            for each in (self, other)
        )
        return bool(mine == theirs)

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the numbers of texts and tokens in words."""
        return f"<TokenBatch of {len(self):,} texts, {len(self.ids):,} tokens>"

    def __reduce__(self) -> tuple[type[TokenBatch], tuple[Any, ...]]:
        """Return the class and its arguments, for pickle and copy."""
        return TokenBatch, self._arrays()

    def _arrays(self) -> tuple[Any, Any, Any]:
        return self.ids, self.offsets, self.nulls
