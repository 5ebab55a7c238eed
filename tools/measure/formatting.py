"""Numbers as people read them."""

from __future__ import annotations

import math


def digits(value: float) -> str:
    """A number with three digits that say something, and no exponent."""
    if not value:
        return "0"
    places = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(places, 0)}f}"


def time_of(seconds: float) -> str:
    """So many seconds, in the unit in which the number is neither tiny nor huge."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{digits(seconds / size)} {unit}"
    return f"{digits(seconds * 1e9)} ns"
