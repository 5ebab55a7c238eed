"""The frozen mapping."""

import copy
import pickle
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from {{= cookiecutter.__package =}} import WordCounts, count_words

COUNTS = WordCounts({"cat": 2, "hat": 1})


def test_it_reads_like_a_mapping() -> None:
    assert COUNTS["cat"] == 2
    assert COUNTS.get("cat") == 2
    assert COUNTS.get("dog") is None
    assert COUNTS.get("\ud800") is None
    assert COUNTS.get("dog", 7) == 7
    assert "cat" in COUNTS
    assert "dog" not in COUNTS
    assert 5 not in COUNTS
    assert "\ud800" not in COUNTS
    assert len(COUNTS) == 2
    assert list(COUNTS) == COUNTS.keys() == ["cat", "hat"]
    assert COUNTS.values() == [2, 1]
    assert dict(COUNTS.items()) == {"cat": 2, "hat": 1}
    assert COUNTS.total == 3


def test_it_is_a_mapping_wherever_python_asks() -> None:
    # Registered at run time, which type checkers do not see.
    counts: Any = COUNTS
    assert isinstance(counts, Mapping)
    # A Counter would count the keys of what is no mapping: once each.
    assert Counter(counts) == {"cat": 2, "hat": 1}
    assert WordCounts(counts) == COUNTS
    match counts:
        case {"cat": count}:
            assert count == 2
        case _:
            pytest.fail("it does not match as a mapping")


def test_a_missing_word_is_a_key_error_that_names_it() -> None:
    with pytest.raises(KeyError, match=r"^'dog'$"):
        COUNTS["dog"]
    with pytest.raises(KeyError):
        COUNTS["\ud800"]


def test_the_most_common_words_come_first_and_ties_are_sorted() -> None:
    counts = count_words("b a c c b a d")
    assert counts.most_common(2) == [("a", 2), ("b", 2)]
    assert counts.most_common() == [("a", 2), ("b", 2), ("c", 2), ("d", 1)]
    assert counts.most_common(0) == counts.most_common(-1) == []


def test_equal_counts_are_equal_and_hash_the_same() -> None:
    same = count_words("hat cat cat")
    assert same == COUNTS
    assert hash(same) == hash(COUNTS)
    assert same != WordCounts({"cat": 2})
    assert same != {"cat": 2, "hat": 1}


def test_the_sum_leaves_both_as_they_are() -> None:
    other = WordCounts({"cat": 1, "dog": 1})
    assert COUNTS + other == WordCounts({"cat": 3, "dog": 1, "hat": 1})
    assert dict(COUNTS.items()) == {"cat": 2, "hat": 1}
    with pytest.raises(TypeError):
        COUNTS + {"cat": 1}  # type: ignore[operator]


def test_the_repr_makes_it_again() -> None:
    assert repr(COUNTS) == "WordCounts({'cat': 2, 'hat': 1})"
    assert eval(repr(COUNTS)) == COUNTS


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_can_be_pickled(protocol: int) -> None:
    assert pickle.loads(pickle.dumps(COUNTS, protocol)) == COUNTS


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_of_a_frozen_object_is_itself(
    duplicate: Callable[[WordCounts], WordCounts],
) -> None:
    assert duplicate(COUNTS) is COUNTS


def test_it_is_frozen() -> None:
    with pytest.raises(AttributeError):
        COUNTS.total = 5  # type: ignore[misc]
    with pytest.raises(AttributeError):
        COUNTS.other = 5  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        COUNTS["cat"] = 5  # type: ignore[index]
    with pytest.raises(TypeError):
        type("Child", (WordCounts,), {})
