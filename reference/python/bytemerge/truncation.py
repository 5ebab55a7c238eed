"""The first tokens of a text."""

from __future__ import annotations

from typing import NamedTuple


class Truncation(NamedTuple):
    """The first tokens of a text, and the text that they are: ``decode(ids) == text``.

    Example:
        >>> from bytemerge import Tokenizer
        >>> ids, text, byte_end = Tokenizer.train(["the the"], 258).truncate("the cat", 2)
        >>> ids, text, byte_end
        ([257, 32], 'the ', 4)
    """

    ids: list[int]
    """Their ids, which are the first ones of all that ``encode`` returns."""

    text: str
    """The text that they stand for; what was left out starts at the character ``len(text)``."""

    byte_end: int
    """Where what was left out starts, in bytes of UTF-8."""
