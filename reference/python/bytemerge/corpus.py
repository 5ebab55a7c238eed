"""Text from files, line by line: as much as there is, no more in memory than a line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bytemerge.errors import NotUtf8Error
from bytemerge.opening import open_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO


def lines_of(files: Iterable[str]) -> Iterator[str]:
    """Yield each line of each file, without its end; "-" is standard input.

    Raises:
        NotUtf8Error: a file is not UTF-8; the sentence says where, and which byte.
        OSError: a file cannot be read.
    """
    for name in files:
        if name == "-":
            yield from decoded(sys.stdin.buffer, name)
        else:
            with open_file(Path(name)) as file:
                yield from decoded(file, name)


def decoded(file: BinaryIO, name: str) -> Iterator[str]:
    """Yield the lines of an open file as text."""
    offset = 0
    for number, line in enumerate(file, start=1):
        try:
            yield line.decode().removesuffix("\n")
        except UnicodeDecodeError as error:
            byte = line[error.start]
            place = f"byte 0x{byte:02x} at offset {offset + error.start} in line {number}"
            message = f"{name}: not UTF-8: {place}"
            raise NotUtf8Error(message) from None
        offset += len(line)
