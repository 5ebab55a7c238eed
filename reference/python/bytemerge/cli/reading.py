"""Texts from files, as they come: no more in memory than a file, or some lines."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bytemerge import _core
from bytemerge.errors import BytemergeError, NotUtf8Error
from bytemerge.files import open_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

BLOCK = 1 << 22
"""Bytes that are read at once: enough for several threads to encode."""


class Texts(NamedTuple):
    """Some texts that follow each other in a file."""

    name: str
    first_line: int | None
    """Where the first of them stands. They are lines, without their ends; or None: a whole file."""
    texts: list[str]

    def place(self, index: int) -> str:
        """Return where a text stands, as the start of a sentence."""
        if self.first_line is None:
            return self.name
        return f"{self.name}: line {self.first_line + index}"


class Reader:
    """Reads files, and says how far it has come."""

    def __init__(self, files: Iterable[str], progress: Callable[[int, int], object]) -> None:
        """Take the names of files, "-" for standard input, and what to call with bytes."""
        self.files: list[str] = list(files)
        self.progress = progress
        self.done: int = 0
        """Bytes of text that were read."""
        self.on_disk: int = 0
        """The same, but as they are in the files, which may be compressed."""
        self.total: int = total_size(self.files)

    def texts(self, *, whole: bool) -> Iterator[Texts]:
        """Yield all lines, or all files as a whole.

        Raises:
            NotUtf8Error: a file is not UTF-8; the sentence says where, and which byte.
            OSError: a file cannot be read.
        """
        for name in self.files:
            with opened(name) as file:
                if whole:
                    yield Texts(name, None, [decoded(b"".join(self.chunks(file, name)), name)])
                    continue
                offset, line = 0, 1
                for block in self.blocks(file, name):
                    text = decoded(block, name, offset, line)
                    lines = text.split("\n")
                    last = lines.pop()
                    if last:  # the file ends without the end of a line
                        lines.append(last)
                    yield Texts(name, line, lines)
                    offset += len(block)
                    line += len(lines)

    def blocks(self, file: BinaryIO, name: str) -> Iterator[bytes]:
        """Yield what is in a file, as soon as it is there, each time up to the end of a line."""
        parts: list[bytes] = []
        for chunk in self.chunks(file, name):
            head, end, tail = chunk.rpartition(b"\n")
            if end:
                yield b"".join([*parts, head, end])
                parts = []
            parts.append(tail)
        if rest := b"".join(parts):
            yield rest

    def chunks(self, file: BinaryIO, name: str) -> Iterator[bytes]:
        """Yield what is in a file, decompressed, as soon as it is there."""
        before = self.on_disk
        try:
            content = _core.Decompressed(file)
            # What a pipe holds by now, rather than all that fits: somebody may wait for the answer.
            while chunk := content.read1(BLOCK):
                self.done += len(chunk)
                self.on_disk = before + content.bytes_read
                self.progress(self.on_disk, self.total)
                yield chunk
        except OSError as error:
            if error.errno is not None:
                raise
            message = f"{name}: {error}"  # it is damaged
            raise OSError(message) from None


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """Open a file, or take standard input."""
    if name != "-":
        with open_file(Path(name)) as file:
            yield file
        return
    check_standard_input()
    try:
        yield sys.stdin.buffer
    except OSError as error:
        if error.filename is None and isinstance(error, IsADirectoryError):
            raise IsADirectoryError(error.errno, error.strerror, name) from None
        raise


def check_standard_input() -> None:
    """Raise where there is no standard input."""
    if not sys.stdin:
        message = "-: standard input is closed"
        raise BytemergeError(message)


def decoded(content: bytes, name: str, offset: int = 0, line: int = 1) -> str:
    """Return bytes as text; they start at some offset and line of a file."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        byte = content[error.start]
        number = line + content.count(b"\n", 0, error.start)
        place = f"byte 0x{byte:02x} at offset {offset + error.start} in line {number}"
        message = f"{name}: not UTF-8: {place}"
        raise NotUtf8Error(message) from None


def total_size(files: list[str]) -> int:
    """Return the size of all files together, or 0 where one has none, as a pipe."""
    total = 0
    for name in files:
        try:
            status = os.fstat(sys.stdin.fileno()) if name == "-" else Path(name).stat()
        except (OSError, AttributeError):
            return 0  # reading it will say what is wrong
        if not stat.S_ISREG(status.st_mode):
            return 0
        total += status.st_size
    return total
