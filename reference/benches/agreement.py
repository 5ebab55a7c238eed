"""Checks that both languages learn and make the same tokens.

A fast wrong answer is worth nothing.
"""

from itertools import islice

from bytemerge import NaiveRustTokenizer, NaiveTokenizer
from bytemerge.naive import UNKNOWN, WORD_END, split_words

SIZES = (1000, 5000, 10_000)
"""The sizes at which they are compared, besides the last size."""

SAMPLE = 1000
"""The number of lines that both tokenize, spread over all of the text."""


def assert_same(lines: list[str], python: NaiveTokenizer, reached: list[int], exact: bool) -> None:
    """Compare merges, ids and strings with those of Rust, which trains anew for each size.

    `python` is the end of a training that passed the smaller sizes. `reached` has the size of the
    vocabulary after each merge, which tells what Python had learnt at each size.
    """
    for size in sorted({*SIZES, reached[-1]}):
        if size not in reached:
            continue
        merges = reached.index(size) + 1
        earlier = python_after(lines, python, merges, exact)
        assert size < reached[-1] or earlier == python, "this is not what Python has learnt"
        rust = NaiveRustTokenizer.train(lines, size, exact_vocab_size=exact)
        assert list(rust.merges.items()) == list(earlier.merges.items()), "the merges differ"
        assert rust.tokens == earlier.tokens, "the tokens differ"
        sample = lines[:: max(1, len(lines) // SAMPLE)]
        count = 0
        for line in sample:
            tokens = earlier.tokenize(line)
            assert rust.tokenize(line) == tokens, f"the ids of {line!r} differ"
            strings = earlier.tokens_as_strings(tokens)
            assert rust.tokens_as_strings(tokens) == strings, f"the strings of {line!r} differ"
            count += len(tokens)
        print(
            f"the same in both languages, {'exact' if exact else 'approximate'}, {size:>6} tokens:",
            f"{merges:,} merges, {count:,} ids and strings of {len(sample):,} lines",
            flush=True,
        )


def python_after(
    lines: list[str], python: NaiveTokenizer, merges: int, exact: bool
) -> NaiveTokenizer:
    """Return the tokenizer as it was after a number of merges."""
    words = {word for line in lines for word in split_words(line)}
    learnt = dict(islice(python.merges.items(), merges))
    alphabet = sorted({character for word in words for character in word})
    tokens = [*dict.fromkeys([UNKNOWN, WORD_END, *alphabet, *learnt.values()])]
    earlier = NaiveTokenizer(learnt, tokens)
    if exact:
        used = {0, *(id_ for word in words for id_ in earlier.tokenize_word(word))}
        earlier = NaiveTokenizer(learnt, [tokens[id_] for id_ in sorted(used)])
    return earlier
