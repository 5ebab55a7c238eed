"""Measures the cost of a call from Python into Rust, and two loops each way.

The loops are in Python, Rust, numpy, numba and Cython. `nox -s boundary` runs this in the
environment of this folder; it saves docs/measured/boundary.json and its plots.
"""

from __future__ import annotations

import array
import importlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path
from pydoc_data.topics import topics
from statistics import median
from typing import TYPE_CHECKING, Any

from case_studies.timing import seconds_of
from tools.measure import drawing
from tools.measure.machine import MEASURED, save
from tools.measure.turns import calls_in_turns
from tools.shell import uv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROJECT = Path(__file__).parent
NAME = "boundary"
NUMBERS = 1_000_000
LETTERS = 1_000
PAIRS = 20_000
ROUNDS = 11
VERSIONS = ("numpy", "numba", "llvmlite", "cython", "pyarrow")
# The speed-ups of the loop in the plot of Amdahl's law.
SPEED_UPS = (2, 10, 100)


def main() -> None:
    """Compile everything, measure, save and draw."""
    # uv builds the extension again because its source has changed.
    os.utime(PROJECT / "src" / "examples.rs")
    sync = [uv(), "sync", "--quiet", "--locked", "--no-editable", "--reinstall-package=boundary"]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(PROJECT / "with_cython.pyx", folder)
        cythonize = Path(sys.executable).with_name("cythonize")
        waits = {
            "Rust": seconds_of(sync, PROJECT, {"UV_PROJECT_ENVIRONMENT": sys.prefix}),
            "Cython": seconds_of([cythonize, "--inplace", "--quiet", "with_cython.pyx"], Path(folder)),
        }
        sys.path[:0] = [str(PROJECT), folder]
        draw(save(NAME, measure(waits)))


def measure(waits: dict[str, float]) -> dict[str, Any]:
    """Return all measurements; `waits` are the seconds of compiling."""
    rust, plain, with_cython, with_numba, with_numpy = (
        importlib.import_module(name)
        for name in ("boundary", "plain", "with_cython", "with_numba", "with_numpy")
    )
    numpy: Any = importlib.import_module("numpy")
    start = time.perf_counter()
    with_numba.drawdown(numpy.zeros(2))
    waits["numba"] = time.perf_counter() - start

    modules = {
        "plain Python": plain,
        "numpy": with_numpy,
        "numba": with_numba,
        "Cython": with_cython,
        "Rust": rust,
    }
    random = numpy.random.default_rng(1)
    prices = 100 + random.normal(size=NUMBERS).cumsum()
    one, other = (random.integers(97, 123, LETTERS).astype("uint32") for _ in range(2))
    return {
        "versions": {name: importlib.metadata.version(name) for name in VERSIONS},
        "rounds": ROUNDS,
        "numbers": NUMBERS,
        "letters": LETTERS,
        "calls": calls(rust, with_cython, with_numba),
        "crossing": crossing(rust, prices),
        "chatty": chatty(rust, prices),
        "examples": {
            "drawdown": example(modules, "drawdown", [prices]),
            "distance": example(modules, "distance", [one, other]),
        },
        "waits": waits,
        "imports": {name: import_seconds(name) for name in ("numpy", "numba", "boundary", "with_cython")},
        "megabytes": {
            "numpy": megabytes("numpy"),
            "numba": megabytes("numba") + megabytes("llvmlite"),
            "Rust": megabytes("boundary"),
        },
        "amdahl": amdahl(plain, rust),
    }


def in_turns(ways: Mapping[str, Callable[[], Any]]) -> dict[str, float]:
    """Return the median of the seconds that each way takes."""
    return {name: median(each) for name, each in calls_in_turns(ways, ROUNDS).items()}


def the_same(ways: Mapping[str, Callable[[], Any]]) -> Mapping[str, Callable[[], Any]]:
    """Return the ways, after checking that their results are equal."""
    (first, expected), *others = ((name, way()) for name, way in ways.items())
    for name, result in others:
        if abs(result - expected) > 1e-9 * abs(expected):
            sys.exit(f"{first} gives {expected!r}, and {name} {result!r}")
    return ways


def calls(rust: Any, with_cython: Any, with_numba: Any) -> dict[str, dict[str, float]]:
    """Return the seconds of a call that does nothing, and of one that adds two numbers."""

    def nothing() -> None:
        pass

    def add(left: float, right: float) -> float:
        return left + right

    functions = {
        "Python": (nothing, add),
        "Rust": (rust.nothing, rust.add),
        "Cython": (with_cython.nothing, with_cython.add),
        "numba": (with_numba.nothing, with_numba.add),
    }
    times = 100_000

    def repeated(function: Callable[..., Any], *arguments: float) -> Callable[[], None]:
        def repeat() -> None:
            for _ in range(times):
                function(*arguments)

        function(*arguments)
        return repeat

    return {
        "nothing": each_of(
            in_turns({name: repeated(first) for name, (first, _) in functions.items()}), times
        ),
        "add": each_of(
            in_turns({name: repeated(second, 1.5, 2.5) for name, (_, second) in functions.items()}), times
        ),
    }


def each_of(seconds: dict[str, float], times: int) -> dict[str, float]:
    """Return the seconds of one of `times` calls."""
    return {name: each / times for name, each in seconds.items()}


def crossing(rust: Any, array_of_numbers: Any) -> dict[str, dict[str, float]]:
    """Return the seconds that data takes into Rust and back."""
    numpy, pyarrow = importlib.import_module("numpy"), importlib.import_module("pyarrow")
    numbers = array_of_numbers.tolist()
    buffer = array.array("d", numbers)
    words = (" ".join(topics.values()) * 3).split()
    arrow = pyarrow.array(words)
    ascii_text = "x" * 10_000_000
    return {
        "numbers in": in_turns(
            the_same(
                {
                    "Python's sum of a list": lambda: sum(numbers),
                    "a list, copied": lambda: rust.sum_list(numbers),
                    "an array.array, copied": lambda: rust.sum_buffer(buffer),
                    "a numpy array, a view": lambda: rust.sum_array(array_of_numbers),
                    "numpy's own sum": lambda: numpy.sum(array_of_numbers),
                }
            )
        ),
        "numbers out": in_turns(
            {
                "a list": lambda: rust.make_list(NUMBERS),
                "a numpy array": lambda: rust.make_array(NUMBERS),
            }
        ),
        "texts in": {
            "words": len(words),
            **in_turns(
                the_same(
                    {
                        "a list, copied": lambda: rust.length_of_list(words),
                        "an Arrow array, a view": lambda: rust.length_of_arrow(arrow),
                        "the list made an Arrow array first": lambda: rust.length_of_arrow(
                            pyarrow.array(words)
                        ),
                    }
                )
            ),
        },
        "one text in": {
            **in_turns(
                {
                    "ASCII, a view": lambda: rust.length_of_text(ascii_text),
                    "ASCII, copied": lambda: rust.length_of_copy(ascii_text),
                }
            ),
            **first_and_again(rust),
        },
    }


def first_and_again(rust: Any) -> dict[str, float]:
    """Return the seconds of a non-ASCII text, whose UTF-8 Python makes once and keeps."""
    firsts: list[float] = []
    repeats: list[float] = []
    for _ in range(ROUNDS):
        text = "é" * 5_000_000
        for seconds in (firsts, repeats):
            start = time.perf_counter()
            rust.length_of_text(text)
            seconds.append(time.perf_counter() - start)
    return {"other text, the first time": median(firsts), "other text, again": median(repeats)}


def chatty(rust: Any, array_of_numbers: Any) -> dict[str, float]:
    """Return the seconds of a sum that crosses once for each number, and once for all."""
    numbers = array_of_numbers.tolist()

    def a_call_each() -> float:
        total = 0.0
        for number in numbers:
            total = rust.add(total, number)
        return total

    def plain_loop() -> float:
        total = 0.0
        for number in numbers:
            total = total + number
        return total

    return in_turns(
        the_same(
            {
                "a loop in Python": plain_loop,
                "a loop in Python that calls Rust for each": a_call_each,
                "one call with a list": lambda: rust.sum_list(numbers),
                "one call with an array": lambda: rust.sum_array(array_of_numbers),
            }
        )
    )


def example(modules: Mapping[str, Any], name: str, arrays: list[Any]) -> dict[str, float]:
    """Return the seconds of one loop, each way. Python gets lists, which suit it best."""
    lists = [each.tolist() for each in arrays]

    def way(of: str, module: Any) -> Callable[[], Any]:
        arguments = lists if of == "plain Python" else arrays
        return lambda: getattr(module, name)(*arguments)

    return in_turns(the_same({of: way(of, module) for of, module in modules.items()}))


def import_seconds(name: str) -> float:
    """Return the seconds that a new process takes to import a module, without its start."""
    code = f"import sys, time; sys.path[:0] = {sys.path[:2]!r}; t = time.perf_counter(); import {name}; "
    command = [sys.executable, "-c", f"{code}print(time.perf_counter() - t)"]
    return median(float(subprocess.check_output(command)) for _ in range(ROUNDS))


def megabytes(name: str) -> float:
    """Return the size of a package on disk, without its .pyc files."""
    files = importlib.metadata.files(name) or []
    return sum(Path(str(file.locate())).stat().st_size for file in files if file.suffix != ".pyc") / 1e6


def amdahl(plain: Any, rust: Any) -> dict[str, float]:
    """Return the seconds of a program and of its slow loop, in Python and with Rust."""
    words = [word for word in " ".join(topics.values()).split() if word.isalpha()]
    pairs = [{"written": left, "meant": right} for left, right in pairwise(words[: PAIRS + 1])]
    text = json.dumps(pairs)

    def program(distance: Callable[[str, str], int]) -> tuple[str, float, float]:
        start = time.perf_counter()
        records = json.loads(text)
        for record in records:
            for field, word in record.items():
                record[field] = unicodedata.normalize("NFKC", word).casefold()
        before = time.perf_counter()
        distances = [distance(record["written"], record["meant"]) for record in records]
        after = time.perf_counter()
        for record, steps in zip(records, distances, strict=True):
            record["steps"] = steps
            record["near"] = steps <= max(len(record["written"]), len(record["meant"])) // 2
        result = json.dumps({"records": records, "histogram": Counter(distances)})
        end = time.perf_counter()
        return result, after - before, end - start

    functions = {"Python": plain.distance, "Rust": rust.distance_of_texts}
    runs: dict[str, list[tuple[str, float, float]]] = {name: [] for name in functions}
    for _ in range(ROUNDS):
        for name, function in functions.items():
            runs[name].append(program(function))
    if runs["Python"][0][0] != runs["Rust"][0][0]:
        sys.exit("Rust finds other distances than Python")
    found: dict[str, float] = {"records": len(pairs)}
    for name, each in runs.items():
        found[f"{name}, loop"] = median(loop for _, loop, _ in each)
        found[f"{name}, all"] = median(whole for _, _, whole in each)
    return found


def law(share: float, speed_up: float) -> float:
    """Return the speed-up of a program if `share` of its time runs `speed_up` times as fast."""
    return 1 / (1 - share + share / speed_up)


def draw(measured: dict[str, Any]) -> None:
    """Draws the plots."""
    for name, title in {
        "drawdown": f"The largest fall in {measured['numbers']:,} prices",
        "distance": f"The distance of two texts of {measured['letters']:,} letters",
    }.items():
        drawing.times(measured["examples"][name], {"Rust"}, title, MEASURED / f"boundary-{name}")
    ways = measured["crossing"]["numbers in"]
    views = {way for way in ways if "view" in way}
    drawing.times(ways, views, f"The sum of {measured['numbers']:,} numbers", MEASURED / "boundary-numbers")

    amdahl = measured["amdahl"]
    drawn = []
    for speed_up in SPEED_UPS:
        points = [(percent, law(percent / 100, speed_up)) for percent in range(101)]
        drawn.append(drawing.Curve(f"{speed_up}x", [point for point in points if point[1] <= 12]))
    share, whole = amdahl["Python, loop"] / amdahl["Python, all"], amdahl["Python, all"] / amdahl["Rust, all"]
    drawing.curves(
        drawn,
        "What the whole gains when one loop gets faster",
        "share of the time that the loop takes, per cent",
        "the whole: times as fast",
        MEASURED / "amdahl",
        mark=(share * 100, whole, f"measured: the loop {amdahl['Python, loop'] / amdahl['Rust, loop']:.0f}x"),
    )


if __name__ == "__main__":
    main()
