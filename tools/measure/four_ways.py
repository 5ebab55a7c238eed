"""Measures the naive and the better algorithm, each in Python and in Rust: one training, four ways.

A fifth way is the naive Rust as cargo builds it, without the fast hasher and the optimisation at
link time that every other figure has. Each measurement is a process of its own. Saves
docs/measured/four-ways.json and its plot.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tools import ROOT
from tools.measure import drawing
from tools.measure.formatting import time_of
from tools.measure.machine import MEASURED, save
from tools.measure.turns import in_turns
from tools.shell import clean_environment, run, uv

REFERENCE = ROOT / "reference"
STEPS = ROOT / "docs" / "steps"
COMMAND = "nox -s four_ways"
OPTIONS = {"vocab_size": 10_000, "rounds": 11, "slow_rounds": 3, "lines": 0}
"""The options of the measurement and their defaults; 0 lines are all."""

SLOW = "naive, Python"
EVERY = {SLOW: 200, "naive, Rust": 10, "naive, Rust, plain": 10}
"""The distance of the lines that are tokenized: the better algorithm gets all, so words recur."""

CHECKED = 200
"""The distance of the lines that are compared."""

PLAIN = {"CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16"}
"""The settings that a crate has if it sets nothing."""

PROGRAM = """
import json, sys, time
from collections import Counter
from bytemerge import NaiveTokenizer, fast
from bytemerge.naive import split_words

algorithm, file = sys.argv[1:3]
vocab_size, every, checked = map(int, sys.argv[3:])
with open(file, encoding="utf-8", newline="") as opened:
    lines = opened.read().split("\\n")
train = NaiveTokenizer.train if algorithm == "naive" else fast.train
start = time.perf_counter()
counts = Counter(word for line in lines for word in split_words(line))
counting = time.perf_counter() - start
del counts
start = time.perf_counter()
tokenizer = train(lines, vocab_size)
training = time.perf_counter() - start
tokenize = tokenizer.tokenize if algorithm == "naive" else fast.Cache(tokenizer).tokenize
start = time.perf_counter()
tokens = sum(len(tokenize(line)) for line in lines[::every])
tokenizing = time.perf_counter() - start
ids = [tokenize(line) for line in lines[::checked]]
result = dict(merges=[*tokenizer.merges], ids=ids)
print(json.dumps(dict(counting=counting, training=training, tokenizing=tokenizing, tokens=tokens, **result)))
"""
"""The same as docs/steps/src/bin/four_ways.rs, in Python."""

CORPUS = """
import sys
sys.path.insert(0, "benches")
from corpus import corpus

text = corpus()
with open(sys.argv[1], "w", encoding="utf-8", newline="") as file:
    file.write("\\n".join(text.lines))
print(text.name)
"""


def measure(vocab_size: int, rounds: int, slow_rounds: int, lines: int) -> dict[str, Any]:
    """Return the seconds and the speeds of every way, in all rounds.

    Naive Python, one round of which takes minutes, has `slow_rounds`.
    """
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "text.txt")
        commands, name = programs(Path(folder), text)
        if lines:
            kept = text.read_text(encoding="utf-8").split("\n")[:lines]
            text.write_text("\n".join(kept), encoding="utf-8", newline="")
        expected: list[Any] = []

        def once(way: str) -> dict[str, float]:
            command = [*commands[way], text, vocab_size, EVERY.get(way, 1), CHECKED]
            found = json.loads(output_of(command))
            result = [found["merges"], found["ids"]]
            if not expected:
                expected.append(result)
            elif expected != [result]:
                sys.exit(f"{way} learns or makes other tokens than the others")
            speed = found["tokens"] / found["tokenizing"]
            print(f"{way:<20} {time_of(found['training']):>8} {speed:12,.0f} tokens a second", flush=True)
            return {"counting": found["counting"], "training": found["training"], "tokenizing": speed}

        ways: Mapping[str, Callable[[], dict[str, float]]] = {way: partial(once, way) for way in commands}
        all_rounds = in_turns(ways, min(slow_rounds, rounds))
        quick = {way: call for way, call in ways.items() if way != SLOW}
        for way, more in in_turns(quick, max(rounds - slow_rounds, 0)).items():
            all_rounds[way] += more
        (merges, _) = expected[0]
    return {
        "text": name,
        "vocab_size": vocab_size,
        "merges": len(merges),
        "rounds": rounds,
        "slow rounds": min(slow_rounds, rounds),
        "ways": {
            way: {step: [float(f"{each[step]:.4g}") for each in found] for step in found[0]}
            for way, found in all_rounds.items()
        },
    }


def programs(folder: Path, text: Path) -> tuple[dict[str, list[Any]], str]:
    """Build all programs, write the text, and return each way's command and the text's name."""
    environment = clean_environment({"UV_PROJECT_ENVIRONMENT": str(folder / "python")})
    sync = [uv(), "sync", "--quiet", "--locked", "--no-editable", "--no-default-groups"]
    run(sync, REFERENCE, environment)
    python = [folder / "python" / ("Scripts" if os.name == "nt" else "bin") / "python", "-c"]
    name = output_of([*python, CORPUS, text], REFERENCE).splitlines()[-1]
    rust = [built(STEPS / "target", {})]
    plain = [built(STEPS / "target" / "plain", PLAIN, "--features=bytemerge/siphash")]
    ways = {
        SLOW: [*python, PROGRAM, "naive"],
        "naive, Rust": [*rust, "naive"],
        "better, Python": [*python, PROGRAM, "fast"],
        "better, Rust": [*rust, "fast"],
        "naive, Rust, plain": [*plain, "naive"],
    }
    return ways, name


def built(target: Path, settings: dict[str, str], *options: str) -> Path:
    """Return the program in Rust, built with some settings."""
    command = ["cargo", "build", "--release", "--locked", "--quiet", "--bin=four_ways", *options]
    run([*command, f"--target-dir={target}"], STEPS, {**os.environ, **settings})
    return target / "release" / f"four_ways{'.exe' if os.name == 'nt' else ''}"


def output_of(command: list[Any], folder: Path = ROOT) -> str:
    """Return what a program prints, or end with its name."""
    done = subprocess.run(
        [*map(str, command)], cwd=folder, stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    if done.returncode:
        sys.exit(f"{Path(command[0]).name} failed")
    return done.stdout


def command(given: Mapping[str, int]) -> str:
    """Return the command of a measurement with the options that it was given."""
    options = (
        f"--{name.replace('_', '-')}={given[name]}" for name in OPTIONS if given[name] != OPTIONS[name]
    )
    return " -- ".join(filter(None, [COMMAND, " ".join(options)]))


def draw(measured: dict[str, Any]) -> None:
    """Draws the plot: a point for each way, and a line from Python to Rust."""
    seconds = {way: median(each["training"]) for way, each in measured["ways"].items()}
    rows = {
        label: {language: seconds[f"{algorithm}, {language}"] for language in ("Python", "Rust")}
        for algorithm, label in (("naive", "the naive algorithm"), ("better", "the better algorithm"))
    }
    title = f"Learning {measured['vocab_size']:,} tokens, four ways"
    drawing.spans(rows, title, "each mark of the scale is ten times the one before", MEASURED / "four-ways")


def main(parser: ArgumentParser) -> None:
    for name, default in OPTIONS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    given = vars(parser.parse_args())
    draw(save("four-ways", {"command": command(given), **measure(**given)}))
