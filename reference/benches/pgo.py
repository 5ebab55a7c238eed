"""Measures the gain by a profile: a wheel built with one beside a plain one.

Each runs in a new process, in turn. The figures are seconds of processor time on one thread. The
workload of the profile, pgo_workload.py, has none of the texts, and nothing like the many
languages.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPORT = HERE / "results" / "pgo.json"
COMMAND = "nox -s pgo -- --measure"
VOCAB_SIZE = 10_000
PASSES = 25
MOST = 3_000_000
"""The number of characters of each text."""
SHORT = 100
"""The number of characters of a short text, of which there are 10,000."""


def seconds(work: Callable[[], object]) -> float:
    """Return the time of the fastest pass: other work of the machine only makes passes slower."""
    passes = []
    for _ in range(PASSES):
        start = time.process_time()
        work()
        passes.append(time.process_time() - start)
    return min(passes)


def measure_once() -> dict[str, float]:
    """Return the seconds of each step with the wheel that is on PYTHONPATH."""
    sys.path.append(str(HERE / "peers"))
    import corpus  # noqa: PLC0415 imports bytemerge, which the measuring process has not
    import texts  # noqa: PLC0415

    from bytemerge import Tokenizer  # noqa: PLC0415

    lines = corpus.corpus().lines
    library = Path(os.__file__).parent
    kinds = {
        "English": "\n".join(lines),
        "code": "".join(path.read_text("utf-8") for path in sorted(library.glob("[n-z]*.py"))),
        "many languages": "\n".join(texts.languages()),
    }

    def train() -> Tokenizer:
        return Tokenizer.train(lines, VOCAB_SIZE, pattern="cl100k", threads=1)

    found = {"training": seconds(train)}
    tokenizer = train()
    for kind, text in kinds.items():
        part = text[:MOST]
        found[f"encoding {kind}, array"] = seconds(lambda part=part: tokenizer.encode_numpy(part))
        found[f"encoding {kind}, list"] = seconds(lambda part=part: tokenizer.encode(part))
    english = kinds["English"]
    short = [english[start : start + SHORT] for start in range(0, 10_000 * SHORT, SHORT)]
    found["short texts, array"] = seconds(lambda: [tokenizer.encode_numpy(text) for text in short])
    found["short texts, list"] = seconds(lambda: [tokenizer.encode(text) for text in short])
    found["short texts, count"] = seconds(lambda: [tokenizer.count(text) for text in short])
    ids = tokenizer.encode(english[:MOST])
    found["decoding a list"] = seconds(lambda: tokenizer.decode(ids))
    return found


def unpacked(folder: Path, into: Path) -> Path:
    """Return a folder from which the one wheel of another can be imported."""
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(into)
    return into


def compare(wheels: dict[str, Path], rounds: int) -> list[dict[str, dict[str, float]]]:
    """Return the measurements of each wheel in each round, one after the other."""
    found = []
    for turn in range(rounds):
        # The order alternates, so that no wheel always follows the other.
        names = sorted(wheels, reverse=turn % 2 == 1)
        found.append({name: run(wheels[name]) for name in names})
    return found


def run(wheel: Path) -> dict[str, float]:
    """Return the measurements of a wheel in a new process."""
    done = subprocess.run(
        [sys.executable, __file__, "--once"],
        env=os.environ | {"PYTHONPATH": str(wheel), "RAYON_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def summary(rounds: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, Any]]:
    """Return the medians of each step, and the speed-up in each round."""
    steps: dict[str, dict[str, Any]] = {}
    for step in rounds[0]["plain"]:
        steps[step] = {
            name: statistics.median(each[name][step] for each in rounds)
            for name in ("plain", "pgo")
        }
        steps[step]["times as fast"] = sorted(
            each["plain"][step] / each["pgo"][step] for each in rounds
        )
    return steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("plain", type=Path, nargs="?", help="the folder of the plain wheel")
    parser.add_argument(
        "pgo", type=Path, nargs="?", help="the folder of the wheel built by a profile"
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        print(json.dumps(measure_once()))
        return
    import machine  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        wheels = {
            name: unpacked(getattr(arguments, name), Path(folder, name))
            for name in ("plain", "pgo")
        }
        sizes = {name: module(wheel).stat().st_size for name, wheel in wheels.items()}
        steps = summary(compare(wheels, arguments.rounds))
    for step, found in steps.items():
        ratios = found["times as fast"]
        print(
            f"{step:<32} {found['plain']:8.4f} s  {found['pgo']:8.4f} s"
            f"  {statistics.median(ratios):.2f}x ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )
    report = {
        "machine": machine.machine(),
        "command": COMMAND,
        "vocab_size": VOCAB_SIZE,
        "rounds": arguments.rounds,
        "bytes of the module": sizes,
        "steps": steps,
    }
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def module(wheel: Path) -> Path:
    """Return the compiled module of an unpacked wheel."""
    (found,) = wheel.glob("bytemerge/_core.*.so")
    return found


if __name__ == "__main__":
    main()
