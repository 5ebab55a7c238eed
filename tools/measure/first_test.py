"""Measures the time from the command that makes a project to its first passing test.

Several templates take turns, each time in a new folder where nothing is compiled yet. Warm: the
caches of uv and cargo have the downloads. Cold (--cold): they are empty, so the network counts too.
"""

import shutil
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from statistics import median
from subprocess import PIPE, STDOUT, Popen
from typing import Any, NamedTuple

from tools import ROOT, report
from tools.measure import drawing
from tools.measure.machine import save
from tools.measure.turns import in_turns
from tools.shell import Failed, clean_environment, run, uv
from tools.template.render import TEMPLATE

OURS = "pairforge"
NAME = "fast-start"
PACKAGE = "fast_start"
ROUNDS = 5
INTO = ROOT / "first-test"


class Rival(NamedTuple):
    """A template: the command that makes a project, and the one that runs its first test."""

    make: list[str]
    test: list[str]


class Turn(NamedTuple):
    """The seconds to the first test that passes and to the end of all, and the number of tests.

    For a project without tests, an import stands for the first one.
    """

    first: float
    all: float
    passed: int


def rivals(cookie: Path | None) -> dict[str, Rival]:
    """Return this template and the others that can be measured."""
    pytest = [uv(), "run", "--quiet", "pytest", "--verbose"]
    cookiecutter = [sys.executable, "-m", "cookiecutter", "--no-input"]
    maturin = shutil.which("maturin", path=str(Path(sys.executable).parent)) or "maturin"
    ours = [*cookiecutter, str(TEMPLATE), f"project_name={NAME}"]
    found = {
        f"{OURS}, {example}": Rival([*ours, f"example={example}"], pytest) for example in ("minimal", "words")
    }
    found["maturin new --mixed"] = Rival(
        [maturin, "new", "--mixed", "--bindings", "pyo3", NAME],
        [uv(), "run", "--quiet", "--extra", "tests", "pytest", "--verbose", "python/tests"],
    )
    found["uv init --build-backend maturin"] = Rival(
        [uv(), "init", "--quiet", "--lib", "--build-backend", "maturin", NAME],
        [uv(), "run", "--quiet", "python", "-c", f"import {PACKAGE}; assert {PACKAGE}.hello()"],
    )
    if cookie:
        made = [*cookiecutter, str(cookie), "backend=maturin", f"project_name={NAME}"]
        found["scientific-python/cookie"] = Rival(made, pytest)
    return found


def measure(name: str, rival: Rival, *, cold: bool) -> Turn:
    """Makes a project and runs its tests."""
    with report.step(name), tempfile.TemporaryDirectory(prefix="first-test-") as temporary:
        folder = Path(temporary)
        caches = {"UV_CACHE_DIR": str(folder / "uv"), "CARGO_HOME": str(folder / "cargo")} if cold else {}
        environment = clean_environment({**caches, "PYTHONUNBUFFERED": "1"})
        start = time.perf_counter()
        run(rival.make, folder, environment)
        passes = _passes(rival.test, folder / NAME, environment)
        end = time.perf_counter()
        return Turn((passes[0] if passes else end) - start, end - start, len(passes))


def _passes(command: list[str], folder: Path, environment: Mapping[str, str]) -> list[float]:
    """Return the times at which the tests that the command names passed."""
    passes, output = [], []
    with Popen(command, cwd=folder, env=environment, stdout=PIPE, stderr=STDOUT, encoding="utf-8") as process:
        for line in process.stdout or ():
            output.append(line)
            if " PASSED " in line:
                passes.append(time.perf_counter())
    if process.returncode:
        raise Failed(command, "".join(output))
    return passes


def draw(measured: dict[str, Any], stem: Path, *, png: bool = False) -> None:
    """Saves the plot."""
    medians = {rival["name"]: median(rival["first"]) for rival in measured["rivals"]}
    bars = [
        drawing.Bar(name, seconds, f"{seconds:.1f} s", name.startswith(OURS))
        for name, seconds in medians.items()
    ]
    axis = f"seconds with {measured['caches']} caches, shorter is better"
    drawing.bars(bars, "From the command to the first passing test", axis, stem, png=png)


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--cold", action="store_true", help="empty the caches of uv and cargo each time")
    parser.add_argument("--cookie", type=Path, help="a clone of scientific-python/cookie to measure too")
    options = parser.parse_args()
    found = rivals(options.cookie and options.cookie.resolve())
    ways = {name: partial(measure, name, rival, cold=options.cold) for name, rival in found.items()}
    if not options.cold:
        for fill_caches in ways.values():
            fill_caches()
    turns = in_turns(ways, ROUNDS)
    # Not the commands: they name folders of this machine.
    measured: list[dict[str, Any]] = [
        {
            "name": name,
            "passed": each[-1].passed,
            "first": [turn.first for turn in each],
            "all": [turn.all for turn in each],
        }
        for name, each in sorted(turns.items(), key=lambda way: median(turn.first for turn in way[1]))
    ]
    rows = {}
    for rival in measured:
        first = rival["first"]
        numbers = (median(first), min(first), max(first), median(rival["all"]))
        rows[rival["name"]] = [*(f"{number:.1f}" for number in numbers), str(rival["passed"])]
    state = "cold" if options.cold else "warm"
    title = f"Seconds from the command to the first passing test, {state} caches"
    ours = {name for name in rows if name.startswith(OURS)}
    report.table(title, ("median", "least", "most", "all", "tests"), rows, ours)
    INTO.mkdir(exist_ok=True)
    stem = INTO / f"first-test-{state}"
    draw(save(stem.with_suffix(".json"), {"caches": state, "rivals": measured}), stem, png=True)
