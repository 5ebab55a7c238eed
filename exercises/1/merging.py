"""Exercise 1: join a pair of tokens wherever it occurs in a word."""


def merge(tokens: list[str], pair: tuple[str, str], joined: str) -> None:
    """Merge a pair wherever it occurs, from left to right. The list itself changes.

    Example: with the pair ("t", "h"), the list ["t", "h", "e"] becomes ["th", "e"].
    """
    raise NotImplementedError("write merge in exercises/1/merging.py")
