import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordtally import NotUtf8Error, longest_common, naive

TEXTS = st.text(max_size=20) | st.text("ab\u00e9", max_size=20)


def test_it_is_as_long_as_what_both_have() -> None:
    assert longest_common("interest", "winter") == 5
    assert longest_common("", "winter") == 0


@given(TEXTS, TEXTS)
def test_rust_agrees_with_the_naive_implementation(left: str, right: str) -> None:
    expected = naive.longest_common(left, right)
    assert longest_common(left, right) == longest_common(left.encode(), right) == expected


def test_bytes_that_are_not_utf8_are_located() -> None:
    with pytest.raises(NotUtf8Error, match=r"^not UTF-8: invalid byte at offset 2$"):
        longest_common("ab", b"ab\xff")
