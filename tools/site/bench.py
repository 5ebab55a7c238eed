"""Makes the tables about bytemerge's three tokenizers, measured by its task `bench`."""

from collections.abc import Mapping
from typing import Any

from tools.measure.formatting import digits
from tools.site.tables import grid, table, times_as_fast

STEPS = {
    "naive Python": ("Python, approximate", "Python"),
    "the same in Rust": ("Rust, approximate", "Rust"),
    "`Tokenizer`, for production": ("Tokenizer", "Tokenizer"),
}
"""The steps in order: the name of each in the measurements of training and of tokenizing."""


def largest(curves: Mapping[str, Any]) -> dict[str, float]:
    """Return the last number of each curve, which is that of the largest vocabulary."""
    return {way: points[-1][1] for way, points in curves.items()}


def numbers(column: Mapping[Any, float]) -> dict[Any, str]:
    """Return a column as numbers without a unit."""
    return {name: digits(value) for name, value in column.items()}


def over_first(speeds: Mapping[Any, float]) -> dict[Any, float]:
    """Return how many times as high each speed is as the first one."""
    first, *_ = speeds.values()
    return {name: speed / first for name, speed in speeds.items()}


def training(bench: Mapping[str, Any]) -> str:
    """Return the table of the training times in both languages, and what a time in it is."""
    seconds = largest(bench["training seconds"])
    python, rust = (
        {size: seconds[f"{language}, {size}"] for size in ("approximate", "exact")}
        for language in ("Python", "Rust")
    )
    ratios = {"approximate": bench["ratios"]["training"], "exact": bench["ratios"]["training, exact"]}
    head = f"training, {bench['vocab_size']:,} tokens | Python | Rust | times as fast"
    shown = table(head, python, rust, numbers(ratios))
    runs = bench.get("training rounds", 1)
    said = "one run" if runs == 1 else f"the median of {runs} runs, in turns"
    return f"{shown}\n\nEach time is {said}."


def tokenizing(bench: Mapping[str, Any]) -> str:
    """Return the table of the tokenizing speeds on one thread."""
    python, rust = (dict(bench["tokens per second"][way]) for way in ("Python", "Rust"))
    head = "vocabulary | Python, tokens a second | Rust, tokens a second | times as fast"
    return table(head, numbers(python), numbers(rust), times_as_fast(rust, python))


def curve(bench: Mapping[str, Any]) -> str:
    """Return the table of all steps.

    They are naive in Python, the same in Rust, and the production tokenizer.
    """
    found = largest(bench["training seconds"]), largest(bench["tokens per second"])
    seconds, speeds = (
        {step: each[names[of]] for step, names in STEPS.items()} for of, each in enumerate(found)
    )
    return table(
        f"{bench['vocab_size']:,} tokens | training | times as fast | tokens a second | times as fast",
        {step: f"{digits(each)} s" for step, each in seconds.items()},
        times_as_fast(next(iter(seconds.values())), seconds),
        numbers(speeds),
        numbers(over_first(speeds)),
    )


def threads(bench: Mapping[str, Any]) -> str:
    """Return the table of the speed-up by rayon."""
    speeds = dict(bench["tokens per second by threads"]["Rust"])
    return table(
        "threads | Rust, tokens a second | times as fast", numbers(speeds), numbers(over_first(speeds))
    )


def tricks(bench: Mapping[str, Any]) -> str:
    """Return the table of the simple optimizations."""
    plain = bench["tricks"]["none"]
    rows = {
        name: {step: f"{each:.2f} s, {plain[step] / each:.2f}x" for step, each in steps.items()}
        for name, steps in bench["tricks"].items()
    }
    return grid("trick", rows)
