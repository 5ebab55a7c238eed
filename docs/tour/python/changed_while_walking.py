"""A mistake that Python lets pass."""


def remove_children(ages: list[int]) -> None:
    """Should remove everybody below 18, but skips the element after each removed one."""
    for age in ages:
        if age < 18:
            ages.remove(age)
