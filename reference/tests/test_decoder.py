"""Text from ids as they arrive."""

import copy
import pickle
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytemerge import Tokenizer, UnknownTokenError
from bytemerge.arguments import ERRORS

TOKENIZER = Tokenizer.train(["the cat", "語学 語", "😀😀"], 275, special_tokens=["<é>"])
LENIENT = [errors for errors in ERRORS if errors not in {"strict", "surrogatepass"}]


@given(st.lists(st.integers(0, TOKENIZER.vocab_size - 1)), st.sampled_from(LENIENT))
def test_the_parts_are_what_decode_returns(ids: list[int], errors: str) -> None:
    decoder = TOKENIZER.decoder(errors)
    parts = [decoder.feed(id) for id in ids]
    assert "".join(parts) + decoder.finish() == TOKENIZER.decode(ids, errors)
    assert decoder.feed(ids) + decoder.finish() == TOKENIZER.decode(ids, errors)
    stream = list(TOKENIZER.decode_stream(ids, errors))
    assert "".join(stream) == TOKENIZER.decode(ids, errors)
    assert all(stream)


@given(st.lists(st.integers(0, TOKENIZER.vocab_size - 1)), st.sampled_from(LENIENT))
def test_special_tokens_may_leave_no_text(ids: list[int], errors: str) -> None:
    """As if they were not there: also between the bytes of a character."""
    special = TOKENIZER.special_tokens.values()
    kept = [id for id in ids if id not in special]
    text = TOKENIZER.decode(kept, errors)
    assert TOKENIZER.decode(ids, errors, skip_special_tokens=True) == text
    assert TOKENIZER.decode_bytes(ids, skip_special_tokens=True) == TOKENIZER.decode_bytes(kept)
    assert "".join(TOKENIZER.decode_stream(ids, errors, skip_special_tokens=True)) == text
    batch = TOKENIZER.decode_batch([ids, kept, []], errors, skip_special_tokens=True)
    assert batch == [text, text, ""]


def test_a_copy_skips_special_tokens_too() -> None:
    decoder = TOKENIZER.decoder(skip_special_tokens=True)
    end = TOKENIZER.special_tokens["<é>"]
    for other in (copy.copy(decoder), pickle.loads(pickle.dumps(decoder)), decoder):
        assert other.feed([116, end]) == "t"


@pytest.mark.parametrize("call", ["decode", "decode_bytes", "decode_stream", "decode_batch"])
def test_only_a_bool_says_whether_to_skip(call: str) -> None:
    with pytest.raises(TypeError, match=r"^skip_special_tokens must be True or False, not 'no'$"):
        getattr(TOKENIZER, call)([], skip_special_tokens="no")
    with pytest.raises(TypeError, match=r"^skip_special_tokens must be True or False, not 1$"):
        TOKENIZER.decoder(skip_special_tokens=1)  # type: ignore[arg-type]


def test_an_unknown_id_is_no_special_token() -> None:
    with pytest.raises(UnknownTokenError, match="no token has the id 9999"):
        TOKENIZER.decode([9999], skip_special_tokens=True)


@given(st.text(st.sampled_from("the語学é😀\u0301")))
def test_no_character_is_cut(text: str) -> None:
    ids = TOKENIZER.encode(text)
    assert "".join(TOKENIZER.decode_stream(ids, "strict")) == text
    decoder = TOKENIZER.decoder("strict")
    for id in ids:
        decoder.feed(id)
        assert len(decoder.pending) <= 3
    assert decoder.finish() == ""


def test_the_stream_takes_one_id_at_a_time() -> None:
    taken = []

    def ids() -> Iterator[int]:
        for id in TOKENIZER.encode("né t"):
            taken.append(id)
            yield id

    stream = TOKENIZER.decode_stream(ids())
    assert not taken
    assert next(stream) == "n"
    assert len(taken) == 1
    assert next(stream) == "é"
    assert len(taken) == 3


def test_one_id_or_several() -> None:
    decoder = TOKENIZER.decoder()
    assert decoder.feed(104) == decoder.feed([104]) == decoder.feed(np.uint32(104)) == "h"
    assert decoder.feed(np.array([104, 105])) == "hi"
    assert decoder.feed([]) == ""


def test_after_an_error_it_goes_on() -> None:
    decoder = TOKENIZER.decoder("strict")
    assert decoder.feed(0xC3) == ""
    for bad, error in ((999, UnknownTokenError), (0xFF, UnicodeDecodeError), ("x", TypeError)):
        with pytest.raises(error):
            decoder.feed(bad)  # type: ignore[arg-type]
        assert decoder.pending == b"\xc3"
    with pytest.raises(UnicodeDecodeError):
        decoder.finish()
    assert decoder.feed(0xA9) == "é"


@pytest.mark.parametrize("errors", ["bogus", "xmlcharrefreplace", "", None])
def test_no_such_way_to_treat_errors(errors: str) -> None:
    says = f"^errors must be one of strict, replace, .*, not {errors!r}$"
    for call in (
        lambda: TOKENIZER.decode([], errors),
        lambda: TOKENIZER.decoder(errors),
        lambda: TOKENIZER.decode_stream([], errors),  # at once, not with the first part
    ):
        with pytest.raises(ValueError, match=says):
            call()


def test_errors_as_bytes_decode_treats_them() -> None:
    for errors in LENIENT:
        assert TOKENIZER.decode([104, 0xC3], errors) == b"h\xc3".decode("utf-8", errors)
    for errors in ("strict", "surrogatepass"):
        with pytest.raises(UnicodeDecodeError):
            TOKENIZER.decode([104, 0xC3], errors)


def test_a_copy_goes_on_by_itself() -> None:
    decoder = TOKENIZER.decoder("strict")
    decoder.feed(0xC3)
    for other in (copy.copy(decoder), copy.deepcopy(decoder), pickle.loads(pickle.dumps(decoder))):
        assert other.feed(0xA9) == "é"
        assert decoder.pending == b"\xc3"
    assert repr(decoder).endswith(r"pending b'\xc3'>")
