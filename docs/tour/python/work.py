"""A union of classes, and a match on it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Looking:
    """Looking for work."""


@dataclass(frozen=True)
class Employed:
    """A job, and the year it began."""

    industry: str
    since: int


@dataclass(frozen=True)
class Retired:
    """Retired in this year."""

    end: int


Work = Looking | Employed | Retired


def sentence(work: Work, year: int) -> str:
    """Returns a sentence about it, as of the given year."""
    match work:
        case Looking():
            return "is looking for work"
        case Employed(since=since) if since == year:
            return "has just begun"
        case Employed(industry, since):
            return f"has been in {industry} for {year - since} years"
        case Retired(end):
            return f"retired in {end}"
