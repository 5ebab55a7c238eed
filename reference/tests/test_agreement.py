"""Both languages agree completely, on thousands of small texts with many ties, and on books."""

import hashlib

import books
import pytest
from corpus import Corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from bytemerge import NaiveRustTokenizer, NaiveTokenizer

MERGES_OF_PYTHON = "73e1f43238902c712bb3741204f184725f4af018bee456d86eb9d5f7aceb84bb"

# Few letters and short words: nearly every pair has the same frequency as others.
TIES = st.lists(st.text("abcd ", max_size=20), max_size=6)
# Characters that the languages could treat differently: case, marks, numbers, white space, lone
# surrogates.
ANYTHING = st.lists(
    st.text(
        "abAB\u00c9\u0130\u03a3\u00df\u01c5\u0301\u00bd\u2167\r\n\x1c\x85\u2028\u3000_-\ud800\U00010400"
    )
)


def assert_same(lines: list[str], more: int, exact: bool, samples: list[str]) -> None:
    alphabet = {
        letter for line in lines for letter in NaiveTokenizer.train([line, "a"], 999).tokens
    }
    vocab_size = 3 + len(alphabet) + more
    python = NaiveTokenizer.train([*lines, "a"], vocab_size, exact_vocab_size=exact)
    rust = NaiveRustTokenizer.train([*lines, "a"], vocab_size, exact_vocab_size=exact)
    assert list(rust.merges.items()) == list(python.merges.items())
    assert rust.tokens == python.tokens
    for line in (*lines, *samples):
        tokens = python.tokenize(line)
        assert rust.tokenize(line) == tokens
        assert rust.tokens_as_strings(tokens) == python.tokens_as_strings(tokens)
    text = "\n".join(samples)
    assert rust.tokenize_text(text) == python.tokenize_text(text)


@settings(max_examples=3000)
@given(TIES, st.integers(0, 30), st.booleans(), TIES)
def test_ties(lines: list[str], more: int, exact: bool, samples: list[str]) -> None:
    assert_same(lines, more, exact, samples)


@settings(max_examples=1000)
@given(ANYTHING, st.integers(0, 30), st.booleans(), ANYTHING)
def test_scripts(lines: list[str], more: int, exact: bool, samples: list[str]) -> None:
    assert_same(lines, more, exact, samples)


@settings(max_examples=500)
@given(TIES.filter(lambda lines: any(line.strip() for line in lines)))
def test_training_ends_where_tokenizing_does(lines: list[str]) -> None:
    """In exact mode, every token is in use in the training text itself, and none is missing."""
    tokenizer = NaiveRustTokenizer.train(lines, 12, exact_vocab_size=True)
    used = set(tokenizer.tokenize_text("\n".join(lines)))
    assert used == set(range(1, tokenizer.vocab_size))


@pytest.mark.parametrize("exact", [False, True], ids=["approximate", "exact"])
def test_real_text(corpus: list[str], exact: bool) -> None:
    lines = corpus[:4000]
    python = NaiveTokenizer.train(lines, 150, exact_vocab_size=exact)
    rust = NaiveRustTokenizer.train(lines, 150, exact_vocab_size=exact)
    assert list(rust.merges) == list(python.merges)
    assert rust.tokens == python.tokens
    sample = "\n".join(corpus[::1000])
    assert rust.tokenize_text(sample) == python.tokenize_text(sample)


def test_the_books_at_1000_tokens(corpus: list[str]) -> None:
    """Plain Python needs minutes for this, so it ran once: this is a checksum of its merges."""
    if Corpus("", corpus).sha256 != books.SHA256:
        pytest.skip("the books are not here")
    tokenizer = NaiveRustTokenizer.train(corpus, 1000)
    assert list(tokenizer.merges.values())[:4] == ["th", "in", "the", "an"]
    merges = "\n".join(f"{left} {right}" for left, right in tokenizer.merges)
    assert hashlib.sha256(merges.encode()).hexdigest() == MERGES_OF_PYTHON
