"""Reads files, and replaces them in one step, with the same errors on every system."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    """Raise `IsADirectoryError` for the path of a folder. Windows denies permission instead."""
    try:
        yield
    except PermissionError:
        if not path.is_dir():
            raise
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path)) from None


def words(error: OSError) -> str | None:
    """Return the message of an error, in words that are the same on every system."""
    if error.errno is not None and getattr(error, "winerror", None) is not None:
        return os.strerror(error.errno)  # Windows has its own, in the language of its user
    return error.strerror


def replace(path: Path, content: bytes) -> None:
    """Write a file, or replace it, in one step."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that replaces the one at the path, if there is one, at the end.

    After any exception, the old file is still there, and no new one. A file that is replaced keeps
    its mode.

    Raises:
        OSError: the file cannot be written; its ``filename`` is the path.
    """
    if path.exists() and not path.is_file():
        with naming(path, None), folders_named(path), path.open("wb") as file:
            yield file  # a device or a pipe must not be replaced by a file
        return
    mode = mode_of(path)
    target = path.resolve()  # a link stays a link: the file that it leads to is replaced
    # In the same folder, hence on the same disk.
    temporary = target.with_name(f"{target.name}.{os.urandom(8).hex()}.tmp")
    try:
        with naming(path, temporary):
            nameless = unnamed(target.parent)
            with nameless or temporary.open("xb") as file:
                if mode is not None:
                    # While it is still empty: others may read what follows.
                    Path(in_proc(nameless) if nameless else temporary).chmod(mode)
                yield file
                file.flush()
                os.fsync(file.fileno())
                if nameless:
                    name(nameless, temporary)
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def unnamed(folder: Path) -> BinaryIO | None:
    """Open a file without a name, or return None where the system has no such files.

    Linux removes it when the program ends, even if the program is killed.
    """
    if not hasattr(os, "O_TMPFILE"):
        return None
    try:
        descriptor = os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666)
    except OSError:  # such as a file system without them
        return None
    file = os.fdopen(descriptor, "wb")
    if not Path(in_proc(file)).exists():
        file.close()
        return None
    return file


def name(file: BinaryIO, path: Path) -> None:
    """Give a file without a name one that no file has."""
    # Python asks the system to follow the link only if a folder is given too; it is not used.
    try:
        os.link(in_proc(file), path, src_dir_fd=file.fileno(), follow_symlinks=True)
    except OSError as error:  # it names both
        raise OSError(error.errno, error.strerror, str(path)) from None


def in_proc(file: BinaryIO) -> str:
    """Return the path by which Linux knows an open file."""
    return f"/proc/self/fd/{file.fileno()}"


def mode_of(path: Path) -> int | None:
    """Return the mode of a file that is to be replaced, or None if there is no such file.

    The system allows a file to be replaced even if it is read-only. A user who protects a file
    means to prevent both.

    Raises:
        OSError: the file is read-only.
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
