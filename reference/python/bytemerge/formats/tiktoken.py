"""Rank files of tiktoken: each line has the bytes of a token, in base64, and its rank."""

from __future__ import annotations

from base64 import b64encode
from binascii import a2b_base64
from pathlib import Path
from typing import TYPE_CHECKING

from bytemerge.errors import ModelError
from bytemerge.files import read, replace
from bytemerge.show.printable import clipped

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable


def load(path: str | os.PathLike[str]) -> dict[bytes, int]:
    """Return the ranks in a file.

    Raises:
        OSError: the file cannot be read.
        ModelError: it is not a rank file; the message names the line.
    """
    return parse(read(Path(path)), str(path))


def parse(content: bytes, name: str) -> dict[bytes, int]:
    """Return the ranks in the content of a file. Errors contain its name."""
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        if not line:
            continue
        try:
            encoded, rank = line.split()
            token = a2b_base64(encoded, strict_mode=True)
            new = int(rank)
        except ValueError:
            message = f"{name}: line {number} is not a token in base64 and its rank"
            raise ModelError(message) from None
        if token in ranks:
            message = f"{name}: line {number} has the token {clipped(repr(token))} again"
            raise ModelError(message)
        ranks[token] = new
    return ranks


def save(path: str | os.PathLike[str], tokens: Iterable[tuple[bytes, int]]) -> None:
    """Write ranks into a file, in one step."""
    lines = [b"%b %d\n" % (b64encode(token), rank) for token, rank in tokens]
    replace(Path(path), b"".join(lines))
