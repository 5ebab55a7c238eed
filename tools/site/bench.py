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


def training(bench: Mapping[str, Any]) -> str:
    """Return the table of the training times in both languages, and what a time in it is."""
    seconds, rows = largest(bench["training seconds"]), {}
    for size, step in (("approximate", "training"), ("exact", "training, exact")):
        times = {language: seconds[f"{language}, {size}"] for language in ("Python", "Rust")}
        rows[size] = times | {"times as fast": digits(bench["ratios"][step])}
    shown = grid(f"training, {bench['vocab_size']:,} tokens", rows)
    return f"{shown}\n\nEach time is {training_runs(bench)}."


def training_runs(bench: Mapping[str, Any]) -> str:
    """Return what a time of naive training is, since one that takes minutes has few rounds."""
    rounds = bench.get("training rounds", 1)
    return "one run" if rounds == 1 else f"the median of {rounds} runs, in turns"


def tokenizing(bench: Mapping[str, Any]) -> str:
    """Return the table of the tokenizing speeds on one thread."""
    python, rust = (dict(bench["tokens per second"][way]) for way in ("Python", "Rust"))
    rows = {
        size: {
            "Python, tokens a second": digits(speed),
            "Rust, tokens a second": digits(rust[size]),
            "times as fast": digits(rust[size] / speed),
        }
        for size, speed in python.items()
    }
    return grid("vocabulary", rows)


def curve(bench: Mapping[str, Any]) -> str:
    """Return the table of all steps.

    They are naive in Python, the same in Rust, and the production tokenizer.
    """
    found = largest(bench["training seconds"]), largest(bench["tokens per second"])
    seconds, speeds = (
        {step: each[names[of]] for step, names in STEPS.items()} for of, each in enumerate(found)
    )
    first, *_ = STEPS
    return table(
        f"{bench['vocab_size']:,} tokens | training | times as fast | tokens a second | times as fast",
        {step: f"{digits(each)} s" for step, each in seconds.items()},
        times_as_fast(seconds[first], seconds),
        {step: digits(speed) for step, speed in speeds.items()},
        {step: digits(speed / speeds[first]) for step, speed in speeds.items()},
    )


def threads(bench: Mapping[str, Any]) -> str:
    """Return the table of the speed-up by rayon."""
    speeds = dict(bench["tokens per second by threads"]["Rust"])
    one, *_ = speeds.values()
    rows = {
        count: {"Rust, tokens a second": digits(speed), "times as fast": digits(speed / one)}
        for count, speed in speeds.items()
    }
    return grid("threads", rows)


def tricks(bench: Mapping[str, Any]) -> str:
    """Return the table of the simple optimizations."""
    plain = bench["tricks"]["none"]
    rows = {
        name: {step: f"{each:.2f} s, {plain[step] / each:.2f}x" for step, each in steps.items()}
        for name, steps in bench["tricks"].items()
    }
    return grid("trick", rows)
