"""The interface that all tokenizers share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from bytemerge.arguments import check_type
from bytemerge.show.printable import html_of
from bytemerge.show.visualization import Visualization

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

TOKENS_SHOWN = 40
"""How many of a tokenizer's tokens a notebook shows."""


class AbstractTokenizer(ABC):
    """Learns tokens from text, and turns text into the ids of tokens and back.

    A tokenizer never changes after training, so threads can share it.
    """

    __slots__ = ()

    @classmethod
    @abstractmethod
    def train(
        cls,
        texts: Iterable[str],
        vocab_size: int,
        *,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Return a tokenizer of ``vocab_size`` tokens, learnt from texts.

        The texts are read once, one after the other, and not kept; an open file is a valid
        argument. There are fewer tokens if nothing is left to merge. The result depends only on the
        texts.

        ``progress`` is called now and then with the number of tokens so far and ``vocab_size``.
        Ctrl-C stops the training, and so does any exception that ``progress`` raises.

        Raises:
            VocabularySizeError: ``vocab_size`` has no room for the tokens before the first merge.
            EmptyCorpusError: the texts contain no word.
            TypeError: ``texts`` is a single str, or contains a non-str. Or ``vocab_size`` is not an
                integer, or ``progress`` is not callable.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11).merges
            {('a', 't'): 'at', ('t', 'h'): 'th'}
        """

    @abstractmethod
    def tokenize(self, text: str) -> list[int]:
        """Return the ids of a text.

        Naive tokenizers give a character that did not occur in training the id 0, ``UNK``.
        ``Tokenizer`` does the same as in ``encode_ordinary``.

        Raises:
            TypeError: ``text`` is not a str.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11).tokenize("That cat?")
            [10, 9, 1, 3, 9, 1]
        """

    @abstractmethod
    def tokenize_text(self, text: str) -> list[int]:
        r"""Return the ids of a text of many lines, all in one list.

        They are the ids of ``tokenize``. ``NaiveRustTokenizer`` shares the lines among processors.

        Raises:
            TypeError: ``text`` is not a str.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
            >>> tokenizer.tokenize_text("The hat\nthe cat\n")
            [10, 4, 1, 5, 9, 1, 10, 4, 1, 3, 9, 1]
        """

    @abstractmethod
    def tokens_as_strings(self, ids: Iterable[int]) -> list[str]:
        """Return the text of each token.

        A token of ``Tokenizer`` may be a part of a character. Its bytes are replaced, as in
        ``decode``.

        Raises:
            UnknownTokenError: an id is not in the vocabulary.
            TypeError: an id is not an integer.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
            >>> tokenizer.tokens_as_strings([10, 9, 1])
            ['th', 'at', ' ']
        """

    def tokens_as_string(self, ids: Iterable[int]) -> str:
        """Return the text of all tokens together.

        Raises:
            UnknownTokenError: an id is not in the vocabulary.
            TypeError: an id is not an integer.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
            >>> tokenizer.tokens_as_string(tokenizer.tokenize("That cat?"))
            'that cat '
        """
        return "".join(self.tokens_as_strings(ids))

    @abstractmethod
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the tokenizer into a file, in one step.

        After a failure, the old file is still there. The file has a version and a checksum, and
        holds everything that the tokenizer consists of.

        Raises:
            OSError: the file cannot be written.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the cat"], 258)
            >>> tokenizer.save("cats.bytemerge")  # doctest: +SKIP
            >>> Tokenizer.load("cats.bytemerge") == tokenizer  # doctest: +SKIP
            True
        """

    @classmethod
    @abstractmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the tokenizer that ``save`` wrote into a file, on any system.

        Both naive tokenizers read each other's files.

        Raises:
            OSError: the file cannot be read.
            ModelError: it is truncated, damaged, of a later version, or not such a file.

        Example:
            >>> from bytemerge import NaiveRustTokenizer, NaiveTokenizer
            >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
            >>> tokenizer.save("naive.bytemerge")  # doctest: +SKIP
            >>> NaiveRustTokenizer.load("naive.bytemerge").vocab_size  # doctest: +SKIP
            11
        """

    @property
    @abstractmethod
    def vocab_size(self) -> int:
        """The number of tokens, including special tokens."""

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
        size = self.vocab_size
        newest = self.tokens_as_strings(range(max(0, size - TOKENS_SHOWN), size))
        return self._title(size) + Visualization([newest[::-1]]).as_html()

    def _title(self, size: int) -> str:
        return f"<p><b>{html_of(type(self).__name__)}</b>: {size:,} tokens; the newest:</p>"

    def __repr__(self) -> str:
        """Return the class and the number of tokens."""
        return f"<{type(self).__name__} of {self.vocab_size:,} tokens>"
