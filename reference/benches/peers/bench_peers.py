"""bytemerge beside other tokenizers, in one run on one machine.

Each measurement runs in a new process, the peers in turn, several rounds; the figure of each is its
median. A peer with other ids than tiktoken, or with other merges than Hugging Face, is named and
left out: a fast wrong answer is worth nothing. Writes benches/results/peers.json and plots of it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import encoders
import machine
import plots
import texts
import trainers
from corpus import corpus

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results"
REPORT = RESULTS / "peers.json"
ENCODINGS = ("r50k_base", "cl100k_base", "o200k_base")
RANKS = [folder / "shared" / "data" / "tiktoken" for folder in HERE.parents[2:4]]
"""The folders that may have files of ranks, beside the repository.

Otherwise, the rules of tiktoken apply.
"""
PATIENCE = 300
"""The seconds for one measurement: a peer that takes longer is left out."""

Result = dict[str, Any]


def run(threads: int, *arguments: str) -> Result | None:
    """Return the result of one measurement, or nothing if the peer fails.

    The reason is on standard error.
    """
    environment = os.environ | ({"RAYON_NUM_THREADS": "1"} if threads == 1 else {})
    for folder in filter(Path.is_dir, RANKS):
        environment.setdefault("TIKTOKEN_CACHE_DIR", str(folder))
    command = [sys.executable, HERE / "measure_once.py", *arguments]
    try:
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, check=True, timeout=PATIENCE
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(f"left out: {' '.join(arguments[:3])}: {error}", file=sys.stderr)
        return None
    answer: Result = json.loads(done.stdout)
    return answer


def medians(results: list[Result]) -> Result:
    """Return the median of each number; all other values are the same in all results."""
    first = results[0]
    combined: Result = {}
    for key, value in first.items():
        values = [result[key] for result in results]
        if isinstance(value, dict):
            combined[key] = medians(values)
        elif isinstance(value, float):
            combined[key] = statistics.median(values)
        else:
            combined[key] = value
    return combined


def encode(encoding: str, threads: int, rounds: int) -> Result:
    """Compare encoding: each peer in each form."""
    found: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for _ in range(rounds):
        for name, (_, _, forms) in encoders.ENCODERS.items():
            for form in forms:
                result = run(threads, "encode", name, form, encoding)
                if result is not None:
                    found[name, form].append(result)
    right = found["tiktoken", "list"][0]
    table: Result = {}
    for (name, form), results in found.items():
        same = form == "count" or all(
            results[0][kind]["ids"] == right[kind]["ids"] for kind in texts.TEXTS
        )
        if not same:
            print(f"left out: {name} makes other ids than tiktoken")
            continue
        table[f"{name}, {form}"] = medians(results)
        row = table[f"{name}, {form}"]
        speeds = "  ".join(
            f"{kind} {row[kind]['cold']:5.0f} {row[kind]['steady']:5.0f} {row[kind]['again']:5.0f}"
            for kind in texts.TEXTS
        )
        print(f"{encoding} {threads}: {name:<12} {form:<6} {speeds}  {row['short']:6.1f} us")
    return table


def worst(rounds: int) -> Result:
    """Compare the worst cases."""
    found: dict[str, list[Result]] = defaultdict(list)
    for _ in range(rounds):
        for name, (_, _, forms) in encoders.ENCODERS.items():
            result = run(1, "worst", name, forms[0], "cl100k_base")
            if result is not None:
                found[name].append(result)
    table = {name: medians(results) for name, results in found.items()}
    for name, row in table.items():
        for kind, case in row.items():
            case["same"] = case["ids"] == table["tiktoken"][kind]["ids"]
        print(f"worst: {name:<12}", {kind: round(case["seconds"], 3) for kind, case in row.items()})
    return table


def train(size: int, files: list[str], threads: int, rounds: int) -> Result:
    """Compare training."""
    found: dict[str, list[Result]] = defaultdict(list)
    for _ in range(rounds):
        for name in trainers.TRAINERS:
            result = run(threads, "train", name, str(size), *files)
            if result is not None:
                found[name].append(result)
    table = {name: medians(results) for name, results in found.items()}
    for name, row in table.items():
        row["same"] = row["merges"] == table["Hugging Face"]["merges"]
        print(
            f"train {size}, {threads}: {name:<12} {row['seconds']:6.3f} s {row['megabytes']:5.0f} MB"
        )
    return table


def imports(rounds: int) -> dict[str, float]:
    """Return the seconds that an import takes over the start of Python."""
    modules = {
        "python": "sys",
        **{module: module for module in ("bytemerge", "tiktoken", "tokenizers")},
    }
    seconds: dict[str, list[float]] = defaultdict(list)
    program = (
        "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
    )
    # As on a machine that has imported the package before: its bytecode is there.
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    for module in modules.values():
        subprocess.run([sys.executable, "-c", f"import {module}"], env=environment, check=True)
    for _ in range(max(rounds, 3)):
        for name, module in modules.items():
            command = [sys.executable, "-c", program.format(module)]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
            seconds[name].append(float(done.stdout))
    table = {name: statistics.median(values) for name, values in seconds.items()}
    print("import", {name: f"{1000 * value:.1f} ms" for name, value in table.items()})
    return table


def main() -> None:
    """Run the requested measurements, and add them to the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one encoding, one round")
    parts = ("encode", "threads", "worst", "train", "import")
    parser.add_argument("--only", choices=parts, nargs="*", default=parts)
    parser.add_argument("--encodings", choices=ENCODINGS, nargs="*", default=ENCODINGS)
    options = parser.parse_args()
    rounds = 1 if options.quick else options.rounds
    encodings = ("cl100k_base",) if options.quick else options.encodings

    RESULTS.mkdir(exist_ok=True)
    old = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.exists() else {}
    report: Result = {
        **old,
        "machine": machine.machine(),
        "commit": machine.first_line("git", "rev-parse", "HEAD"),
        "rounds": rounds,
        "versions": encoders.versions(),
    }
    report["texts"] = {kind: len(text_of().encode()) for kind, text_of in texts.TEXTS.items()}
    report["English"] = corpus().name
    report["command"] = " ".join(
        ["nox -s bench_peers", *(["--"] if sys.argv[1:] else []), *sys.argv[1:]]
    )
    if "encode" in options.only:
        report["encode"] = {name: encode(name, 1, rounds) for name in encodings}
    if "threads" in options.only:
        report["threads"] = {"cl100k_base": encode("cl100k_base", os.cpu_count() or 1, rounds)}
    if "worst" in options.only:
        report["worst"] = worst(rounds)
    if "train" in options.only:
        report["train"] = trainings(rounds)
    if "import" in options.only:
        report["import"] = imports(rounds)
    REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"saved {REPORT}")
    draw(report)


def trainings(rounds: int) -> Result:
    """Compare training on the books, and on all texts, on one thread and on all."""
    table: Result = {}
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for kind, text_of in texts.TEXTS.items():
            files.append(Path(folder, f"{kind}.txt"))
            files[-1].write_text(text_of(), encoding="utf-8", newline="")
        names = [str(file) for file in files]
        for threads in sorted({1, os.cpu_count() or 1}):
            table[f"English, 10,000 tokens, {threads}"] = train(10_000, names[:1], threads, rounds)
            table[f"all texts, 32,000 tokens, {threads}"] = train(32_000, names, threads, rounds)
    return table


def draw(report: Result) -> None:
    """Draw the measurements in the report."""
    if "encode" in report:
        rows = report["encode"]["cl100k_base"]
        names = [
            name for form in ("numpy", "list") for name in by_speed(rows) if name.endswith(form)
        ]
        speeds = {
            f"{kind}, MB/s": {name: rows[name][kind]["steady"] for name in names}
            for kind in texts.TEXTS
        }
        plots.panels(RESULTS / "peers-encode.svg", speeds, ours="bytemerge")
    if "train" in report:
        tables = {
            name.removesuffix(", 1"): rows
            for name, rows in report["train"].items()
            if name.endswith(", 1")
        }
        numbers = {
            f"{what},\n{unit}": {name: row[key] for name, row in rows.items()}
            for what, rows in tables.items()
            for key, unit in (("seconds", "seconds"), ("megabytes", "MB"))
        }
        plots.panels(RESULTS / "peers-train.svg", numbers, ours="bytemerge")


def by_speed(rows: Result) -> list[str]:
    """Return the names of the encoders, the fastest first."""
    return sorted(rows, key=lambda name: -sum(rows[name][kind]["steady"] for kind in texts.TEXTS))


if __name__ == "__main__":
    main()
