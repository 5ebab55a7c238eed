"""Try all promises: ``nox -s trust``, or ``python -m trust`` where the package is installed."""

from __future__ import annotations

import argparse
import faulthandler
import json
import secrets
import sys
import time
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from trust.checks import CHECKS, FAILURES, Check, Result, keep, run

PARTS = (
    *("differential", "files", "processes", "resources", "sizes", "surface", "reports", "supply"),
)
"""Each is a file of this folder."""

ROOT = Path(__file__).parents[1]

RESULTS = ROOT / "benches" / "results" / "trust.json"

HANGING = 900
"""Seconds of one check, in a run that is not long, after which the program shows where it hangs."""


def main() -> int:
    """Run the parts, print a table, and write the results as JSON; return 1 if a promise fails."""
    options = parsed()
    sys.path += [str(ROOT / "tests"), str(ROOT / "benches")]  # what they share
    for part in PARTS:
        if part in options.only:
            import_module(f"trust.{part}")
    chosen = [each for each in CHECKS if each.part in options.only]
    if options.check:
        chosen = [each for each in chosen if each.name in options.check]
        unknown = sorted(set(options.check) - {each.name for each in chosen})
        if unknown:
            sys.exit(f"error: no check of {', '.join(options.only)} has the name {unknown[0]!r}")
    seed = options.seed if options.seed is not None else secrets.randbelow(2**32)
    end = time.monotonic() + options.long * 3600
    total: dict[str, Result] = {}
    while True:
        print(f"seed {seed}: `--seed {seed}` tries the same cases again", flush=True)
        for each in chosen:
            add(total, tried(each, seed, options))
        if time.monotonic() > end:
            break
        seed = secrets.randbelow(2**32)
    RESULTS.parent.mkdir(exist_ok=True)
    found_beside = import_module("trust.beside").all_trials(options.effort) if options.peers else {}
    text = json.dumps({**report(total, options.long), "peers": found_beside}, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8", newline="\n")
    found = [each for result in total.values() for each in result.failures]
    print("\n" + table(total) + f"\n\n{RESULTS} has the results.")
    if found:
        keep(found)
        print(f"{len(found)} failures: {FAILURES} keeps them, and a test tries them again.")
    return 1 if found else 0


def parsed() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="trust", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="a part to run; repeatable")
    parser.add_argument(
        "--check",
        action="append",
        default=[],
        type=name_and_cases,
        metavar="NAME[=CASES]",
        help="a check to run, and how many cases it tries; repeatable",
    )
    parser.add_argument("--long", type=float, default=0.0, metavar="HOURS", help="repeat for hours")
    parser.add_argument("--effort", type=float, default=1.0, help="times the usual cases")
    parser.add_argument("--peers", action="store_true", help="try the same on other tokenizers")
    parser.add_argument("--seed", type=int, help="the seed of an earlier run")
    options = parser.parse_args()
    options.only = options.only or PARTS
    options.check = dict(options.check)
    return options


def name_and_cases(argument: str) -> tuple[str, int | None]:
    """Return the name of a check, and the number of its cases if there is one."""
    name, equals, cases = argument.partition("=")
    if equals and not (cases.isdecimal() and int(cases)):
        message = f"a number of cases is needed after {name}=, not {cases!r}"
        raise argparse.ArgumentTypeError(message)
    return name, int(cases) if equals else None


def tried(each: Check, seed: int, options: argparse.Namespace) -> Result:
    """Run one check, and say so."""
    print(f"{each.part}: {each.promise} ... ", end="", flush=True)
    cases = options.check.get(each.name) or max(1, round(each.usual * options.effort))
    faulthandler.dump_traceback_later(HANGING * max(1, cases / each.usual), exit=True)
    result = run(each, seed, cases)
    faulthandler.cancel_dump_traceback_later()
    print(f"{outcome(result)}, {result.seconds:.1f} s", flush=True)
    if result.highest is not None:
        print(f"  {result.highest:.3g} {each.measured}: {json.dumps(result.worst)}", flush=True)
    for failed in result.failures:
        print(f"  {json.dumps(failed['case'])[:500]}\n  {failed['error'][:500]}", flush=True)
    return result


def add(total: dict[str, Result], new: Result) -> None:
    """Add what one more round found."""
    old = total.setdefault(new.check.name, new)
    if old is not new:
        old.tried += new.tried
        old.seconds += new.seconds
        old.failures += new.failures
        if new.highest is not None and (old.highest is None or new.highest > old.highest):
            old.highest, old.worst = new.highest, new.worst


def outcome(result: Result) -> str:
    """Return what a check found in a few words."""
    if result.skipped:
        return f"not tried: {result.skipped}"
    return f"{len(result.failures)} of {result.tried:,} failed"


def table(total: dict[str, Result]) -> str:
    """Return a line for each check."""
    rows = [("part", "promise", "tried", "failed", "at most", "time")]
    for each in total.values():
        highest = "" if each.highest is None else f"{each.highest:.3g} {each.check.measured}"
        tried = "-" if each.skipped else f"{each.tried:,}"
        failed = "-" if each.skipped else f"{len(each.failures)}"
        time_taken = f"{each.seconds:.1f} s"
        rows.append((each.check.part, each.check.promise, tried, failed, highest, time_taken))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def report(total: dict[str, Result], hours: float) -> dict[str, Any]:
    """Return the results as JSON has them."""
    return {
        "machine": import_module("machine").machine(),
        "command": " ".join(["nox -s trust --", *sys.argv[1:]]).removesuffix(" --"),
        "hours": hours,
        "versions": versions(),
        "checks": [
            {
                "part": each.check.part,
                "name": name,
                "promise": each.check.promise,
                "tried": each.tried,
                "failed": len(each.failures),
                "skipped": each.skipped,
                "highest": each.highest,
                "worst": each.worst,
                "measured": each.check.measured,
                "seconds": round(each.seconds, 1),
            }
            for name, each in total.items()
        ],
    }


def versions() -> dict[str, str]:
    """Return the versions of the packages that are compared."""
    found = {}
    for name in ("bytemerge", "tiktoken", "tokenizers", "gigatoken", "numpy"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
