"""Writes tokens into files of a format by suffix; a file is written completely or not at all."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, Self

from bytemerge.cli.options import RefusedError
from bytemerge.files import replacing
from bytemerge.suffixes import ARROW, NUMPY, PARQUET, has_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    import numpy as np

    from bytemerge.token_batch import TokenBatch

COLUMN = "ids"
"""The column of a table: a list of ids in each row."""


class Writer(Protocol):
    """Takes the tokens of texts, one batch after the other."""

    def write(self, batch: TokenBatch) -> None:
        """Write the tokens of some texts."""


def has_rows(name: str | None) -> bool:
    """Return whether a file keeps texts apart. A numpy array does not."""
    return not has_suffix(name or "", NUMPY)


@contextmanager
def writer(name: str | None, inputs: Iterable[str]) -> Iterator[Writer]:
    """Open a writer of tokens to a file, or to standard output.

    Raises:
        OSError: the file cannot be written.
        RefusedError: it is one of the inputs, or needs pyarrow, which is missing.
    """
    with ExitStack() as stack:
        table = has_suffix(name or "", ARROW + PARQUET)
        pyarrow = needed_pyarrow(name) if table else None
        file = stack.enter_context(output(name, inputs))
        if pyarrow:
            yield stack.enter_context(TableWriter(pyarrow, file, str(name)))
        elif has_rows(name):
            yield TextWriter(file)
        else:
            array = ArrayWriter(file)
            yield array
            array.finish()


@contextmanager
def output(name: str | None, inputs: Iterable[str]) -> Iterator[BinaryIO]:
    """Open a file, which replaces an old one at the end, or standard output."""
    if name is not None and name != "-":
        check_output(name, inputs)
        with replacing(Path(name)) as file:
            yield file
        return
    check_standard_output()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def check_standard_output() -> None:
    """Check that standard output exists: otherwise ``print`` does nothing.

    Raises:
        OSError: it was closed from the start.
    """
    if not sys.stdout:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def check_output(name: str, inputs: Iterable[str]) -> None:
    """Check that a file can be written, before hours of work.

    Raises:
        OSError: the folder is missing, it or the file is read-only, or the name is a folder.
        RefusedError: the file is one of the inputs, which would be lost.
    """
    path = Path(os.path.realpath(name))  # unlike resolve, it takes a link that leads to itself
    number = None
    if path.is_dir():
        number = errno.EISDIR
    elif not path.parent.exists():
        number = errno.ENOENT
    elif not path.parent.is_dir():
        number = errno.ENOTDIR
    elif not is_writable(path):
        number = errno.EACCES
    if number:
        raise OSError(number, os.strerror(number), name)
    if path.is_file() and any(Path(each).exists() and path.samefile(each) for each in inputs):
        message = f"{name}: is an input, and writing the output would destroy it"
        raise RefusedError(message)


def is_writable(path: Path) -> bool:
    """Return whether a file may be made or replaced, or a device or pipe may be written to."""
    if not path.exists():
        return os.access(path.parent, os.W_OK)
    # A device or a pipe is not replaced.
    return os.access(path, os.W_OK) and (not path.is_file() or os.access(path.parent, os.W_OK))


class TextWriter:
    """Writes a line of ids for each text."""

    def __init__(self, file: BinaryIO) -> None:
        """Take an open file."""
        self.file = file

    def write(self, batch: TokenBatch) -> None:
        """Write the tokens of some texts."""
        ids = list(map(str, batch.ids.tolist()))
        ends = batch.offsets.tolist()
        lines = (" ".join(ids[start:end]) for start, end in pairwise(ends))
        self.file.write("".join(f"{line}\n" for line in lines).encode())
        self.file.flush()


class ArrayWriter:
    """Writes all ids into one numpy array, and its length at the end."""

    def __init__(self, file: BinaryIO) -> None:
        """Take an open file."""
        self.file = file
        self.length: int = 0
        self.start: int = self.header()

    def header(self) -> int:
        """Write the header, which has room for any length; return its end."""
        from numpy.lib import format as npy  # noqa: PLC0415  # numpy is slow to import

        array = {"descr": "<u4", "fortran_order": False, "shape": (self.length,)}
        npy.write_array_header_1_0(self.file, array)
        return self.file.tell()

    def write(self, batch: TokenBatch) -> None:
        """Write the tokens of some texts."""
        self.length += len(batch.ids)
        self.file.write(batch.ids.astype("<u4", copy=False).data)

    def finish(self) -> None:
        """Write the length into the header."""
        end = self.file.tell()
        self.file.seek(0)
        if self.header() != self.start:
            message = "the header of an array of numpy has grown"
            raise AssertionError(message)
        self.file.seek(end)


class TableWriter:
    """Writes a row for each text into a file of Arrow or Parquet."""

    def __init__(self, pyarrow: ModuleType, file: BinaryIO, name: str) -> None:
        """Take an open file and its name."""
        self.arrow: Any = pyarrow
        self.schema: Any = pyarrow.schema([(COLUMN, pyarrow.large_list(pyarrow.uint32()))])
        if has_suffix(name, PARQUET):
            self.table: Any = import_module("pyarrow.parquet").ParquetWriter(file, self.schema)
        else:
            self.table = pyarrow.ipc.new_file(file, self.schema)

    def write(self, batch: TokenBatch) -> None:
        """Write the tokens of some texts."""
        offsets = self.arrow.array(as_signed(batch.offsets))
        rows = self.arrow.LargeListArray.from_arrays(offsets, self.arrow.array(batch.ids))
        self.table.write(self.arrow.record_batch([rows], schema=self.schema))

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write the end of the table, after an error too; otherwise it would do so later."""
        with suppress(Exception) if kind else nullcontext():
            self.table.close()


def as_signed(offsets: np.ndarray) -> np.ndarray:
    """Return offsets as the signed numbers that Arrow uses."""
    return offsets.view("int64") if offsets.dtype.itemsize == 8 else offsets.astype("int64")  # noqa: PLR2004


def needed_pyarrow(name: str | None) -> ModuleType:
    """Return pyarrow, or raise RefusedError if it is missing."""
    try:
        # An extra, and slow to import.
        pyarrow = import_module("pyarrow")
        import_module("pyarrow.ipc")
    except ImportError:
        message = f"{name}: needs pyarrow, which is not installed: pip install pyarrow"
        raise RefusedError(message) from None
    return pyarrow
