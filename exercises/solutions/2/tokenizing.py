"""Exercise 2: turn a word into the ids of its tokens."""

UNKNOWN = 0
"""The id of a character that training has not seen."""

WORD_END = " "
"""The token after each word."""


def tokenize_word(word: str, merges: dict[tuple[str, str], str], ids: dict[str, int]) -> list[int]:
    """Return the ids of a word.

    Apply all merges to its characters, in the order of the dictionary. It maps each pair to the
    token that the pair becomes. Then look up the ids, and put the id of WORD_END at the end.
    """
    tokens = list(word)
    for pair, joined in merges.items():
        merge(tokens, pair, joined)
    return [ids.get(token, UNKNOWN) for token in [*tokens, WORD_END]]


def merge(tokens: list[str], pair: tuple[str, str], joined: str) -> None:
    """Merge a pair wherever it occurs: the solution of exercise 1."""
    left, right = pair
    merged: list[str] = []
    for token in tokens:
        if merged and merged[-1] == left and token == right:
            merged[-1] = joined
        else:
            merged.append(token)
    tokens[:] = merged
