"""Measures the case studies, and saves numbers and plots into docs/measured."""

from __future__ import annotations

import argparse
import importlib
import json
from typing import TYPE_CHECKING, cast

from case_studies import environments, sources
from case_studies.others import Watch
from case_studies.study import Options, Study
from case_studies.tables import STUDIES
from tools import report
from tools.measure import drawing
from tools.measure.machine import MEASURED, machine

if TYPE_CHECKING:
    from pathlib import Path

QUICK = environments.HOME / "quick"
QUICK_LINES = 5_000


def study(name: str) -> Study:
    """Return the module of a study."""
    return cast("Study", importlib.import_module(f"case_studies.{name}"))


def measure(name: str, rounds: int | None, *, quick: bool) -> None:
    """Runs a study, and saves what it found."""
    module = study(name)
    count = rounds or (1 if quick else module.ROUNDS)
    with report.step(f"{name}, {count} {'round' if count == 1 else 'rounds'}"):
        watch = Watch()
        found = module.measure(Options(count, QUICK_LINES if quick else sources.LINES, quick))
        others = watch.share()
    circumstances = {key: value for key, value in machine().items() if key != "rust"}  # nothing is compiled
    command = f"nox -s case_studies -- --only {name} --rounds {count}{' --quick' if quick else ''}"
    # A quick run shows that a study works. Its figures mean nothing.
    into = QUICK if quick else MEASURED
    into.mkdir(parents=True, exist_ok=True)
    said = {"machine": circumstances, "command": command, "rounds": count, "others": others}
    text = json.dumps({**said, **found}, indent=1)
    numbers = stem(into, name).with_suffix(".json")
    numbers.write_text(text + "\n", encoding="utf-8", newline="\n")
    report.console.print(f"the figures: {numbers}", markup=False)
    draw(name, into)


def draw(name: str, folder: Path) -> None:
    """Draws the plot of what was measured."""
    measured = json.loads(stem(folder, name).with_suffix(".json").read_text(encoding="utf-8"))
    module = study(name)
    drawing.bars(module.bars(measured), module.TITLE, module.AXIS, stem(folder, name))
    report.console.print(f"the plot:    {stem(folder, name).with_suffix('.svg')}", markup=False)


def stem(folder: Path, name: str) -> Path:
    """Return the path of the numbers and the plot of a study, without their suffixes."""
    return folder / f"case-{name}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="case_studies", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=STUDIES, metavar="NAME", help=f"one of {', '.join(STUDIES)}"
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="how often each way takes its turn")
    parser.add_argument("--quick", action="store_true", help="little input, one round, nothing for the docs")
    parser.add_argument("--draw", action="store_true", help="only draw the plots of what was measured before")
    options = parser.parse_args()
    if options.rounds is not None and options.rounds < 1:
        parser.error(f"--rounds: {options.rounds} is not at least 1")
    for name in options.only or STUDIES:
        if options.draw:
            draw(name, MEASURED)
        else:
            measure(name, options.rounds, quick=options.quick)


if __name__ == "__main__":
    main()
