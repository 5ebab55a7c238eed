"""Hugging Face's tokenizers beside byte-level BPE in Python.

Called with a task, a JSON file of texts, a file of the model and a number of rounds; prints JSON.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from tools.measure.turns import calls_in_turns

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 10_000
PATTERN = regex.compile(r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
"""GPT-2's pattern for splitting a text into pieces, which both sides use."""
NAIVE_CHARACTERS, PLAIN_CHARACTERS = 20_000, 200_000
"""The number of characters that the slower ways get.

Their time per piece does not depend on the number of pieces.
"""

Ids = list[int]


def train(texts: list[str]) -> Tokenizer:
    """Return a byte-level BPE tokenizer trained on the texts, as GPT-2's was."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=SIZE, initial_alphabet=alphabet, show_progress=False)
    )
    return tokenizer


class InPython:
    """The same model, in three ways that a Python programmer may write."""

    def __init__(self, model: dict[str, Any]) -> None:
        self.ids: dict[str, int] = model["vocab"]
        self.merges = [tuple(pair) for pair in model["merges"]]
        self.ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        self.letters = byte_letters()
        self.remembered = cache(self.by_rank)

    def encode(self, text: str, merge: Callable[[str], Ids]) -> Ids:
        """Return the ids of a text, each piece merged by one of the ways."""
        pieces = PATTERN.findall(text)
        return [
            id_ for piece in pieces for id_ in merge("".join(self.letters[byte] for byte in piece.encode()))
        ]

    def naive(self, piece: str) -> Ids:
        """Tries every merge, in the order of training."""
        parts = [*piece]
        for left, right in self.merges:
            at = 0
            while at < len(parts) - 1:
                if parts[at] == left and parts[at + 1] == right:
                    parts[at : at + 2] = [left + right]
                else:
                    at += 1
        return [self.ids[part] for part in parts]

    def by_rank(self, piece: str) -> Ids:
        """Looks only at the pairs in the piece, and applies the merge that was learnt first."""
        parts = [*piece]
        while len(parts) > 1:
            pairs = set(itertools.pairwise(parts))
            best = min(pairs, key=lambda pair: self.ranks.get(pair, SIZE))
            if best not in self.ranks:
                break
            merged, at = [], 0
            while at < len(parts):
                if at < len(parts) - 1 and (parts[at], parts[at + 1]) == best:
                    merged.append(parts[at] + parts[at + 1])
                    at += 2
                else:
                    merged.append(parts[at])
                    at += 1
            parts = merged
        return [self.ids[part] for part in parts]


def byte_letters() -> list[str]:
    """Return a visible character for each byte, as GPT-2's vocabulary writes them."""
    visible = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in visible else chr(next(others)) for byte in range(256)]


def first(texts: list[str], characters: int) -> list[str]:
    """Return the first texts, up to a number of characters."""
    found = []
    for text in texts:
        if not characters:
            break
        found.append(text[:characters])
        characters -= len(found[-1])
    return found


def megabytes(texts: list[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


Ways = dict[str, tuple["Callable[[str], Ids]", list[str]]]
"""The merge function of each way in Python, and the texts that it gets."""


def in_python(texts: list[str], model: Path) -> tuple[InPython, Ways]:
    """Return the model, and the ways in Python to use it."""
    written = InPython(json.loads(model.read_text(encoding="utf-8"))["model"])
    return written, {
        "naive Python": (written.naive, first(texts, NAIVE_CHARACTERS)),
        "Python, by rank": (written.by_rank, first(texts, PLAIN_CHARACTERS)),
        "Python, by rank, with a cache": (written.remembered, texts),
    }


def prepare(texts: list[str], model: Path, _rounds: int) -> dict[str, Any]:
    """Trains the model, and compares the ids of all ways."""
    start = time.perf_counter()
    tokenizer = train(texts)
    training = time.perf_counter() - start
    tokenizer.save(str(model))
    written, ways = in_python(texts, model)
    # A fast wrong answer is worth nothing.
    for name, (merge, part) in ways.items():
        for text in part:
            if written.encode(text, merge) != tokenizer.encode(text).ids:
                sys.exit(f"{name} and tokenizers make other ids.")
    ids = [tokenizer.encode(text).ids for text in texts]
    for each in (tokenizer.encode_batch, tokenizer.encode_batch_fast):
        if [encoding.ids for encoding in each(texts)] != ids:
            sys.exit(f"encode and {each.__name__} of tokenizers make other ids.")
    return {"training": training, "ids": sum(map(len, ids))}


def python(texts: list[str], model: Path, rounds: int) -> dict[str, Any]:
    """Return the time of the ways in Python."""
    written, ways = in_python(texts, model)

    def way(merge: Callable[[str], Ids], part: list[str]) -> Callable[[], object]:
        def call() -> None:
            for text in part:
                written.encode(text, merge)

        return call

    return {
        "megabytes": {name: megabytes(part) for name, (_, part) in ways.items()},
        "seconds": calls_in_turns(
            {name: way(*each) for name, each in ways.items()}, rounds, written.remembered.cache_clear
        ),
    }


class Loaded:
    """The tokenizer of tokenizers: each load empties its cache of pieces."""

    def __init__(self, model: Path) -> None:
        self.model = model
        self.load()

    def load(self) -> None:
        self.tokenizer = Tokenizer.from_file(str(self.model))


def rust(texts: list[str], model: Path, rounds: int) -> dict[str, Any]:
    """Return the time of tokenizers, on RAYON_NUM_THREADS threads."""
    loaded = Loaded(model)
    ways: dict[str, Callable[[], object]] = {
        "encode": lambda: [loaded.tokenizer.encode(text) for text in texts],
        "encode_batch": lambda: loaded.tokenizer.encode_batch(texts),
        # Without the offsets of the tokens in the text.
        "encode_batch_fast": lambda: loaded.tokenizer.encode_batch_fast(texts),
    }
    return {"megabytes": megabytes(texts), "seconds": calls_in_turns(ways, rounds, loaded.load)}


if __name__ == "__main__":
    tasks = {"prepare": prepare, "python": python, "rust": rust}
    arguments = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), Path(sys.argv[3]), int(sys.argv[4])
    print(json.dumps(tasks[sys.argv[1]](*arguments)))
