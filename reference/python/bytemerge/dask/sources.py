"""Finds what a source consists of, and divides it into tasks of about the same size."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import dask
import fsspec
import pyarrow as pa
from pyarrow import parquet

from bytemerge import _core, json_lines
from bytemerge.arguments import check_type, checked_integer, shown
from bytemerge.columns import HINT, are_parquet
from bytemerge.errors import BytemergeError, JsonLinesError, NotUtf8Error, SourceError
from bytemerge.files import words
from bytemerge.word_counts import LONGEST_SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

PART = 128 << 20
"""The usual bytes of a task: seconds of work, beside which the cost of a task is nothing."""

MOST_FILES = 1000
"""The most files of one task. Many small ones take long to open."""

Kind = Literal["text", "lines", "parquet"]


class Skipped(NamedTuple):
    """A file, or a part of one, that could not be read, and the reason.

    Example:
        >>> from bytemerge.dask import Skipped  # doctest: +SKIP
        >>> Skipped("a.txt", "a.txt: No such file or directory").name  # doctest: +SKIP
        'a.txt'
    """

    name: str
    """The file, and the range of its bytes or row groups if only that is skipped."""
    reason: str
    """The message of the error."""


class UnreadableError(BytemergeError):
    """A part of the source cannot be read; the cause says why."""

    def __init__(self, part: Part, cause: Exception) -> None:
        """Take the part and the error."""
        super().__init__(part, cause)
        self.part = part
        self.cause = cause


@dataclass(frozen=True)
class Part:
    """A file, or a range of one: of its bytes, or of the row groups of a Parquet file."""

    url: str
    """The address that fsspec opens."""
    name: str
    """The name in messages: the path of a local file."""
    kind: Kind
    size: int
    """About how many bytes are to be read."""
    version: str
    """The size of the file, and its time or tag: a changed file has another."""
    start: int = 0
    stop: int | None = None
    """The end of the range, or None for a whole file."""

    def __str__(self) -> str:
        """Return the name, with the range if there is one."""
        if self.stop is None:
            return self.name
        unit = "row groups" if self.kind == "parquet" else "bytes"
        return f"{self.name}, {unit} {self.start} to {self.stop}"


@dataclass(frozen=True)
class Source:
    """Paths, and how to read them."""

    column: str | None
    """The column of Parquet files, or the field of JSON Lines."""
    options: dict[str, Any]
    """The options with which fsspec opens the files."""

    def parts(self, paths: Any, part_size: int, *, cut_text: bool) -> list[Part]:
        """Return the files at paths or patterns of them, with large ones cut.

        Raises:
            OSError: a file is missing, or a folder, or nothing matches a pattern.
            SourceError: there is no program for a kind of address, or the column is missing.
            JsonLinesError: a file is JSON Lines, and the column is missing.
            TypeError: a path is something else.
        """
        return [
            part
            for path in listed(paths)
            for file in self.files(path)
            for part in self.cut(file, part_size, cut_text=cut_text)
        ]

    def files(self, path: str) -> list[Part]:
        """Return the files of a path or a pattern, in the order of their names.

        A file whose name looks like a pattern is itself. A path gives a file its name in messages.
        """
        try:
            system, root = fsspec.url_to_fs(path, **self.options)
        except (ImportError, ValueError) as error:
            message = f"{path}: {error}"
            raise SourceError(message) from None
        with naming(path):
            is_pattern = fsspec.core.has_magic(root) and not system.exists(root)
            if not is_pattern:
                infos = [system.info(root)]
            else:
                found = system.glob(root, detail=True)
                infos = [found[name] for name in sorted(found)]
                infos = [info for info in infos if info["type"] != "directory"]
        if not infos:
            raise FileNotFoundError(errno.ENOENT, "no file matches the pattern", path)
        if infos[0]["type"] == "directory":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        files = [self.file(system, info) for info in infos]
        return files if is_pattern else [replace(file, name=path) for file in files]

    def file(self, system: Any, info: dict[str, Any]) -> Part:
        """Return a file that fsspec found."""
        name = info["name"]
        url = system.unstrip_protocol(name)
        is_local = "file" in system.protocol
        kind = self.kind(name)
        changed = next((info[key] for key in ("ETag", "etag", "mtime") if key in info), "")
        size = info.get("size") or 0
        return Part(url, name if is_local else url, kind, size, f"{size} {changed}")

    def kind(self, name: str) -> Kind:
        """Return the kind of a file, by its name, and by whether a column is given."""
        if are_parquet(name):
            if self.column is None:
                message = f"{name}: name the column that has the text, as in {HINT}"
                raise SourceError(message)
            return "parquet"
        if self.column is None:
            json_lines.check_no_json_lines([name], HINT)
        return "text" if self.column is None else "lines"

    def cut(self, file: Part, part_size: int, *, cut_text: bool) -> list[Part]:
        """Return the ranges of a large file, or the file if it is small or cannot be cut."""
        if file.size <= part_size or (file.kind == "text" and not cut_text):
            return [file]
        try:
            if file.kind == "parquet":
                return self.row_groups(file, part_size)
            with self.opened(file) as content:
                if _core.is_compressed(content.read(LONGEST_SIGNATURE)):
                    return [file]
        except UnreadableError:
            return [file]  # its task meets the error again, and treats it as asked
        number = -(-file.size // part_size)
        ends = [file.size * index // number for index in range(number + 1)]
        return [
            replace(file, start=start, stop=stop, size=stop - start)
            for start, stop in pairwise(ends)
        ]

    def row_groups(self, file: Part, part_size: int) -> list[Part]:
        """Return ranges of the row groups of a Parquet file."""
        with self.opened(file) as content:
            footer = parquet.ParquetFile(content).metadata
        sizes = [footer.row_group(index).total_byte_size for index in range(footer.num_row_groups)]
        whole = sum(sizes) or 1
        parts, start, taken = [], 0, 0
        for index, size in enumerate(sizes, 1):
            taken += size * file.size // whole
            if taken >= part_size or index == len(sizes):
                parts.append(replace(file, start=start, stop=index, size=taken))
                start, taken = index, 0
        return parts or [file]

    @contextmanager
    def opened(self, part: Part) -> Iterator[BinaryIO]:
        """Open the file of a part.

        Raises:
            UnreadableError: the file cannot be opened or read.
        """
        try:
            with naming(part.name), fsspec.open(part.url, "rb", **self.options) as file:
                yield file
        except (OSError, NotUtf8Error, JsonLinesError, SourceError) as error:
            raise UnreadableError(part, error) from None
        except pa.ArrowException as error:
            words_of_arrow = str(error).splitlines()[0]
            problem = SourceError(f"{part.name}: not a file of Parquet: {words_of_arrow}")
            raise UnreadableError(part, problem) from None


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Let errors of a file system name the file. Those of buckets often name nothing."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            text = str(error) or type(error).__name__
            raise type(error)(text if name in text else f"{name}: {text}") from None
        raise OSError(error.errno, words(error) or os.strerror(error.errno), name) from None


def listed(paths: Any) -> list[str]:
    """Return one path or several as a list of str."""
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    if not isinstance(paths, Iterable) or dask.is_dask_collection(paths):
        message = f"expected paths, or a bag, a series or a frame of Dask, not {shown(paths)}"
        raise TypeError(message)
    names = []
    for path in paths:
        try:
            names.append(os.fspath(path))
        except TypeError:
            message = f"a path must be a str or a path, not {shown(path)}"
            raise TypeError(message) from None
        check_type(names[-1], str)
    if not names:
        message = "no file is given"
        raise SourceError(message)
    return names


def tasks(parts: list[Part], part_size: int) -> list[list[Part]]:
    """Return the parts in groups of about a size: a range alone, or several small files."""
    groups: list[list[Part]] = []
    size = 0
    for part in parts:
        size += part.size
        full = not groups or size > part_size or len(groups[-1]) >= MOST_FILES
        if full or part.stop is not None or groups[-1][-1].stop is not None:
            groups.append([])
            size = part.size
        groups[-1].append(part)
    return groups


def by_file(groups: list[list[Part]]) -> list[list[int]]:
    """Return the indices of groups, with those of the same cut file together."""

    def file(index: int) -> object:
        part = groups[index][0]
        return index if part.stop is None else part.url

    return [list(indices) for _, indices in groupby(range(len(groups)), file)]


def described(group: list[Part]) -> str:
    """Return the names of a group for a message."""
    return str(group[0]) if len(group) == 1 else f"{group[0]} and {len(group) - 1} more files"


def checked_part_size(part_size: int) -> int:
    """Return the bytes of a task."""
    return checked_integer(part_size, "part_size", at_least=1)


def checked_source(column: str | None, storage_options: dict[str, Any] | None) -> Source:
    """Return how to read files."""
    if column is not None:
        check_type(column, str)
    if storage_options is not None:
        check_type(storage_options, dict)
    return Source(column, storage_options or {})
