"""Exercise 3: the tests, from easy to hard."""

from itertools import product
from typing import Any, NoReturn

from by_rank import Pair, first_to_merge, merge, tokens_of


class Ranks(dict[Pair, int]):
    """Ranks that can be looked up one at a time, but not walked through."""

    def refuse(self, *_: Any) -> NoReturn:
        raise AssertionError("look up the pairs of the word: do not walk through all the merges")

    __iter__ = items = keys = values = refuse


# As training learns them: each part of a token is a character or an earlier token.
MERGES = [("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w"), ("n", "e"), ("ne", "w"), ("new", "est")]
RANKS = Ranks({pair: rank for rank, pair in enumerate(MERGES)})


def test_the_pair_that_was_learnt_first_is_found() -> None:
    assert first_to_merge(list("lowest"), RANKS) == ("e", "s")
    assert first_to_merge(["l", "o", "w", "est"], RANKS) == ("l", "o")


def test_the_first_merge_has_the_rank_0() -> None:
    assert first_to_merge(list("best"), RANKS) == ("e", "s")


def test_there_may_be_nothing_to_merge() -> None:
    assert first_to_merge(list("wide"), RANKS) is None
    assert first_to_merge(["l"], RANKS) is None
    assert first_to_merge([], RANKS) is None


def test_merges_go_on_until_none_is_left() -> None:
    assert tokens_of("lowest", RANKS) == ["low", "est"]
    assert tokens_of("newest", RANKS) == ["newest"]
    assert tokens_of("wide", RANKS) == ["w", "i", "d", "e"]


def test_the_tokens_are_those_of_the_naive_way() -> None:
    for letters in product("elnostw", repeat=5):
        word = "".join(letters)
        naive = list(word)
        for pair in MERGES:
            merge(naive, pair, "".join(pair))
        assert tokens_of(word, RANKS) == naive
