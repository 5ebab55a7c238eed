"""A module: some names for everybody, others for this file alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from person import Person

RETIREMENT = 65
"""The age at which people retire."""


def years_to_go(person: Person) -> int:
    """Returns how many years a person still works."""
    return _left(person.age)


def _left(age: int) -> int:
    """Returns the years to an age, or 0 if it is over. The underscore asks others to keep off."""
    return max(RETIREMENT - age, 0)
