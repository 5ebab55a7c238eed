"""Arguments that are many texts or many paths."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from bytemerge.abstract import shown

if TYPE_CHECKING:
    from collections.abc import Iterable


def checked_texts(texts: Iterable[str]) -> Any:
    """Return texts as Rust takes them, or raise where they are one text, whose items are characters.

    Rust takes any iterable of str, and any Arrow array of strings without copying it. The strings in an array of numpy
    are objects or of four bytes a character: they become str here, all at once.
    """
    if isinstance(texts, str | bytes):
        message = (
            f"expected an iterable of texts, not a single {type(texts).__name__}: {shown(texts)}"
        )
        raise TypeError(message)
    numpy = sys.modules.get("numpy")  # where it is not imported, nothing is an array
    if numpy is None or not isinstance(texts, numpy.ndarray):
        return texts
    if texts.ndim != 1:
        message = f"expected an array of one dimension, not of {texts.ndim}"
        raise TypeError(message)
    return texts.tolist()


def checked_paths(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Return the paths, or raise where they are a single one, or none."""
    if isinstance(paths, str | bytes | os.PathLike):
        message = (
            f"expected an iterable of paths, not a single {type(paths).__name__}: {shown(paths)}"
        )
        raise TypeError(message)
    try:
        listed = list(paths)
    except TypeError:
        message = f"expected an iterable of paths, not {shown(paths)}"
        raise TypeError(message) from None
    return [checked_path(path) for path in listed]


def checked_path(path: str | os.PathLike[str]) -> str:
    """Return a path as a str, or raise where it is none."""
    try:
        return os.fspath(path)
    except TypeError:
        message = f"a path must be a str or an os.PathLike, not {shown(path)}"
        raise TypeError(message) from None


def checked_pattern(pattern: object) -> str | None:
    """Return the pattern, or raise where it is of another type."""
    if pattern is not None and not isinstance(pattern, str):
        message = f"pattern must be a str or None, not {shown(pattern)}"
        raise TypeError(message)
    return pattern
