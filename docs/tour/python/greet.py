"""A protocol."""

from dataclasses import dataclass
from typing import Protocol

import person


class Greet(Protocol):
    """Whoever has a name can be greeted."""

    name: str
    """The name to greet."""

    def greeting(self) -> str:
        """Returns the greeting; a class may have one of its own."""
        return f"Hello, {self.name}!"


class Person(person.Person, Greet):
    """Somebody who works, and can be greeted."""


@dataclass
class Company(Greet):
    """Where people work."""

    name: str
    """As it is registered."""

    def greeting(self) -> str:
        """Returns the greeting of a letter."""
        return f"Dear {self.name},"


def greet_both(one: Greet, other: Greet) -> str:
    """Greets two, of any type."""
    return f"{one.greeting()}\n{other.greeting()}"
