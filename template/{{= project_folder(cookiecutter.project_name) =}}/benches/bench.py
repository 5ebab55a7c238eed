"""Measure plain Python against Rust, on the calls that cases.py lists.

Writes benches/results/bench.json and bench.svg. The rounds are interleaved, so that a slowdown of
the machine affects all implementations; the result of each is its median.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
from cases import UNIT, cases

from {{= cookiecutter.__package =}} import __version__

RESULTS = Path(__file__).parent / "results"

Run = Callable[[], object]
COLOURS = ["#4b8bbe", "#ce6b3a", "#a63a1e"]


def measure(runs: dict[str, Run], rounds: int) -> dict[str, float]:
    """Return the median of the seconds that each run takes."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def plot(speeds: dict[str, float], path: Path) -> None:
    """Draw a bar with the speed of each, on a background that suits light and dark pages."""
    # Grey text is legible on white and on black, and the background is transparent.
    plt.rcParams.update(dict.fromkeys(["text.color", "xtick.color", "ytick.color"], "#808080"))
    # The same results give the same file.
    plt.rcParams["svg.hashsalt"] = "{{= cookiecutter.__crate =}}"
    figure, axes = plt.subplots(figsize=(7, 2.2), layout="constrained")
    bars = axes.barh(list(speeds), list(speeds.values()), color=COLOURS[: len(speeds)])
    axes.bar_label(bars, [f"{speed:.0f} {UNIT}/s" for speed in speeds.values()], padding=4)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.spines[:].set_visible(False)
    axes.xaxis.set_visible(False)
    figure.savefig(path, transparent=True, metadata={"Date": None})


def main() -> None:
    """Check that all agree, measure, print the table, save the results and the plot."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--copies", type=int, default=40, help="how often to repeat the input")
    arguments = parser.parse_args()

    amount, runs = cases(arguments.copies)
    first, *others = (run() for run in runs.values())
    assert all(other == first for other in others), "the implementations do not agree"

    seconds = measure(runs, arguments.rounds)
    slowest = next(iter(seconds.values()))
    print(f"{amount:.1f} {UNIT}, median of {arguments.rounds} rounds")
    for name, value in seconds.items():
        print(f"{name:<20} {value:8.3f} s {amount / value:8.0f} {UNIT}/s {slowest / value:7.1f} x")

    RESULTS.mkdir(exist_ok=True)
    report = {
        "version": __version__,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}",
        "amount": amount,
        "unit": UNIT,
        "rounds": arguments.rounds,
        "seconds": seconds,
    }
    (RESULTS / "bench.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    plot({name: amount / value for name, value in seconds.items()}, RESULTS / "bench.svg")
    print(f"saved {RESULTS / 'bench.svg'}")


if __name__ == "__main__":
    main()
