"""What a tokenizer does, however it does it."""

from __future__ import annotations

import operator
import os
import reprlib
import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

from bytemerge.errors import VocabularySizeError
from bytemerge.visualize import Visualization

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TOKENS_SHOWN = 40
"""How many tokens a notebook shows of a tokenizer."""


class AbstractTokenizer(ABC):
    """Learns tokens from text, and cuts text into them.

    Tokenizers do not change once they are trained, so threads can share them.
    """

    __slots__ = ()

    @classmethod
    @abstractmethod
    def train(
        cls,
        lines: Iterable[str],
        vocab_size: int,
        *,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Return a tokenizer of ``vocab_size`` tokens, learnt from lines of text.

        The lines are read once, one after the other, and not kept: an open file will do. It stops
        early when there is nothing left to merge. The result depends on the text alone.

        ``progress`` is called now and then with the number of tokens so far and ``vocab_size``.
        Ctrl-C stops the training, and so does any exception that ``progress`` raises.

        Raises:
            VocabularySizeError: ``vocab_size`` has no room for the tokens before the first merge.
            EmptyCorpusError: there is no word to learn from.
            TypeError: ``lines`` is a single str, or holds anything else than str; ``vocab_size`` is no integer;
                ``progress`` cannot be called.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11).merges
            {('a', 't'): 'at', ('t', 'h'): 'th'}
        """

    @abstractmethod
    def tokenize(self, line: str) -> list[int]:
        """Return the ids of the tokens of a line. A character that training never saw is ``UNK``, 0.

        Raises:
            TypeError: ``line`` is not a str.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11).tokenize("That cat?")
            [10, 9, 1, 3, 9, 1]
        """

    @abstractmethod
    def tokenize_text(self, text: str) -> list[int]:
        r"""Return the ids of the tokens of a text of many lines, all in one list.

        Raises:
            TypeError: ``text`` is not a str.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
            >>> tokenizer.tokenize_text("The hat\nthe cat\n")
            [10, 4, 1, 5, 9, 1, 10, 4, 1, 3, 9, 1]
        """

    @abstractmethod
    def tokens_as_strings(self, tokens: Iterable[int]) -> list[str]:
        """Return what each token stands for.

        Raises:
            UnknownTokenError: an id is not in the vocabulary.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
            >>> tokenizer.tokens_as_strings([10, 9, 1])
            ['th', 'at', ' ']
        """

    def tokens_as_string(self, tokens: Iterable[int]) -> str:
        """Return the text that all tokens together stand for.

        Raises:
            UnknownTokenError: an id is not in the vocabulary.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
            >>> tokenizer.tokens_as_string(tokenizer.tokenize("That cat?"))
            'that cat '
        """
        return "".join(self.tokens_as_strings(tokens))

    @abstractmethod
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the tokenizer into a file, in one step: a failure leaves what was there before.

        Raises:
            OSError: the file cannot be written.

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import NaiveTokenizer
            >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "cats.bytemerge")
            ...     tokenizer.save(path)
            ...     NaiveTokenizer.load(path) == tokenizer
            True
        """

    @classmethod
    @abstractmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the tokenizer that was saved in a file, by this class or by its twin.

        Raises:
            OSError: the file cannot be read.
            ModelError: it is truncated, damaged, of a later version, or something else.

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import NaiveRustTokenizer, NaiveTokenizer
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "cats.bytemerge")
            ...     NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11).save(path)
            ...     NaiveRustTokenizer.load(path).vocab_size
            11
        """

    @property
    @abstractmethod
    def vocab_size(self) -> int:
        """The number of tokens."""

    def visualize(self, text: str) -> Visualization:
        """Return the text cut into coloured tokens, for the terminal and for notebooks.

        Raises:
            TypeError: ``text`` is not a str.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
            >>> print(tokenizer.visualize("That chat"))
            th·at c·h·at
        """
        check_type(text, str)
        lines = [self.tokens_as_strings(self.tokenize(line)) for line in text.split("\n")]
        return Visualization(lines)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the newest tokens, which are the longest."""
        import html  # noqa: PLC0415  # slow to import

        size = self.vocab_size
        newest = self.tokens_as_strings(range(max(0, size - TOKENS_SHOWN), size))
        title = f"<p><b>{html.escape(type(self).__name__)}</b>: {size:,} tokens; the newest:</p>"
        return title + Visualization([newest[::-1]]).as_html()

    def __repr__(self) -> str:
        """Return the class and the size."""
        return f"<{type(self).__name__} of {self.vocab_size:,} tokens>"


def shown(value: object) -> str:
    """Return a value for the sentence of an error: in one line, and not all of what is long."""
    return " ".join(reprlib.repr(value).split())


def checked_integer(value: object, name: str) -> int:
    """Return a number, or raise where it is none; 2.0 is none."""
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        message = f"{name} must be an integer, not {shown(value)}"
        raise TypeError(message) from None


def checked_progress(progress: Any) -> Callable[[int, int], object] | None:
    """Return what to call, or raise before the work that it would end."""
    if progress is not None and not callable(progress):
        message = f"progress must be a function of two numbers, not {shown(progress)}"
        raise TypeError(message)
    report: Callable[[int, int], object] | None = progress
    return report


def checked_vocab_size(vocab_size: int) -> int:
    """Return a size that both languages can count to, or raise."""
    size = checked_integer(vocab_size, "vocab_size")
    if size < 1:
        message = f"vocab_size must be at least 1, not {size}"
        raise VocabularySizeError(message)
    return min(size, sys.maxsize)


def check_type(value: object, expected: type) -> None:
    """Raise where a value is of another type, by whose lack of a method nobody would see what is wrong."""
    if not isinstance(value, expected):
        message = f"expected {expected.__name__}, not {type(value).__name__}"
        raise TypeError(message)


def checked_lines(lines: Iterable[str]) -> Iterable[str]:
    """Return the lines, or raise where they are one text, whose items are characters."""
    if isinstance(lines, str | bytes):
        message = (
            f"expected an iterable of lines, not a single {type(lines).__name__}: {shown(lines)}"
        )
        raise TypeError(message)
    return lines


def checked_threads(threads: int | None) -> int:
    """Return how many threads may work, or 0 for one a processor; more than that bring nothing."""
    if threads is None:
        return 0
    number = checked_integer(threads, "threads")
    if number < 1:
        message = f"threads must be at least 1, not {number}"
        raise ValueError(message)
    # To count the processors takes longer than to encode a sentence.
    return 1 if number == 1 else min(number, os.cpu_count() or 1)
