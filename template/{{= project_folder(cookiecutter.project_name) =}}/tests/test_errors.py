"""Each error: its class, its sentence, and the builtin that catches it."""

import pickle

import pytest

from {{= cookiecutter.__package =}} import (
    CountError,
    Error,
    NotUtf8Error,
    WordCounts,
    count_words,
    count_words_in_all,
)

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
def test_a_count_that_is_none_is_refused(count: int) -> None:
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
