"""Runs the crate of this folder, which measures what each step adds to the naive algorithm.

`nox -s steps` runs this; it saves docs/measured/steps.json and a plot for each step.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from pydoc_data.topics import topics
from statistics import median
from typing import Any, Literal

from tools.measure import drawing
from tools.measure.machine import MEASURED, save

PROJECT = Path(__file__).parent
NAME = "steps"
# The name of each way in the plots.
NAMES = {
    "all": "every piece",
    "distinct": "each distinct piece",
    "recount": "counted again",
    "updated": "kept up to date",
    "queue": "with a heap",
    "rescan": "every pair again",
    "look": "one look first",
    "cache": "one look, and a cache",
    "heap": "a heap",
    "linear": "linear time",
    "engine": "an engine",
    "scanner": "a scanner",
    "bytemerge": "bytemerge",
}
# The quantities on both axes, by the names of the logarithmic axes, and a function that computes
# the vertical one from a point.
AXES: dict[str, tuple[str, str, Callable[[Any], float]]] = {
    "": ("merges learnt", "milliseconds", lambda point: point["median"] * 1e3),
    "across": (
        "letters of the piece",
        "nanoseconds for each letter",
        lambda point: point["median"] / point["at"] * 1e9,
    ),
    "both": ("letters of the piece", "time of one piece", lambda point: point["median"]),
}
# The plots of curves: what was measured, the ways in the plot, the second of which is the step, the
# title, and the logarithmic axes.
CURVES: list[tuple[str, str, str, Literal["", "across", "both"]]] = [
    ("counting", "all distinct", "Learning from every piece, or each distinct one", ""),
    ("training", "recount updated", "Learning: counts made again, or kept up to date", ""),
    ("training", "updated queue bytemerge", "Learning: a search for the best pair, or a heap", ""),
    ("long", "rescan heap bytemerge", "Encoding one long piece", "both"),
    ("long", "heap linear bytemerge", "Encoding one long piece: a heap, or linear time", "across"),
]


def measure() -> dict[str, Any]:
    """Return everything that is measured.

    One half of Python's documentation is the training text, and the other half is encoded.
    """
    texts = [*topics.values()]
    given = {"learn": "\n".join(texts[::2]), "encode": "\n".join(texts[1::2])}
    command = ["cargo", "run", "--release", "--locked", "--quiet"]
    done = subprocess.run(
        command, cwd=PROJECT, input=json.dumps(given), stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed")
    lock = tomllib.loads((PROJECT / "Cargo.lock").read_text(encoding="utf-8"))
    versions = {each["name"]: each["version"] for each in lock["package"] if each["name"] == "fancy-regex"}
    found = summarized(json.loads(done.stdout))
    return {"command": "nox -s steps", "versions": versions, "text": "pydoc_data.topics", **found}


def summarized(found: Any) -> Any:
    """Return the measurements with the median and the extremes of each list of rounds.

    The seconds are those of one of the repetitions in a round.
    """
    match found:
        case {"times": times, "seconds": seconds, **others}:
            ways: dict[str, Callable[[list[float]], float]] = {"median": median, "least": min, "most": max}
            return {**others, **{name: float(f"{of(seconds) / times:.4g}") for name, of in ways.items()}}
        case dict():
            return {name: summarized(each) for name, each in found.items()}
        case list():
            return [summarized(each) for each in found]
        case _:
            return found


def draw(measured: dict[str, Any]) -> None:
    """Draws the plots: blue for the way that the step adds, dashed for bytemerge."""
    for part, ways, title, powers in CURVES:
        names = ways.split()
        step = names[1]
        across, up, height = AXES[powers]
        drawn = []
        for name in names:
            points = [(point["at"], height(point)) for point in measured[part][name]]
            drawn.append(drawing.Curve(NAMES[name], points, best=name == step, dashed=name == "bytemerge"))
        drawing.curves(drawn, title, across, up, MEASURED / f"steps-{step}", powers=powers)
    for part, steps, step, title in (
        ("encoding", {"look", "cache"}, "cache", "Encoding a text"),
        ("splitting", {"scanner"}, "scanner", "Splitting a text"),
    ):
        found = measured[part]
        seconds = {label: found[name]["median"] for name, label in NAMES.items() if name in found}
        drawing.times(seconds, {NAMES[name] for name in steps}, title, MEASURED / f"steps-{step}")


if __name__ == "__main__":
    draw(save(NAME, measure()))
