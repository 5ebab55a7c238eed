"""The behaviour of Rust's numbers of a fixed size, in Python, where an int has any size."""


def sum_of(ages: list[int]) -> int:
    """Returns the sum of some ages, which always has room."""
    return sum(ages)


def checked_sum(ages: list[int]) -> int | None:
    """Returns the sum of some ages, or None if it is more than 255."""
    return converted(sum(ages))


def wrapping_sum(ages: list[int]) -> int:
    """Returns the sum of some ages, which begins at 0 again after 255."""
    return sum(ages) % 256


def converted(number: int) -> int | None:
    """Returns a number as an age, or None if it is not one."""
    return number if 0 <= number <= 255 else None


def cut(number: int) -> int:
    """Returns the lowest 8 bits of a number."""
    return number & 0xFF


def half(years: int) -> tuple[int, int]:
    """Returns half of some years, rounded towards zero, and the remainder."""
    half = int(years / 2)  # `//` rounds down: -7 // 2 is -4
    return half, years - 2 * half
