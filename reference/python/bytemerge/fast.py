"""A better algorithm, still in Python: the tokens of ``naive.py`` in a fraction of the time.

Training counts the pairs once, keeps the counts up to date, and finds the best pair in a heap.
Tokenizing goes by rank, and merges each distinct word only once. ``docs/steps/src/fast.rs`` in the
repository is the same in Rust, name for name. ``--tokenizer fast`` of the command line is
``Tokenizer``, not this file.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

from bytemerge.arguments import checked_texts, checked_vocab_size
from bytemerge.errors import EmptyCorpusError, VocabularySizeError
from bytemerge.naive import UNKNOWN, WORD_END, NaiveTokenizer, merge, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bytemerge.naive import Pair, Word

Entry = tuple[int, int, int, "Pair"]
"""A pair behind its key in the heap: the negative count, then the ids of both tokens."""


def train(texts: Iterable[str], vocab_size: int) -> NaiveTokenizer:
    """Return the tokenizer that ``NaiveTokenizer.train`` returns, sooner.

    Raises:
        VocabularySizeError, EmptyCorpusError, TypeError: as ``NaiveTokenizer.train``.

    Example:
        >>> from bytemerge import fast
        >>> fast.train(["the cat", "this hat"], vocab_size=11).merges
        {('a', 't'): 'at', ('t', 'h'): 'th'}
    """
    vocab_size = checked_vocab_size(vocab_size)
    counts = Counter(word for text in checked_texts(texts) for word in split_words(text))
    alphabet = sorted({character for word in counts for character in word})
    ids = {token: id_ for id_, token in enumerate([UNKNOWN, WORD_END, *alphabet])}
    if not counts:
        message = "there is no word to learn from"
        raise EmptyCorpusError(message)
    if vocab_size < len(ids):
        room = f"at least {len(ids)}, one for each character and two more"
        message = f"vocab_size must be {room}, not {vocab_size}"
        raise VocabularySizeError(message)

    pairs = Pairs([(list(word), count) for word, count in counts.items()])
    heap = [entry(pair, pairs, ids) for pair in pairs.counts]
    heapify(heap)
    merges: dict[Pair, str] = {}
    while len(ids) < vocab_size:
        best = pop(heap, pairs, ids)
        if best is None:
            break  # every word is one token
        joined = merges[best] = "".join(best)
        ids[joined] = len(ids)
        changed = pairs.merge(best, joined)
        for pair in pairs_of(joined, changed, pairs):
            heappush(heap, entry(pair, pairs, ids))
    return NaiveTokenizer(merges, ids)


class Pairs:
    """The pairs of some words, with their current counts and the words that contain them."""

    def __init__(self, words: list[Word]) -> None:
        """Count all pairs, which happens only once."""
        self.words = words
        self.counts: dict[Pair, int] = defaultdict(int)
        # The numbers of the words that contain a pair, or did so earlier.
        self.places: dict[Pair, set[int]] = defaultdict(set)
        for number in range(len(words)):
            self.add(number)

    def merge(self, pair: Pair, joined: str) -> set[int]:
        """Merge a pair in the words that contain it, and return their numbers."""
        places = self.places.pop(pair)
        for number in places:
            self.take_away(number)
            merge(self.words[number][0], pair, joined)
            self.add(number)
        return places

    def take_away(self, number: int) -> None:
        """Subtract the pairs of a word."""
        tokens, count = self.words[number]
        for pair in pairwise(tokens):
            self.counts[pair] -= count

    def add(self, number: int) -> None:
        """Count the pairs of a word."""
        tokens, count = self.words[number]
        for pair in pairwise(tokens):
            self.counts[pair] += count
            self.places[pair].add(number)


def pop(heap: list[Entry], pairs: Pairs, ids: dict[str, int]) -> Pair | None:
    """Return the most frequent pair; of several, the one whose tokens are oldest.

    Counts only fall, so an outdated entry is too early in the heap: when it becomes the first, it
    goes back with its current count.
    """
    while heap:
        first = heappop(heap)
        pair = first[-1]
        now = entry(pair, pairs, ids)
        if now == first:
            return pair
        if pairs.counts[pair]:
            heappush(heap, now)
    return None


def entry(pair: Pair, pairs: Pairs, ids: dict[str, int]) -> Entry:
    """Return a pair with its current key."""
    left, right = pair
    return -pairs.counts[pair], ids[left], ids[right], pair


def pairs_of(joined: str, changed: set[int], pairs: Pairs) -> set[Pair]:
    """Return the pairs that contain the new token."""
    words = (pairs.words[number][0] for number in changed)
    return {pair for tokens in words for pair in pairwise(tokens) if joined in pair}


class Cache:
    """A tokenizer's merges by rank, and the ids of each word that it has met.

    It keeps every word, so its memory grows with the distinct words of all texts.

    Example:
        >>> from bytemerge import NaiveTokenizer, fast
        >>> tokenizer = NaiveTokenizer.train(["the cat", "this hat"], vocab_size=11)
        >>> fast.Cache(tokenizer).tokenize("That cat?") == tokenizer.tokenize("That cat?")
        True
    """

    def __init__(self, tokenizer: NaiveTokenizer) -> None:
        """Take the merges of a tokenizer, with the rank 1 for the one learnt first."""
        self.merges = [*tokenizer.merges.items()]
        self.ranks = {pair: rank for rank, pair in enumerate(tokenizer.merges, 1)}
        self.ids = tokenizer.ids
        self.known: dict[str, list[int]] = {}

    def tokenize(self, text: str) -> list[int]:
        """Return the ids of a text, the same as those of the tokenizer."""
        return [id_ for word in split_words(text) for id_ in self.tokenize_word(word)]

    def tokenize_word(self, word: str) -> list[int]:
        """Return the ids of a word, which is merged only if it is new."""
        known = self.known.get(word)
        if known is None:
            known = self.known[word] = self.merge_word(word)
        return known

    def merge_word(self, word: str) -> list[int]:
        """Return the ids of a word, using only the merges whose pairs it contains."""
        tokens, rank = list(word), 0
        while rank := self.next_rank(tokens, rank):
            merge(tokens, *self.merges[rank - 1])
        return [self.ids.get(token, 0) for token in (*tokens, WORD_END)]

    def next_rank(self, tokens: list[str], after: int) -> int:
        """Return the first rank after another among the pairs of a word, or 0 if there is none."""
        ranks = (self.ranks.get(pair, 0) for pair in pairwise(tokens))
        return min((rank for rank in ranks if rank > after), default=0)
