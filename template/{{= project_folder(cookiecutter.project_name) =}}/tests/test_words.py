"""The example: the definition of a word, the class for the counts, and every error."""

import copy
import pickle
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from {{= cookiecutter.__package =}} import (
    CountError,
    Error,
    NotUtf8Error,
    WordCounts,
    count_words,
    count_words_in_all,
    naive,
)


def in_rust(text: str) -> dict[str, int]:
    return dict(count_words(text).items())


def in_rust_from_bytes(text: str) -> dict[str, int]:
    return dict(count_words(text.encode()).items())


def in_rust_in_parallel(text: str) -> dict[str, int]:
    """Count the parts between spaces, whose sum must be the count of the text."""
    return dict(count_words_in_all(text.split(" ")).items())


IMPLEMENTATIONS = {
    "naive": naive.count_words,
    "rust": in_rust,
    "rust-bytes": in_rust_from_bytes,
    "rust-parallel": in_rust_in_parallel,
}

CASES = {
    "empty": ("", {}),
    "only separators": (" \t\n\x1c\x85\u00a0\u3000!?", {}),
    "lower-cased": ("The cat. The hat!", {"the": 2, "cat": 1, "hat": 1}),
    "punctuation separates": ("it's a-b_c", {"it": 1, "s": 1, "a": 1, "b": 1, "c": 1}),
    "only ASCII is lower-cased": ("\u00c9t\u00c9 \u0130", {"\u00c9t\u00c9": 1, "\u0130": 1}),
    "other punctuation does not": ("\u201cso\u201d", {"\u201cso\u201d": 1}),
    "outside the BMP": ("\U0001f980 \U0001f980", {"\U0001f980": 2}),
    "NUL is a character": ("a\0b", {"a\0b": 1}),
}

# Few characters, so that words repeat, with all kinds of separators.
TEXTS = st.text() | st.text(st.sampled_from("aAbB\u00e9\u00c9 \t\x1c\x1f\u3000'-_\U0001f980"))


@pytest.mark.parametrize("count", IMPLEMENTATIONS.values(), ids=IMPLEMENTATIONS)
@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_cases(
    count: Callable[[str], Mapping[str, int]], text: str, expected: dict[str, int]
) -> None:
    assert count(text) == expected


@given(TEXTS)
def test_rust_agrees_with_the_naive_implementation(text: str) -> None:
    expected = naive.count_words(text)
    assert dict(count_words(text).items()) == expected
    assert count_words(text.encode()) == count_words(text)


@given(st.lists(TEXTS))
def test_many_texts_are_the_sum_of_each(texts: list[str]) -> None:
    expected = naive.count_words(" ".join(texts))
    assert dict(count_words_in_all(texts).items()) == expected
    assert count_words_in_all(text for text in texts) == count_words_in_all(texts)


def test_the_result_does_not_depend_on_the_order_of_texts() -> None:
    texts = [f"word{number} common" for number in range(1000)]
    assert count_words_in_all(texts) == count_words_in_all(reversed(texts))


# The class

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
    # From anything but a mapping, a Counter would count each key once.
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


# Errors

MOST = 2**64 - 1


def test_bytes_that_are_not_utf8_are_located() -> None:
    with pytest.raises(NotUtf8Error, match=r"^not UTF-8: invalid byte at offset 2$") as caught:
        count_words(b"ab\xff")
    assert caught.value.offset == 2
    assert isinstance(caught.value, (Error, ValueError))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.offset) == (str(caught.value), 2)
    with pytest.raises(NotUtf8Error, match="offset 0"):
        count_words_in_all(["ab", b"\xff"])


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        count_words("ab\ud800")
    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        count_words_in_all(["ab\ud800"])


@pytest.mark.parametrize("text", [None, 5, bytearray(b"ab"), ["ab"]])
def test_other_types_are_named(text: object) -> None:
    expected = f"expected str or bytes, not {type(text).__name__}"
    with pytest.raises(TypeError, match=expected):
        count_words(text)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=expected):
        count_words_in_all([text])  # type: ignore[list-item]


@pytest.mark.parametrize("text", ["ab", b"ab", bytearray(b"ab")], ids=["str", "bytes", "bytearray"])
def test_a_single_text_is_not_many(text: str | bytes | bytearray) -> None:
    with pytest.raises(TypeError, match=f"not a single {type(text).__name__}$"):
        count_words_in_all(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, -1, MOST + 1, 0.5, "1", None])
def test_a_count_that_is_not_positive_or_not_an_integer_is_refused(count: int) -> None:
    with pytest.raises(CountError, match=r'^the count of "cat" must be .* 1.*, not ') as caught:
        WordCounts({"cat": count})
    assert str(caught.value).endswith(repr(count))
    assert isinstance(caught.value, (Error, ValueError))


def test_a_count_of_thousands_of_digits_is_one_line() -> None:
    with pytest.raises(CountError, match=r"not a number of that size$"):
        WordCounts({"cat": 10**5000})


def test_an_error_inside_a_count_comes_through() -> None:
    class Interrupting:
        def __index__(self) -> int:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        WordCounts({"cat": Interrupting()})  # type: ignore[dict-item]


def test_a_sum_that_does_not_fit_is_refused() -> None:
    most = WordCounts({"cat": MOST})
    assert (most + WordCounts({"hat": MOST})).total == 2 * MOST
    with pytest.raises(CountError, match=r'^the count of "cat" does not fit into 64 bits$'):
        most + most


def test_an_error_of_the_iterable_comes_through() -> None:
    def texts() -> object:
        yield "ab"
        message = "no more"
        raise LookupError(message)

    with pytest.raises(LookupError, match="no more"):
        count_words_in_all(texts())  # type: ignore[arg-type]
