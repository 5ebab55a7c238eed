from hypothesis import given
from hypothesis import strategies as st

from wordtally import longest_word, naive


def test_the_first_of_equals_is_the_longest() -> None:
    assert longest_word("It is the best, the very best.") == "best"
    assert longest_word("...") is None


@given(st.text())
def test_rust_agrees_with_the_naive_implementation(text: str) -> None:
    assert longest_word(text) == naive.longest_word(text)
