"""What a profile buys: a wheel built by one beside a plain one, each run in a new process, in turn.

The figures are seconds that the processor spends on one thread. The workload of the profile, pgo_workload.py, has
seen none of the texts.
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

HERE = Path(__file__).parent
REPORT = HERE / "results" / "pgo.json"
VOCAB_SIZE = 10_000
PASSES = 5


def seconds(work: Callable[[], object]) -> float:
    """Return what one pass takes, once what is prepared at the first call is there."""
    work()
    start = time.process_time()
    for _ in range(PASSES):
        work()
    return (time.process_time() - start) / PASSES


def measure_once() -> dict[str, float]:
    """Return the seconds of each step with the wheel that is on PYTHONPATH."""
    import corpus  # noqa: PLC0415 imports bytemerge, which the measuring process has not

    from bytemerge import Tokenizer  # noqa: PLC0415

    lines = corpus.corpus().lines
    english = "\n".join(lines)
    library = Path(os.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(library.glob("[n-z]*.py")))

    def train() -> Tokenizer:
        return Tokenizer.train(lines, VOCAB_SIZE, pattern="cl100k", threads=1)

    tokenizer = train()
    return {
        "training": seconds(train),
        "encoding English, array": seconds(lambda: tokenizer.encode_numpy(english)),
        "encoding English, list": seconds(lambda: tokenizer.encode(english)),
        "encoding code, array": seconds(lambda: tokenizer.encode_numpy(code)),
        "encoding code, list": seconds(lambda: tokenizer.encode(code)),
    }


def unpacked(folder: Path, into: Path) -> Path:
    """Return a folder from which the one wheel of another can be imported."""
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(into)
    return into


def compare(wheels: dict[str, Path], rounds: int) -> dict[str, dict[str, float]]:
    """Return the median of each step with each wheel, measured in turn."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in wheels}
    for turn in range(rounds):
        # Who begins changes, so that none always follows the other.
        for name in sorted(wheels, reverse=turn % 2 == 1):
            run = subprocess.run(
                [sys.executable, __file__, "--once"],
                env=os.environ | {"PYTHONPATH": str(wheels[name]), "RAYON_NUM_THREADS": "1"},
                stdout=subprocess.PIPE,
                check=True,
            )
            runs[name].append(json.loads(run.stdout.splitlines()[-1]))
    return {
        name: {step: statistics.median(run[step] for run in of_wheel) for step in of_wheel[0]}
        for name, of_wheel in runs.items()
    }


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
        found = compare(wheels, arguments.rounds)
    for step, plain in found["plain"].items():
        print(
            f"{step:<24} {plain:8.4f} s  {found['pgo'][step]:8.4f} s  {plain / found['pgo'][step]:.2f}x"
        )
    report = {"machine": machine.machine(), "rounds": arguments.rounds, "seconds": found}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
