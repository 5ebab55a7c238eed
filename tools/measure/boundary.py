"""Measures what a call from Python to Rust costs, and compares Rust with numpy, numba and Cython.

The last three run the same two loops. Runs in the environment of docs/boundary, which holds the
programs. Saves docs/measured/boundary.json and its plots.
"""

import importlib
import os
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from case_studies.timing import seconds_of
from tools import ROOT
from tools.measure import drawing
from tools.measure.machine import MEASURED, save
from tools.shell import uv

PROJECT = ROOT / "docs" / "boundary"
# The speed-ups of the loop in the plot of Amdahl's law.
SPEED_UPS = (2, 10, 100)


def compile_and_measure() -> dict[str, Any]:
    """Compile everything and return all measurements, among them how long the compilers took."""
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
        found: dict[str, Any] = importlib.import_module("measure").measure(waits)
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


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    draw(save("boundary", compile_and_measure()))
