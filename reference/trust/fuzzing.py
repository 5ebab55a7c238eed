"""Runs each fuzz target for some minutes of processor time, and adds up what they have run so far.

The sums are in ``docs/measured/fuzz.json``, so hours can be gathered in many runs, on any machine.
A target that fails ends the run; its input is kept, and the command that repeats it is printed.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benches"))
from machine import machine

SUMS = ROOT / "docs" / "measured" / "fuzz.json"
FUZZ = ROOT / "fuzz"
TARGETS = sorted(path.stem for path in (FUZZ / "fuzz_targets").glob("*.rs"))
RUNS = re.compile(r"number_of_executed_units: (\d+)")


def cpu() -> float:
    """Return the seconds of the processor that child processes have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(target: str, minutes: float) -> tuple[int, float]:
    """Return the number of inputs that a target has run, and its seconds of the processor."""
    corpus = FUZZ / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    program = next(FUZZ.glob(f"target/*/release/{target}"))
    known = FUZZ / "dictionaries" / f"{target}.dict"
    options = [f"-max_total_time={minutes * 60:.0f}", "-print_final_stats=1"]
    options += [f"-dict={known}"] if known.is_file() else []
    before = cpu()
    done = subprocess.run(
        [program, corpus, *filter(Path.is_dir, [FUZZ / "seeds" / target]), *options],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        cwd=FUZZ,
        check=False,
    )
    found = RUNS.search(done.stderr)
    if done.returncode or not found:
        sys.exit(f"{done.stderr[-4000:]}\n{target} failed: cargo +nightly fuzz run {target} INPUT")
    return int(found[1]), cpu() - before


def main() -> None:
    """Run the targets in turns: those that have run least come first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--minutes", type=float, default=1, help="for each target (1)")
    parser.add_argument("--rounds", type=int, default=1, help="repeat all of it (1)")
    options = parser.parse_args()
    for _ in range(options.rounds):
        sums: dict[str, Any] = json.loads(SUMS.read_text()) if SUMS.exists() else {"targets": {}}
        so_far = {target: {"runs": 0, "seconds": 0.0} for target in TARGETS} | sums["targets"]
        for target in sorted(options.targets or TARGETS, key=lambda name: so_far[name]["seconds"]):
            runs, seconds = run(target, options.minutes)
            print(f"{target}: {runs:,} inputs in {seconds:.0f} s, {runs / seconds:,.0f} a second")
            so_far[target]["runs"] += runs
            so_far[target]["seconds"] += seconds
            found = {"machine": machine(), "command": "nox -s fuzz_sums", "targets": so_far}
            SUMS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
