"""The offsets of tokens in their text."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytemerge import Encoding, SpecialTokenError, Tokenizer

# Each has at least one token that ends inside of a character, or that is more than one.
LINES = ["the cat", "語学 語", "😀😀", "né née"]
TOKENIZER = Tokenizer.train(LINES, 275, special_tokens=["<é>"])
BYTES = Tokenizer.train([], 257, special_tokens=["<é>"])


@pytest.mark.parametrize(
    ("text", "chars"),
    [
        ("", []),
        ("ab", [[0, 1], [1, 2]]),
        # All parts of a character have its offsets.
        ("a😀b", [[0, 1], *[[1, 2]] * 4, [2, 3]]),
        ("語é", [*[[0, 1]] * 3, *[[1, 2]] * 2]),
        # A combining mark is a character of its own, as in str; so are the parts of a family.
        ("e\u0301", [[0, 1], [1, 2], [1, 2]]),
        ("👩\u200d👧", [*[[0, 1]] * 4, *[[1, 2]] * 3, *[[2, 3]] * 4]),
        # A special token is one token.
        ("a<é>b", [[0, 1], [1, 4], [4, 5]]),
    ],
)
def test_bytes_and_the_characters_that_they_belong_to(text: str, chars: list[list[int]]) -> None:
    encoding = BYTES.encode_with_offsets(text, allowed_special="all")
    assert encoding.char_offsets.tolist() == chars


def test_a_token_of_two_halves_of_characters() -> None:
    # The end of é and the start of the next one, by ranks.
    ranks = {bytes([byte]): byte for byte in range(256)} | {b"\xa9\xc3": 256}
    encoding = Tokenizer.from_ranks(ranks, pattern=None).encode_with_offsets("éé")
    assert encoding.ids.tolist() == [0xC3, 256, 0xA9]
    assert encoding.byte_offsets.tolist() == [[0, 1], [1, 3], [3, 4]]
    assert encoding.char_offsets.tolist() == [[0, 1], [0, 2], [1, 2]]


@given(st.text(st.sampled_from("the cat語学é😀\u0301<>")))
def test_places_by_the_book(text: str) -> None:
    encoding = TOKENIZER.encode_with_offsets(text, allowed_special="all")
    assert encoding.ids.tolist() == TOKENIZER.encode(text, allowed_special="all")
    # The character of each byte.
    chars = [place for place, char in enumerate(text) for _ in char.encode()]
    end = 0
    for place, (id, bytes_, span) in enumerate(
        zip(encoding.ids.tolist(), encoding.byte_offsets, encoding.char_offsets, strict=True)
    ):
        start, (_, end) = end, bytes_.tolist()
        assert bytes_.tolist() == [start, end]
        assert text.encode()[start:end] == TOKENIZER.token_bytes(id)
        assert span.tolist() == [chars[start], chars[end - 1] + 1]
        assert encoding.byte_to_token(start) == encoding.byte_to_token(end - 1) == place
    assert end == len(text.encode())
    for char in range(len(text)):
        expected = next(
            place for place, span in enumerate(encoding.char_offsets) if span[0] <= char < span[1]
        )
        assert encoding.char_to_token(char) == expected


def test_arrays() -> None:
    for text in ("", "né"):
        encoding = TOKENIZER.encode_with_offsets(text)
        size = len(encoding)
        assert (encoding.ids.dtype, encoding.ids.shape) == (np.dtype(np.uint32), (size,))
        for offsets in (encoding.byte_offsets, encoding.char_offsets):
            assert (offsets.dtype, offsets.shape) == (np.dtype(np.int64), (size, 2))


@pytest.mark.parametrize("index", [-1, 2, 2**70])
def test_no_such_character(index: int) -> None:
    encoding = TOKENIZER.encode_with_offsets("né")
    with pytest.raises(IndexError, match=f"^no token has the character with the index {index}$"):
        encoding.char_to_token(index)
    with pytest.raises(IndexError, match=r"^no token has the byte with the index 3$"):
        encoding.byte_to_token(3)


def test_the_options_of_encode() -> None:
    with pytest.raises(SpecialTokenError):
        TOKENIZER.encode_with_offsets("<é>")
    with pytest.raises(UnicodeEncodeError):
        TOKENIZER.encode_with_offsets("\ud800")
    text = "né 語 the cat\n" * 80_000  # on several threads
    one = TOKENIZER.encode_with_offsets(text, threads=1)
    assert one == TOKENIZER.encode_with_offsets(text)
    assert one.byte_offsets[-1, 1] == len(text.encode())
    assert one.char_offsets[-1, 1] == len(text)


def test_copies_are_equal() -> None:
    encoding = TOKENIZER.encode_with_offsets("the cat")
    for other in (
        copy.copy(encoding),
        copy.deepcopy(encoding),
        pickle.loads(pickle.dumps(encoding)),
    ):
        assert isinstance(other, Encoding)
        assert other == encoding
    assert encoding != TOKENIZER.encode_with_offsets("the hat")
    assert encoding != 1
    assert repr(TOKENIZER.encode_with_offsets("")) == "<Encoding of 0 tokens>"
    with pytest.raises(TypeError, match="unhashable"):
        hash(encoding)


def test_a_text_of_special_tokens_alone_is_cut_into_tasks_too() -> None:
    tokenizer = Tokenizer.train(["the cat"], 258, special_tokens=["<end>"])
    end = tokenizer.special_tokens["<end>"]
    for text in ("<end>" * 200_000, "<end>" * 70_000 + "a" + "<end>" * 131_072):
        ids = tokenizer.encode(text, allowed_special="all", threads=2)
        assert ids == tokenizer.encode(text, allowed_special="all", threads=1)
        assert tokenizer.decode(ids) == text
        assert ids.count(end) == text.count("<end>")
