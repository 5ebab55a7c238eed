"""Ownership, which Python leaves to convention."""

from person import Person


def older(one: Person, other: Person) -> Person:
    """Returns the older of two: it is the same object, not a copy."""
    return other if other.age > one.age else one


def a_year_passes(people: list[Person]) -> None:
    """Makes everybody a year older, for everybody who holds the list."""
    for person in people:
        person.celebrate_birthday()


def keep_below(age: int, people: list[Person]) -> list[Person]:
    """Returns those below an age: the list itself changes."""
    people[:] = [person for person in people if person.age < age]
    return people
