"""Exercise 3: tokenize by rank, without trying every merge."""

Pair = tuple[str, str]


def first_to_merge(tokens: list[str], ranks: dict[Pair, int]) -> Pair | None:
    """Return the pair of neighbours that was learnt first, or None if none of them merges.

    The rank of a pair is its position in the list of merges. Ask only for the pairs that the word
    has: there may be ten thousand merges, and a word has few pairs.
    """
    raise NotImplementedError("write first_to_merge in exercises/3/by_rank.py")


def tokens_of(word: str, ranks: dict[Pair, int]) -> list[str]:
    """Return the tokens of a word: merge the first pair, and again, until none is left."""
    raise NotImplementedError("write tokens_of in exercises/3/by_rank.py")


def merge(tokens: list[str], pair: Pair, joined: str) -> None:
    """Merge a pair wherever it occurs: the solution of exercise 1."""
    left, right = pair
    merged: list[str] = []
    for token in tokens:
        if merged and merged[-1] == left and token == right:
            merged[-1] = joined
        else:
            merged.append(token)
    tokens[:] = merged
