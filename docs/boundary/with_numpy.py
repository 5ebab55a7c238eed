"""The same with numpy: operations on whole arrays instead of loops."""

import numpy as np


def drawdown(prices: np.ndarray) -> float:
    """Returns the largest fall from a peak to what follows it."""
    return float((np.maximum.accumulate(prices) - prices).max())


def distance(one: np.ndarray, other: np.ndarray) -> int:
    """Returns the number of letters to change, add or remove to turn one text into the other."""
    steps = np.arange(len(other) + 1)
    row = steps
    for index, letter in enumerate(one, 1):
        best = np.minimum(row[:-1] + (other != letter), row[1:] + 1)
        # Each step to the right costs one more than the step before. After subtracting the number
        # of steps, the result is a running minimum.
        row = np.minimum.accumulate(np.concatenate(([index], best)) - steps) + steps
    return int(row[-1])
