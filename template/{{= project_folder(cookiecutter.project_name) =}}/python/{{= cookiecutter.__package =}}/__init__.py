"""Counts words in text; the loops run in Rust."""

from {{= cookiecutter.__package =}}._core import (
    WordCounts,
    __version__,
    count_words,
    count_words_in_all,
)
from {{= cookiecutter.__package =}}.errors import (
    CountError,
    Error,
    NotUtf8Error,
)

__all__ = [
    "CountError",
    "Error",
    "NotUtf8Error",
    "WordCounts",
    "__version__",
    "count_words",
    "count_words_in_all",
]
