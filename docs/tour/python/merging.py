"""A loop over a list that changes: the merge of the tutorial, in its plainest form."""

from __future__ import annotations


def merge(tokens: list[str], left: str, right: str) -> None:
    """Joins two neighbours wherever they stand, from left to right."""
    at = 0
    while at + 1 < len(tokens):
        if tokens[at] == left and tokens[at + 1] == right:
            tokens[at] = left + right
            del tokens[at + 1]
        at += 1
