"""Iterators."""

from collections.abc import Iterator
from itertools import pairwise

from person import Person


def names_of_adults(people: list[Person]) -> Iterator[str]:
    """Returns the names of those who are 18 or older, one at a time."""
    return (person.name for person in people if person.age >= 18)


def gaps(people: list[Person]) -> list[int]:
    """Returns how many years lie between one person and the next older one."""
    ages = sorted(person.age for person in people)
    return [older - younger for younger, older in pairwise(ages)]
