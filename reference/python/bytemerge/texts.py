"""Arguments that are many texts or many paths."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def checked_texts(texts: Iterable[str]) -> Any:
    """Return texts as Rust takes them, or raise where they are one text, whose items are characters.

    Rust takes any iterable of str, and any Arrow array of strings without copying it. The strings in an array of numpy
    are objects or of four bytes a character: they become str here, all at once.
    """
    if isinstance(texts, str | bytes):
        message = f"expected an iterable of texts, not a single {type(texts).__name__}"
        raise TypeError(message)
    numpy = sys.modules.get("numpy")  # where it is not imported, nothing is an array
    if numpy is None or not isinstance(texts, numpy.ndarray):
        return texts
    if texts.ndim != 1:
        message = f"expected an array of one dimension, not of {texts.ndim}"
        raise TypeError(message)
    return texts.tolist()


def checked_paths(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Return the paths, or raise where they are a single one."""
    if isinstance(paths, str | bytes | os.PathLike):
        message = f"expected an iterable of paths, not a single {type(paths).__name__}"
        raise TypeError(message)
    return [os.fspath(path) for path in paths]
