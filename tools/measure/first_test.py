"""Measures the time from the command that makes a project to its first passing test.

Several templates take turns, each time in a new folder where nothing is compiled yet. Warm: the
caches of uv and cargo have the downloads. Cold (--cold): they are empty, so the network counts too.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table

from tools import ROOT, report
from tools.measure import drawing
from tools.measure.machine import machine
from tools.measure.turns import in_turns
from tools.shell import Failed, clean_environment, run, uv
from tools.template.render import TEMPLATE

OURS = "pairforge"
NAME = "fast-start"
PACKAGE = "fast_start"


@dataclass
class Rival:
    """A template: the command that makes a project, and the one that runs its first test."""

    name: str
    make: list[str]
    test: list[str]
    passed: int = 0  # tests; none where it has none, and an import stands for one
    first: list[float] = field(
        default_factory=list
    )  # seconds to the first test that passes, one entry a turn
    all: list[float] = field(default_factory=list)  # and to the end of all its tests


def rivals(cookie: Path | None) -> list[Rival]:
    """Return this template and the others that can be measured."""
    pytest = [uv(), "run", "--quiet", "pytest", "--verbose"]
    cookiecutter = [sys.executable, "-m", "cookiecutter", "--no-input"]
    maturin = shutil.which("maturin", path=str(Path(sys.executable).parent)) or "maturin"
    call = f"import {PACKAGE}; assert {PACKAGE}.hello()"
    ours = [*cookiecutter, str(TEMPLATE), f"project_name={NAME}"]
    found = [
        *(
            Rival(f"{OURS}, {example}", [*ours, f"example={example}"], pytest)
            for example in ("minimal", "words")
        ),
        Rival(
            "maturin new --mixed",
            [maturin, "new", "--mixed", "--bindings", "pyo3", NAME],
            [uv(), "run", "--quiet", "--extra", "tests", "pytest", "--verbose", "python/tests"],
        ),
        Rival(
            "uv init --build-backend maturin",
            [uv(), "init", "--quiet", "--lib", "--build-backend", "maturin", NAME],
            [uv(), "run", "--quiet", "python", "-c", call],
        ),
    ]
    if cookie:
        made = [*cookiecutter, str(cookie), "backend=maturin", f"project_name={NAME}"]
        found.append(Rival("scientific-python/cookie", made, pytest))
    return found


def measure(rival: Rival, environment: Mapping[str, str], *, cold: bool) -> None:
    """Makes a project, runs its tests, and notes the seconds."""
    with tempfile.TemporaryDirectory(prefix="first-test-") as temporary:
        folder = Path(temporary)
        caches = {"UV_CACHE_DIR": str(folder / "uv"), "CARGO_HOME": str(folder / "cargo")} if cold else {}
        here = {**environment, **caches, "PYTHONUNBUFFERED": "1"}
        start = time.perf_counter()
        run(rival.make, folder, here)
        passes = _passes(rival.test, folder / NAME, here)
        end = time.perf_counter()
        rival.first.append((passes[0] if passes else end) - start)
        rival.all.append(end - start)
        rival.passed = len(passes)


def _passes(command: list[str], folder: Path, environment: Mapping[str, str]) -> list[float]:
    """Return the times at which the tests that the command names passed."""
    passes, output = [], []
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        for line in process.stdout:
            output.append(line)
            if " PASSED " in line:
                passes.append(time.perf_counter())
    if process.returncode:
        raise Failed(command, "".join(output))
    return passes


def show(found: list[Rival], cold: bool, into: Path) -> list[Path]:
    """Prints the table, and saves the measurements and the plot."""
    state = "cold" if cold else "warm"
    into.mkdir(exist_ok=True)
    stem = into / f"first-test-{state}"
    ordered = sorted(found, key=lambda rival: median(rival.first))
    measured = {
        "machine": machine(),
        "caches": state,
        # Not the commands: they name folders of this machine.
        "rivals": [
            {"name": rival.name, "passed": rival.passed, "first": rival.first, "all": rival.all}
            for rival in ordered
        ],
    }
    stem.with_suffix(".json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")

    table = Table(
        title=f"Seconds from the command to the first passing test, {state} caches", title_justify="left"
    )
    for heading in ("", "median", "least", "most", "all", "tests"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for rival in ordered:
        numbers = (median(rival.first), min(rival.first), max(rival.first), median(rival.all))
        style = "bold" if rival.name.startswith(OURS) else ""
        table.add_row(rival.name, *(f"{number:.1f}" for number in numbers), str(rival.passed), style=style)
    report.console.print()
    report.console.print(table)

    return draw(measured, stem)


def draw(measured: dict[str, Any], stem: Path) -> list[Path]:
    """Saves the plot."""
    medians = {rival["name"]: median(rival["first"]) for rival in measured["rivals"]}
    bars = [
        drawing.Bar(name, seconds, f"{seconds:.1f} s", name.startswith(OURS))
        for name, seconds in medians.items()
    ]
    title = "From the command to the first passing test"
    return drawing.save(bars, title, f"seconds with {measured['caches']} caches, shorter is better", stem)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="first_test", description=__doc__.split("\n")[0] if __doc__ else None
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--cold", action="store_true", help="empty the caches of uv and cargo each time")
    parser.add_argument("--cookie", type=Path, help="a clone of scientific-python/cookie to measure too")
    parser.add_argument(
        "--into", type=Path, default=ROOT / "first-test", help="the folder for numbers and plots"
    )
    options = parser.parse_args()
    found = rivals(options.cookie and options.cookie.resolve())
    environment = clean_environment()

    def turn(rival: Rival) -> float:
        with report.step(f"{rival.name}, turn {len(rival.all) + 1}"):
            measure(rival, environment, cold=options.cold)
        return rival.all[-1]

    if not options.cold:
        for rival in found:
            with report.step(f"{rival.name}, to fill the caches"):
                measure(replace(rival, first=[], all=[]), environment, cold=False)
    in_turns({rival.name: partial(turn, rival) for rival in found}, options.repeats)
    pictures = show(found, options.cold, options.into)
    report.console.print(f"\nThe plot: {', '.join(map(str, pictures))}", markup=False)


if __name__ == "__main__":
    main()
