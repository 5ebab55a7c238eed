"""Exercise 1: join a pair of tokens wherever it occurs in a word."""


def merge(tokens: list[str], pair: tuple[str, str], joined: str) -> None:
    """Merge a pair wherever it occurs, from left to right. The list itself changes.

    Example: with the pair ("t", "h"), the list ["t", "h", "e"] becomes ["th", "e"].
    """
    left, right = pair
    merged: list[str] = []
    for token in tokens:
        if merged and merged[-1] == left and token == right:
            merged[-1] = joined
        else:
            merged.append(token)
    tokens[:] = merged
