"""Measures commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tools.measure.turns import in_turns
from tools.shell import Failed, clean_environment, end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

Seconds: TypeAlias = "dict[str, list[float]]"
"""The seconds of each way: one number per round."""


def together(answers: Sequence[Mapping[str, Sequence[float]]]) -> Seconds:
    """Return the rounds of several processes that measured the same ways."""
    return {way: [each for answer in answers for each in answer[way]] for way in answers[0]}


def seconds_of(
    command: Sequence[str | Path],
    folder: Path,
    variables: Mapping[str, str] | None = None,
    *,
    statuses: tuple[int, ...] = (0,),
) -> float:
    """Return the seconds from the start of a program to its end.

    Raises:
        Failed: It ended with a status that is not among `statuses`.
    """
    ended = end_of(command, folder, clean_environment(variables))
    if ended.status not in statuses:
        raise Failed([str(word) for word in command], ended.output)
    return ended.seconds


def importing(python: Path, modules: Sequence[str], folder: Path, rounds: int) -> Seconds:
    """Return the seconds of starting Python alone, and of starting it to import each module."""

    def start(code: str) -> Callable[[], float]:
        return lambda: seconds_of([python, "-I", "-c", code], folder)

    ways = {"python alone": start("pass"), **{name: start(f"import {name}") for name in modules}}
    for way in ways.values():  # the first start writes the bytecode
        way()
    return in_turns(ways, rounds)
