import pytest

from wordtally import Error, NgramError, ngrams


@pytest.mark.parametrize("n", [0, -1])
def test_less_than_one_word_in_a_row_is_refused(n: int) -> None:
    with pytest.raises(NgramError, match=rf"^n must be at least 1, not {n}$") as caught:
        ngrams("to be", n=n)
    assert isinstance(caught.value, (Error, ValueError))
