"""The same ids and merges as tiktoken and Hugging Face, and as the slow definition."""

from __future__ import annotations

import functools
import itertools
import json
import pickle
import random
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import beside_peers
import random_tokenizers

from bytemerge import Tokenizer, WordCounts
from bytemerge.formats.huggingface import as_letters
from bytemerge.formats.pretrained import PRETRAINED
from trust.checks import SkippedError, check, seeds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random
    from types import ModuleType


def needed(name: str) -> ModuleType:
    """Return a package that may be missing."""
    try:
        return import_module(name)
    except ImportError:
        message = f"{name} is not installed"
        raise SkippedError(message) from None


# --- tiktoken ---


@functools.cache
def encodings() -> list[tuple[Tokenizer, Any]]:
    """Return all encodings of tiktoken whose files are here, ours and theirs."""
    tiktoken = needed("tiktoken")
    pairs = []
    for name in PRETRAINED:
        try:
            pairs.append((Tokenizer.from_pretrained(name), tiktoken.get_encoding(name)))
        except (OSError, ImportError):  # not here, and no network; tiktoken needs another package
            continue
    if not pairs:
        message = "no file of ranks is here"
        raise SkippedError(message)
    return pairs


SPECIAL = ["<|endoftext|>", "<|endofprompt|>", "<|fim_prefix|>", "<|end", "oftext|>", "<|", "|>"]


def texts(chance: Random) -> Iterator[str]:
    """Return words and signs of many scripts, any characters, and runs of one of them."""
    while True:
        yield text(chance)


def text(chance: Random) -> str:
    """Return a text that is difficult for patterns."""
    parts: list[str] = []
    for _ in range(chance.randrange(25)):
        kind = chance.random()
        if kind < 0.6:
            parts.append(chance.choice(beside_peers.NASTY))
        elif kind < 0.75:
            parts.append(random_tokenizers.text(chance))
        elif kind < 0.9:
            parts.append(character(chance))
        else:
            parts.append(
                chance.choice([*beside_peers.NASTY, character(chance)]) * chance.randrange(90)
            )
    return "".join(parts)


def character(chance: Random) -> str:
    """Return a character, assigned or not, and no surrogate: half of them from the first plane."""
    while True:
        code = chance.randrange(0x110000 if chance.random() < 0.5 else 0x3000)
        if not 0xD800 <= code < 0xE000:
            return chr(code)


@check("the ids of tiktoken, for all its encodings at hand", texts, 25_000)
def ids_of_tiktoken(case: str) -> None:
    """Compare every encoding on one text."""
    for ours, theirs in encodings():
        ids = ours.encode_ordinary(case)
        assert ids == theirs.encode_ordinary(case), theirs.name
        assert ours.decode(ids) == case
        assert ours.count(case, disallowed_special=()) == len(ids)


def texts_with_special_tokens(chance: Random) -> Iterator[dict[str, Any]]:
    """Return texts, and which special tokens of theirs are allowed and disallowed."""
    while True:
        parts = [chance.choice([text(chance)[:9], chance.choice(SPECIAL)]) for _ in range(6)]
        yield {
            "text": "".join(parts),
            "allowed": chance.choice(["all", [], chance.sample(SPECIAL, 2)]),
            "disallowed": chance.choice(["all", [], chance.sample(SPECIAL, 1)]),
        }


@check("special tokens as tiktoken finds or refuses them", texts_with_special_tokens, 8_000)
def special_tokens_of_tiktoken(case: dict[str, Any]) -> None:
    """Compare ids, or that both raise ValueError."""
    allowed, disallowed = case["allowed"], case["disallowed"]
    options: dict[str, Any] = {
        "allowed_special": allowed if allowed == "all" else set(allowed),
        "disallowed_special": disallowed if disallowed == "all" else set(disallowed),
    }
    for ours, theirs in encodings():
        outcomes = []
        for encode in (ours.encode, theirs.encode):
            try:
                outcomes.append(encode(case["text"], **options))
            except ValueError:
                outcomes.append(None)
        assert outcomes[0] == outcomes[1], theirs.name


# --- Hugging Face ---


def trainings(chance: Random) -> Iterator[dict[str, Any]]:
    """Return small corpora with many ties, and sizes."""
    while True:
        letters = chance.choice(["ab ", "aZ 0!\n\t\x7f\xa0\xad\xe9\u0101\u8a9e\U0001f600"])
        lines = [
            "".join(chance.choices(letters, k=chance.randrange(40)))
            if chance.random() < 0.7
            else random_tokenizers.text(chance)
            for _ in range(chance.randrange(12))
        ]
        yield {
            "lines": lines,
            "size": chance.choice([256, 257, 260, 270, 300, 1000]),
            "frequency": chance.randrange(5),
            "length": chance.choice([None, None, None, 2, 3, 7]),
        }


@check("the merges of Hugging Face's trainer, one by one", trainings, 3_000)
def merges_of_hugging_face(case: dict[str, Any]) -> None:
    """Compare all merges of a training."""
    needed("tokenizers")
    length = case["length"]
    # There, the length is one more.
    limit = {} if length is None else {"max_token_length": length + 1}
    size, frequency = case["size"], case["frequency"]
    theirs = beside_peers.trained_by_hugging_face(case["lines"], size, frequency, [], **limit)
    ours = Tokenizer.train(case["lines"], size, min_frequency=frequency, max_token_length=length)
    assert ours.merges == beside_peers.as_merges(theirs.to_str())


def random_files(chance: Random) -> Iterator[dict[str, Any]]:
    """Return files of Hugging Face with texts."""
    number = 0
    while True:
        if number % 20 == 0:
            tokens, merges = random_tokenizers.vocabulary(chance)
        number += 1
        yield {
            "file": random_tokenizers.file(chance, tokens, merges),
            "texts": [random_tokenizers.text(chance) for _ in range(6)],
        }


@check("ids, offsets and texts of random files of Hugging Face", random_files, 1_500)
def files_of_hugging_face(case: dict[str, Any]) -> None:
    """Compare a tokenizer read from a file, and from files that we write of it."""
    needed("tokenizers")
    with tempfile.TemporaryDirectory() as folder:
        random_tokenizers.same_as_theirs(case["file"], case["texts"], Path(folder))


# --- The slow definition ---


def small_vocabularies(chance: Random) -> Iterator[dict[str, Any]]:
    """Return tokens of few letters, lists of merges, and texts for them."""
    while True:
        letters = chance.choice(["ab", "abc ", "a\xe9\u4e2d"])
        words = {
            "".join(chance.choices(letters, k=chance.randint(2, 6)))
            for _ in range(chance.randrange(30))
        }
        tokens = sorted(words, key=lambda _: chance.random())
        yield {
            "tokens": tokens,
            "merges": [
                [word[:cut], word[cut:]]
                for word in tokens
                for cut in range(1, len(word))
                if chance.random() < 0.6
            ],
            "ignore": chance.random() < 0.3,
            "text": "".join(chance.choices(letters, k=chance.choice([3, 30, 100, 1500]))),
            "limit": chance.randrange(50),
        }


Ids = dict[bytes, int]


def by_ranks(piece: bytes, ids: Ids) -> list[int]:
    """Merge the neighbours that make the token of the lowest id, the first of them first."""
    if piece in ids:
        return [ids[piece]]
    parts = [bytes([byte]) for byte in piece]
    while True:
        found = [
            (ids[left + right], index)
            for index, (left, right) in enumerate(itertools.pairwise(parts))
            if left + right in ids
        ]
        if not found:
            return [ids[part] for part in parts]
        index = min(found)[1]
        parts[index : index + 2] = [parts[index] + parts[index + 1]]


def by_list(piece: bytes, ids: Ids, merges: list[tuple[bytes, bytes]], ignore: bool) -> list[int]:
    """Merge the first pair of the list that is there, the first of its occurrences first."""
    if ignore and piece in ids:
        return [ids[piece]]
    parts = [bytes([byte]) for byte in piece]
    order = {pair: index for index, pair in reversed(list(enumerate(merges)))}
    while True:
        found = [
            (order[pair], index)
            for index, pair in enumerate(itertools.pairwise(parts))
            if pair in order
        ]
        if not found:
            return [ids[part] for part in parts]
        index = min(found)[1]
        parts[index : index + 2] = [parts[index] + parts[index + 1]]


@check("every way to encode gives the ids of the definition", small_vocabularies, 600)
def ids_of_the_definition(case: dict[str, Any]) -> None:
    """Compare ranks and lists of merges, by every public call."""
    ids = {bytes([byte]): byte for byte in range(256)}
    for token in case["tokens"]:
        ids.setdefault(token.encode(), len(ids))
    piece = case["text"].encode()
    ranked = Tokenizer.from_ranks(ids, pattern=None)
    all_calls_agree(ranked, case["text"], by_ranks(piece, ids), case["limit"])
    pairs = [(left.encode(), right.encode()) for left, right in case["merges"]]
    merges = [pair for pair in pairs if pair[0] in ids and pair[1] in ids]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tokenizer.json")
        path.write_text(file_of(ids, merges, ignore=case["ignore"]), encoding="utf-8")
        listed = Tokenizer.from_huggingface(path)
    expected = by_list(piece, ids, list(dict.fromkeys(merges)), case["ignore"])
    all_calls_agree(listed, case["text"], expected, case["limit"])


def file_of(ids: Ids, merges: list[tuple[bytes, bytes]], *, ignore: bool) -> str:
    """Return the content of a file of Hugging Face without a pattern."""
    families = import_module("families")
    vocab = {as_letters(token): id for token, id in ids.items()}
    pairs = [[as_letters(left), as_letters(right)] for left, right in dict.fromkeys(merges)]
    byte_level = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": False,
    }
    content = families.file({"pre_tokenizer": byte_level}, vocab, pairs)
    content["model"]["ignore_merges"] = ignore
    return json.dumps(content)


def all_calls_agree(tokenizer: Tokenizer, text: str, ids: list[int], limit: int) -> None:
    """Check each public way to encode a text, and to decode it again."""
    for each in (tokenizer, pickle.loads(pickle.dumps(tokenizer))):
        assert each.encode(text) == each.encode_ordinary(text) == ids
        assert each.encode(text, threads=2) == each.encode(text, threads=1) == ids
        assert each.encode_numpy(text).tolist() == ids
        assert each.encode_bytes(text.encode()) == ids
        assert each.tokenize(text) == each.tokenize_text(text) == ids
        assert each.encode_batch([text, "", text]).tolist() == [ids, [], ids]
        assert each.encode_with_offsets(text).ids.tolist() == ids
        assert each.count(text) == len(ids)
        assert each.count_batch([text, text]).tolist() == [len(ids)] * 2
        kept = each.truncate(text, limit).ids
        assert kept == ids[: len(kept)]
        assert limit - 4 < len(kept) <= limit or len(kept) == len(ids) < limit or limit < 4
        assert each.decode(ids) == text
        assert each.decode_bytes(ids) == text.encode()
        assert each.decode_batch([ids, ids]) == [text, text]
        assert "".join(each.decode_stream(ids)) == text


# --- Counting on several threads, and in files ---


@check("threads, files and sums of counts train the same tokenizer", seeds, 60)
def ways_to_train(case: int) -> None:
    """Compare trainings of one corpus."""
    chance = random.Random(case)
    lines = [text(chance) for _ in range(chance.randrange(1, 300))]
    pattern = chance.choice(["gpt2", "cl100k", "o200k", r"\w+|\W", None])
    options: dict[str, Any] = {"pattern": pattern}
    size = chance.choice([256, 300, 700])
    expected = Tokenizer.train(lines, size, threads=1, **options)
    assert Tokenizer.train(iter(lines), size, threads=2, **options) == expected
    half = len(lines) // 2
    counts = WordCounts.count(lines[:half], **options) + WordCounts.count(lines[half:], **options)
    assert Tokenizer.train_from_counts(counts, size) == expected
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.txt") for number in range(len(lines))]
        for path, line in zip(paths, lines, strict=True):
            path.write_bytes(line.encode())
        assert Tokenizer.train_from_files(paths, size, threads=2, **options) == expected
