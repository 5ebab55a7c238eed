"""Knows the format of a file by the end of its name, in upper or lower case."""

from __future__ import annotations

PARQUET = (".parquet", ".pq")

ARROW = (".arrow", ".feather")
"""Arrow's own format, which is also called IPC or Feather."""

NUMPY = (".npy",)

JSON_LINES = (".jsonl", ".ndjson")

COMPRESSED = (".gz", ".zst", ".bz2", ".xz")
"""The formats that the core decompresses."""


def has_suffix(name: str, suffixes: tuple[str, ...]) -> bool:
    """Return whether the name of a file ends in one of the suffixes.

    Example:
        >>> from bytemerge.suffixes import PARQUET, has_suffix
        >>> has_suffix("ids.PQ", PARQUET)
        True
    """
    return name.lower().endswith(suffixes)
