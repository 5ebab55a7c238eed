"""Errors."""

OLDEST = 122
"""The greatest age that is certain."""


class AgeError(ValueError):
    """Why a text is not an age."""


def parse_age(text: str) -> int:
    """The age that a text states.

    Raises:
        AgeError: The text is not a whole number, or nobody is that old.
    """
    try:
        age = int(text)
    except ValueError:
        raise AgeError(f"{text} is not a whole number") from None
    if not 0 <= age <= OLDEST:
        raise AgeError(f"nobody is {age} years old")
    return age


def mean_age(text: str) -> float:
    """The mean of the ages in a text, with spaces between them; of none, it is "not a number".

    Raises:
        AgeError: One of them is not an age.
    """
    ages = [parse_age(word) for word in text.split()]
    return sum(ages) / len(ages) if ages else float("nan")
