"""Reads ids from files: text, numpy arrays, tables of Arrow and Parquet."""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bytemerge.cli.options import as_natural
from bytemerge.cli.writing import COLUMN, needed_pyarrow
from bytemerge.errors import BytemergeError, UnknownTokenError
from bytemerge.files import open_file
from bytemerge.reading import Reader
from bytemerge.suffixes import ARROW, NUMPY, PARQUET, has_suffix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np

FEW = 1 << 20
"""The most ids of an array in one row."""

ID_LIMIT = 2**32
"""The number of possible ids: they have 32 bits."""


class NotIdsError(BytemergeError, ValueError):
    """A file does not contain ids."""


class Row(NamedTuple):
    """The ids of a document, or of a part of an array, and a name for them in errors."""

    location: str
    ids: list[int] | np.ndarray


def rows_of(name: str, progress: Callable[[int, int], object]) -> Iterator[Row]:
    """Yield the ids in a file.

    Raises:
        OSError: the file cannot be read.
        NotIdsError: it contains something else.
        UnknownTokenError: it contains a number that is not an id.
    """
    if has_suffix(name, NUMPY):
        return rows_of_array(name)
    if has_suffix(name, ARROW + PARQUET):
        return rows_of_table(name)
    return rows_of_text(name, progress)


def rows_of_text(name: str, progress: Callable[[int, int], object]) -> Iterator[Row]:
    """Yield the ids of each line."""
    for texts in Reader([name], progress).texts(whole=False):
        for index, line in enumerate(texts.texts):
            yield Row(texts.location(index), as_ids(line, texts, index))


def as_ids(line: str, texts: Any, index: int) -> list[int]:
    """Return the ids in a line."""
    ids = [as_natural(word) for word in line.split()]
    if None in ids:
        word = line.split()[ids.index(None)]
        shown = word if len(word) <= 40 else f"{word[:40]}..."  # noqa: PLR2004
        message = f'{texts.location(index)}: not a token: "{shown}"'
        raise NotIdsError(message)
    return ids  # type: ignore[return-value]


def rows_of_array(name: str) -> Iterator[Row]:
    """Yield the ids of an array, in parts."""
    import numpy as np  # noqa: PLC0415  # slow to import

    with open_file(Path(name)):
        pass  # for the usual error if it cannot be read
    try:
        array = np.load(name, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError):
        message = f"{name}: not an array of numpy, or only a part of one"
        raise NotIdsError(message) from None
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind not in "iu":
        shape = getattr(array, "shape", "several arrays")
        message = f"{name}: not one row of ids: {getattr(array, 'dtype', 'an archive')}, {shape}"
        raise NotIdsError(message)
    for start in range(0, len(array), FEW):
        yield Row(name, as_uint32(array[start : start + FEW], name))


def as_uint32(ids: np.ndarray, location: str) -> np.ndarray:
    """Return integers as ids."""
    import numpy as np  # noqa: PLC0415  # slow to import

    wrong = (ids < 0) | (ids >= ID_LIMIT)
    if wrong.any():
        message = f"{location}: no token has the id {ids[wrong.argmax()]}"
        raise UnknownTokenError(message)
    return ids.astype(np.uint32)


def rows_of_table(name: str) -> Iterator[Row]:
    """Yield the ids of each row of a table."""
    arrow: Any = needed_pyarrow(name)
    with open_file(Path(name)):
        pass  # for the usual error if it cannot be read
    try:
        number = 0
        for column in columns_of(name, arrow):
            if column.null_count:
                message = f"{name}: a row has no ids"
                raise NotIdsError(message)
            # A cast checks each number.
            rows = column.cast(arrow.large_list(arrow.uint32()))
            ends, ids = rows.offsets.to_numpy(), rows.values.to_numpy(zero_copy_only=False)
            for start, end in pairwise(ends):
                number += 1
                yield Row(f"{name}: row {number}", ids[start:end])
    except (arrow.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0]
        message = f"{name}: not a table of ids: {reason}"
        raise NotIdsError(message) from None


def columns_of(name: str, arrow: Any) -> Iterable[Any]:
    """Yield the column of ids, in parts."""
    if has_suffix(name, PARQUET):
        table = import_module("pyarrow.parquet").ParquetFile(name)
        index = column_of(name, arrow, table.schema_arrow)
        wanted = table.schema_arrow.names[index]
        return (batch.column(0) for batch in table.iter_batches(columns=[wanted]))
    table = arrow.ipc.open_file(arrow.memory_map(name))
    index = column_of(name, arrow, table.schema)
    return (table.get_batch(number).column(index) for number in range(table.num_record_batches))


def column_of(name: str, arrow: Any, schema: Any) -> int:
    """Return the index of the column of ids, which has this name or is the only one."""
    names = list(schema.names)
    index = names.index(COLUMN) if COLUMN in names else 0
    if not names or (COLUMN not in names and len(names) > 1):
        message = f'{name}: has no column "{COLUMN}": {", ".join(names)}'
        raise NotIdsError(message)
    kind = schema.field(index).type
    is_list = arrow.types.is_list(kind) or arrow.types.is_large_list(kind)
    if not is_list or not arrow.types.is_integer(kind.value_type):
        message = f'{name}: the column "{names[index]}" has no lists of whole numbers, but {kind}'
        raise NotIdsError(message)
    return index
