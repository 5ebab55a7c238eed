"""Model files: two lines of JSON, a header and the model, the same from Python and from Rust.

The header has the length and the checksum of the second line, as bytes. So the checksum does not
depend on how a program writes JSON. A file is written completely or not at all. An example,
shortened::

    {"format":"bytemerge","version":1,"kind":"naive","bytes":123456,"sha256":"9f86d0"}
    {"merges":[[["t","h"],"th"]],"tokens":["UNK"," ","a"]}
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bytemerge.errors import ModelError
from bytemerge.files import read, replace

VERSION = 1
"""The version of the format that this package writes, and the latest that it reads."""

START = b'{"format":"bytemerge",'
"""The start of every model file, in all versions."""

NOT_A_MODEL = "not a bytemerge model"
TRUNCATED = "truncated: its end is missing"
DAMAGED = "damaged: it is not what was saved"


def save(path: str | os.PathLike[str], kind: str, model: object) -> None:
    """Write a model of some kind. After an error, the old file is still there."""
    line = as_json(model)
    header = {
        "format": "bytemerge",
        "version": VERSION,
        "kind": kind,
        "bytes": len(line),
        "sha256": sha256(line),
    }
    replace(Path(path), as_json(header) + b"\n" + line + b"\n")


def load(path: str | os.PathLike[str], kind: str) -> Any:
    """Return a model of some kind as it was saved. The caller checks its content."""
    content = read(Path(path))
    try:
        return parse(content, kind)
    except ModelError as error:
        message = f"{os.fspath(path)}: {error}"
        raise ModelError(message) from None


def parse(content: bytes, expected: str) -> Any:
    """Return the model in the content of a file."""
    if not content.startswith(START):
        raise ModelError(NOT_A_MODEL)
    first, newline, rest = content.partition(b"\n")
    if not newline:
        raise ModelError(TRUNCATED)
    match from_json(first):
        case {"version": int(version)} if version > VERSION:
            message = f"format {version} is newer than this program, which knows {VERSION}"
            raise ModelError(message)
        case {
            "version": int(version),
            "kind": str(kind),
            "bytes": int(size),
            "sha256": str(checksum),
        } if version == VERSION:  # it is the first one
            pass
        case _:
            raise ModelError(DAMAGED)
    if kind != expected:
        message = f"a model of kind {json.dumps(kind)}, not {json.dumps(expected)}"
        raise ModelError(message)
    if len(rest) < size + 1:
        raise ModelError(TRUNCATED)
    line = rest[:size]
    if rest[size:] != b"\n" or sha256(line) != checksum:
        raise ModelError(DAMAGED)
    return from_json(line)


def sha256(content: bytes) -> str:
    """Return the checksum of a model, in hexadecimal."""
    import hashlib  # noqa: PLC0415  # slow to import

    return hashlib.sha256(content).hexdigest()


def as_json(value: object) -> bytes:
    """Return a value as one line of JSON, in the same bytes as Rust writes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(line: bytes) -> Any:
    """Return the value of a line of JSON, or None for an invalid one: no model needs null."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
