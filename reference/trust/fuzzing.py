"""Runs each fuzz target for some minutes, and adds up what all have run: ``nox -s fuzz_sums``.

The sums are in ``docs/measured/fuzz.json``, so hours can be gathered in many runs, on any machine.
The input of a target that fails is kept, and the command that repeats it is printed.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benches"))
from machine import machine

SUMS = ROOT / "docs" / "measured" / "fuzz.json"
FUZZ = ROOT / "fuzz"
TARGETS = sorted(path.stem for path in (FUZZ / "fuzz_targets").glob("*.rs"))
RUNS = re.compile(r"number_of_executed_units: (\d+)")


Run = tuple[int, float]
"""The number of inputs that a target has run, and its seconds of processor time."""


class FuzzingError(Exception):
    """A target has found an input that fails; its message is the end of what it printed."""


def run(target: str, minutes: float) -> Run:
    """Return the number of inputs that a target has run, and its seconds of processor time."""
    corpus = FUZZ / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    program = next(FUZZ.glob(f"target/*/release/{target}"))
    known = FUZZ / "dictionaries" / f"{target}.dict"
    options = [f"-max_total_time={minutes * 60:.0f}", "-print_final_stats=1"]
    options += [f"-dict={known}"] if known.is_file() else []
    process = subprocess.Popen(
        [program, corpus, *filter(Path.is_dir, [FUZZ / "seeds" / target]), *options],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        cwd=FUZZ,
    )
    assert process.stderr
    output = process.stderr.read()
    # The time of this process alone: others may run at the same time.
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    found = RUNS.search(output)
    if process.returncode or not found:
        raise FuzzingError(output[-4000:])
    return int(found[1]), used.ru_utime + used.ru_stime


def completed(pool: Executor, tasks: Iterable[Future[Run]]) -> Iterator[Future[Run]]:
    """Yield tasks as they are done. Ctrl-C ends those that run, and starts no more."""
    try:
        yield from as_completed(tasks)
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def main() -> None:
    """Run the targets in turns: those that have run least come first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--minutes", type=float, default=1, help="for each target (1)")
    parser.add_argument("--rounds", type=int, default=1, help="repeat all of it (1)")
    parser.add_argument("--jobs", type=int, default=1, help="targets at the same time (1)")
    options = parser.parse_args()
    failed = set[str]()
    for _ in range(options.rounds):
        sums: dict[str, Any] = json.loads(SUMS.read_text()) if SUMS.exists() else {"targets": {}}
        so_far = {target: {"runs": 0, "seconds": 0.0} for target in TARGETS} | sums["targets"]
        targets = sorted(options.targets or TARGETS, key=lambda name: so_far[name]["seconds"])
        with ThreadPoolExecutor(options.jobs) as pool:
            tasks = {pool.submit(run, target, options.minutes): target for target in targets}
            for task in completed(pool, tasks):
                target = tasks[task]
                try:
                    runs, seconds = task.result()
                except FuzzingError as error:
                    print(f"{error}\n{target} failed: cargo +nightly fuzz run {target} INPUT")
                    failed.add(target)
                    continue
                rate = runs / seconds
                print(f"{target}: {runs:,} inputs in {seconds:.0f} s, {rate:,.0f} a second")
                so_far[target]["runs"] += runs
                so_far[target]["seconds"] += seconds
                sums = {"machine": machine(), "command": "nox -s fuzz_sums", "targets": so_far}
                SUMS.write_text(json.dumps(sums, indent=1) + "\n", encoding="utf-8")
    if failed:
        sys.exit(f"failed: {', '.join(sorted(failed))}")


if __name__ == "__main__":
    main()
