from hypothesis import given
from hypothesis import strategies as st

from wordtally import naive, ngrams


def test_words_in_a_row() -> None:
    assert ngrams("to be or not") == ["to be", "be or", "or not"]
    assert ngrams("to be", n=3) == []


@given(st.text("ab\u00e9 ."), st.integers(1, 4))
def test_rust_agrees_with_the_naive_implementation(text: str, n: int) -> None:
    assert ngrams(text, n=n) == naive.ngrams(text, n=n)
