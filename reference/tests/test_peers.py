"""The same ids as tiktoken, the same merges as Hugging Face; where these are installed."""

import json
import os
import random
from pathlib import Path

import pytest

from bytemerge import Tokenizer

ROOT = Path(__file__).parents[1]
RANKS = [folder / "shared" / "data" / "tiktoken" for folder in ROOT.parents[:2]]
# Letters with and without case, modifiers, marks, numbers, contractions, white space, signs, emoji.
NASTY = [
    *("a", "B", "\xe9", "\xdf", "\u017f", "\u8a9e", "\ud55c", "\u05d0", "\u0627", "\u02b0"),
    *("\u0301", "\u094d", "1", "\xbd", "\u0663", "'", "'S", "'ll", "'Re"),
    *(" ", "  ", "\n", "\r\n", "\t", "\xa0", "\u3000", "\u2028"),
    *(".", "/", "!?", "_", "\U0001f600", "\U0001f468\u200d", "\0"),
]


def texts(count: int) -> list[str]:
    """Texts that make patterns stumble, the same each time."""
    chance = random.Random(0)
    return ["".join(chance.choices(NASTY, k=chance.randrange(30))) for _ in range(count)]


@pytest.fixture(scope="module", params=["r50k_base", "p50k_base", "cl100k_base", "o200k_base"])
def pair(request: pytest.FixtureRequest) -> tuple[Tokenizer, object]:
    """A pretrained tokenizer, and tiktoken's."""
    tiktoken = pytest.importorskip("tiktoken")
    cache = next((folder for folder in RANKS if folder.exists()), None)
    with pytest.MonkeyPatch.context() as patch:
        if cache and "TIKTOKEN_CACHE_DIR" not in os.environ:
            patch.setenv("TIKTOKEN_CACHE_DIR", str(cache))
        try:
            return Tokenizer.from_pretrained(request.param), tiktoken.get_encoding(request.param)
        except OSError:
            pytest.skip("the ranks are not here, and cannot be downloaded")


def test_the_ids_of_tiktoken(pair: tuple[Tokenizer, object], corpus: list[str]) -> None:
    ours, theirs = pair
    book = "\n".join(corpus[:20_000])
    for text in (*texts(3000), book, "a" * 3000, " " * 3000, "\n" * 3000, "1" * 3000):
        assert ours.encode_ordinary(text) == theirs.encode_ordinary(text)  # type: ignore[attr-defined]


def test_special_tokens_of_tiktoken(pair: tuple[Tokenizer, object]) -> None:
    ours, theirs = pair
    text = "a<|endoftext|>b <|endofprompt|>"
    for allowed in ("all", {"<|endoftext|>"}):
        arguments = {"allowed_special": allowed, "disallowed_special": ()}
        assert ours.encode(text, **arguments) == theirs.encode(text, **arguments)  # type: ignore[attr-defined, arg-type]


def test_bytes_of_tiktoken(pair: tuple[Tokenizer, object]) -> None:
    ours, theirs = pair
    chance = random.Random(1)
    for text in texts(1000):
        data = bytearray(text.encode())
        for _ in range(3):
            data.insert(chance.randrange(len(data) + 1), chance.randrange(256))
        assert ours.encode_bytes(bytes(data)) == theirs._encode_bytes(bytes(data))  # type: ignore[attr-defined]


@pytest.mark.parametrize("min_frequency", [0, 1, 2, 5])
def test_the_merges_of_hugging_face(corpus: list[str], min_frequency: int) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    chance = random.Random(min_frequency)
    ties = [["".join(chance.choices("ab ", k=20)) for _ in range(5)] for _ in range(200)]
    for lines, size in (*((lines, 300) for lines in ties), (corpus[:20_000], 3000)):
        theirs = tokenizers.Tokenizer(tokenizers.models.BPE())
        theirs.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = tokenizers.trainers.BpeTrainer(
            vocab_size=size,
            min_frequency=min_frequency,
            show_progress=False,
            initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        )
        theirs.train_from_iterator(lines, trainer)
        expected = [tuple(merge) for merge in as_merges(theirs.to_str())]
        ours = Tokenizer.train(lines, size, min_frequency=min_frequency)
        assert ours.merges == expected


def test_files_of_hugging_face(pair: tuple[Tokenizer, object], tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    ours, path = pair[0], tmp_path / "tokenizer.json"
    ours.to_huggingface(path)
    theirs, back = tokenizers.Tokenizer.from_file(str(path)), Tokenizer.from_huggingface(path)
    assert back.special_tokens == ours.special_tokens
    for text in (*texts(2000), "a<|endoftext|>b"):
        ids = ours.encode(text, allowed_special="all")
        assert theirs.encode(text).ids == ids
        assert back.encode(text, allowed_special="all") == ids
        assert theirs.decode(ids, skip_special_tokens=False) == text


@pytest.mark.parametrize("pattern", ["gpt2", None, r"\p{L}+|[^\p{L}\s]+|\s+"])
def test_a_file_that_hugging_face_wrote(
    pattern: str | None, corpus: list[str], tmp_path: Path
) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    path = tmp_path / "tokenizer.json"
    trained = Tokenizer.train(corpus[:5000], 500, pattern=pattern, special_tokens=["<end>"])
    trained.to_huggingface(path)
    theirs = tokenizers.Tokenizer.from_file(str(path))
    theirs.save(str(path))
    back = Tokenizer.from_huggingface(path)
    assert back.merges == trained.merges
    assert back.pattern == pattern
    for text in texts(500):
        assert theirs.encode(text).ids == trained.encode(text) == back.encode(text)


def as_merges(model: str) -> list[list[bytes]]:
    """The merges in a file of Hugging Face, as bytes."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = sorted(set(range(256)) - set(plain))
    byte_of = {chr(byte): byte for byte in plain}
    byte_of |= {chr(256 + number): byte for number, byte in enumerate(others)}
    merges = json.loads(model)["model"]["merges"]
    return [[bytes(byte_of[letter] for letter in part) for part in merge] for merge in merges]
