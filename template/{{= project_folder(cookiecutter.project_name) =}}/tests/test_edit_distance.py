"""The distance of two texts: fixed cases for both implementations, then random text."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from {{= cookiecutter.__package =}} import edit_distance, naive

CASES = {
    "empty": ("", "", 0),
    "only insertions": ("", "abc", 3),
    "equal": ("abc", "abc", 0),
    "one of each": ("kitten", "sitting", 3),
    "swapped": ("ab", "ba", 2),
    "outside the BMP": ("\U0001f980", "a", 1),
    "a letter and its accent": ("e\u0301", "\u00e9", 2),
}

# Few characters, so that texts have some in common.
TEXTS = st.text(max_size=20) | st.text("ab\u00e9\U0001f980", max_size=20)


@pytest.mark.parametrize("distance", [naive.edit_distance, edit_distance], ids=["naive", "rust"])
@pytest.mark.parametrize(("left", "right", "expected"), CASES.values(), ids=CASES)
def test_cases(distance: Callable[[str, str], int], left: str, right: str, expected: int) -> None:
    assert distance(left, right) == expected
    assert distance(right, left) == expected


@given(TEXTS, TEXTS)
def test_rust_agrees_with_the_naive_implementation(left: str, right: str) -> None:
    assert edit_distance(left, right) == naive.edit_distance(left, right)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        edit_distance("ab", "ab\ud800")


def test_other_types_are_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        edit_distance("ab", b"ab")  # type: ignore[arg-type]
