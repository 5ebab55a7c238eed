"""The same with numba: the loops of plain Python, compiled at the first call."""

import numpy as np
from numba import njit


@njit
def drawdown(prices):
    """Returns the largest fall from a peak to what follows it."""
    peak = -np.inf
    largest = 0.0
    for price in prices:
        if price > peak:
            peak = price
        elif peak - price > largest:
            largest = peak - price
    return largest


@njit
def distance(one, other):
    """Returns the number of letters to change, add or remove to turn one text into the other."""
    row = np.arange(len(other) + 1)
    for start in range(len(one)):
        left = start + 1
        diagonal, row[0] = row[0], left
        for index in range(1, len(row)):
            up = row[index]
            if one[start] == other[index - 1]:
                left = diagonal
            else:
                left = 1 + min(diagonal, up, left)
            diagonal, row[index] = up, left
    return row[-1]


# What a call costs.
@njit
def nothing():
    """Does nothing."""


@njit
def add(left, right):
    """Returns the sum of two numbers."""
    return left + right
