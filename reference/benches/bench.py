"""The same naive algorithm in Python and in Rust, and the production tokenizer, side by side.

Writes benches/results/bench.json and plots of it. What can be compared in alternation is, so that a
machine that slows down in the middle slows all of it; the figure of each is then its median.
"""

import argparse
import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import lines_of_code
import plots
import tokenizing
import training
import tricks
from corpus import corpus

from bytemerge import NaiveTokenizer, __version__

RESULTS = Path(__file__).parent / "results"
QUICK_LINES = 4000
QUICK_SIZE = 500
BYTES = 256
"""The production tokenizer has them from the start: no vocabulary of it is smaller."""
TRICKS_SIZE = 1000


def first_line(*command: str) -> str:
    """Return what a program says of itself, or that it is not there."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=RESULTS)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return run.stdout.partition("\n")[0]


def processor() -> str:
    """Return the name of the processor, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def main() -> None:
    """Measure, print the figures, save them and their plots."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--quick", action="store_true", help="a minute: less text, fewer tokens")
    parser.add_argument("--vocab-size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()

    name, lines = corpus()
    size, rounds = arguments.vocab_size, arguments.rounds
    if arguments.quick:
        lines, size, rounds = lines[:QUICK_LINES], min(size, QUICK_SIZE), min(rounds, 3)
    RESULTS.mkdir(exist_ok=True)

    print(f"text: {name}, {len(lines):,} lines")
    trained, tokenizers = training.train(lines, size)
    tokenizer = tokenizers["Python, approximate"]
    assert isinstance(tokenizer, NaiveTokenizer)
    sizes = [size for size in tokenizing.SIZES if BYTES < size <= tokenizer.vocab_size]
    trained["Tokenizer"], production = training.train_production(lines, sizes)
    made = tokenizing.against_size(tokenizer, production, lines, rounds)
    threads = tokenizing.against_threads(tokenizer, lines, rounds)
    tricks_used = {} if arguments.quick else tricks.measure(lines, TRICKS_SIZE, rounds)
    code = lines_of_code.count()

    ratios = {
        "training": trained["Python, approximate"][-1][1] / trained["Rust, approximate"][-1][1],
        "training, exact": trained["Python, exact"][-1][1] / trained["Rust, exact"][-1][1],
        "tokenizing": made["Rust"][-1][1] / made["Python"][-1][1],
        "training, Tokenizer": trained["Python, approximate"][-1][1] / trained["Tokenizer"][-1][1],
        "tokenizing, Tokenizer": made["Tokenizer"][-1][1] / made["Python"][-1][1],
    }
    for step, ratio in ratios.items():
        print(f"{step}: {ratio:.1f} times as fast as Python at {size} tokens")

    report = {
        "version": __version__,
        "commit": first_line("git", "rev-parse", "HEAD"),
        "machine": {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "processor": processor(),
            "cores": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
            "rust": first_line("rustc", "--version"),
        },
        "text": {"name": name, "lines": len(lines)},
        "vocab_size": size,
        "rounds": rounds,
        "training seconds": trained,
        "tokens per second": made,
        "tokens per second by threads": threads,
        "tricks": tricks_used,
        "lines of code": code,
        "ratios": ratios,
    }
    (RESULTS / "bench.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    plots.curves(RESULTS / "training.svg", trained, "tokens", "seconds of training", log=True)
    plots.curves(RESULTS / "tokenizing.svg", made, "tokens", "tokens per second", log=True)
    plots.curves(RESULTS / "threads.svg", {"Rust": threads}, "threads", "tokens per second")
    if tricks_used:
        plots.bars(RESULTS / "tricks.svg", tricks_used, "seconds")


if __name__ == "__main__":
    main()
