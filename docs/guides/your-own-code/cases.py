"""The calls that bench.py measures: each way to compare texts, on texts that every machine has."""

from collections.abc import Callable
from itertools import pairwise
from pydoc_data.topics import topics

from wordtally import longest_common, naive

UNIT = "million steps"


def cases(copies: int) -> tuple[float, dict[str, Callable[[], object]]]:
    """Return how much there is to do, in UNIT, and each way to do it: plain Python is the first."""
    pairs = list(pairwise(text[:100] for text in topics.values())) * copies
    return sum(len(left) * len(right) for left, right in pairs) / 1e6, {
        "Python": lambda: [naive.longest_common(left, right) for left, right in pairs],
        "Rust": lambda: [longest_common(left, right) for left, right in pairs],
    }
