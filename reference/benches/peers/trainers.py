"""Every trainer behind one call, from files and a vocabulary size to merges.

The merges are written as Hugging Face writes them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Merges = list[tuple[str, str]]
Train = Callable[[list[str], int], Any]


def bytemerge(files: list[str], size: int) -> Any:
    from bytemerge import Tokenizer

    threads = 1 if os.environ.get("RAYON_NUM_THREADS") == "1" else None
    return Tokenizer.train_from_files(files, size, threads=threads)


def bytemerge_merges(tokenizer: Any) -> Merges:
    from bytemerge.formats.huggingface import as_letters

    return [(as_letters(left), as_letters(right)) for left, right in tokenizer.merges]


def huggingface(files: list[str], size: int) -> Any:
    import tokenizers

    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=size,
        show_progress=False,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
    )
    # One text per file, because `train` would split it into lines.
    tokenizer.train_from_iterator((read(file) for file in files), trainer)
    return tokenizer


def huggingface_merges(tokenizer: Any) -> Merges:
    return [tuple(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]]


def gigabpe(files: list[str], size: int) -> Any:
    import gigabpe

    threads = 1 if os.environ.get("RAYON_NUM_THREADS") == "1" else None
    return gigabpe.train_bpe(files, size, pretokenizer="bytelevel", threads=threads)


def gigabpe_merges(trained: Any) -> Merges:
    return [tuple(merge) for merge in trained[1]]


def rustbpe(files: list[str], size: int) -> Any:
    import rustbpe

    pattern = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    tokenizer = rustbpe.Tokenizer()
    tokenizer.train_from_iterator((read(file) for file in files), size, pattern=pattern)
    return tokenizer


def read(file: str) -> str:
    with Path(file).open(encoding="utf-8", newline="") as opened:
        return opened.read()


TRAINERS: dict[str, tuple[str, Train, Callable[[Any], Merges] | None]] = {
    "bytemerge": ("bytemerge", bytemerge, bytemerge_merges),
    "gigabpe": ("gigabpe", gigabpe, gigabpe_merges),
    "rustbpe": ("rustbpe", rustbpe, None),
    "Hugging Face": ("tokenizers", huggingface, huggingface_merges),
}
"""The package of each, the function that trains, and its merges.

The merges are only there if they must equal Hugging Face's.
"""
