"""Every tokenizer behind one call: an encoding's name in, a function from text to ids out."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

CL100K_OF_LLAMA = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

Encode = Callable[[str], Sequence[int]]
Make = Callable[[str], Encode]


def ranks(encoding: str) -> Path:
    """Return the file of an encoding's ranks, which bytemerge has put into tiktoken's cache."""
    from bytemerge.formats import pretrained

    known = pretrained.known(encoding)
    pretrained.ranks(known)
    name = hashlib.sha1(known.url.encode(), usedforsecurity=False).hexdigest()
    return pretrained.cache() / name


def huggingface_file(encoding: str, known_pattern: str | None = None) -> str:
    """Return a tokenizer.json of an encoding, for peers that read no other format."""
    from bytemerge import Tokenizer

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tokenizer.json")
        Tokenizer.from_pretrained(encoding).with_special_tokens({}).to_huggingface(path)
        model = json.loads(path.read_text(encoding="utf-8"))
    for step in model["pre_tokenizer"].get("pretokenizers", []):
        if known_pattern and step["type"] == "Split":
            step["pattern"] = {"Regex": known_pattern}
    return json.dumps(model)


def threads() -> int | None:
    """Return one if the benchmark wants one thread, or None for all threads."""
    return 1 if os.environ.get("RAYON_NUM_THREADS") == "1" else None


def bytemerge(form: str, encoding: str) -> Encode:
    from bytemerge import Tokenizer

    tokenizer = Tokenizer.from_pretrained(encoding).with_special_tokens({})
    method: Any = {
        "numpy": tokenizer.encode_numpy,
        "list": tokenizer.encode,
        "count": tokenizer.count,
    }[form]
    return partial(method, threads=threads())


def tiktoken(form: str, encoding: str) -> Encode:
    import tiktoken

    tokenizer = tiktoken.get_encoding(encoding)
    method = {"numpy": tokenizer.encode_to_numpy, "list": tokenizer.encode}[form]
    return partial(method, disallowed_special=())


def huggingface(_form: str, encoding: str) -> Encode:
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_str(huggingface_file(encoding))
    return lambda text: tokenizer.encode(text).ids


def gigatoken(form: str, encoding: str) -> Encode:
    import gigatoken

    pattern = {"r50k_base": "r50k", "cl100k_base": "cl100k", "o200k_base": "o200k"}[encoding]
    tokenizer = gigatoken.Tokenizer.from_tiktoken(ranks(encoding), pattern, {})
    return tokenizer.encode if form == "numpy" else tokenizer.as_tiktoken().encode_ordinary


def toktok(form: str, encoding: str) -> Encode:
    import toktok

    tokenizer = toktok._encoding(encoding)
    return {
        "numpy": tokenizer.encode_to_numpy,
        "list": tokenizer.encode_ordinary,
        "count": tokenizer.count,
    }[form]


def fastokens(_form: str, encoding: str) -> Encode:
    import fastokens

    tokenizer = fastokens.Tokenizer.from_json_str(huggingface_file(encoding))
    return lambda text: tokenizer.encode(text).ids


def snaptokens(form: str, encoding: str) -> Encode:
    import numpy as np
    import snaptokens

    # It knows cl100k's pattern as Llama 3 spells it, which differs only at the end of a text.
    known = CL100K_OF_LLAMA if encoding == "cl100k_base" else None
    tokenizer = snaptokens.Tokenizer.from_json_str(huggingface_file(encoding, known))
    if form == "list":
        return lambda text: tokenizer.encode(text).ids
    return lambda text: np.frombuffer(tokenizer.encode_batch_flat([text])[0], np.uint32)


ENCODERS: dict[str, tuple[str, Callable[[str, str], Encode], tuple[str, ...]]] = {
    "bytemerge": ("bytemerge", bytemerge, ("numpy", "list", "count")),
    "gigatoken": ("gigatoken", gigatoken, ("numpy", "list")),
    "snaptokens": ("snaptokens", snaptokens, ("numpy", "list")),
    "toktok": ("toktok-rs", toktok, ("numpy", "list", "count")),
    "fastokens": ("fastokens", fastokens, ("list",)),
    "tiktoken": ("tiktoken", tiktoken, ("numpy", "list")),
    "Hugging Face": ("tokenizers", huggingface, ("list",)),
}
"""The package of each, the function that makes it, and the forms of its ids."""


def versions() -> dict[str, str]:
    """Return the version of each package."""
    return {package: version(package) for package, _, _ in ENCODERS.values()}
