"""Published families of byte-level tokenizers: their settings load, and give the same ids."""

import json
from pathlib import Path
from random import Random
from typing import Any

import families
import pytest
import random_tokenizers
from families import FAMILIES

from bytemerge import Tokenizer
from bytemerge.formats.huggingface import as_letters

tokenizers = pytest.importorskip("tokenizers")

TEXTS = 300


def content(family: dict[str, Any], chance: Random) -> dict[str, Any]:
    """Return the content of a file of a family, with a small vocabulary."""
    texts = [random_tokenizers.text(chance) for _ in range(200)]
    trained = Tokenizer.train(texts, 400)
    vocab = {as_letters(token): id for token, id in trained._rust.tokens}
    merges = [[as_letters(left), as_letters(right)] for left, right in trained.merges]
    return families.file(family, vocab, merges)


@pytest.mark.parametrize("name", FAMILIES)
def test_ids_are_those_of_its_own_library(name: str, tmp_path: Path) -> None:
    chance, path = Random(name), tmp_path / "tokenizer.json"
    file = content(FAMILIES[name], chance)
    path.write_text(json.dumps(file), encoding="utf-8")
    theirs = tokenizers.Tokenizer.from_str(path.read_text(encoding="utf-8"))
    ours = Tokenizer.from_huggingface(path, ignore=["post_processor"])
    added = [token["content"] for token in file["added_tokens"]]
    for _ in range(TEXTS):
        parts = [random_tokenizers.text(chance) for _ in range(4)]
        text = "".join(part + chance.choice([*added, ""]) for part in parts)
        expected = theirs.encode(text, add_special_tokens=False)
        found = ours.encode_with_offsets(text, allowed_special="all")
        assert found.ids.tolist() == expected.ids, text
        assert ours.encode(text, allowed_special="all") == expected.ids, text
        if not file["normalizer"] and not any(
            t["lstrip"] or t["rstrip"] for t in file["added_tokens"]
        ):
            assert ours.decode(expected.ids) == text
