"""Every tokenizer behind the same calls: an encoding's name in, and what the tokenizer can do out.

The calls, where a tokenizer has them: `arrays`, `lists` and `counts` of a text, `of a batch` and,
if that differs, `of a short text`; `str`, `bytes` and `a batch` from ids.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pickle
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

CL100K_OF_LLAMA = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

Calls = dict[str, Callable[[Any], Any]]


def ranks(encoding: str) -> Path:
    """Return the file of an encoding's ranks, which bytemerge has put into tiktoken's cache."""
    from bytemerge.formats import pretrained

    known = pretrained.known(encoding)
    pretrained.ranks(known)
    name = hashlib.sha1(known.url.encode(), usedforsecurity=False).hexdigest()
    return pretrained.cache() / name


def ours(encoding: str) -> Any:
    """Return the tokenizer of bytemerge without special tokens, which a text does not have."""
    from bytemerge import Tokenizer

    return Tokenizer.from_pretrained(encoding).with_special_tokens({})


def huggingface_file(encoding: str, known_pattern: str | None = None) -> str:
    """Return a tokenizer.json of an encoding, for peers that read no other format."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tokenizer.json")
        ours(encoding).to_huggingface(path)
        model = json.loads(path.read_text(encoding="utf-8"))
    for step in model["pre_tokenizer"].get("pretokenizers", []):
        if known_pattern and step["type"] == "Split":
            step["pattern"] = {"Regex": known_pattern}
    return json.dumps(model)


def threads() -> int | None:
    """Return one if the benchmark wants one thread, or None for all threads."""
    return 1 if os.environ.get("RAYON_NUM_THREADS") == "1" else None


def bytemerge(encoding: str) -> Calls:
    tokenizer = ours(encoding)
    calls = {
        "arrays": tokenizer.encode_numpy,
        "lists": tokenizer.encode,
        "counts": tokenizer.count,
        "arrays of a batch": tokenizer.encode_batch,
        "counts of a batch": tokenizer.count_batch,
    }
    found: Calls = {name: partial(call, threads=threads()) for name, call in calls.items()}
    # Most calls for short texts name no number of threads.
    found |= {f"{form} of a short text": calls[form] for form in ("arrays", "lists", "counts")}
    return found | {
        "lists of a batch": lambda texts: found["arrays of a batch"](texts).tolist(),
        "str": tokenizer.decode,
        "bytes": tokenizer.decode_bytes,
        "a batch": lambda ids: tokenizer.decode_batch(ids, threads=threads()),
    }


def tiktoken(encoding: str) -> Calls:
    import tiktoken

    tokenizer = tiktoken.get_encoding(encoding)
    return {
        "arrays": partial(tokenizer.encode_to_numpy, disallowed_special=()),
        "lists": tokenizer.encode_ordinary,
        "lists of a batch": partial(
            tokenizer.encode_ordinary_batch, num_threads=threads() or os.cpu_count() or 1
        ),
        "str": tokenizer.decode,
        "bytes": tokenizer.decode_bytes,
        "a batch": partial(tokenizer.decode_batch, num_threads=threads() or os.cpu_count() or 1),
    }


def huggingface(encoding: str) -> Calls:
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_str(huggingface_file(encoding))
    return {
        "lists": lambda text: tokenizer.encode(text).ids,
        "lists of a batch": lambda texts: [each.ids for each in tokenizer.encode_batch_fast(texts)],
        "str": tokenizer.decode,
        "a batch": tokenizer.decode_batch,
    }


def gigatoken(encoding: str) -> Calls:
    import gigatoken

    pattern = {"r50k_base": "r50k", "cl100k_base": "cl100k", "o200k_base": "o200k"}[encoding]
    tokenizer = gigatoken.Tokenizer.from_tiktoken(ranks(encoding), pattern, {})
    return {
        "arrays": tokenizer.encode,
        "lists": tokenizer.as_tiktoken().encode_ordinary,
        "arrays of a batch": partial(tokenizer.encode_batch, parallel=threads() is None),
        "bytes": tokenizer.decode,
    }


def toktok(encoding: str) -> Calls:
    import toktok

    tokenizer = toktok._encoding(encoding)
    return {
        "arrays": tokenizer.encode_to_numpy,
        "lists": tokenizer.encode_ordinary,
        "counts": tokenizer.count,
        "arrays of a batch": partial(tokenizer.encode_batch_to_numpy, threads=threads() or 0),
        "counts of a batch": partial(tokenizer.count_batch, threads=threads() or 0),
        "str": tokenizer.decode,
        "bytes": tokenizer.decode_bytes,
        "a batch": tokenizer.decode_batch,
    }


def fastokens(encoding: str) -> Calls:
    import fastokens

    tokenizer = fastokens.Tokenizer.from_json_str(huggingface_file(encoding))
    return {"lists": lambda text: tokenizer.encode(text).ids, "str": tokenizer.decode}


def snaptokens(encoding: str) -> Calls:
    import numpy as np
    import snaptokens

    # It knows cl100k's pattern as Llama 3 spells it, which differs only at the end of a text.
    known = CL100K_OF_LLAMA if encoding == "cl100k_base" else None
    tokenizer = snaptokens.Tokenizer.from_json_str(huggingface_file(encoding, known))
    return {
        "arrays": lambda text: np.frombuffer(tokenizer.encode_batch_flat([text])[0], np.uint32),
        "lists": lambda text: tokenizer.encode(text).ids,
        "arrays of a batch": tokenizer.encode_batch_flat,
        "str": tokenizer.decode,
        "a batch": tokenizer.decode_batch,
    }


def rs_bpe(encoding: str) -> Calls:
    import rs_bpe

    tokenizer = {
        "cl100k_base": rs_bpe.openai.cl100k_base,
        "o200k_base": rs_bpe.openai.o200k_base,
    }[encoding]()
    return {"lists": tokenizer.encode, "counts": tokenizer.count, "str": tokenizer.decode}


PEERS: dict[str, tuple[str, Callable[[str], Calls]]] = {
    "bytemerge": ("bytemerge", bytemerge),
    "gigatoken": ("gigatoken", gigatoken),
    "snaptokens": ("snaptokens", snaptokens),
    "toktok": ("toktok-rs", toktok),
    "fastokens": ("fastokens", fastokens),
    "rs_bpe": ("rs_bpe", rs_bpe),
    "tiktoken": ("tiktoken", tiktoken),
    "Hugging Face": ("tokenizers", huggingface),
}
"""The package of each, and the function that makes it."""


def of_file(name: str, content: str) -> Callable[[str], Any]:
    """Return the call that encodes with a tokenizer.json, as a peer reads it."""
    if name == "bytemerge":
        from bytemerge import Tokenizer

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "tokenizer.json")
            path.write_text(content, encoding="utf-8")
            ours = Tokenizer.from_huggingface(path)
        return partial(ours.encode, allowed_special="all", threads=1)
    if name == "gigatoken":
        import gigatoken

        return gigatoken.Tokenizer.from_json(content).as_hf().encode
    if name == "Hugging Face":
        import tokenizers

        theirs = tokenizers.Tokenizer.from_str(content)
    else:
        theirs = importlib.import_module(name).Tokenizer.from_json_str(content)
    return lambda text: theirs.encode(text).ids


def loaders(name: str, encoding: str, folder: Path) -> dict[str, Callable[[], Any]]:
    """Return the ways to load an encoding, from files that are written into `folder` first."""
    path = folder / "tokenizer.json"
    path.write_text(huggingface_file(encoding), encoding="utf-8")
    if name == "bytemerge":
        from bytemerge import Tokenizer

        own, tokenizer = folder / "own", ours(encoding)
        tokenizer.save(own)
        pickled = pickle.dumps(tokenizer)
        return {
            "from ranks": partial(Tokenizer.from_pretrained, encoding),
            "from its own file": partial(Tokenizer.load, own),
            "from tokenizer.json": partial(Tokenizer.from_huggingface, path),
            "from a pickle": partial(pickle.loads, pickled),
        }
    if name == "tiktoken":
        import tiktoken

        def from_ranks() -> tiktoken.Encoding:
            tiktoken.registry.ENCODINGS.clear()  # it keeps what it has loaded
            return tiktoken.get_encoding(encoding)

        return {"from ranks": from_ranks}
    if name == "Hugging Face":
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_file(str(path))
        pickled = pickle.dumps(tokenizer)
        return {
            "from tokenizer.json": partial(tokenizers.Tokenizer.from_file, str(path)),
            "from a pickle": partial(pickle.loads, pickled),
        }
    if name == "gigatoken":
        import gigatoken

        pattern = encoding.removesuffix("_base")
        make = partial(gigatoken.Tokenizer.from_tiktoken, ranks(encoding), pattern, {})
        return {"from ranks": make}
    return {}


def versions() -> dict[str, str]:
    """Return the version of each package."""
    return {package: version(package) for package, _ in PEERS.values()}
