"""Opens a column of a Parquet file, and refuses files of columns or fields as plain text."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from bytemerge import json_lines
from bytemerge.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        pa, parquet = (import_module(module) for module in ("pyarrow", "pyarrow.parquet"))
    except ImportError:
        message = f"{name}: reading Parquet needs pyarrow"
        raise SourceError(message) from None
    where = f"{name}, column {field!r}"
    try:
        table = parquet.ParquetFile(file)
        schema = table.schema_arrow
        if schema.names.count(field) != 1:
            listed = ", ".join(map(repr, schema.names))
            message = f"{name}: not one column {field!r}, but {listed}"
            raise SourceError(message)
        kind = schema.field(field).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if kind not in (pa.string(), pa.large_string(), pa.string_view(), pa.null()):
            message = f"{where}: expected texts, not {kind}"
            raise SourceError(message)
        rows = 0
        for batch in table.iter_batches(columns=[field]):
            texts = batch.column(batch.schema.names.index(field))
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
