"""The cost and the gain of many machines, measured on one: counting, reduction, growth, others.

Each measurement runs in a new process, the ways in turn, several rounds. Writes
benches/results/many-machines.json and plots of it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import corpora
import machine
import numpy as np
import plots
from corpora import Law
from measure_alone import PATTERN

from bytemerge import WordCounts

RESULTS = HERE.parent / "results"
REPORT = RESULTS / "many-machines.json"
FILES = 4
"""The files of a corpus that is counted."""
TRAINED = 100_000
"""The size of the vocabularies whose training is measured."""
FITTED = 4
"""The last points of a curve, from which it is continued. Each has half the text of the next."""
MEGABYTE = 1_000_000
VERSIONS = ("bytemerge", "dask", "distributed", "pyarrow", "tokenizers", "datasets")

Cell = dict[str, Any]


def once(way: str, *arguments: object) -> Cell:
    """Return what one measurement prints, in a new process."""
    done = subprocess.run(
        [sys.executable, str(HERE / "measure_alone.py"), way, *map(str, arguments)],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: Cell = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a scheduler and two workers, each a process, and yield the scheduler's address."""
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    where = [f"--scheduler-file={file}", "--no-dashboard"]
    scheduler = ["-m", "distributed.cli.dask_scheduler", *where, "--host=127.0.0.1", "--port=0"]
    worker = ["-m", "distributed.cli.dask_worker", *where, "--nthreads=1", "--no-nanny"]
    folders = [f"--local-directory={folder / str(index)}" for index in range(2)]
    started = []
    try:
        for program in (scheduler, *([*worker, option] for option in folders)):
            started.append(subprocess.Popen([sys.executable, *program], **quiet))
        while not file.exists() or not file.read_text(encoding="utf-8").endswith("}"):
            if started[0].poll() is not None:
                sys.exit("the scheduler ended")
            time.sleep(0.05)
        yield json.loads(file.read_text(encoding="utf-8"))["address"]
    finally:
        for process in started:
            process.terminate()
            process.wait()


def in_turns(ways: dict[str, Callable[[], Cell]], rounds: int) -> dict[str, list[Cell]]:
    """Return the measurements of each way, made in turn."""
    found: dict[str, list[Cell]] = {name: [] for name in ways}
    for turn in range(rounds):
        for name in sorted(ways, reverse=turn % 2 == 1):
            found[name].append(ways[name]())
            print(f"{turn + 1}/{rounds} {name}: {found[name][-1]}", flush=True)
    return found


def counting(paths: list[Path], rounds: int, folder: Path) -> Cell:
    """Count the same files in one process and on a cluster."""

    def on_a_cluster() -> Cell:
        with cluster(folder) as address:
            return once("cluster", address, *paths)

    ways = {
        "one process, 1 thread": lambda: once("one_process", 1, *paths),
        "one process, 2 threads": lambda: once("one_process", 2, *paths),
        "a cluster of 2 workers": on_a_cluster,
        "2 workers that are started for it": lambda: once("local", *paths),
    }
    found = in_turns(ways, rounds)
    totals = {(cell["distinct"], cell["total"]) for cells in found.values() for cell in cells}
    assert len(totals) == 1, f"the counts differ: {totals}"
    ((distinct, total),) = totals
    return {
        "bytes": sum(path.stat().st_size for path in paths),
        "distinct": distinct,
        "total": total,
        "ways": {
            name: {
                "wall": [cell["wall"] for cell in cells],
                "cpu": [cell["cpu"] for cell in cells],
            }
            for name, cells in found.items()
        },
        "peak of one process": largest(found["one process, 1 thread"], "peak"),
        "roles": {
            role: {
                what: statistics.median(
                    cell["roles"][role][what] for cell in found["a cluster of 2 workers"]
                )
                for what in ("cpu", "peak", "peak before")
            }
            for role in ("workers", "scheduler", "caller")
        },
        "sent": largest(found["a cluster of 2 workers"], "sent"),
        "busy": statistics.median(cell["busy"] for cell in found["a cluster of 2 workers"]),
        "task": once("task", paths[0]),
    }


def largest(cells: list[Cell], what: str) -> int:
    """Return the largest of a number in several rounds."""
    found: int = max(cell[what] for cell in cells)
    return found


def growth(texts: dict[str, list[str]], folder: Path) -> Cell:
    """Count more and more of each text, and train on some of the counts."""
    found: Cell = {}
    for kind, lines in texts.items():
        points: list[Cell] = []
        total, size = WordCounts(pattern=PATTERN), 0
        whole = sum(len(line.encode()) + 1 for line in lines)
        sizes = [whole / 2**halvings for halvings in range(9, -1, -1)]
        rest = iter(lines)
        for until in sizes:
            more, start = [], size
            for line in rest:
                more.append(f"{line}\n")
                size += len(more[-1].encode())
                if size >= until:
                    break
            if size > start:
                total = WordCounts.sum([total, WordCounts.count(more, pattern=PATTERN)])
            point = {
                "bytes": size,
                "distinct": len(total),
                "bytes of pieces": sum(map(len, total)),
                "twice": len(total.at_least(2)),
            }
            if until >= whole / 8:
                counts = folder / "growing.arrow"
                total.save(counts)
                point["training"] = once("training", counts, TRAINED)
            points.append(point)
            print(f"{kind}: {point}", flush=True)
        found[kind] = {"points": points, "law": fitted(points), "twice": fitted(points, "twice")}
    return found


def fitted(points: list[Cell], what: str = "distinct") -> Cell:
    """Return the law that the last points follow."""
    last = points[-FITTED:]
    across = np.log([point["bytes"] for point in last])
    power, factor = np.polyfit(across, np.log([point[what] for point in last]), 1)
    return {"factor": float(np.exp(factor)), "power": float(power)}


def others(paths: list[Path], rounds: int) -> Cell:
    """Train on the same files as others do."""
    ways = {
        "bytemerge, one process": "learn_alone",
        "bytemerge, 2 workers": "learn_on_dask",
        "Hugging Face, from datasets": "learn_from_datasets",
        "Hugging Face, from a bag of Dask": "learn_from_a_bag",
    }
    calls = {name: lambda way=way: once(way, *paths) for name, way in ways.items()}
    found = in_turns(calls, rounds)
    return {
        "bytes": sum(path.stat().st_size for path in paths),
        "ways": {
            name: {what: [cell[what] for cell in cells] for what in ("wall", "cpu", "merges")}
            for name, cells in found.items()
        },
    }


def main() -> None:
    """Measure, and write the report."""
    parser = argparse.ArgumentParser(prog="bench_machines", description=__doc__)
    parser.add_argument("--texts", type=Path, metavar="FOLDER", help="a real corpus in each .txt")
    parser.add_argument("--size", type=float, default=1000, help="the megabytes that are counted")
    parser.add_argument("--learnt", type=float, default=100, help="those that others train on")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=("counting", "growth", "others"))
    options = parser.parse_args()
    if options.texts and not [*options.texts.glob("*.txt")]:
        parser.error(f"--texts: no .txt file is in {str(options.texts)!r}")
    only = set(options.only or ("counting", "growth", "others"))
    old = json.loads(REPORT.read_text(encoding="utf-8")) if options.only else {"groups": {}}
    groups: dict[str, Any] = old["groups"]
    watch = machine.Others()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        texts = corpora.real(options.texts, first="growth" not in only)
        if "growth" in only:
            groups["growth"] = growth(texts, folder)
        first = next(iter(texts))
        if "counting" in only:
            counts = WordCounts.count((f"{line}\n" for line in texts[first]), pattern=PATTERN)
            law = Law(**groups["growth"][first]["law"])
            size = int(options.size * MEGABYTE)
            paths = corpora.generate(counts, law, size, folder, FILES)
            found = counting(paths, options.rounds, folder)
            groups["counting"] = {"drawn from": first, "rounds": options.rounds, **found}
            WordCounts.count_files(paths, pattern=PATTERN).save(folder / "counts.arrow")
            groups["reduction"] = once("reduction", folder)
        if "others" in only:
            paths = corpora.write(texts[first], int(options.learnt * MEGABYTE), folder, FILES)
            found = others(paths, options.rounds)
            groups["others"] = {"of": first, "rounds": options.rounds, **found}
        share = watch.share()
    command = "nox -s bench_machines" + (" -- --texts FOLDER" if options.texts else "")
    report = {
        "machine": machine.machine(),
        "commit": machine.first_line("git", "rev-parse", "HEAD"),
        "others": share,
        "versions": {name: version(name) for name in VERSIONS},
        "command": command,
        "groups": groups,
    }
    RESULTS.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"saved {REPORT}")
    draw(report)


def draw(report: Cell) -> None:
    """Draw the measurements in the report."""
    groups = report["groups"]
    if "growth" in groups:
        curves = {
            kind: [(point["bytes"], point["distinct"]) for point in found["points"]]
            for kind, found in groups["growth"].items()
        }
        plots.growth(
            RESULTS / "many-machines-growth.svg", curves, "bytes of text", "distinct pieces"
        )
    if "counting" in groups:
        found = groups["counting"]["ways"]
        bars = {
            name: {
                "clock": statistics.median(each["wall"]),
                "processor": statistics.median(each["cpu"]),
            }
            for name, each in found.items()
        }
        plots.bars(RESULTS / "many-machines.svg", bars, "seconds")


if __name__ == "__main__":
    main()
