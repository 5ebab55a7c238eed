"""The first tokens of a text, as ``Tokenizer.truncate`` returns them."""

from __future__ import annotations

from typing import NamedTuple


class Truncation(NamedTuple):
    """The first tokens of a text, and the text that they stand for.

    It is ``decode(ids)``, unless the text has a second name of a special token.

    Example:
        >>> from bytemerge import Tokenizer
        >>> ids, text, byte_end = Tokenizer.train(["the the"], 258).truncate("the cat", 2)
        >>> ids, text, byte_end
        ([257, 32], 'the ', 4)
    """

    ids: list[int]
    """The first ids of the whole text."""

    text: str
    """The text of the ids. The rest of the whole text starts at the character ``len(text)``."""

    byte_end: int
    """The offset of the rest, in bytes of UTF-8."""
