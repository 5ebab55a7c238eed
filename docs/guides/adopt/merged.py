"""Counts words in text; the loops run in Rust."""

from slowpack._core import (
    WordCounts,
    __version__,
    count_words,
    count_words_in_all,
)
from slowpack.errors import (
    CountError,
    Error,
    NotUtf8Error,
)
from slowpack.text import shout

__all__ = [
    "CountError",
    "Error",
    "NotUtf8Error",
    "WordCounts",
    "__version__",
    "count_words",
    "count_words_in_all",
    "shout",
]
