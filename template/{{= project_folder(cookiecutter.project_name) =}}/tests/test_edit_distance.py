"""The distance of two texts: fixed cases for both versions, then all pairs of short texts."""

from collections.abc import Callable
from itertools import product

import pytest

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

# Every text of up to three of these characters, which have one to four bytes in UTF-8.
ALPHABET = "a\u00e9\u20ac\U0001f980"
SHORT = ["".join(text) for length in range(4) for text in product(ALPHABET, repeat=length)]


@pytest.mark.parametrize("distance", [naive.edit_distance, edit_distance], ids=["naive", "rust"])
@pytest.mark.parametrize(("left", "right", "expected"), CASES.values(), ids=CASES)
def test_cases(distance: Callable[[str, str], int], left: str, right: str, expected: int) -> None:
    assert distance(left, right) == expected
    assert distance(right, left) == expected


def test_rust_agrees_with_the_naive_implementation() -> None:
    for left, right in product(SHORT, repeat=2):
        assert edit_distance(left, right) == naive.edit_distance(left, right), (left, right)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        edit_distance("ab", "ab\ud800")


def test_other_types_are_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        edit_distance("ab", b"ab")  # type: ignore[arg-type]
