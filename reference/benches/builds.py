"""Measures what other ways to build the wheel cost and gain.

Each is built from nothing, and its processor time is that of all compilers together. Then each
wheel runs in a new process, in turn, as in pgo.py: seconds of processor time on one thread.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from machine import Others, first_line, machine
from pgo import compare, module, unpacked

HERE = Path(__file__).parent
REPORT = HERE / "results" / "builds.json"
RELEASED = "as released"
THIN = {"CARGO_PROFILE_RELEASE_LTO": "thin", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16"}
BUILDS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    RELEASED: ((), {}),
    "for one Python": (("--no-default-features",), {}),
    "thin LTO": ((), THIN),
    "no LTO": ((), THIN | {"CARGO_PROFILE_RELEASE_LTO": "off"}),
}
"""The options of maturin and the environment of each way to build."""


def build(name: str, folder: Path) -> float:
    """Build a wheel into a folder, and return the seconds of the processor.

    A wheel of this commit is built only once, so more rounds need no new builds.
    """
    seconds = folder / "seconds"
    if seconds.exists():
        return float(seconds.read_text(encoding="utf-8"))
    options, environment = BUILDS[name]
    before = os.times()
    command = ["maturin", "build", "--release", f"--interpreter={sys.executable}", *options]
    with tempfile.TemporaryDirectory() as target:
        subprocess.run(
            [*command, f"--out={folder}"],
            env=os.environ | environment | {"CARGO_TARGET_DIR": target},
            cwd=HERE.parent,
            check=True,
        )
    used = sum(os.times()[2:4]) - sum(before[2:4])  # of all processes that have ended
    seconds.write_text(str(used), encoding="utf-8")
    return used


def main() -> None:
    """Build and measure all wheels, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    found: dict[str, dict[str, Any]] = {}
    commit = first_line("git", "rev-parse", "HEAD")
    with tempfile.TemporaryDirectory() as folder:
        wheels = {}
        for name in BUILDS:
            built = HERE.parent / "dist" / "builds" / commit / name
            cpu = build(name, built)
            wheels[name] = unpacked(built, Path(folder, name))
            found[name] = {"build": cpu, "bytes": module(wheels[name]).stat().st_size}
        others = Others()
        turns = compare(wheels, rounds)
    for name in BUILDS:
        steps = {
            step: sorted(each[RELEASED][step] / each[name][step] for each in turns)
            for step in turns[0][RELEASED]
        }
        found[name]["steps"] = steps
        ratios = {step: round(statistics.median(each), 2) for step, each in steps.items()}
        print(f"{name}: built in {found[name]['build']:.0f} s, times as fast: {ratios}")
    report = {
        "machine": machine(),
        "command": "nox -s builds",
        "others": others.share(),
        "rounds": rounds,
        "builds": found,
    }
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
