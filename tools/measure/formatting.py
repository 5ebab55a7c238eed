"""Writes numbers as people read them."""

import math


def digits(value: float, significant: int = 3) -> str:
    """Return a number with `significant` digits and without an exponent.

    Digits before the point are not rounded if `significant` is less than three.
    """
    if not value:
        return "0"
    places = significant - 1 - math.floor(math.log10(abs(value)))
    if significant < 3:
        places = max(places, 0)
    return f"{round(value, places):,.{max(places, 0)}f}"


def time_of(seconds: float, significant: int = 3) -> str:
    """Return a time in the unit in which its number is neither tiny nor huge."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{digits(seconds / size, significant)} {unit}"
    return f"{digits(seconds * 1e9, significant)} ns"


def long_time_of(seconds: float) -> str:
    """Return a time that may take days."""
    for unit, size in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{digits(seconds / size)} {unit}"
    return f"{digits(seconds)} s"
