"""Exercise 1: the tests, from easy to hard."""

from merging import merge


def merged(word: str, left: str, right: str) -> list[str]:
    """Return the letters of a word after the merge of a pair."""
    tokens = list(word)
    merge(tokens, (left, right), left + right)
    return tokens


def test_a_pair_becomes_one_token() -> None:
    assert merged("the", "t", "h") == ["th", "e"]


def test_the_last_pair_merges_too() -> None:
    assert merged("the", "h", "e") == ["t", "he"]


def test_a_word_without_the_pair_stays_as_it_is() -> None:
    assert merged("cat", "t", "h") == ["c", "a", "t"]
    assert merged("hat", "t", "h") == ["h", "a", "t"]
    assert merged("", "t", "h") == []


def test_every_occurrence_merges() -> None:
    assert merged("thethe", "t", "h") == ["th", "e", "th", "e"]


def test_the_merge_goes_from_left_to_right() -> None:
    assert merged("aaab", "a", "a") == ["aa", "a", "b"]
    assert merged("aaaa", "a", "a") == ["aa", "aa"]


def test_tokens_may_be_longer_than_a_letter() -> None:
    tokens = ["th", "e", "s", "e"]
    merge(tokens, ("th", "e"), "the")
    assert tokens == ["the", "s", "e"]
