"""Opens files with the same errors on every system: Windows denies permission to open a folder."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        OSError: it cannot be read.
    """
    with open_file(path) as file:
        return file.read()


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises:
        OSError: it cannot be read.
    """
    with folders_named(path):
        return path.open("rb")


@contextmanager
def folders_named(path: Path) -> Iterator[None]:
    """Raise `IsADirectoryError` where the path is that of a folder, on Windows too."""
    try:
        yield
    except PermissionError:
        if not path.is_dir():
            raise
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path)) from None


def words(error: OSError) -> str | None:
    """Return what an error says, in words that are the same on every system."""
    if error.errno is not None and getattr(error, "winerror", None) is not None:
        return os.strerror(error.errno)  # Windows has its own, in the language of its user
    return error.strerror
