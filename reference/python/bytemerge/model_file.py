"""Model files: two lines of JSON, a header and the model, the same from Python and from Rust.

The header speaks of the bytes of the second line, so that nobody has to agree on how to write JSON
to agree on a checksum. A file is there whole or not at all. An example, shortened::

    {"format":"bytemerge","version":1,"kind":"naive","bytes":123456,"sha256":"9f86d0"}
    {"merges":[[["t","h"],"th"]],"tokens":["UNK"," ","a"]}
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bytemerge.errors import ModelError
from bytemerge.opening import folders_named, read, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

VERSION = 1
"""The version of the format that this package writes, and the newest that it reads."""

START = b'{"format":"bytemerge",'
"""What every model file starts with, of whatever version."""

NOT_A_MODEL = "not a bytemerge model"
TRUNCATED = "truncated: its end is missing"
DAMAGED = "damaged: it is not what was saved"


def save(path: str | os.PathLike[str], kind: str, model: object) -> None:
    """Write a model of some kind; after an error, what was there before is still there."""
    line = as_json(model)
    header = {
        "format": "bytemerge",
        "version": VERSION,
        "kind": kind,
        "bytes": len(line),
        "sha256": hashlib.sha256(line).hexdigest(),
    }
    replace(Path(path), as_json(header) + b"\n" + line + b"\n")


def load(path: str | os.PathLike[str], kind: str) -> Any:
    """Return a model of some kind as it was saved. What is in it is still to be checked."""
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
        } if version == VERSION:  # there was none before
            pass
        case _:
            raise ModelError(DAMAGED)
    if kind != expected:
        message = f"a model of kind {json.dumps(kind)}, not {json.dumps(expected)}"
        raise ModelError(message)
    if len(rest) < size + 1:
        raise ModelError(TRUNCATED)
    line = rest[:size]
    if rest[size:] != b"\n" or hashlib.sha256(line).hexdigest() != checksum:
        raise ModelError(DAMAGED)
    return from_json(line)


def as_json(value: object) -> bytes:
    """Return a value as one line of JSON, of the same bytes as Rust writes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(line: bytes) -> Any:
    """Return the value of a line of JSON, or None: what a model needs is never null."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another, or of none, in one step."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the place of another, or of none, when all is written.

    After any exception, what was there before is still there, and nothing else. A file that is
    replaced keeps its mode.

    Raises:
        OSError: the file cannot be written; the name in it is that of the path.
    """
    if path.exists() and not path.is_file():
        with naming(path, None), folders_named(path), path.open("wb") as file:
            yield file  # a device or a pipe is not to be replaced by a file
        return
    mode = mode_of(path)
    target = path.resolve()  # a link stays a link: what it leads to is replaced
    # In the same folder, hence on the same disk.
    temporary = target.with_name(f"{target.name}.{os.urandom(8).hex()}.tmp")
    try:
        with naming(path, temporary):
            with temporary.open("xb") as file:
                if mode is not None:
                    temporary.chmod(mode)  # before there is anything in it that others could read
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def mode_of(path: Path) -> int | None:
    """Return the mode of a file that is to be replaced, or None where there is none.

    The system lets a file be replaced that may not be written to: who protects one means both.

    Raises:
        OSError: it may not be written to.
    """
    try:
        descriptor = os.open(str(path), os.O_WRONLY)
    except FileNotFoundError:
        return None
    try:
        return stat.S_IMODE(os.fstat(descriptor).st_mode)
    finally:
        os.close(descriptor)


@contextmanager
def naming(path: Path, temporary: Path | None) -> Iterator[None]:
    """Let errors of writing name the path that the user knows, not that of a temporary file."""
    try:
        yield
    except OSError as error:
        other = error.filename not in (None, temporary and str(temporary))
        if other or error.errno is None:
            raise
        number = getattr(error, "winerror", None)
        raise OSError(error.errno, words(error), str(path), number) from None
