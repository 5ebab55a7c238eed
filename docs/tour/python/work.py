"""A union of classes, and a match on it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Looking:
    """Not found yet."""


@dataclass(frozen=True)
class Employed:
    """A job, since a year."""

    industry: str
    since: int


@dataclass(frozen=True)
class Retired:
    """The year it ended."""

    end: int


Work = Looking | Employed | Retired


def sentence(work: Work, year: int) -> str:
    """A sentence about it, in the given year."""
    match work:
        case Looking():
            return "looks for work"
        case Employed(since=since) if since == year:
            return "has just begun"
        case Employed(industry, since):
            return f"has been in {industry} for {year - since} years"
        case Retired(end):
            return f"stopped in {end}"
