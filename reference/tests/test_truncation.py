"""The first tokens of a text.

Rust tests that no more than needed is read, because it can count that.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytemerge import SpecialTokenError, Tokenizer

TOKENIZER = Tokenizer.train(["the cat", "語学 語", "😀😀", "né née"], 275, special_tokens=["<é>"])


@given(st.text(st.sampled_from("the cat語学é😀\u0301<>")), st.integers(0, 20))
def test_the_longest_prefix_that_ends_a_character(text: str, most: int) -> None:
    everything = TOKENIZER.encode(text, allowed_special="all")
    ids, kept, end = TOKENIZER.truncate(text, most, allowed_special="all")
    assert ids == everything[: len(ids)]
    assert len(ids) <= most
    assert TOKENIZER.decode(ids) == kept
    assert text.startswith(kept)
    assert end == len(kept.encode())
    for more in range(len(ids) + 1, min(most, len(everything)) + 1):
        with pytest.raises(UnicodeDecodeError):
            TOKENIZER.decode(everything[:more], "strict")


def test_a_character_is_kept_as_a_whole_or_not_at_all() -> None:
    tokenizer = Tokenizer.train([], 256)
    kept = [tokenizer.truncate("a😀b", most).text for most in range(8)]
    assert kept == ["", "a", "a", "a", "a", "a😀", "a😀b", "a😀b"]


def test_numbers_that_are_none() -> None:
    with pytest.raises(ValueError, match=r"^max_tokens must be at least 0, not -1$"):
        TOKENIZER.truncate("the", -1)
    with pytest.raises(TypeError):
        TOKENIZER.truncate("the", 1.5)  # type: ignore[arg-type]
    assert TOKENIZER.truncate("the cat", 2**70).text == "the cat"


def test_special_tokens_behind_the_end_do_not_matter() -> None:
    assert TOKENIZER.truncate("a <é>", 1).text == "a"
    with pytest.raises(SpecialTokenError, match='"<é>" at byte 2'):
        TOKENIZER.truncate("a <é>", 5)
    assert TOKENIZER.truncate("a <é>", 3, allowed_special={"<é>"}).text == "a <é>"
    assert TOKENIZER.truncate("a <é>", 3, disallowed_special=()).text == "a <"
    with pytest.raises(UnicodeEncodeError):
        TOKENIZER.truncate("a\ud800", 1)
