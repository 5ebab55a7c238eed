"""Opens a column of a Parquet file, and refuses files of columns or fields as plain text."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from bytemerge import json_lines
from bytemerge.errors import SourceError
from bytemerge.suffixes import PARQUET, has_suffix

if TYPE_CHECKING:
    from collections.abc import Iterator

HINT = 'column="text"'
"""How a column or a field is named in Python; commands have an option of another name."""

ROWS = 1 << 13
"""The rows that are read at a time."""


def are_parquet(name: str) -> bool:
    """Return whether a file is Parquet, by its name."""
    return has_suffix(name, PARQUET)


def check_plain(names: list[str], option: str) -> None:
    """Raise an error for a file that is not plain text, which would be learnt as it is.

    Raises:
        JsonLinesError: it is JSON Lines.
        SourceError: it is Parquet.
    """
    json_lines.check_no_json_lines(names, option)
    for name in names:
        if are_parquet(name):
            reason = f"name the column that has the text, as in {option}"
            message = f"{name}: Parquet, not plain text: {reason}"
            raise SourceError(message)


def length(texts: Any) -> int:
    """Return the bytes in UTF-8 of a list of texts, or of an Arrow array of pyarrow."""
    if isinstance(texts, list):
        return sum(len(text.encode()) for text in texts)
    pa, compute = (import_module(module) for module in ("pyarrow", "pyarrow.compute"))
    return compute.sum(compute.binary_length(texts.cast(pa.large_string()))).as_py() or 0


def column(file: BinaryIO, name: str, field: str) -> Iterator[Any]:
    """Yield a column of a Parquet file in Arrow arrays of texts.

    Raises:
        SourceError: the file is damaged or has no such column of texts, or pyarrow is missing.
    """
    try:
        pa = import_module("pyarrow")
    except ImportError:
        message = f"{name}: reading Parquet needs pyarrow"
        raise SourceError(message) from None
    where = f"{name}, column {field!r}"
    try:
        rows = 0
        for batch in batches(file, name, field):
            texts = batch.column(0)
            texts.validate(full=True)
            if texts.null_count:
                null = rows + texts.is_null().to_pylist().index(True)
                message = f"{where}: row {null}: expected a text, not null"
                raise SourceError(message)
            rows += len(texts)
            yield texts
    except (pa.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0]
        message = f"{where}: {reason}"
        raise SourceError(message) from None


def batches(
    file: BinaryIO, name: str, field: str, groups: tuple[int, int | None] = (0, None)
) -> Any:
    """Return a column of a range of row groups of a Parquet file, as pyarrow's RecordBatchReader.

    Raises:
        SourceError: the file has no such column, or it does not contain texts.
    """
    pa, parquet = (import_module(module) for module in ("pyarrow", "pyarrow.parquet"))
    content = parquet.ParquetFile(file)
    schema = content.schema_arrow
    if schema.names.count(field) != 1:
        listed = ", ".join(map(repr, schema.names))
        message = f"{name}: not one column {field!r}, but {listed}"
        raise SourceError(message)
    kind = schema.field(field).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if kind not in (pa.string(), pa.large_string(), pa.string_view(), pa.null()):
        message = f"{name}, column {field!r}: expected texts, not {kind}"
        raise SourceError(message)
    first, last = groups
    wanted = range(first, content.num_row_groups if last is None else last)
    read = content.iter_batches(ROWS, row_groups=[*wanted], columns=[field])
    alone = pa.schema([schema.field(field)])
    # To Parquet, a field `b` of a struct `a` is a column "a.b" too.
    columns = (batch.column(batch.schema.names.index(field)) for batch in read)
    found = (pa.record_batch([column], schema=alone) for column in columns)
    return pa.RecordBatchReader.from_batches(alone, found)
