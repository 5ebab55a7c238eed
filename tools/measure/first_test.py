"""Measures the time from the command that makes a project to its first passing test.

Several templates take turns, each time in a new folder where nothing is compiled yet. The caches of
uv and cargo are warm: they have the downloads, so the network does not count.
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
from typing import Any

from tools import report
from tools.measure import drawing
from tools.measure.machine import MEASURED, save
from tools.measure.turns import in_turns
from tools.shell import Failed, clean_environment, run, uv
from tools.template.render import TEMPLATE

OURS = "pairforge"
NAME = "fast-start"
ROUNDS = 5
MEASUREMENT = "first-test-warm"
# A template: the command that makes a project, and the one that runs its first test.
Rival = tuple[list[str], list[str]]


def rivals(cookie: Path | None) -> dict[str, Rival]:
    """Return this template and the others that can be measured."""
    pytest = [uv(), "run", "--quiet", "pytest", "--verbose"]
    cookiecutter = [sys.executable, "-m", "cookiecutter", "--no-input"]
    maturin = shutil.which("maturin", path=str(Path(sys.executable).parent)) or "maturin"
    ours = [*cookiecutter, str(TEMPLATE), f"project_name={NAME}"]
    found: dict[str, Rival] = {
        f"{OURS}, {example}": ([*ours, f"example={example}"], pytest) for example in ("minimal", "words")
    }
    found["maturin new --mixed"] = (
        [maturin, "new", "--mixed", "--bindings", "pyo3", NAME],
        [uv(), "run", "--quiet", "--extra", "tests", "pytest", "--verbose", "python/tests"],
    )
    found["uv init --build-backend maturin"] = (
        [uv(), "init", "--quiet", "--lib", "--build-backend", "maturin", NAME],
        [uv(), "run", "--quiet", "python", "-c", "import fast_start; assert fast_start.hello()"],
    )
    if cookie:
        made = [*cookiecutter, str(cookie), "backend=maturin", f"project_name={NAME}"]
        found["scientific-python/cookie"] = (made, pytest)
    return found


def measure(name: str, rival: Rival) -> dict[str, float]:
    """Makes a project, runs its tests, and returns how many pass and the seconds until then.

    For a project without tests, an import stands for the first one.
    """
    with report.step(name), tempfile.TemporaryDirectory(prefix="first-test-") as temporary:
        folder, environment = Path(temporary), clean_environment({"PYTHONUNBUFFERED": "1"})
        make, test = rival
        start = time.perf_counter()
        run(make, folder, environment)
        passes = _passes(test, folder / NAME, environment)
        end = time.perf_counter()
        return {"passed": len(passes), "first": (passes or [end])[0] - start, "all": end - start}


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


def draw(measured: dict[str, Any]) -> None:
    """Saves the plot."""
    medians = {rival["name"]: median(rival["first"]) for rival in measured["rivals"]}
    bars = [
        drawing.Bar(name, seconds, f"{seconds:.1f} s", name.startswith(OURS))
        for name, seconds in sorted(medians.items(), key=lambda way: way[1])
    ]
    axis = "seconds with warm caches, shorter is better"
    drawing.bars(bars, "From the command to the first passing test", axis, MEASURED / MEASUREMENT)


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--cookie", type=Path, help="a clone of scientific-python/cookie to measure too")
    cookie = parser.parse_args().cookie
    found = rivals(cookie and cookie.resolve())
    ways = {name: partial(measure, name, rival) for name, rival in found.items()}
    for fill_caches in ways.values():
        fill_caches()
    # Not the commands: they name folders of this machine.
    measured = [
        {"name": name, "passed": turns[-1]["passed"]}
        | {until: [turn[until] for turn in turns] for until in ("first", "all")}
        for name, turns in in_turns(ways, ROUNDS).items()
    ]
    draw(save(MEASUREMENT, {"rivals": measured}))
