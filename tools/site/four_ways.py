"""Makes the table of the two algorithms in the two languages: `nox -s four_ways` measures them."""

from collections.abc import Mapping
from statistics import median
from typing import Any

from tools.measure.formatting import digits, time_of
from tools.site.tables import table

LANGUAGES = ("Python", "Rust")
ALGORITHMS = ("naive", "better")


def of_way(measured: Mapping[str, Any], step: str, way: str) -> float:
    """Return the median of a way: seconds of training or counting, or tokens a second."""
    return float(median(measured["ways"][way][step]))


def gain(measured: Mapping[str, Any], step: str, slow: str, fast: str) -> float:
    """Return how many times as fast one way is as another."""
    before, after = (of_way(measured, step, way) for way in (slow, fast))
    return after / before if step == "tokenizing" else before / after


def four_ways(measured: Mapping[str, Any]) -> str:
    """Return the table: each step by both algorithms in both languages, and what each gains."""
    rows: dict[str, list[str]] = {}
    for step, shown in (("training", time_of), ("tokenizing", _speed)):
        for algorithm in ALGORITHMS:
            ways = [f"{algorithm}, {language}" for language in LANGUAGES]
            cells = [shown(of_way(measured, step, way)) for way in ways]
            rows[f"{step}, {algorithm}"] = [*cells, _times(gain(measured, step, *ways))]
        gains = [
            gain(measured, step, *(f"{algorithm}, {language}" for algorithm in ALGORITHMS))
            for language in LANGUAGES
        ]
        rows[f"{step}: gained by the algorithm"] = [*map(_times, gains), ""]
    head = f"{measured['vocab_size']:,} tokens | Python | Rust | gained by the language"
    columns = ({name: cells[column] for name, cells in rows.items()} for column in range(3))
    return table(head, *columns)


def four_ways_rounds(measured: Mapping[str, Any]) -> str:
    """Return how often each way was measured."""
    rounds, slow = measured["rounds"], measured["slow rounds"]
    few = "was measured once" if slow == 1 else f"has {slow} rounds"
    return f"Each figure is a median of {rounds} rounds, in turns; naive Python {few}."


def _speed(tokens: float) -> str:
    return f"{digits(tokens)} tokens/s"


def _times(ratio: float) -> str:
    return f"{digits(ratio, 2)}x"
