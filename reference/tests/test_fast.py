"""The better algorithm in Python learns and makes the same tokens as the naive one."""

import pytest
from corpus import Corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from bytemerge import NaiveRustTokenizer, NaiveTokenizer, fast
from bytemerge.errors import EmptyCorpusError, VocabularySizeError

# Few letters and short words: nearly every pair has the same frequency as others, and repeated
# letters make pairs that overlap.
TIES = st.lists(st.text("abc ", max_size=20), max_size=6)


@settings(max_examples=2000)
@given(TIES, st.integers(0, 30), st.lists(st.text("abcd "), max_size=3))
def test_ties(lines: list[str], more: int, samples: list[str]) -> None:
    lines = [*lines, "a"]
    vocab_size = 6 + more
    expected = NaiveTokenizer.train(lines, vocab_size)
    tokenizer = fast.train(lines, vocab_size)
    assert tokenizer == expected
    cache = fast.Cache(tokenizer)
    # Twice, so that the second round finds the words in the cache.
    for line in (*lines, *samples, *lines, *samples):
        assert cache.tokenize(line) == expected.tokenize(line)


@given(st.lists(st.text("ab\u00c9\u0130\u00df\u0301\u00bd \x1c\x85\u3000-\ud800\U00010400")))
def test_scripts(lines: list[str]) -> None:
    lines = [*lines, "a"]
    expected = NaiveTokenizer.train(lines, 20)
    assert fast.train(lines, 20) == expected
    cache = fast.Cache(expected)
    for line in lines:
        assert cache.tokenize(line) == expected.tokenize(line)


def test_a_word_by_hand() -> None:
    tokenizer = fast.train(["aaaa aaaa ab"], 6)
    # "aa" is counted three times in each "aaaa", and merges twice.
    assert list(tokenizer.merges) == [("a", "a"), ("aa", "aa")]
    cache = fast.Cache(tokenizer)
    assert tokenizer.tokens_as_strings(cache.tokenize("aaaaaab")) == ["aaaa", "aa", "b", " "]


def test_merges_keep_the_order_of_a_foreign_list() -> None:
    """The ranks of a training only rise in a word; in other lists, a merge may come too late."""
    merges = {("b", "c"): "bc", ("bc", "d"): "bcd", ("a", "x"): "ax", ("b", "y"): "by"}
    late = {("a", "b"): "ab", ("abc", "d"): "abcd", ("ab", "c"): "abc"}
    for rules, word in ((merges, "abcdaxby"), (late, "abcd")):
        tokens = ["UNK", " ", *"abcdxy", *rules.values()]
        tokenizer = NaiveTokenizer(rules, tokens)
        assert fast.Cache(tokenizer).tokenize(word) == tokenizer.tokenize(word)


def test_real_text(corpus: list[str]) -> None:
    lines = Corpus("", corpus).first(20_000).lines
    expected = NaiveRustTokenizer.train(lines, 1000)
    tokenizer = fast.train(lines, 1000)
    assert list(tokenizer.merges) == list(expected.merges)
    assert tokenizer.tokens == expected.tokens
    sample = corpus[::100]
    cache = fast.Cache(tokenizer)
    assert [cache.tokenize(line) for line in sample] == [expected.tokenize(line) for line in sample]


def test_what_the_naive_tokenizer_refuses() -> None:
    with pytest.raises(EmptyCorpusError, match="there is no word"):
        fast.train(["...", ""], 10)
    with pytest.raises(VocabularySizeError, match="at least 4"):
        fast.train(["ab"], 3)
    with pytest.raises(TypeError):
        fast.train("one text", 100)


def test_no_pair_is_left() -> None:
    assert fast.train(["ab"], 100).tokens == ["UNK", " ", "a", "b", "ab"]
    assert fast.train(["ab"], 4).merges == {}


def test_the_error_counts_the_characters_of_the_words() -> None:
    """In lower case, one letter may be two characters."""
    with pytest.raises(VocabularySizeError, match="at least 4, one for each character") as naive:
        NaiveTokenizer.train(["\u0130"], 3)
    with pytest.raises(VocabularySizeError) as better:
        fast.train(["\u0130"], 3)
    assert str(better.value) == str(naive.value)
