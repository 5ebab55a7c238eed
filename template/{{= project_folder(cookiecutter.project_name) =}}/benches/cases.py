{%= if cookiecutter.example == "words" =%}
"""The calls that bench.py measures: each way to count words, on text that every machine has."""

import os
from collections.abc import Callable
from pydoc_data.topics import topics

from {{= cookiecutter.__package =}} import (
    count_words,
    count_words_in_all,
    naive,
)

UNIT = "MB"


def cases(copies: int) -> tuple[float, dict[str, Callable[[], object]]]:
    """Return how much there is to do, in UNIT, and each way to do it: plain Python is the first."""
    texts = list(topics.values()) * copies
    text = "\n".join(texts)
    threads = int(os.environ.get("RAYON_NUM_THREADS", os.cpu_count() or 1))
    return len(text.encode()) / 1e6, {
        "Python": lambda: naive.count_words(text),
        "Rust": lambda: dict(count_words(text).items()),
        f"Rust, {threads} threads": lambda: dict(count_words_in_all(texts).items()),
    }
{%= else =%}
"""The calls that bench.py measures: each way to compare texts, on texts that every machine has."""

from collections.abc import Callable
from itertools import pairwise
from pydoc_data.topics import topics

from {{= cookiecutter.__package =}} import edit_distance, naive

UNIT = "million steps"


def cases(copies: int) -> tuple[float, dict[str, Callable[[], object]]]:
    """Return how much there is to do, in UNIT, and each way to do it: plain Python is the first."""
    pairs = list(pairwise(text[:100] for text in topics.values())) * copies
    return sum(len(left) * len(right) for left, right in pairs) / 1e6, {
        "Python": lambda: [naive.edit_distance(left, right) for left, right in pairs],
        "Rust": lambda: [edit_distance(left, right) for left, right in pairs],
    }
{%= endif =%}
