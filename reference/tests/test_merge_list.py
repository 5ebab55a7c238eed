"""The other meaning of merging: only the pairs of a list merge, in its order.

Every way to copy or save a tokenizer keeps it.
"""

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytemerge import ModelError, Tokenizer, VocabularyError

BYTES = {bytes([byte]): byte for byte in range(256)}
TOKENS = [b"bc", b"ab", b"abc"]
MERGES = [("b", "c"), ("a", "b"), ("ab", "c")]


def by_list(folder: Path, tokens: list[bytes], merges: list[tuple[str, str]]) -> Tokenizer:
    """The tokenizer of a file of Hugging Face; the letters of these tokens are their bytes."""
    path = folder / "tokenizer.json"
    Tokenizer.train([], 256, pattern=None).to_huggingface(path)
    content = json.loads(path.read_bytes())
    content["model"]["vocab"] |= {token.decode(): 256 + at for at, token in enumerate(tokens)}
    content["model"]["merges"] = [list(merge) for merge in merges]
    path.write_text(json.dumps(content), encoding="utf-8")
    return Tokenizer.from_huggingface(path)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    """The tokenizer of MERGES."""
    return by_list(tmp_path_factory.mktemp("listed"), TOKENS, MERGES)


def words(tokenizer: Tokenizer, text: str) -> list[str]:
    return tokenizer.tokens_as_strings(tokenizer.encode(text))


def test_where_both_meanings_differ(listed: Tokenizer) -> None:
    by_rank = Tokenizer.from_ranks(
        BYTES | dict(zip(TOKENS, range(256, 259), strict=True)), pattern=None
    )
    assert words(listed, "abc") == ["a", "bc"]
    assert words(by_rank, "abc") == ["abc"]
    assert listed != by_rank
    assert listed.merges == [(b"b", b"c"), (b"a", b"b"), (b"ab", b"c")]


def saved(tokenizer: Tokenizer, folder: Path) -> Tokenizer:
    tokenizer.save(folder / "model")
    return Tokenizer.load(folder / "model")


def as_huggingface(tokenizer: Tokenizer, folder: Path) -> Tokenizer:
    tokenizer.to_huggingface(folder / "tokenizer.json")
    return Tokenizer.from_huggingface(folder / "tokenizer.json")


COPIES: dict[str, Callable[[Tokenizer, Path], Tokenizer]] = {
    "save and load": saved,
    "to_huggingface": as_huggingface,
    "pickle": lambda tokenizer, _: pickle.loads(pickle.dumps(tokenizer)),
    "copy": lambda tokenizer, _: copy.copy(tokenizer),
    "deepcopy": lambda tokenizer, _: copy.deepcopy(tokenizer),
    "with_special_tokens": lambda tokenizer, _: tokenizer.with_special_tokens({}),
}


@pytest.mark.parametrize("way", COPIES)
def test_it_is_kept(way: str, listed: Tokenizer, tmp_path: Path) -> None:
    other = COPIES[way](listed, tmp_path)
    assert other == listed
    assert hash(other) == hash(listed)
    assert words(other, "abc") == ["a", "bc"]


def test_every_call_means_the_same(listed: Tokenizer) -> None:
    text = "abcabcc abbc"
    ids = listed.encode(text)
    assert listed.encode_ordinary(text) == listed.encode_bytes(text.encode()) == ids
    assert (
        listed.encode_numpy(text).tolist() == listed.encode_with_offsets(text).ids.tolist() == ids
    )
    assert listed.encode_batch([text]).tolist() == [ids]
    assert listed.count(text) == len(ids)
    assert listed.truncate(text, 99).ids == list(listed.explain(text).ids) == ids


def test_ranks_cannot_say_it(listed: Tokenizer, tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="the bytes of the token with id 258 encode to other"):
        listed.to_tiktoken(tmp_path / "ranks")
    # A list whose order differs from that of the ids.
    other = by_list(tmp_path, [b"ab", b"cd"], [("c", "d"), ("a", "b")])
    with pytest.raises(VocabularyError, match="merge number 1 is not in the order of ids"):
        other.to_tiktoken(tmp_path / "ranks")
    assert not (tmp_path / "ranks").exists()


def test_a_list_that_ranks_can_say(tmp_path: Path) -> None:
    tokenizer = by_list(tmp_path, [b"ab", b"abc"], [("a", "b"), ("ab", "c")])
    tokenizer.to_tiktoken(tmp_path / "ranks")
    by_rank = Tokenizer.from_tiktoken(tmp_path / "ranks", pattern=None)
    assert by_rank == tokenizer
    assert by_rank.encode("abcab") == tokenizer.encode("abcab")


@given(text=st.text("abc", max_size=30))
def test_by_the_book(listed: Tokenizer, text: str) -> None:
    # No merge here makes a pair that an earlier one needs, so the rules can run one after the
    # other.
    parts = list(text)
    for left, right in MERGES:
        place = 0
        while place < len(parts) - 1:
            if (parts[place], parts[place + 1]) == (left, right):
                parts[place : place + 2] = [left + right]
            place += 1
    assert words(listed, text) == parts


def test_merges_that_are_no_list(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match='a merge needs "bc", which is not in the vocabulary'):
        by_list(tmp_path, [b"ab"], [("b", "c")])
