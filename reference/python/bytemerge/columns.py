"""Counts the texts in a column of Parquet files, or in a field of JSON Lines."""

from __future__ import annotations

import os
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bytemerge import json_lines
from bytemerge.errors import SourceError
from bytemerge.files import open_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bytemerge.word_counts import WordCounts

SUFFIXES = {".parquet", ".pq"}


def are_parquet(name: str) -> bool:
    """Return whether a file is Parquet, by its name."""
    return Path(name).suffix.lower() in SUFFIXES


def check_plain(names: list[str], option: str) -> None:
    """Raise an error for a file that is not plain text, which would be learnt as it is.

    Raises:
        JsonLinesError: it is JSON Lines.
        SourceError: it is Parquet.
    """
    json_lines.check_no_json_lines(names, option)
    for name in names:
        if are_parquet(name):
            message = f"{name}: Parquet, not plain text: name the column that has the text, as in {option}"
            raise SourceError(message)


def count(
    names: list[str],
    field: str,
    pattern: str | Sequence[str] | None,
    threads: int | None,
    progress: Callable[[int, int], object],
) -> WordCounts:
    """Return the counts of the texts in a column or a field of files.

    Raises:
        OSError: a file cannot be read.
        NotUtf8Error: a file is not UTF-8.
        JsonLinesError: a line is not a JSON object with a text in this field.
        SourceError: a Parquet file is damaged, or has no such column of texts.
        ImportError: a file is Parquet, and pyarrow is not installed.
    """
    from bytemerge.word_counts import WordCounts  # noqa: PLC0415  # which uses this module

    tables = [name for name in names if are_parquet(name)]
    others = [name for name in names if not are_parquet(name)]
    sizes = {name: size_of(name) for name in tables}
    done, total = 0, sum(sizes.values())

    def parts() -> Iterator[WordCounts]:
        nonlocal done
        for name in tables:
            with column(name, field) as texts:
                yield WordCounts.count(texts, pattern=pattern, threads=threads)
            done += sizes[name]
            progress(done, total)
        texts = json_lines.texts(others, field, progress)
        yield WordCounts.count(texts, pattern=pattern, threads=threads)

    return WordCounts.sum(parts())


@contextmanager
def column(name: str, field: str) -> Iterator[Any]:
    """Open a column of a Parquet file as a stream of Arrow arrays.

    Raises:
        OSError: the file cannot be read.
        SourceError: it is damaged, or has no such column of texts.
        ImportError: pyarrow is not installed.
    """
    pa, parquet = (import_module(module) for module in ("pyarrow", "pyarrow.parquet"))
    with open_file(Path(name)) as file:
        try:
            table = parquet.ParquetFile(file)
            schema = table.schema_arrow
            if field not in schema.names:
                listed = ", ".join(map(repr, schema.names))
                message = f"{name}: there is no column {field!r}, but {listed}"
                raise SourceError(message)
            batches = table.iter_batches(columns=[field])
            yield pa.RecordBatchReader.from_batches(pa.schema([schema.field(field)]), batches)
        except (pa.ArrowException, TypeError) as error:
            reason = str(error).partition("\n")[0]
            message = f"{name}, column {field!r}: {reason}"
            raise SourceError(message) from None


def size_of(name: str) -> int:
    """Return the size of a file."""
    with open_file(Path(name)) as file:
        return os.fstat(file.fileno()).st_size
