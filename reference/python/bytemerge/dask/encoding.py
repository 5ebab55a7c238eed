"""Encodes a column of a Dask frame, lazily."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import dask
import pyarrow as pa

from bytemerge.arguments import (
    ALL,
    NO_TOKENS,
    check_choice,
    check_type,
    checked_flag,
    checked_options,
)
from bytemerge.dask.texts import of_pandas
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Collection

IDS = pa.list_(pa.uint32())
"""The type of ids in frames and shards, which more engines know than the one with wide offsets."""


def encode(  # noqa: PLR0913  # all options have a name and a default
    frame: Any,
    column: str,
    tokenizer: Tokenizer,
    *,
    into: str = "ids",
    allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
    disallowed_special: Literal["all"] | Collection[str] = "all",
    add_special_tokens: bool = False,
    nulls: Literal["error", "empty", "null"] = "error",
) -> Any:
    """Return a Dask frame with the ids of a column of texts in a new column.

    Nothing is encoded yet: the workers encode each partition when it is needed. The new column
    ``into`` has Arrow lists of uint32, and a row for each text. The tokenizer travels once.
    ``nulls`` and the special tokens are those of ``Tokenizer.encode_batch``, and so are the errors
    that a partition may raise.

    To write ids to files, ``encode_files`` is safer than ``to_parquet`` of the result: that does
    not start again where it ended.

    Raises:
        ValueError: the frame has no such column, or ``nulls`` is something else.
        TypeError: ``frame`` is not a frame of Dask, or an option has the wrong type.

    Example:
        >>> import dask.dataframe as dd  # doctest: +SKIP
        >>> from bytemerge import Tokenizer
        >>> from bytemerge.dask import encode
        >>> texts = {"text": ["the the", "the"]}
        >>> frame = dd.from_dict(texts, npartitions=2)  # doctest: +SKIP
        >>> encoded = encode(frame, "text", Tokenizer.train(["the the"], 258))  # doctest: +SKIP
        >>> encoded["ids"].compute(scheduler="sync").tolist()  # doctest: +SKIP
        [[257, 32, 257], [257]]
    """
    check_type(tokenizer, Tokenizer)
    check_type(into, str)
    check_choice(nulls, "nulls", ("error", "empty", "null"))
    if allowed_special is not NO_TOKENS or disallowed_special is not ALL:
        checked_options(allowed_special, disallowed_special, None)
    checked_flag(add_special_tokens, "add_special_tokens")
    if not dask.is_dask_collection(frame) or not hasattr(frame, "map_partitions"):
        message = f"expected a frame of Dask, not {type(frame).__name__}"
        raise TypeError(message)
    if column not in getattr(frame, "columns", ()):
        message = f"no column {column!r}; the frame has {', '.join(map(str, frame.columns))}"
        raise ValueError(message)
    meta = frame._meta.assign(**{into: empty_ids()})
    return frame.map_partitions(
        encode_partition,
        # One task holds the tokenizer, and each worker gets it once.
        dask.delayed(tokenizer, name=f"tokenizer-{tokenizer.digest}"),
        column,
        into,
        allowed_special,
        disallowed_special,
        add_special_tokens,
        nulls,
        meta=meta,
    )


def encode_partition(  # noqa: PLR0913, PLR0917  # Dask passes them by position
    frame: Any,
    tokenizer: Tokenizer,
    column: str,
    into: str,
    allowed_special: Any,
    disallowed_special: Any,
    add_special_tokens: Any,
    nulls: Any,
) -> Any:
    """Return a pandas frame with the ids of a column."""
    batch = tokenizer.encode_batch(
        of_pandas(frame[column]),
        allowed_special=allowed_special,
        disallowed_special=disallowed_special,
        add_special_tokens=add_special_tokens,
        nulls=nulls,
        threads=1,
    )
    return frame.assign(**{into: as_pandas(pa.array(batch, IDS))})


def empty_ids() -> Any:
    """Return an empty column of ids."""
    return as_pandas(pa.array([], IDS))


def as_pandas(ids: pa.Array) -> Any:
    """Return ids as a column of pandas, in the same memory."""
    import pandas as pd  # noqa: PLC0415  # slow to import, and only frames need it

    return pd.arrays.ArrowExtensionArray(ids)
