"""Texts and trainings that comparisons with tiktoken and Hugging Face share."""

import json
from typing import Any

import pytest

NASTY = [
    *("a", "B", "\xe9", "\xdf", "\u017f", "\u8a9e", "\ud55c", "\u05d0", "\u0627", "\u02b0"),
    *("\u0301", "\u094d", "1", "\xbd", "\u0663", "'", "'S", "'ll", "'Re"),
    *(" ", "  ", "\n", "\r\n", "\t", "\xa0", "\u3000", "\u2028"),
    *(".", "/", "!?", "_", "\U0001f600", "\U0001f468\u200d", "\0"),
]
"""Letters with and without case, marks, numbers, contractions, white space, signs, emoji."""


def trained_by_hugging_face(
    lines: list[str], size: int, frequency: int, special: list[str], **options: int
) -> Any:
    """Return what the trainer of Hugging Face learns, as bytemerge trains."""
    tokenizers = pytest.importorskip("tokenizers")
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE())
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=frequency,
        special_tokens=special,
        show_progress=False,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        **options,
    )
    theirs.train_from_iterator(lines, trainer)
    return theirs


def as_merges(model: str) -> list[tuple[bytes, bytes]]:
    """Return the merges in a file of Hugging Face, as bytes."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = sorted(set(range(256)) - set(plain))
    byte_of = {chr(byte): byte for byte in plain}
    byte_of |= {chr(256 + number): byte for number, byte in enumerate(others)}
    merges = json.loads(model)["model"]["merges"]
    spelled = [[bytes(byte_of[letter] for letter in part) for part in merge] for merge in merges]
    return [(left, right) for left, right in spelled]
