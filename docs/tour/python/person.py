"""A class with methods."""

from dataclasses import dataclass


@dataclass
class Person:
    """A person who works."""

    name: str
    """The name."""
    age: int
    """The age in years."""
    industry: str
    """The industry in which the person works."""

    def introduction(self) -> str:
        """Returns the words of the person."""
        return f"I am {self.name}, {self.age} years old."

    def celebrate_birthday(self) -> None:
        """Makes the person one year older."""
        self.age += 1
