"""What Python lets pass."""


def remove_children(ages: list[int]) -> None:
    """Is meant to remove everybody below 18, but skips whoever follows somebody removed."""
    for age in ages:
        if age < 18:
            ages.remove(age)
