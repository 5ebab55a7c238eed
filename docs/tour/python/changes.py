"""Functions that are values, and that see what is around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[int], int]


def change_all(ages: list[int], change: Change) -> None:
    """Changes each age as a function says."""
    ages[:] = [change(age) for age in ages]


def older_by(years: int) -> Change:
    """Returns a function that adds some years to an age."""
    return lambda age: age + years


def above(ages: list[int], limit: int) -> int:
    """Returns how many ages are above a limit."""
    count = 0

    def note(age: int) -> None:
        nonlocal count
        if age > limit:
            count += 1

    for age in ages:
        note(age)
    return count


def all_older_by(all_years: list[int]) -> list[Change]:
    """Should return a function for each number of years, but all of them add the last."""
    return [lambda age: age + years for years in all_years]
