"""Renders a package, builds and tests it, uses it on real text, and shows the speed-up by Rust.

Then trains bytemerge, which has grown from such a package, on the same text.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from tools import ROOT, report
from tools.measure import drawing
from tools.measure.machine import machine
from tools.shell import clean_environment, run, uv
from tools.template.render import render

NAME = "word-tally"
UNFINISHED = ".demo-unfinished"
"""The file that lies in the folder until everything is done."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="demo", description=__doc__.split("\n")[0])
    parser.add_argument(
        "folder", type=Path, help="a folder that is not there yet, or that a run left unfinished"
    )
    folder: Path = parser.parse_args().folder.resolve()
    environment = clean_environment()
    mark = begin(folder)

    with report.step(f"render a package into {folder}"):
        # No git: the folder may well lie in a repository.
        project = render({"project_name": NAME, "git": False}, folder)
    with report.step("build it, release mode, and install it with what its tests need"):
        run([uv(), "sync", "--quiet", "--locked", "--no-editable"], project, environment)
    with report.step("run its tests in Rust"):
        run(["cargo", "test", "--quiet", "--locked"], project, environment)
    with report.step("run its tests in Python"):
        run([uv(), "run", "--quiet", "--no-sync", "pytest", "--quiet"], project, environment)
    with report.step("count the words of the documentation that comes with Python"):
        with_tools = clean_environment({"PYTHONPATH": str(ROOT)})
        measure = Path(__file__).with_name("count_words.py")
        package = next(project.glob("python/*/__init__.py")).parent.name
        measured = json.loads(
            run([uv(), "run", "--quiet", "--no-sync", "python", measure, package], project, with_tools)
        )
    measured = {"machine": machine(), **measured}
    folder.joinpath("speed.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    show(measured)
    pictures = draw(measured, folder)
    train_bytemerge(folder)
    mark.unlink()
    report.console.print(
        f"\nThe package: {project}\nThe plot:    {', '.join(map(str, pictures))}", markup=False
    )


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


def show(measured: dict[str, Any]) -> None:
    """Prints the table."""
    medians, megabytes = measured["median"], measured["bytes"] / 1e6
    slowest, best = max(medians.values()), min(medians.values())
    table = Table(title=f"Counting {measured['words']:,} words, {megabytes:.1f} MB", title_justify="left")
    for heading in ("", "time", "MB/s", "times as fast"):
        table.add_column(heading, justify="left" if heading == "" else "right")
    for name, seconds in medians.items():
        speed, factor = megabytes / seconds, f"{slowest / seconds:.1f}x"
        table.add_row(
            name, f"{seconds * 1000:.1f} ms", f"{speed:,.0f}", factor, style="bold" if seconds == best else ""
        )
    report.console.print()
    report.console.print(table)


def draw(measured: dict[str, Any], folder: Path) -> list[Path]:
    """Saves the plot."""
    medians = measured["median"]
    slowest, best = max(medians.values()), min(medians.values())
    bars = [
        drawing.Bar(
            name,
            measured["bytes"] / 1e6 / seconds,
            f"{measured['bytes'] / 1e6 / seconds:,.0f} MB/s   {slowest / seconds:.1f}x",
            seconds == best,
        )
        for name, seconds in medians.items()
    ]
    cores = measured["machine"]["cores"]
    title = "Counting the words of Python's documentation"
    return drawing.save(
        bars, title, f"MB of text a second, longer is faster ({cores} cores)", folder / "speed"
    )


def train_bytemerge(folder: Path) -> None:
    """Shows what has grown from such a package: a tokenizer, trained on the same documentation."""
    report.console.print()
    environment = clean_environment({"UV_PROJECT_ENVIRONMENT": str(folder / ".venv")})
    reference = ROOT / "reference"
    with report.step("build bytemerge, which has grown from this template"):
        run([uv(), "sync", "--quiet", "--locked", "--no-editable"], reference, environment)
    with report.step("train it on that documentation, in Python and in Rust"):
        command = [uv(), "run", "--quiet", "--no-sync", "python", "benches/demo.py"]
        measured = json.loads(run(command, reference, environment))
    folder.joinpath("tokens.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")

    title = (
        f"The same naive BPE tokenizer: {measured['vocab_size']:,} tokens learnt, {measured['tokens']:,} made"
    )
    table = Table(title=title, title_justify="left")
    table.add_column()
    for heading in ("training", "tokenizing", "times as fast"):
        table.add_column(heading, justify="right")
    slowest = measured["seconds"]["pure Python"]
    for name, seconds in measured["seconds"].items():
        factors = " and ".join(f"{slowest[step] / seconds[step]:.1f}x" for step in seconds)
        cells = [f"{each:.2f} s" for each in seconds.values()]
        table.add_row(name, *cells, factors, style="bold" if name == "Rust" else "")
    report.console.print()
    report.console.print(table)
    colours = report.console.is_terminal and not report.console.no_color
    shown = measured["shown"]
    report.console.print("\nHow it cuts that text:\n")
    report.console.print(Text.from_ansi(shown["colours"]) if colours else Text(shown["plain"]))


if __name__ == "__main__":
    main()
