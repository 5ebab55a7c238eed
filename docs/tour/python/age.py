"""Errors."""

OLDEST = 122
"""The greatest age that is certain."""


class AgeError(ValueError):
    """The reason why a text is not an age."""


def parse_age(text: str) -> int:
    """Returns the age that a text states.

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
    """Returns the mean of the ages in a text, with spaces between them: NaN if there are none.

    Raises:
        AgeError: One of them is not an age.
    """
    ages = [parse_age(word) for word in text.split()]
    return sum(ages) / len(ages) if ages else float("nan")
