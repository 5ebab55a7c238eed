# cython: language_level=3, boundscheck=False, wraparound=False
"""The same with Cython: the loops of plain Python, with types."""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint32_t

import numpy as np


def drawdown(const double[::1] prices):
    """Returns the largest fall from a peak to what follows it."""
    cdef double peak = -INFINITY, largest = 0.0, price
    cdef Py_ssize_t index
    for index in range(prices.shape[0]):
        price = prices[index]
        if price > peak:
            peak = price
        elif peak - price > largest:
            largest = peak - price
    return largest


def distance(const uint32_t[::1] one, const uint32_t[::1] other):
    """Returns the number of letters to change, add or remove to turn one text into the other."""
    cdef int64_t[::1] row = np.arange(other.shape[0] + 1)
    cdef int64_t left, diagonal, up
    cdef Py_ssize_t start, index
    for start in range(one.shape[0]):
        left = start + 1
        diagonal, row[0] = row[0], left
        for index in range(1, row.shape[0]):
            up = row[index]
            if one[start] == other[index - 1]:
                left = diagonal
            else:
                left = 1 + min(diagonal, up, left)
            diagonal, row[index] = up, left
    return row[other.shape[0]]


# What a call costs.
def nothing():
    """Does nothing."""


def add(double left, double right):
    """Returns the sum of two numbers."""
    return left + right
