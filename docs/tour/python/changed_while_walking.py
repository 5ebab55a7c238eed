"""What Python lets pass."""


def remove_children(ages: list[int]) -> None:
    """Is meant to remove all below 18, and skips every one that follows another."""
    for age in ages:
        if age < 18:
            ages.remove(age)
