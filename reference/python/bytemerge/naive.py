"""The naive tokenizer: byte-pair encoding in plain Python, to be read from top to bottom.

It imports nothing compiled. ``crates/bytemerge/src/naive/mod.rs`` is the same in Rust, name for
name.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from operator import index
from typing import TYPE_CHECKING, Self
from unicodedata import category

from bytemerge.abstract import AbstractTokenizer
from bytemerge.arguments import check_type, checked_progress, checked_texts, checked_vocab_size
from bytemerge.errors import EmptyCorpusError, UnknownTokenError, VocabularySizeError
from bytemerge.formats import naive_model

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator


UNKNOWN = "UNK"
"""The token of unknown characters. Words are in lower case, so no word contains it."""

WORD_END = " "
"""The token after each word. Words contain no white space, so it never merges."""

NOT_WHITE_SPACE = dict.fromkeys(range(0x1C, 0x20))
"""Characters to drop: Python splits at them, but Unicode does not call them white space."""

Pair = tuple[str, str]
"""Two tokens, one after the other."""

Word = tuple[list[str], int]
"""The tokens that a word consists of so far, and how often the word occurs."""


class NaiveTokenizer(AbstractTokenizer):
    """Byte-pair encoding as one would explain it: obvious, exact and slow.

    Only letters, numbers and white space are kept, in lower case, so decoding returns normalised
    text with a space after each word. A character that did not occur in training has the id 0,
    ``UNK``. Of equally frequent pairs, the one whose tokens have the smallest ids merges first.

    Each merge adds one token, but may take the last occurrence of two others: "qu" can leave no
    "q". With ``exact_vocab_size``, training counts only tokens still in use, which takes longer,
    and the others become unknown. Without it, they stay, and fewer tokens are in use.

    Example:
        Merges could build this word in several ways. Their order decides: one way is correct.

        >>> from bytemerge import NaiveTokenizer
        >>> text = ["pro gramm ing"] * 3 + ["programm"] * 2
        >>> tokenizer = NaiveTokenizer.train(text, vocab_size=18)
        >>> tokenizer.tokens_as_strings(tokenizer.tokenize("Programming!"))
        ['pro', 'gramm', 'ing', ' ']
        >>> tokenizer = NaiveTokenizer.train(text, vocab_size=19)
        >>> tokenizer.tokens_as_strings(tokenizer.tokenize("Programming!"))
        ['programm', 'ing', ' ']
    """

    def __init__(self, merges: dict[tuple[str, str], str], tokens: Iterable[str]) -> None:
        """Take the pairs that merge, in order, with their new tokens, and all tokens."""
        self.merges = merges
        # The index of a token is its id: one table for each direction.
        self.tokens: list[str] = list(tokens)
        self.ids: dict[str, int] = {token: id_ for id_, token in enumerate(self.tokens)}

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        vocab_size: int,
        *,
        exact_vocab_size: bool = False,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        vocab_size, progress = checked_vocab_size(vocab_size), checked_progress(progress)
        counts = Counter(word for text in checked_texts(texts) for word in split_words(text))
        if not counts:
            message = "there is no word to learn from"
            raise EmptyCorpusError(message)
        words = [(list(word), count) for word, count in counts.items()]
        ids = {token: id_ for id_, token in enumerate([UNKNOWN, WORD_END, *sorted(in_use(words))])}
        if vocab_size < len(ids):
            room = f"at least {len(ids)}, one for each character and two more"
            message = f"vocab_size must be {room}, not {vocab_size}"
            raise VocabularySizeError(message)

        merges: dict[Pair, str] = {}
        size = len(ids)
        while size < vocab_size:
            pair = most_frequent_pair(words, ids)
            if pair is None:
                break  # every word is one token
            left, right = pair
            joined = left + right
            for tokens, _ in words:
                if left in tokens:  # true of few words, and quick to check
                    merge(tokens, pair, joined)
            ids[joined] = len(ids)
            merges[pair] = joined
            size = 2 + len(in_use(words)) if exact_vocab_size else len(ids)
            if progress:
                progress(size, vocab_size)

        if exact_vocab_size:
            used = {UNKNOWN, WORD_END, *in_use(words)}
            return cls(merges, [token for token in ids if token in used])
        return cls(merges, ids)

    def tokenize(self, text: str) -> list[int]:
        return [id_ for word in split_words(text) for id_ in self.tokenize_word(word)]

    def tokenize_text(self, text: str) -> list[int]:
        check_type(text, str)
        return [id_ for line in text.split("\n") for id_ in self.tokenize(line)]

    def tokenize_word(self, word: str) -> list[int]:
        """Return the ids of a word, from all merges in the order learnt.

        Example:
            >>> from bytemerge import NaiveTokenizer
            >>> NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11).tokenize_word("that")
            [10, 9, 1]
        """
        tokens = list(word)
        for pair, joined in self.merges.items():
            if pair[0] in tokens:
                merge(tokens, pair, joined)
        return [self.ids.get(token, 0) for token in (*tokens, WORD_END)]

    def tokens_as_strings(self, ids: Iterable[int]) -> list[str]:
        strings = []
        for id_ in map(index, ids):
            if not 0 <= id_ < len(self.tokens):
                message = f"no token has the id {id_}: they go from 0 to {len(self.tokens) - 1}"
                raise UnknownTokenError(message)
            strings.append(self.tokens[id_])
        return strings

    @property
    def vocab_size(self) -> int:
        return len(self.tokens)

    def save(self, path: str | os.PathLike[str]) -> None:
        naive_model.save(path, self.merges, self.tokens)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        return cls(*naive_model.load(path))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NaiveTokenizer):
            return NotImplemented
        return (list(self.merges), self.tokens) == (list(other.merges), other.tokens)

    def __hash__(self) -> int:
        return hash((*self.merges, *self.tokens))


def split_words(text: str) -> Iterator[str]:
    """Yield the words of a text: letters and numbers of any script, in lower case."""
    check_type(text, str)
    for word in text.translate(NOT_WHITE_SPACE).split():
        normal = "".join(c.lower() for c in word if category(c)[0] in "LN")
        if normal:
            yield normal


def in_use(words: list[Word]) -> set[str]:
    """Return the tokens that occur in any word."""
    return {token for tokens, _ in words for token in tokens}


def most_frequent_pair(words: list[Word], ids: dict[str, int]) -> Pair | None:
    """Return the most frequent pair; of several, the one whose tokens are oldest."""
    counts: dict[Pair, int] = {}
    for tokens, count in words:
        for pair in pairwise(tokens):
            counts[pair] = counts.get(pair, 0) + count
    if not counts:
        return None
    most = max(counts.values())
    tied = (pair for pair, count in counts.items() if count == most)
    return min(tied, key=lambda pair: (ids[pair[0]], ids[pair[1]]))


def merge(tokens: list[str], pair: Pair, joined: str) -> None:
    """Merge a pair wherever it occurs, from left to right.

    Example:
        >>> from bytemerge.naive import merge
        >>> tokens = ["a", "a", "a", "b"]
        >>> merge(tokens, ("a", "a"), "aa")
        >>> tokens
        ['aa', 'a', 'b']
    """
    left, right = pair
    merged: list[str] = []
    for token in tokens:
        if merged and merged[-1] == left and token == right:
            merged[-1] = joined
        else:
            merged.append(token)
    # In place: a new list or tuple for each word would be work for the garbage collector.
    tokens[:] = merged
