"""Exercise 5: the tests, from easy to hard. `module` is what your Rust was compiled to."""

from types import ModuleType


def test_add_counts_the_pairs_of_a_word(module: ModuleType) -> None:
    counts = module.PairCounts()
    counts.add(["l", "o", "w"], 5)
    assert counts.count("l", "o") == counts.count("o", "w") == 5
    assert counts.count("l", "w") == 0
    counts.add(["l", "o", "w", "e", "r"], 2)
    assert counts.count("l", "o") == 7


def test_a_pair_may_occur_twice_in_a_word(module: ModuleType) -> None:
    counts = module.PairCounts()
    counts.add(["t", "o", "t", "o"], 3)
    assert counts.count("t", "o") == 6
    assert counts.count("o", "t") == 3


def test_a_word_of_one_token_has_no_pair(module: ModuleType) -> None:
    counts = module.PairCounts()
    counts.add(["a"], 9)
    counts.add([], 9)
    assert len(counts) == 0


def test_take_away_is_the_opposite_of_add(module: ModuleType) -> None:
    counts = module.PairCounts()
    counts.add(["l", "o", "w"], 5)
    counts.add(["l", "o", "t"], 2)
    counts.take_away(["l", "o", "w"], 5)
    assert counts.count("l", "o") == 2
    assert counts.count("o", "w") == 0
    assert len(counts) == 2, "pairs that no longer occur are still in the table"


def test_most_frequent_is_the_pair_with_the_highest_count(module: ModuleType) -> None:
    counts = module.PairCounts()
    assert counts.most_frequent() is None
    counts.add(["l", "o", "w"], 5)
    counts.add(["n", "e", "w"], 6)
    counts.add(["l", "o", "t"], 2)
    assert counts.most_frequent() == ("l", "o")


def test_of_equal_counts_the_first_in_alphabetical_order_wins(module: ModuleType) -> None:
    counts = module.PairCounts()
    for word in ("wide", "best", "cat"):
        counts.add(list(word), 1)
    assert counts.most_frequent() == ("a", "t")


def test_training_counts_once_and_learns_the_same(module: ModuleType) -> None:
    words = [(list("low"), 5), (list("lower"), 2), (list("newest"), 6), (list("widest"), 3)]
    counts = module.PairCounts()
    for tokens, times in words:
        counts.add(tokens, times)
    learnt = []
    while pair := counts.most_frequent():
        learnt.append("".join(pair))
        for tokens, times in words:
            if pair[0] in tokens:
                counts.take_away(tokens, times)
                merge(tokens, pair)
                counts.add(tokens, times)
    assert learnt[:6] == ["es", "est", "lo", "low", "ew", "ewest"]
    assert [tokens for tokens, _ in words] == [["low"], ["lower"], ["newest"], ["widest"]]


def merge(tokens: list[str], pair: tuple[str, str]) -> None:
    """Merge a pair wherever it occurs: the solution of exercise 1."""
    merged: list[str] = []
    for token in tokens:
        if merged and merged[-1] == pair[0] and token == pair[1]:
            merged[-1] += token
        else:
            merged.append(token)
    tokens[:] = merged
