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
from bytemerge.errors import ModelError, PatternError
from bytemerge.formats.huggingface import as_letters
from bytemerge.formats.pre_tokenizers import DIGIT, SIGN, SPACE, WORDS

tokenizers = pytest.importorskip("tokenizers")

FILES = int(os.environ.get("BYTEMERGE_RANDOM_FILES", "2000"))
"""The number of files. A long run sets it higher, and the seed to another one."""

SEED = int(os.environ.get("BYTEMERGE_RANDOM_SEED", "0"))
TEXTS = 6
ALL: dict[str, Any] = {"allowed_special": "all", "add_special_tokens": True}
"""The options by which Hugging Face encodes."""


def vocabulary(chance: Random) -> tuple[list[str], list[list[str]]]:
    """Return the tokens of a model, as characters that stand for bytes, and its merges."""
    texts = [random_tokenizers.text(chance) for _ in range(30)]
    pattern = chance.choice(["gpt2", "cl100k", None])
    trained = Tokenizer.train(texts, chance.randint(256, 420), pattern=pattern)
    tokens = [as_letters(token) for token, _ in trained._rust.tokens]
    return tokens, [[as_letters(left), as_letters(right)] for left, right in trained.merges]


def test_random_files(tmp_path: Path) -> None:
    chance = Random(SEED)
    path, again = tmp_path / "tokenizer.json", tmp_path / "again.json"
    refused = 0
    for number in range(FILES):
        if number % 20 == 0:
            tokens, merges = vocabulary(chance)
        content = random_tokenizers.file(chance, tokens, merges)
        path.write_text(content, encoding="utf-8")
        theirs = tokenizers.Tokenizer.from_str(content)
        try:
            ours = Tokenizer.from_huggingface(path)
        except ModelError as error:
            if "the normalizer changes the name of the token" not in str(error):
                raise AssertionError(content) from error
            refused += 1
            continue
        # Hugging Face takes the letters of an added token for bytes.
        decodes_alike = "".join([*ours.added_tokens, *ours.special_tokens]).isascii()
        # Of a byte that it drops, Hugging Face forgets the length.
        drops = ours._rust.unknown is not None and ours._rust.unknown[0] is None
        saved = [ours]
        ours.save(tmp_path / "own")
        saved.append(Tokenizer.load(tmp_path / "own"))
        assert saved[1] == ours
        try:
            ours.to_huggingface(again)
        except PatternError as error:
            raise AssertionError(content) from error
        saved.append(Tokenizer.from_huggingface(again))
        for _ in range(TEXTS):
            text = random_tokenizers.text(chance)
            try:
                expected = theirs.encode(text)
            except BaseException as error:
                # Where an added token starts in the white space that the one before took.
                if type(error).__name__ != "PanicException":
                    raise
                continue
            found = ours.encode_with_offsets(text, **ALL)
            case = (text, content)
            assert found.ids.tolist() == expected.ids, case
            if not drops:
                offsets = [tuple(each) for each in found.char_offsets.tolist()]
                assert offsets == expected.offsets, case
            for each in saved:
                assert each.encode(text, **ALL) == expected.ids, case
            if decodes_alike:
                for skip in (False, True):
                    decoded = theirs.decode(expected.ids, skip_special_tokens=skip)
                    assert ours.decode(expected.ids, skip_special_tokens=skip) == decoded, case
            whole = ours.truncate(text, 10**6, **ALL)
            assert whole.ids == expected.ids, case
    assert refused < FILES // 4


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
    tokens, merges = vocabulary(Random(SEED))
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
    tokens, merges = vocabulary(chance)
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
