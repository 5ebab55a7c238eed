"""Files of Hugging Face at random, of all parts that are supported, against its own library."""

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import families
import pytest
import random_tokenizers

from bytemerge import Tokenizer, WordCounts
from bytemerge.errors import ModelError
from bytemerge.formats.pre_tokenizers import DIGIT, SIGN, SPACE, WORDS

tokenizers = pytest.importorskip("tokenizers")

FILES = int(os.environ.get("BYTEMERGE_RANDOM_FILES", "2000"))
"""The number of files. A long run sets it higher, and the seed to another one."""

SEED = int(os.environ.get("BYTEMERGE_RANDOM_SEED", "0"))
TEXTS = 6
PARTS = 4
"""The number of tests that share the files, so that processes can."""


@pytest.mark.parametrize("part", range(PARTS))
def test_random_files(part: int, tmp_path: Path) -> None:
    chance = Random(SEED * PARTS + part)
    refused = 0
    for number in range(FILES // PARTS):
        if number % 20 == 0:
            tokens, merges = random_tokenizers.vocabulary(chance)
        content = random_tokenizers.file(chance, tokens, merges)
        texts = [random_tokenizers.text(chance) for _ in range(TEXTS)]
        refused += not random_tokenizers.same_as_theirs(content, texts, tmp_path)
    assert refused < FILES // PARTS // 4


def same_as_theirs(path: Path, content: dict[str, Any], texts: list[str]) -> Tokenizer:
    """Check ids and offsets, and return our tokenizer."""
    path.write_text(json.dumps(content), encoding="utf-8")
    theirs = tokenizers.Tokenizer.from_file(str(path))
    ours = Tokenizer.from_huggingface(path)
    for text in texts:
        expected, found = theirs.encode(text), ours.encode_with_offsets(text, allowed_special="all")
        assert found.ids.tolist() == expected.ids, text
        assert [tuple(each) for each in found.char_offsets.tolist()] == expected.offsets, text
    return ours


def with_tokens(normalizer: Any, *added: dict[str, Any]) -> dict[str, Any]:
    """Return a file with a normalizer and added tokens."""
    tokens, merges = random_tokenizers.vocabulary(Random(SEED))
    vocab = {token: id for id, token in enumerate(tokens)}
    return families.file(
        {"normalizer": normalizer, "pre_tokenizer": families.GPT2, "added_tokens": list(added)},
        vocab,
        merges,
    )


def test_a_single_word_beside_another_token(tmp_path: Path) -> None:
    """A token that is looked for later sees no word where an earlier one is."""
    added = families.token("bar"), families.token("foo", single_word=True, normalized=True)
    texts = ["barfoo", "foobar", "foo bar", "xfoo", "foo"]
    same_as_theirs(tmp_path / "tokenizer.json", with_tokens(None, *added), texts)


def test_offsets_of_marks_in_another_order(tmp_path: Path) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        texts = ["\u00e9\u0323", "\u0130\u0323", "\u00e9\u0323\u0307", "a\u0307\u0323b"]
        same_as_theirs(tmp_path / "tokenizer.json", with_tokens({"type": form}), texts)


def test_a_character_without_a_token(tmp_path: Path) -> None:
    strip = {"type": "Strip", "strip_left": True, "strip_right": True}
    ours = same_as_theirs(tmp_path / "tokenizer.json", with_tokens(strip), ["  zq  "])
    encoding = ours.encode_with_offsets("  zq  ")
    assert encoding.char_to_token(2) == 0
    for index in (0, 1, 4, 5, 6):
        with pytest.raises(IndexError, match=f"no token has the character with the index {index}"):
            encoding.char_to_token(index)


def test_special_tokens_that_stay_keep_their_rules(tmp_path: Path) -> None:
    added = families.token("<mask>", lstrip=True), families.token("<t>", special=False)
    ours = same_as_theirs(
        tmp_path / "tokenizer.json", with_tokens({"type": "NFC"}, *added), ["a  <mask> <t>"]
    )
    assert ours.with_special_tokens(ours.special_tokens) == ours
    more = ours.with_special_tokens({**ours.special_tokens, "<new>": 9000})
    text = "a  <mask> <t>"
    assert more.encode(text, allowed_special="all") == ours.encode(text, allowed_special="all")
    assert more.added_tokens == ours.added_tokens == {"<t>": ours.n_vocab - 1}


def test_threads_and_batches_make_no_difference(tmp_path: Path) -> None:
    """Long texts are cut only where a normalizer and added tokens leave them as they are."""
    chance, path = Random(SEED), tmp_path / "tokenizer.json"
    tokens, merges = random_tokenizers.vocabulary(chance)
    for _ in range(8):
        path.write_text(random_tokenizers.file(chance, tokens, merges), encoding="utf-8")
        try:
            tokenizer = Tokenizer.from_huggingface(path)
        except ModelError:
            continue
        texts = [random_tokenizers.text(chance) for _ in range(2000)]
        ascii_only = [text.encode("ascii", "ignore").decode() for text in texts]
        for each in (texts, ascii_only):
            long = "".join(each * 20)
            one = tokenizer.encode(long, allowed_special="all", threads=1)
            assert tokenizer.encode(long, allowed_special="all", threads=2) == one
            assert tokenizer.count(long, allowed_special="all", threads=2) == len(one)
            batch = tokenizer.encode_batch([*each, long], allowed_special="all", threads=2)
            alone = [tokenizer.encode(text, allowed_special="all") for text in each]
            assert batch.tolist() == [*alone, one]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("Digits", DIGIT), ("Punctuation", SIGN), ("Whitespace", WORDS), ("WhitespaceSplit", SPACE)],
)
def test_classes_over_all_of_unicode(name: str, pattern: str) -> None:
    pre_tokenizer = getattr(tokenizers.pre_tokenizers, name)()
    if name == "Digits":
        pre_tokenizer.individual_digits = True
    texts = [f"x{chr(code)}" for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    whole = {text for text in texts if pre_tokenizer.pre_tokenize_str(text) == [(text, (0, 2))]}
    pieces = WordCounts.count(texts, pattern=pattern)
    assert {text for text in texts if text.encode() in pieces} == whole
