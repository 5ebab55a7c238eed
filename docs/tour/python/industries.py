"""Group and average."""

from collections import defaultdict
from statistics import fmean

from person import Person


def mean_age_by_industry(people: list[Person]) -> dict[str, float]:
    """Returns the mean age in each industry, the industries in alphabetical order."""
    ages = defaultdict(list)
    for person in people:
        ages[person.industry].append(person.age)
    return {industry: fmean(ages[industry]) for industry in sorted(ages)}
