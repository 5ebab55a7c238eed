"""Reads the texts in a part of a source, some at a time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa

from bytemerge import _core, columns, json_lines
from bytemerge.reading import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from bytemerge.dask.sources import Part, Source

BLOCK = 4 << 20
"""The bytes that are read at a time."""

ALIGNMENT = 8
"""The bytes of an offset, at a multiple of which it must start."""

Documents = Literal["line", "file"]


class ReadSome:
    """A file that has ``read1``, as decompression needs it; those of buckets have only ``read``."""

    def __init__(self, file: BinaryIO) -> None:
        """Take the file."""
        self.read1 = file.read


def fields(file: BinaryIO, part: Part, field: str) -> Iterator[str]:
    """Yield the text in a field of each line of JSON Lines. Empty lines are left out."""
    for start, lines in lines_of(file, part):
        offset = start
        for line in lines:
            if line and not line.isspace():
                yield json_lines.text_in(line, field, f"{part.name}: line at offset {offset}")
            offset += len(line.encode()) + 1


def lines_of(file: BinaryIO, part: Part) -> Iterator[tuple[int, list[str]]]:
    """Yield lines that start in a part, without their ends, and the offset of the first one.

    Raises:
        NotUtf8Error: they are not UTF-8.
    """
    if part.stop is None:
        blocks = line_blocks(_core.Decompressed(ReadSome(file)).read1, 0, sys.maxsize)  # type: ignore[arg-type]
    else:
        file.seek(max(part.start - 1, 0))
        blocks = line_blocks(file.read, part.start, part.stop)
    for offset, block in blocks:
        lines = decoded(block, part.name, offset, None).split("\n")
        if not lines[-1]:  # what follows the end of the last line
            lines.pop()
        yield offset, lines


def line_blocks(read: Callable[[int], bytes], start: int, stop: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that start in a range of bytes, in blocks, and the offset of each block.

    ``read`` reads on from the byte before the range, which tells whether a line starts with it.
    """
    offset, rest = start, b""
    if start:
        offset -= 1
        while b"\n" not in (rest := read(BLOCK)):
            if not rest:
                return
            offset += len(rest)
        skipped = rest.index(b"\n") + 1
        offset, rest = offset + skipped, rest[skipped:]
    while offset < stop:
        more = read(BLOCK)
        rest += more
        end = rest.rfind(b"\n") + 1 if more else len(rest)
        if offset + end > stop:
            # The last line starts before the stop, so it ends at the byte before the stop or later.
            end = rest.find(b"\n", stop - 1 - offset) + 1 or len(rest)
        if end:
            yield offset, rest[:end]
        elif not more:
            return
        offset, rest = offset + end, rest[end:]


def documents(
    source: Source, part: Part, file: BinaryIO, unit: Documents
) -> Iterator[list[str] | Any]:
    """Yield the documents of a part, some at a time, as lists of str or Arrow arrays."""
    if part.kind == "parquet":
        assert source.column is not None  # noqa: S101  # else it was refused
        for batch in columns.batches(file, part.name, source.column, (part.start, part.stop)):
            yield batch.column(0)
    elif part.kind == "lines":
        assert source.column is not None  # noqa: S101  # it made them JSON Lines
        yield from batched(fields(file, part, source.column))
    elif unit == "line":
        for _, lines in lines_of(file, part):
            yield lines
    else:
        content = _core.Decompressed(ReadSome(file))  # type: ignore[arg-type]
        whole = b"".join(iter(lambda: content.read1(BLOCK), b""))
        yield [decoded(whole, part.name, 0, 1)]


def of_pandas(column: Any) -> pa.ChunkedArray:
    """Return a column of pandas, in which NaN is a null too, as Arrow.

    What came over a network lies at any address, but Rust reads offsets at multiples of 8 only.
    """
    array = pa.Array.from_pandas(column)
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    return pa.chunked_array(list(map(aligned, chunks)) or [pa.array([], pa.string())])


def aligned(array: pa.Array) -> pa.Array:
    """Return an array with a copy of each buffer that does not start at a multiple of 8."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    buffers = array.buffers()
    if all(buffer is None or buffer.address % ALIGNMENT == 0 for buffer in buffers):
        return array
    copies = []
    for buffer in buffers:
        copy = None
        if buffer is not None:
            copy = pa.allocate_buffer(buffer.size)
            np.frombuffer(copy, np.uint8)[:] = np.frombuffer(buffer, np.uint8)
        copies.append(copy)
    return pa.Array.from_buffers(array.type, len(array), copies, offset=array.offset)


def batched(texts: Iterator[str]) -> Iterator[list[str]]:
    """Yield texts in lists of some megabytes."""
    batch, size = [], 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= BLOCK:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
