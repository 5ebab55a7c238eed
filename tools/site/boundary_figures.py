"""The tables and the sentences of what `nox -s boundary` measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Rows = list[list[str]]

UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))


def duration(seconds: float) -> str:
    """A time with two digits that say something, in the unit that fits."""
    unit, size = next(((unit, size) for unit, size in UNITS if seconds >= size), UNITS[-1])
    value = seconds / size
    return f"{value:.{max(0, 1 - math.floor(math.log10(value)))}f} {unit}"


def calls(measured: dict[str, Any]) -> Rows:
    """The rows of what one call costs."""
    nothing, add = measured["calls"]["nothing"], measured["calls"]["add"]
    rows = [[f"a function in {of}", duration(nothing[of]), duration(add[of])] for of in nothing]
    return [["one call, from Python", "that does nothing", "that adds two numbers"], *rows]


def chatty(measured: dict[str, Any]) -> Rows:
    """The rows of one call for each number, and one for all."""
    return _times(f"the sum of {measured['numbers']:,} numbers", measured["chatty"])


def numbers(measured: dict[str, Any]) -> Rows:
    """The rows of numbers on their way in and out."""
    crossing, count = measured["crossing"], measured["numbers"]
    rows = [
        [what, duration(seconds), duration(seconds / count)]
        for what, seconds in crossing["numbers in"].items()
    ]
    rows += [
        [f"the way back: {what}", duration(seconds), duration(seconds / count)]
        for what, seconds in crossing["numbers out"].items()
    ]
    return [[f"{count:,} numbers", "time", "for each"], *rows]


def texts(measured: dict[str, Any]) -> Rows:
    """The rows of texts on their way in."""
    ways = dict(measured["crossing"]["texts in"])
    words = ways.pop("words")
    rows = [[what, duration(seconds), duration(seconds / words)] for what, seconds in ways.items()]
    return [[f"{words:,} words", "time", "for each"], *rows]


def one_text(measured: dict[str, Any]) -> Rows:
    """The rows of one long text."""
    rows = [[what, duration(seconds)] for what, seconds in measured["crossing"]["one text in"].items()]
    return [["a text of 10 MB", "time"], *rows]


def examples(measured: dict[str, Any]) -> Rows:
    """The rows of the two loops, each way."""
    drawdown, distance = measured["examples"]["drawdown"], measured["examples"]["distance"]
    plain = "plain Python"
    rows = [
        [
            way,
            duration(drawdown[way]),
            _factor(drawdown[plain] / drawdown[way]),
            duration(distance[way]),
            _factor(distance[plain] / distance[way]),
        ]
        for way in drawdown
    ]
    head = [
        f"the largest fall in {measured['numbers']:,} prices",
        "times as fast",
        f"the distance of two texts of {measured['letters']:,} letters",
        "times as fast",
    ]
    return [["way", *head], *rows]


def waits(measured: dict[str, Any]) -> str:
    """The sentences of what each way asks of those who use it."""
    wait, imports, size = measured["waits"], measured["imports"], measured["megabytes"]
    versions = ", ".join(f"{name} {version}" for name, version in measured["versions"].items())
    numba = (
        f"- **numba** compiles when the program runs: the first call of the shorter loop takes {duration(wait['numba'])}, again in "
        f"every process unless you tell it to keep a cache. Importing it takes {duration(imports['numba'])}, and "
        f"your users install {size['numba']:.0f} MB."
    )
    cython = (
        f"- **Cython** always compiles a whole file, after a small change too: this one takes {duration(wait['Cython'])}. "
        "Files that did not change are not compiled again. Importing the module takes "
        f"{duration(imports['with_cython'])}, including numpy, which it uses."
    )
    rust = (
        f"- **Rust** compiles a whole crate, Rust's word for a package, after a change: this one takes {duration(wait['Rust'])}. The first "
        "time it also compiles what the crate depends on; that takes longer, and was not measured here. "
        f"Importing the module takes {duration(imports['boundary'])}, and its size is {size['Rust']:.1f} MB; "
        "numpy is imported with the first array."
    )
    numpy = f"- **numpy** is usually there already: it takes {duration(imports['numpy'])} to import and {size['numpy']:.0f} MB on disk."
    return "\n".join([numba, cython, rust, numpy, "", f"With {versions}."])


def amdahl(measured: dict[str, Any]) -> str:
    """The sentences of a program of which one loop became faster."""
    times = measured["amdahl"]
    before, after = times["Python, all"], times["Rust, all"]
    share = times["Python, loop"] / before
    loop = times["Python, loop"] / times["Rust, loop"]
    limit = 1 / (1 - share)
    return (
        f"A small program reads {times['records']:,} records from JSON, cleans them, compares two words in each, and writes them back. The "
        f"comparison takes {share * 100:.0f} % of its {duration(before)}. In Rust the comparison is {loop:.0f} times as fast. The "
        f"program then takes {duration(after)}: it is {before / after:.1f} times as fast, not {loop:.0f}. "
        f"Even if the comparison took no time at all, it would be only {limit:.1f} times as fast."
    )


def _times(head: str, seconds: Mapping[str, float]) -> Rows:
    """The rows of some ways to do a thing, the first of them the measure of all."""
    first, *_ = seconds.values()
    rows = [[what, duration(each), _factor(first / each)] for what, each in seconds.items()]
    return [[head, "time", "times as fast"], *rows]


def _factor(ratio: float) -> str:
    places = 2 if ratio < 1 else 1 if ratio < 10 else 0
    return f"{ratio:.{places}f}"
