"""A class with methods."""

from dataclasses import dataclass


@dataclass
class Person:
    """Somebody who works."""

    name: str
    """What others call them."""
    age: int
    """In years."""
    industry: str
    """Where they work."""

    def introduction(self) -> str:
        """Returns what the person says."""
        return f"I am {self.name}, {self.age} years old."

    def celebrate_birthday(self) -> None:
        """Makes the person one year older."""
        self.age += 1
