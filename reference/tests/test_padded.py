"""The rows of a padded batch, against a slow definition of them."""

from itertools import product

import pytest

from bytemerge import TokenBatch, Tokenizer

ROWS = [[1, 2, 3], [], [4], [5, 6, 7, 8, 9]]


@pytest.mark.parametrize("length", [None, 0, 1, 3, 5, 9])
def test_each_row(length: int | None) -> None:
    batch = TokenBatch.from_lists(ROWS)
    width = 5 if length is None else length
    for side, keep in product(("left", "right"), ("first", "last")):
        padded = batch.padded(0, length=length, side=side, keep=keep)  # type: ignore[arg-type]
        for row, ids, mask in zip(ROWS, *map(list, padded), strict=True):
            kept = row[:width] if keep == "first" else row[max(len(row) - width, 0) :]
            fill = [0] * (width - len(kept))
            expected = fill + kept if side == "left" else kept + fill
            assert ids.tolist() == expected
            assert mask.tolist() == [int(id != 0) for id in expected]


def test_shapes_and_dtypes() -> None:
    for lists, shape in ([], (0, 0)), ([[]], (1, 0)), (ROWS, (4, 5)):
        padded = TokenBatch.from_lists(lists).padded(7)
        for array in padded:
            assert array.shape == shape
            assert array.dtype.name == "int64"


def test_part_of_a_batch() -> None:
    """Offsets need not start at zero."""
    batch = TokenBatch.from_lists(ROWS)
    part = TokenBatch(batch.ids, batch.offsets[2:])
    assert part.padded(0).input_ids.tolist() == [[4, 0, 0, 0, 0], [5, 6, 7, 8, 9]]


def test_the_longest_token() -> None:
    letters = ["a" * 1000]
    tokenizer = Tokenizer.train(letters, 300, pattern=None, max_token_length=8)
    lengths = [len(left + right) for left, right in tokenizer.merges]
    assert lengths == [2, 4, 8]
    assert Tokenizer.train(letters, 300, pattern=None, max_token_length=1).merges == []
