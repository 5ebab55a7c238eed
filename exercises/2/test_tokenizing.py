"""Exercise 2: the tests, from easy to hard."""

from tokenizing import tokenize_word

IDS = {token: id_ for id_, token in enumerate(["UNK", " ", "a", "c", "e", "h", "t", "th", "the"])}


def test_without_merges_each_character_has_an_id() -> None:
    assert tokenize_word("hat", {}, IDS) == [5, 2, 6, 1]


def test_a_merge_makes_one_token_of_two() -> None:
    assert tokenize_word("that", {("t", "h"): "th"}, IDS) == [7, 2, 6, 1]


def test_a_later_merge_builds_on_an_earlier_one() -> None:
    assert tokenize_word("the", {("t", "h"): "th", ("th", "e"): "the"}, IDS) == [8, 1]


def test_merges_apply_in_the_order_learnt() -> None:
    merges = {("b", "c"): "bc", ("a", "b"): "ab", ("ab", "c"): "abc"}
    ids = {token: id_ for id_, token in enumerate(["UNK", " ", "a", "b", "c", "bc", "ab", "abc"])}
    assert tokenize_word("abc", merges, ids) == [2, 5, 1]


def test_an_unknown_character_has_the_id_0() -> None:
    assert tokenize_word("dog", {}, IDS) == [0, 0, 0, 1]
    assert tokenize_word("théa", {("t", "h"): "th"}, IDS) == [7, 0, 2, 1]
