"""Measures what each step adds, from the naive algorithm to the production one: crate docs/steps.

Saves docs/measured/steps.json and a plot for each step.
"""

import json
import subprocess
import sys
import tomllib
from argparse import ArgumentParser
from collections.abc import Callable
from pydoc_data.topics import topics
from statistics import median
from typing import Any, Literal

from tools import ROOT
from tools.measure import drawing
from tools.measure.machine import save

PROJECT = ROOT / "docs" / "steps"
MEASURED = ROOT / "docs" / "measured" / "steps.json"
COMMAND = "nox -s steps"
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


def measure() -> dict[str, Any]:
    """Return everything that is measured."""
    return {"command": COMMAND, "versions": versions(), "text": "pydoc_data.topics", **summarized(rounds())}


def rounds() -> dict[str, Any]:
    """Return the seconds of all rounds.

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
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def versions() -> dict[str, str]:
    """Return the versions of the packages that bytemerge is compared with."""
    lock = tomllib.loads((PROJECT / "Cargo.lock").read_text(encoding="utf-8"))
    return {each["name"]: each["version"] for each in lock["package"] if each["name"] == "fancy-regex"}


def summarized(found: Any) -> Any:
    """Return the measurements with the median and the extremes of each list of rounds.

    The seconds are those of one of the repetitions in a round.
    """
    match found:
        case {"times": times, "seconds": seconds, **others}:
            return {**others, **spread([each / times for each in seconds])}
        case dict():
            return {name: summarized(each) for name, each in found.items()}
        case list():
            return [summarized(each) for each in found]
        case _:
            return found


def spread(seconds: list[float]) -> dict[str, float]:
    """Return the median of some rounds, the quickest and the slowest."""
    return {
        name: float(f"{of(seconds):.4g}") for name, of in (("median", median), ("least", min), ("most", max))
    }


def draw(measured: dict[str, Any]) -> None:
    """Draws the plots: blue for the way that the step adds, dashed for bytemerge."""
    counting, training, long = measured["counting"], measured["training"], measured["long"]
    title = "Learning from every piece, or each distinct one"
    curves(counting, {"all", "distinct"}, "distinct", title)
    title = "Learning: counts made again, or kept up to date"
    curves(training, {"recount", "updated"}, "updated", title)
    title = "Learning: a search for the best pair, or a heap"
    curves(training, {"updated", "queue", "bytemerge"}, "queue", title)
    bars(measured["encoding"], {"look", "cache"}, "cache", "Encoding a text")
    curves(long, {"rescan", "heap", "bytemerge"}, "heap", "Encoding one long piece", powers="both")
    title = "Encoding one long piece: a heap, or linear time"
    curves(long, {"heap", "linear", "bytemerge"}, "linear", title, powers="across")
    bars(measured["splitting"], {"scanner"}, "scanner", "Splitting a text")


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


def curves(
    found: dict[str, Any],
    names: set[str],
    step: str,
    title: str,
    *,
    powers: Literal["", "across", "both"] = "",
) -> None:
    """Draws the curves of some ways, one of which is the step."""
    across, up, height = AXES[powers]
    drawn = []
    for name in (name for name in NAMES if name in names):
        points = [(point["at"], height(point)) for point in found[name]]
        drawn.append(drawing.Curve(NAMES[name], points, best=name == step, dashed=name == "bytemerge"))
    drawing.curves(drawn, title, across, up, MEASURED.with_name(f"steps-{step}"), powers=powers)


def bars(found: dict[str, Any], steps: set[str], step: str, title: str) -> None:
    """Draws a bar for each way."""
    seconds = {label: found[name]["median"] for name, label in NAMES.items() if name in found}
    drawing.times(seconds, {NAMES[name] for name in steps}, title, MEASURED.with_name(f"steps-{step}"))


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    draw(save(MEASURED, measure()))
