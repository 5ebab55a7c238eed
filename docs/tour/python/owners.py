"""What Rust calls ownership, and Python leaves to convention."""

from person import Person


def older(one: Person, other: Person) -> Person:
    """The older of two: it is the same object, not a copy."""
    return other if other.age > one.age else one


def a_year_passes(people: list[Person]) -> None:
    """Makes everybody a year older, also for others who hold the list."""
    for person in people:
        person.celebrate_birthday()


def keep_below(age: int, people: list[Person]) -> list[Person]:
    """Those below an age, in the list that was handed over."""
    people[:] = [person for person in people if person.age < age]
    return people
