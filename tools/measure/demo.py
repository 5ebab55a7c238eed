"""Renders a package, builds and tests it, measures it on real text, and shows the speed-up by Rust.

Then trains bytemerge, which has grown from such a package, on the same text.
"""

import json
import shutil
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from rich.text import Text

from tools import ROOT, report
from tools.measure import drawing
from tools.measure.machine import save
from tools.shell import clean_environment, run, uv
from tools.template.render import render

NAME = "word-tally"
say = partial(report.console.print, markup=False)
UNFINISHED = ".demo-unfinished"
"""The file that lies in the folder until everything is done."""


def main(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a new folder, or one that a run left unfinished")
    folder: Path = parser.parse_args().folder.resolve()
    mark = begin(folder)
    count_words(folder)
    train_bytemerge(folder)
    mark.unlink()
    say(f"\nThe package: {folder / NAME}\nThe plot:    {folder / 'speed.svg'}, and as PNG")


def begin(folder: Path) -> Path:
    """Return the file that marks a new folder as unfinished.

    Removes the files that an unfinished run left in the folder, and nothing else.

    Raises:
        FileExistsError: The folder exists, and no unfinished run has left it.
    """
    mark = folder / UNFINISHED
    if mark.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    mark.touch()
    return mark


def count_words(folder: Path) -> None:
    """Makes a package, and shows how fast it counts words in Python and in Rust."""
    in_project: list[str | Path] = [uv(), "run", "--quiet", "--no-sync"]
    with report.step(f"render a package into {folder}"):
        # No git: the folder may well lie in a repository.
        project = render({"project_name": NAME, "git": False}, folder)
    with report.step("build it, release mode, and install it with what its tests and benchmarks need"):
        run([uv(), "sync", "--quiet", "--locked", "--no-editable", "--group=bench"], project)
    with report.step("run its tests in Rust"):
        run(["cargo", "test", "--quiet", "--locked"], project)
    with report.step("run its tests in Python"):
        run([*in_project, "pytest", "--quiet"], project)
    with report.step("count the words of the documentation that comes with Python"):
        run([*in_project, "python", "benches/bench.py"], project)
    found = json.loads(project.joinpath("benches", "results", "bench.json").read_text(encoding="utf-8"))
    measured = save("speed", {key: found[key] for key in ("amount", "rounds", "seconds")}, folder)
    seconds, megabytes = measured["seconds"], measured["amount"]
    slowest = max(seconds.values())
    say(f"\nCounting the words of {megabytes:.1f} MB:")
    for name, each in seconds.items():
        say(f"{name:20}{each * 1000:8.1f} ms{megabytes / each:8,.0f} MB/s{slowest / each:8.1f}x")
    draw(measured, folder / "speed", png=True)


def draw(measured: dict[str, Any], stem: Path, *, png: bool = False) -> None:
    """Saves the plot."""
    seconds = measured["seconds"]
    slowest, best = max(seconds.values()), min(seconds.values())
    bars = []
    for name, each in seconds.items():
        speed = measured["amount"] / each
        bars.append(drawing.Bar(name, speed, f"{speed:,.0f} MB/s   {slowest / each:.1f}x", each == best))
    axis = f"MB of text a second, longer is faster ({measured['machine']['cores']} cores)"
    drawing.bars(bars, "Counting the words of Python's documentation", axis, stem, png=png)


def train_bytemerge(folder: Path) -> None:
    """Shows what has grown from such a package: a tokenizer, trained on the same documentation."""
    environment = clean_environment({"UV_PROJECT_ENVIRONMENT": str(folder / ".venv")})
    reference = ROOT / "reference"
    report.console.print()
    with report.step("build bytemerge, which has grown from this template"):
        run([uv(), "sync", "--quiet", "--locked", "--no-editable"], reference, environment)
    with report.step("train it on that documentation, in Python and in Rust"):
        command = [uv(), "run", "--quiet", "--no-sync", "python", "benches/demo.py"]
        measured = save("tokens", json.loads(run(command, reference, environment)), folder)
    say(f"\nThe same naive BPE tokenizer, {measured['vocab_size']:,} tokens:")
    slow = measured["seconds"]["pure Python"]
    for name, seconds in measured["seconds"].items():
        steps = (f"{step}{each:8.2f} s{slow[step] / each:8.1f}x" for step, each in seconds.items())
        say(f"{name:20}{'    '.join(steps)}")
    colours = report.console.is_terminal and not report.console.no_color
    shown = measured["shown"]
    say("\nHow it cuts that text:\n")
    report.console.print(Text.from_ansi(shown["colours"]) if colours else Text(shown["plain"]))
