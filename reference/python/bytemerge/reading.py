"""Reads texts from files, with at most one file or some lines in memory."""

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
"""The most bytes of one read: enough for several threads to encode."""


class Texts(NamedTuple):
    """Consecutive texts of a file."""

    name: str
    first_line: int | None
    """The line number of the first text, if the texts are lines; None for a whole file."""
    texts: list[str]

    def location(self, index: int) -> str:
        """Return the file and the line of a text, as the start of a message."""
        if self.first_line is None:
            return self.name
        return f"{self.name}: line {self.first_line + index}"


class Reader:
    """Reads files, and reports progress."""

    def __init__(self, files: Iterable[str], progress: Callable[[int, int], object]) -> None:
        """Take the names of files, "-" for standard input, and a function for progress in bytes."""
        self.files: list[str] = list(files)
        self.progress = progress
        self.done: int = 0
        """Bytes of text read so far."""
        self.on_disk: int = 0
        """Bytes of the files read so far, before decompression."""
        self.total: int = total_size(self.files)

    def texts(self, *, whole: bool) -> Iterator[Texts]:
        """Yield all lines, or all files as a whole.

        Raises:
            NotUtf8Error: a file is not UTF-8; the message names the byte and its offset.
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
        """Yield the content of a file, up to the end of a line, as soon as it is available."""
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
        """Yield the decompressed content of a file, as soon as it is available."""
        before = self.on_disk
        try:
            content = _core.Decompressed(file)
            # Take what a pipe holds now. Its writer may wait for the answer.
            while chunk := content.read1(BLOCK):
                self.done += len(chunk)
                self.on_disk = before + content.bytes_read
                self.progress(self.on_disk, self.total)
                yield chunk
        except OSError as error:
            if error.errno is not None:
                raise
            message = f"{name}: {error}"  # the compressed data are damaged
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
    """Raise an error if standard input is closed."""
    if not sys.stdin:
        message = "-: standard input is closed"
        raise BytemergeError(message)


def decoded(content: bytes, name: str, offset: int = 0, line: int | None = 1) -> str:
    """Return bytes as text. An error names the offset and, if it is known, the line in the file."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        byte = content[error.start]
        where = f"byte 0x{byte:02x} at offset {offset + error.start}"
        if line is not None:
            number = line + content.count(b"\n", 0, error.start)
            where += f" in line {number}"
        message = f"{name}: not UTF-8: {where}"
        raise NotUtf8Error(message) from None


def total_size(files: list[str]) -> int:
    """Return the size of all files together, or 0 if one of them has none, such as a pipe."""
    total = 0
    for name in files:
        try:
            status = os.fstat(sys.stdin.fileno()) if name == "-" else Path(name).stat()
        except (OSError, AttributeError):
            return 0  # reading the file will report the error
        if not stat.S_ISREG(status.st_mode):
            return 0
        total += status.st_size
    return total
