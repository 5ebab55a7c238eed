"""The same with numpy: an idea instead of a loop, where there is one."""

import numpy as np


def drawdown(prices: np.ndarray) -> float:
    """The largest fall from a peak to what follows it."""
    return float((np.maximum.accumulate(prices) - prices).max())


def distance(one: np.ndarray, other: np.ndarray) -> int:
    """How many letters must be changed, added or removed to get from one text to the other."""
    steps = np.arange(len(other) + 1)
    row = steps
    for index, letter in enumerate(one, 1):
        best = np.minimum(row[:-1] + (other != letter), row[1:] + 1)
        # A step to the right costs one more than the step before it: less the number of steps, it is a running minimum.
        row = np.minimum.accumulate(np.concatenate(([index], best)) - steps) + steps
    return int(row[-1])
