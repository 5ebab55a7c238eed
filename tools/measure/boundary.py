"""Measures what a call from Python to Rust costs, and compares Rust with numpy, numba and Cython.

The last three run the same two loops. Runs in the environment of docs/boundary, which holds the
programs. Saves docs/measured/boundary.json and its plots. `--plots` only draws those again.
"""

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tools import ROOT
from tools.measure import command, drawing
from tools.measure.machine import machine
from tools.shell import uv

PROJECT = ROOT / "docs" / "boundary"
MEASURED = ROOT / "docs" / "measured" / "boundary.json"
# The speed-ups of the loop in the plot of Amdahl's law.
SPEED_UPS = (2, 10, 100)


def compile_and_measure() -> dict[str, Any]:
    """Compile everything and return all measurements."""
    with tempfile.TemporaryDirectory() as folder:
        waits = {"Rust": rebuild(), "Cython": cython_into(Path(folder))}
        sys.path[:0] = [str(PROJECT), folder]
        found: dict[str, Any] = importlib.import_module("measure").measure(waits)
    return {"machine": machine(), **found}


def rebuild() -> float:
    """Return the seconds that uv takes to build the extension again after its source changed."""
    os.utime(PROJECT / "src" / "examples.rs")
    command = [uv(), "sync", "--quiet", "--locked", "--no-editable", f"--project={PROJECT}"]
    start = time.perf_counter()
    subprocess.run(
        [*command, "--reinstall-package=boundary"],
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": sys.prefix},
        check=True,
    )
    return time.perf_counter() - start


def cython_into(folder: Path) -> float:
    """Compiles the Cython file into a folder, and returns the seconds that it took."""
    shutil.copy(PROJECT / "with_cython.pyx", folder)
    start = time.perf_counter()
    cythonize = Path(sys.executable).with_name("cythonize")
    subprocess.run([cythonize, "--inplace", "--quiet", "with_cython.pyx"], cwd=folder, check=True)
    return time.perf_counter() - start


def law(share: float, speed_up: float) -> float:
    """Return the speed-up of a program if `share` of its time runs `speed_up` times as fast."""
    return 1 / (1 - share + share / speed_up)


def draw(measured: dict[str, Any]) -> None:
    """Draws the plots."""
    folder = MEASURED.parent
    for name, title in {
        "drawdown": f"The largest fall in {measured['numbers']:,} prices",
        "distance": f"The distance of two texts of {measured['letters']:,} letters",
    }.items():
        seconds = measured["examples"][name]
        bars = [
            drawing.Bar(way, each * 1000, f"{each * 1000:.2f} ms", way == "Rust")
            for way, each in seconds.items()
        ]
        _, png = drawing.save(bars, title, "milliseconds, shorter is better", folder / f"boundary-{name}")
        png.unlink()
    bars = [
        drawing.Bar(way, each * 1000, f"{each * 1000:.2f} ms", "view" in way)
        for way, each in measured["crossing"]["numbers in"].items()
    ]
    title = f"The sum of {measured['numbers']:,} numbers"
    _, png = drawing.save(bars, title, "milliseconds, shorter is better", folder / "boundary-numbers")
    png.unlink()

    amdahl = measured["amdahl"]
    shares = [step / 100 for step in range(101)]
    drawn = [
        drawing.Curve(
            f"{speed_up}x",
            [(share * 100, law(share, speed_up)) for share in shares if law(share, speed_up) <= 12],
        )
        for speed_up in SPEED_UPS
    ]
    share, whole = amdahl["Python, loop"] / amdahl["Python, all"], amdahl["Python, all"] / amdahl["Rust, all"]
    drawing.curves(
        drawn,
        "What the whole gains when one loop gets faster",
        "share of the time that the loop takes, per cent",
        "the whole: times as fast",
        folder / "amdahl",
        mark=(share * 100, whole, f"measured: the loop {amdahl['Python, loop'] / amdahl['Rust, loop']:.0f}x"),
    )
    print(f"drew the plots in {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    command.main("boundary", __doc__, MEASURED, compile_and_measure, draw)
