"""Checks: a promise, cases that may break it, and a function that raises if one does.

A case is a value of JSON, so that a failure can be kept in a file and tried again.
"""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FAILURES = Path(__file__).parent / "failures.jsonl"
"""Cases that failed once: a test tries each of them again."""

ENOUGH = 10
"""The failures after which a check ends: more say nothing new."""

Cases = "Callable[[Random], Iterable[Any]]"


class SkippedError(Exception):
    """This machine cannot try it; the message says why."""


@dataclass(frozen=True)
class Check:
    """A promise, and what tries to break it."""

    part: str
    name: str
    promise: str
    cases: Callable[[Random], Iterable[Any]]
    holds: Callable[[Any], float | None]
    """Raises an exception if a case breaks the promise. May return a number that was measured."""
    usual: int
    """The cases in a run of a minute."""
    measured: str
    """The meaning of the number, such as "s until it stopped". The table shows the highest one."""
    in_tests: bool
    """Whether the tests try some cases: not if they have a test of it, or if it measures time."""


@dataclass
class Result:
    """The outcome of a check."""

    check: Check
    tried: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    highest: float | None = None
    worst: Any = None
    """The case with the highest number."""
    skipped: str = ""


CHECKS: list[Check] = []
"""All checks, in the order of the files that define them."""


def check(
    promise: str,
    cases: Callable[[Random], Iterable[Any]],
    usual: int,
    *,
    measured: str = "",
    in_tests: bool = True,
) -> Callable[[Callable[[Any], float | None]], Callable[[Any], float | None]]:
    """Make a check of a function; its part is the file that defines it."""

    def add(holds: Callable[[Any], float | None]) -> Callable[[Any], float | None]:
        part, name = holds.__module__.rpartition(".")[2], holds.__name__
        CHECKS.append(Check(part, name, promise, cases, holds, usual, measured, in_tests))
        return holds

    return add


def each_of(*cases: Any) -> Callable[[Random], Iterable[Any]]:
    """Return cases that are all tried in turn, again and again in a long run."""
    return lambda _: itertools.cycle(cases)


def seeds(chance: Random) -> Iterable[int]:
    """Return cases that are the seeds of random numbers."""
    while True:
        yield chance.randrange(2**32)


def run(each: Check, seed: int, amount: int, deadline: float = float("inf")) -> Result:
    """Try cases of a check until enough were tried, or until the time is over."""
    result, start = Result(each), time.monotonic()
    for case in itertools.islice(each.cases(Random(f"{seed} {each.name}")), amount):
        try:
            highest = each.holds(case)
        except SkippedError as reason:
            result.skipped = str(reason)
            break
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  # a panic is not an Exception
            result.failures.append(failure(each, seed, case, error))
        else:
            if highest is not None and (result.highest is None or highest > result.highest):
                result.highest, result.worst = highest, case
        result.tried += 1
        if len(result.failures) >= ENOUGH or time.monotonic() > deadline:
            break
    result.seconds = time.monotonic() - start
    return result


def failure(each: Check, seed: int, case: Any, error: BaseException) -> dict[str, Any]:
    """Return what is kept of a failure."""
    notes = getattr(error, "__notes__", [])  # hypothesis tells the calls
    said = "\n".join([f"{type(error).__name__}: {error}".strip(), *notes])
    return {"check": each.name, "case": case, "error": said[:2000], "seed": seed}


def keep(failures: Iterable[dict[str, Any]]) -> None:
    """Add failures to the file, each once."""
    known = [(each["check"], each["case"]) for each in kept()]
    with FAILURES.open("a", encoding="utf-8", newline="\n") as file:
        for each in failures:
            if (each["check"], each["case"]) not in known:
                file.write(json.dumps(each) + "\n")


def kept() -> list[dict[str, Any]]:
    """Return the failures in the file."""
    if not FAILURES.exists():
        return []
    return [json.loads(line) for line in FAILURES.read_text("utf-8").splitlines()]
