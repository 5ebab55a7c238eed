"""What a word is: a table of cases for all implementations, then random text."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from {{= cookiecutter.__package =}} import (
    count_words,
    count_words_in_all,
    naive,
)

Count = Callable[[str], Mapping[str, int]]

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

# Few characters, so that words meet again; among them all kinds of separators.
TEXTS = st.text() | st.text(st.sampled_from("aAbB\u00e9\u00c9 \t\x1c\x1f\u3000'-_\U0001f980"))


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_cases(count: Count, text: str, expected: dict[str, int]) -> None:
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
