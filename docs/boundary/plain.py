"""Two loops in plain Python."""

from collections.abc import Sequence


def drawdown(prices: Sequence[float]) -> float:
    """Returns the largest fall from a peak to what follows it."""
    peak = float("-inf")
    largest = 0.0
    for price in prices:
        if price > peak:
            peak = price
        elif peak - price > largest:
            largest = peak - price
    return largest


def distance(one: Sequence[int] | str, other: Sequence[int] | str) -> int:
    """Returns the number of letters to change, add or remove to turn one text into the other."""
    row = list(range(len(other) + 1))
    for left, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], left
        for index, target in enumerate(other, 1):
            up = row[index]
            if letter == target:
                left = diagonal
            else:
                left = 1 + min(diagonal, up, left)
            diagonal, row[index] = up, left
    return row[-1]
