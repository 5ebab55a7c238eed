"""The naive tokenizer in Rust: the same algorithm, the same result, another language."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from bytemerge import _core
from bytemerge.abstract import AbstractTokenizer
from bytemerge.arguments import checked_progress, checked_texts, checked_vocab_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class NaiveRustTokenizer(AbstractTokenizer):
    """The same as ``NaiveTokenizer``, including ``exact_vocab_size``, in Rust without the GIL.

    ``tokenize_text`` uses all processors; the environment variable ``RAYON_NUM_THREADS`` sets the
    number of threads. Ctrl-C stops every long call.

    Example:
        Merges could build this word in several ways. Their order decides: one way is correct.

        >>> from bytemerge import NaiveRustTokenizer
        >>> text = ["pro gramm ing"] * 3 + ["programm"] * 2
        >>> tokenizer = NaiveRustTokenizer.train(text, vocab_size=18)
        >>> tokenizer.tokens_as_strings(tokenizer.tokenize("Programming!"))
        ['pro', 'gramm', 'ing', ' ']
        >>> tokenizer = NaiveRustTokenizer.train(text, vocab_size=19)
        >>> tokenizer.tokens_as_strings(tokenizer.tokenize("Programming!"))
        ['programm', 'ing', ' ']
    """

    __slots__ = ("_rust",)

    def __init__(self, merges: Iterable[tuple[str, str]], tokens: Iterable[str]) -> None:
        """Take the pairs that merge, in order, and all tokens.

        Raises:
            ModelError: training cannot lead to these merges and tokens.
        """
        self._rust = _core.NaiveTokenizer(list(merges), list(tokens))

    @classmethod
    def _of(cls, rust: _core.NaiveTokenizer) -> Self:
        tokenizer = cls.__new__(cls)
        tokenizer._rust = rust
        return tokenizer

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        vocab_size: int,
        *,
        exact_vocab_size: bool = False,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        size = checked_vocab_size(vocab_size)
        given, report = checked_texts(texts), checked_progress(progress)
        return cls._of(_core.NaiveTokenizer.train(given, size, bool(exact_vocab_size), report))

    def tokenize(self, text: str) -> list[int]:
        return self._rust.tokenize(text)

    def tokenize_text(self, text: str) -> list[int]:
        return self._rust.tokenize_text(text)

    def tokens_as_strings(self, ids: Iterable[int]) -> list[str]:
        return self._rust.tokens_as_strings(ids)

    @property
    def vocab_size(self) -> int:
        return self._rust.vocab_size

    @property
    def tokens(self) -> list[str]:
        """All tokens, in the order of their ids."""
        return self._rust.tokens

    @property
    def merges(self) -> dict[tuple[str, str], str]:
        """The pairs that merge and their new tokens, in the order learnt."""
        return {(left, right): left + right for left, right in self._rust.merges}

    def save(self, path: str | os.PathLike[str]) -> None:
        self._rust.save(os.fspath(path))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        return cls._of(_core.NaiveTokenizer.load(os.fspath(path)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NaiveRustTokenizer):
            return NotImplemented
        return self._rust == other._rust

    def __hash__(self) -> int:
        return hash(tuple(self.tokens))

    def __reduce__(self) -> tuple[type[Self], tuple[list[tuple[str, str]], list[str]]]:
        """Return the class and its arguments, for pickle and copy."""
        return type(self), (self._rust.merges, self.tokens)
