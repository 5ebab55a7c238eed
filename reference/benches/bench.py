"""The same naive algorithm in Python and in Rust, and the production tokenizer, side by side.

Writes benches/results/bench.json and plots of it. Measurements alternate where possible, so that a
machine that slows down in the middle slows all of them; the figure of each is then its median.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lines_of_code
import machine
import plots
import tokenizing
import training
import tricks
from corpus import Corpus, corpus

from bytemerge import NaiveTokenizer, __version__

RESULTS = Path(__file__).parent / "results"
REPORT = RESULTS / "bench.json"
MODEL = RESULTS / "naive.json"
"""The model of the first training, with which the other parts tokenize."""

QUICK_LINES = 4000
QUICK_SIZE = 500
BYTES = 256
"""The number of tokens that the production tokenizer starts with: its smallest vocabulary."""
TRICKS_SIZE = 1000

Lines = list[str]
Result = dict[str, Any]


def train(lines: Lines, size: int, rounds: int) -> Result:
    """Train as in the talk, one token a merge."""
    curves, tokenizer = training.train(lines, size, exact=False, rounds=rounds)
    tokenizer.save(MODEL)
    return curves


def train_exactly(lines: Lines, size: int, rounds: int) -> Result:
    """Train and count the tokens in use after each merge."""
    curves, _ = training.train(lines, size, exact=True, rounds=rounds)
    return curves


def train_production(lines: Lines, size: int, rounds: int) -> Result:
    """Train the production tokenizer."""
    curve, _ = training.train_production(lines, sizes_of_production(size), rounds)
    return {"Tokenizer": curve}


def tokenize(lines: Lines, size: int, rounds: int) -> Result:
    """Tokenize with one thread at each size."""
    _, production = training.train_production(lines, sizes_of_production(size), rounds=1)
    return tokenizing.against_size(NaiveTokenizer.load(MODEL), production, lines, rounds)


def tokenize_with_threads(lines: Lines, _size: int, rounds: int) -> Result:
    """Tokenize with each number of threads."""
    return {"Rust": tokenizing.against_threads(NaiveTokenizer.load(MODEL), lines, rounds)}


def use_tricks(lines: Lines, _size: int, rounds: int) -> Result:
    """Build with each trick, train and tokenize."""
    return tricks.measure(lines, TRICKS_SIZE, rounds)


def count_lines(_lines: Lines, _size: int, _rounds: int) -> Result:
    """Count the lines of code."""
    return lines_of_code.count()


# The name of each part in the report, and its measurement. The order matters, because some need the
# model of the first.
PARTS: dict[str, tuple[str, Callable[[Lines, int, int], Result]]] = {
    "training": ("training seconds", train),
    "exact-training": ("training seconds", train_exactly),
    "production-training": ("training seconds", train_production),
    "tokenizing": ("tokens per second", tokenize),
    "threads": ("tokens per second by threads", tokenize_with_threads),
    "tricks": ("tricks", use_tricks),
    "lines-of-code": ("lines of code", count_lines),
}


def sizes_of_production(size: int) -> list[int]:
    """Return the sizes at which the production tokenizer is measured."""
    return [each for each in tokenizing.SIZES if BYTES < each <= size]


def circumstances(text: Corpus, size: int, rounds: int) -> dict[str, Any]:
    """Return the circumstances without which a figure means nothing."""
    return {
        "version": __version__,
        "commit": machine.first_line("git", "rev-parse", "HEAD"),
        "machine": machine.machine(),
        "text": {
            "name": text.name,
            "lines": len(text.lines),
            "sha256": text.sha256,
            "source": text.source,
        },
        "vocab_size": size,
        "rounds": rounds,
        "training rounds": min(rounds, training.ROUNDS),
    }


def add(report: dict[str, Any], key: str, result: Result) -> None:
    """Save a measurement beside those of the other parts if they have the same circumstances."""
    if REPORT.exists():
        before = json.loads(REPORT.read_text(encoding="utf-8"))
        for name in ("text", "vocab_size", "rounds"):
            if before[name] != report[name]:
                sys.exit(f"{REPORT} has a different {name}, {before[name]}: measure all parts anew")
        report = {**before, **report}
    report[key] = {**report.get(key, {}), **result}
    report["ratios"] = ratios(report)
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def ratios(report: dict[str, Any]) -> dict[str, float]:
    """Return the speed-up over Python of each measured part at the last size."""
    seconds, speeds = report.get("training seconds", {}), report.get("tokens per second", {})
    compared = {
        "training": (seconds, "Rust, approximate", "Python, approximate"),
        "training, exact": (seconds, "Rust, exact", "Python, exact"),
        "training, Tokenizer": (seconds, "Tokenizer", "Python, approximate"),
        "tokenizing": (speeds, "Python", "Rust"),
        "tokenizing, Tokenizer": (speeds, "Python", "Tokenizer"),
    }
    return {
        step: curves[slow][-1][1] / curves[fast][-1][1]
        for step, (curves, fast, slow) in compared.items()
        if fast in curves and slow in curves
    }


def draw(report: dict[str, Any]) -> None:
    """Draw a plot of each measured part."""
    for name, key, across, up, log in (
        ("training", "training seconds", "tokens", "seconds of training", True),
        ("tokenizing", "tokens per second", "tokens", "tokens per second", True),
        ("threads", "tokens per second by threads", "threads", "tokens per second", False),
    ):
        if key in report:
            plots.curves(RESULTS / f"{name}.svg", report[key], across, up, log=log)
    if "tricks" in report:
        plots.bars(RESULTS / "tricks.svg", report["tricks"], "seconds")


def main() -> None:
    """Measure, print the figures, save them and their plots."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--quick", action="store_true", help="a minute: less text, fewer tokens")
    parser.add_argument("--vocab-size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--only",
        action="append",
        choices=PARTS,
        help="measure this part, and keep what is there of the others (may be given again)",
    )
    arguments = parser.parse_args()

    text = corpus()
    size, rounds = arguments.vocab_size, arguments.rounds
    if arguments.quick:
        text, size, rounds = text.first(QUICK_LINES), min(size, QUICK_SIZE), min(rounds, 3)
    RESULTS.mkdir(exist_ok=True)
    if not arguments.only:
        REPORT.unlink(missing_ok=True)

    print(f"text: {text.name}, {len(text.lines):,} lines")
    for part in arguments.only or PARTS:
        if part == "tricks" and arguments.quick:
            continue  # six builds take longer than a minute
        key, measure = PARTS[part]
        add(circumstances(text, size, rounds), key, measure(text.lines, size, rounds))

    report = json.loads(REPORT.read_text(encoding="utf-8"))
    for step, ratio in report["ratios"].items():
        print(f"{step}: {ratio:.1f} times as fast as Python at {size} tokens")
    draw(report)


if __name__ == "__main__":
    main()
