"""The ids of a text with the offsets of their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import numpy as np


class Encoding:
    """The ids of a text, and the start and the end of each token.

    In tiktoken, an ``Encoding`` is the tokenizer; here it is the result for one text, as in Hugging
    Face.

    A character may be cut into several tokens. In ``byte_offsets`` each token ends where the next
    one starts, and ``text.encode()[start:end]`` are its bytes. In ``char_offsets`` a token covers
    every character of which it has a part, so ``text[start:end]`` shows all of it, and tokens that
    share a character overlap. Characters are those of ``str``: code points.

    Where a normalizer changes or drops a part of the text, or a special token takes white space,
    the offsets are those of the text that was given. Then there may be gaps, and tokens may share
    bytes.

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
        """Take arrays: ids of ``uint32``; offsets of ``int64``, a row of start and end for each."""
        self.ids: np.ndarray = ids
        self.byte_offsets: np.ndarray = byte_offsets
        self.char_offsets: np.ndarray = char_offsets

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.ids)

    def char_to_token(self, index: int) -> int:
        """Return the index of the first token that has a part of a character.

        Raises:
            IndexError: ``index`` is negative, or no token has this character: the text has fewer,
                or a normalizer dropped it.

        Example:
            >>> from bytemerge import Tokenizer
            >>> encoding = Tokenizer.train(["the the"], 258).encode_with_offsets("thé the")
            >>> encoding.char_to_token(2), encoding.char_to_token(3)
            (2, 4)
        """
        return row_of(index, self.char_offsets, "character")

    def byte_to_token(self, index: int) -> int:
        """Return the index of the token that has a byte.

        Raises:
            IndexError: ``index`` is negative, or no token has this byte: the text has fewer, or a
                normalizer dropped it.

        Example:
            >>> from bytemerge import Tokenizer
            >>> encoding = Tokenizer.train(["the the"], 258).encode_with_offsets("thé the")
            >>> encoding.byte_to_token(3), encoding.byte_to_token(5)
            (3, 5)
        """
        return row_of(index, self.byte_offsets, "byte")

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same ids and offsets."""
        if not isinstance(other, Encoding):
            return NotImplemented
        mine, theirs = (
            (each.ids.tolist(), each.byte_offsets.tolist(), each.char_offsets.tolist())
            for each in (self, other)
        )
        return mine == theirs

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the number of tokens in words."""
        return f"<Encoding of {len(self):,} tokens>"

    def __reduce__(self) -> tuple[type[Encoding], tuple[Any, ...]]:
        """Return the class and its arguments, for pickle and copy."""
        return Encoding, (self.ids, self.byte_offsets, self.char_offsets)


def row_of(index: int, offsets: np.ndarray, unit: str) -> int:
    """Return the index of the first row that contains ``index``."""
    if index >= 0:
        contains = (offsets[:, 0] <= index) & (index < offsets[:, 1])
        row = int(contains.argmax()) if len(offsets) else 0
        if len(offsets) and contains[row]:
            return row
    message = f"no token has the {unit} with the index {index}"
    raise IndexError(message)
