"""Files of Hugging Face at random, of all parts that are supported, against its own library."""

import os
from pathlib import Path
from random import Random

import pytest
import random_tokenizers

from bytemerge import Tokenizer, WordCounts
from bytemerge.errors import ModelError, PatternError
from bytemerge.formats.huggingface import as_letters
from bytemerge.formats.pre_tokenizers import DIGIT, SIGN

tokenizers = pytest.importorskip("tokenizers")

FILES = int(os.environ.get("BYTEMERGE_RANDOM_FILES", "2000"))
"""The number of files. A long run sets it higher, and the seed to another one."""

SEED = int(os.environ.get("BYTEMERGE_RANDOM_SEED", "0"))
TEXTS = 6


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
            if "the normalizer changes the token" not in str(error):
                raise AssertionError(content) from error
            refused += 1
            continue
        # Hugging Face takes the letters of an added token for bytes.
        decodes_alike = "".join([*ours.added_tokens, *ours.special_tokens]).isascii()
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
            found = ours.encode_with_offsets(text, allowed_special="all")
            case = (text, content)
            assert found.ids.tolist() == expected.ids, case
            assert [tuple(each) for each in found.char_offsets.tolist()] == expected.offsets, case
            for each in saved:
                assert each.encode(text, allowed_special="all") == expected.ids, case
            if decodes_alike:
                for skip in (False, True):
                    decoded = theirs.decode(expected.ids, skip_special_tokens=skip)
                    assert ours.decode(expected.ids, skip_special_tokens=skip) == decoded, case
            whole = ours.truncate(text, 10**6, allowed_special="all")
            assert whole.ids == expected.ids, case
    assert refused < FILES // 4


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
    [("Digits", DIGIT), ("Punctuation", SIGN)],
)
def test_classes_over_all_of_unicode(name: str, pattern: str) -> None:
    pre_tokenizer = getattr(tokenizers.pre_tokenizers, name)()
    if name == "Digits":
        pre_tokenizer.individual_digits = True
    texts = [f"x{chr(code)}" for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    whole = {text for text in texts if len(pre_tokenizer.pre_tokenize_str(text)) == 1}
    pieces = WordCounts.count(texts, pattern=pattern)
    assert {text for text in texts if text.encode() in pieces} == whole
