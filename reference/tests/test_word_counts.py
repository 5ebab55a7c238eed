"""Counts: made, added up, saved, and used for training, beside a Counter of the pieces."""

import copy
import itertools
import pickle
import pickletools
import random
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytemerge import (
    CountsError,
    PatternError,
    TokenBatch,
    Tokenizer,
    VocabularySizeError,
    WordCounts,
)

WORDS = r"\S+|\s"


def by_the_book(texts: list[str]) -> Counter[bytes]:
    """The pieces of the pattern ``WORDS``: words, and white space one by one."""
    pieces = Counter[bytes]()
    for text in texts:
        for char in text:
            if char.isspace():
                pieces[char.encode()] += 1
        pieces.update(word.encode() for word in text.split())
    return pieces


@given(st.lists(st.text("ab \n", max_size=12), max_size=8), st.sampled_from([1, 2, None]))
def test_counting_by_the_book(texts: list[str], threads: int | None) -> None:
    counts = WordCounts.count(texts, pattern=WORDS, threads=threads)
    expected = by_the_book(texts)
    assert dict(counts) == expected
    assert (len(counts), counts.total) == (len(expected), expected.total())
    assert WordCounts(expected, pattern=WORDS) == counts
    assert counts.most_common() == sorted(expected.items(), key=lambda item: (-item[1], item[0]))


def test_the_most_frequent_piece_comes_first() -> None:
    counts = WordCounts({b"b": 1, b"c": 2, b"a": 1})
    assert list(counts) == [b"c", b"a", b"b"]
    assert list(counts.items()) == [(b"c", 2), (b"a", 1), (b"b", 1)]
    assert counts.most_common(1) == [(b"c", 2)]
    assert repr(counts) == "<WordCounts of 3 pieces, 4 in all>"


def test_it_is_a_mapping() -> None:
    counts = WordCounts({b"low": 5, "\xe9".encode(): 2})
    assert counts[b"low"] == 5
    assert counts.get(b"lower") is None
    assert b"low" in counts
    assert "low" not in counts  # type: ignore[comparison-overlap]
    with pytest.raises(KeyError, match="lower"):
        counts[b"lower"]
    with pytest.raises(TypeError):
        counts[b"low"] = 6  # type: ignore[index]


def test_counts_add_up(corpus: list[str]) -> None:
    lines = corpus[:3000]
    whole = WordCounts.count(lines)
    parts = [WordCounts.count(lines[start::3]) for start in range(3)]
    assert sum(parts[1:], start=parts[0]) == whole
    assert parts[2] + parts[0] + parts[1] == whole
    assert parts[0] != whole
    assert whole + WordCounts() == whole


def test_counts_by_different_patterns_do_not_add_up() -> None:
    with pytest.raises(CountsError, match='do not add up: "gpt2" and None'):
        WordCounts() + WordCounts(pattern=None)
    with pytest.raises(TypeError):
        WordCounts() + {b"a": 1}  # type: ignore[operator]
    assert WordCounts() != WordCounts(pattern="cl100k")
    # The same pattern, spelt differently.
    spelt = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    assert (WordCounts() + WordCounts(pattern=spelt)).pattern == "gpt2"


def test_copies_are_equal() -> None:
    for pattern in ("cl100k", WORDS, None):
        counts = WordCounts.count(["the cat", "the hat"], pattern=pattern)
        for other in (
            copy.copy(counts),
            copy.deepcopy(counts),
            pickle.loads(pickle.dumps(counts)),
        ):
            assert other == counts
            assert other.pattern == pattern
    with pytest.raises(TypeError, match="unhashable"):
        hash(counts)


def test_training_from_counts_is_training(corpus: list[str]) -> None:
    lines = corpus[:5000]
    counts = WordCounts.count(lines[:2000]) + WordCounts.count(lines[2000:])
    options = {"special_tokens": ["<end>"], "min_frequency": 3}
    trained = Tokenizer.train(lines, 700, **options)  # type: ignore[arg-type]
    assert Tokenizer.train_from_counts(counts, 700, **options) == trained  # type: ignore[arg-type]
    other = WordCounts.count(lines, pattern="o200k")
    assert Tokenizer.train_from_counts(other, 300).pattern == "o200k"
    with pytest.raises(VocabularySizeError, match="at least 256"):
        Tokenizer.train_from_counts(counts, 255)


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ([(b"a", 1), (b"a", 2)], r'the piece b"a" is there twice'),
        ([(b"", 1)], "a piece is empty"),
        ([(b"a", 0)], r'the count of b"a" is 0'),
        ([(b"\xff", -1)], r'the count of b"\\xff" is -1, not a number from 1 to'),
        ([(b"a", 2**64)], r'the count of b"a" is 18446744073709551616'),
        ([(b"a", 1.5)], r'the count of b"a" is 1.5'),
    ],
)
def test_counts_that_no_text_has(items: list[tuple[bytes, int]], says: str) -> None:
    with pytest.raises(CountsError, match=says):
        WordCounts(items)


def test_a_pattern_that_is_none() -> None:
    with pytest.raises(PatternError, match="the pattern "):
        WordCounts(pattern="(")
    with pytest.raises(PatternError, match="the pattern "):
        WordCounts.count([], pattern="(")


def test_counts_that_are_too_high_to_add() -> None:
    most = WordCounts({b"a": 2**64 - 1})
    assert (most + most)[b"a"] == 2**64 - 1


# --- What counts are made of ---


def test_many_small_texts_and_a_large_one() -> None:
    chance = random.Random(0)
    words = ["".join(chance.choices("abcdef", k=4)) for _ in range(500)]
    texts = chance.choices(words, k=300_000)
    expected = WordCounts(Counter(word.encode() for word in texts))
    assert WordCounts.count(iter(texts)) == expected
    assert WordCounts.count([""] * 300_000) == WordCounts()
    large = " ".join(texts) * 4
    for threads in (1, 3):
        counts = WordCounts.count([large], threads=threads)
        # One word has the end of a text and the start of the next.
        assert counts.total == 4 * len(texts) - 3
        assert counts == WordCounts.count(iter([large]), threads=2)


def test_a_text_that_is_more_than_a_str() -> None:
    class Text(str):
        __slots__ = ()

    assert WordCounts.count([Text("the cat")]) == WordCounts.count(["the cat"])


def test_what_is_no_text() -> None:
    with pytest.raises(TypeError, match=r"^text 1: expected str, not bytes$"):
        WordCounts.count(["a", b"a"])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"^text 100001: expected str, not NoneType$"):
        WordCounts.count(itertools.chain(["a" * 100] * 100_001, [None]))  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"^expected an iterable of str, not int$"):
        WordCounts.count(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not a single str"):
        WordCounts.count("text")
    with pytest.raises(UnicodeEncodeError):
        WordCounts.count(["\ud800"])


def test_an_error_of_the_iterable_comes_through() -> None:
    def texts() -> Iterator[str]:
        yield "cat"
        message = "no more"
        raise LookupError(message)

    with pytest.raises(LookupError, match="no more"):
        Tokenizer.train(texts(), 300)


def test_progress_of_texts() -> None:
    texts, heard = ["word " * 200_000] * 10, []
    WordCounts.count(texts, progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (10, 10)
    assert heard == sorted(heard)

    def enough(_done: int, _total: int) -> None:
        message = "enough"
        raise LookupError(message)

    with pytest.raises(LookupError, match="enough"):
        WordCounts.count(texts, progress=enough)


# --- Arrays of numpy ---


def test_arrays_of_numpy() -> None:
    np = pytest.importorskip("numpy")
    texts = ["the cat", "", "n\xe9"]
    tokenizer = Tokenizer.train(texts, 258)
    expected = tokenizer.encode_batch(texts)
    arrays = [np.array(texts), np.array(texts, object), np.array(texts * 2)[::2][[0, 2, 1]]]
    if hasattr(np.dtypes, "StringDType"):
        arrays.append(np.array(texts, np.dtypes.StringDType()))
    for array in arrays:
        assert WordCounts.count(array) == WordCounts.count(array.tolist())
        assert tokenizer.encode_batch(array) == tokenizer.encode_batch(array.tolist())
    assert tokenizer.encode_batch(arrays[0]) == expected
    with pytest.raises(TypeError, match=r"^expected an array of one dimension, not of 2$"):
        tokenizer.encode_batch(np.array([texts]))
    with pytest.raises(TypeError, match=r"^text 0: expected str, not int$"):
        tokenizer.encode_batch(np.array([1]))
    with pytest.raises(TypeError, match=r"^text 1: expected str, not float$"):
        tokenizer.encode_batch(np.array(["a", np.nan], object))


# --- Names of files ---


def test_a_name_that_says_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"counts\.csv: the name of a file of counts ends in one"):
        WordCounts().save(tmp_path / "counts.csv")
    with pytest.raises(ValueError, match=r"ends in one of \.parquet, \.pq, \.arrow, \.feather"):
        WordCounts.load(tmp_path / "counts")
    assert list(tmp_path.iterdir()) == []


# --- Sums, shares, and pickles for many machines ---


def test_a_sum_is_all_parts() -> None:
    parts = [WordCounts.count([text]) for text in ("the cat", "", "the hat", "a hat")]
    assert WordCounts.sum(parts) == WordCounts.count(["the cat", "the hat", "a hat"])
    assert WordCounts.sum(iter(parts[:1])) == parts[0]
    assert dict(parts[0]) == {b"the": 1, b" cat": 1}  # it has not changed
    with pytest.raises(CountsError, match=r"^there are no counts to add up$"):
        WordCounts.sum([])
    with pytest.raises(CountsError, match=r'do not add up: "gpt2" and "cl100k"$'):
        WordCounts.sum([WordCounts(), WordCounts(pattern="cl100k")])
    with pytest.raises(TypeError, match=r"^expected WordCounts, not dict$"):
        WordCounts.sum([WordCounts(), {}])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="not a single one"):
        WordCounts.sum(parts[0])  # type: ignore[arg-type]


def test_the_share_of_a_piece_is_its_crc() -> None:
    counts = WordCounts.count([f"word{number} \xe9{number}" for number in range(500)])
    for n in (1, 2, 7):
        shares = counts.split(n)
        assert len(shares) == n
        assert WordCounts.sum(shares) == counts
        for index, share in enumerate(shares):
            assert share.pattern == "gpt2"
            assert {zlib.crc32(piece) % n for piece in share} <= {index}
    assert WordCounts().split(3) == [WordCounts()] * 3
    with pytest.raises(ValueError, match=r"^n must be at least 1, not 0$"):
        counts.split(0)
    with pytest.raises(ValueError, match=r"^n must be at most 1048576, not "):
        counts.split(2**40)


def test_rare_pieces_are_dropped() -> None:
    counts = WordCounts({b"a": 1, b"b": 2, b"c": 3}, pattern=None)
    assert counts.at_least(2).items() == [(b"c", 3), (b"b", 2)]
    assert counts.at_least(2).pattern is None
    assert counts.at_least(0) == counts.at_least(1) == counts
    with pytest.raises(ValueError, match=r"^min_count must be at least 0, not -1$"):
        counts.at_least(-1)


@pytest.mark.parametrize("pattern", ["gpt2", None, r"\w+|\s", ["gpt2", r"\d|\D+"]])
def test_pickles_have_three_buffers(pattern: str | list[str] | None) -> None:
    counts = WordCounts.count(["the cat", "n\xe9 12"] * 3, pattern=pattern)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(counts, protocol))
        assert again == counts
        assert again.pattern == counts.pattern
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps(counts, 5, buffer_callback=buffers.append)
    assert len(content) < 400
    sent = [bytearray(buffer.raw()) for buffer in buffers]
    assert [len(each) for each in sent] == [sum(map(len, counts)), 8 * len(counts), 8 * len(counts)]
    assert pickle.loads(content, buffers=sent) == counts
    assert pickle.loads(pickle.dumps(WordCounts(), 5)) == WordCounts()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_has_no_object_for_each_piece(protocol: int) -> None:
    """Dask uses protocol 4 for what its scheduler passes on, up to millions of pieces."""
    few, many = WordCounts.count(["a"]), WordCounts.count(map(str, range(1000)))
    operations = [[*pickletools.genops(pickle.dumps(counts, protocol))] for counts in (few, many)]
    assert len(operations[0]) == len(operations[1])


def test_a_damaged_pickle_is_an_error() -> None:
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps(WordCounts({b"ab": 1, b"c": 2}), 5, buffer_callback=buffers.append)
    pieces, ends, counts = (bytes(buffer.raw()) for buffer in buffers)
    for damaged in [
        (pieces, ends, counts[:8]),
        (pieces[:2], ends, counts),
        (pieces + b"x", ends, counts),
        (pieces, ends[8:] + ends[:8], counts),
        (pieces, ends, b"\0" * 16),
    ]:
        with pytest.raises(CountsError):
            pickle.loads(content, buffers=damaged)


def test_the_size_is_that_of_the_table() -> None:
    small, large = WordCounts(), WordCounts.count([str(number) for number in range(5000)])
    assert sys.getsizeof(small) < 1000
    assert sys.getsizeof(large) > 40 * len(large)


def test_nulls_are_errors_or_empty_texts() -> None:
    pytest.importorskip("numpy")
    texts: list[Any] = ["the cat", None, "a"]
    tokenizer = Tokenizer.train([], 256)
    assert WordCounts.count(texts, nulls="empty") == WordCounts.count(["the cat", "a"])
    assert tokenizer.count_batch(texts, nulls="empty").tolist() == [7, 0, 1]
    batch = tokenizer.encode_batch(texts, nulls="empty", threads=1)
    assert [len(row) for row in batch] == [7, 0, 1]
    assert batch.nulls is None
    says = r"^text 1: expected str, not NoneType$"
    for call in (WordCounts.count, tokenizer.count_batch, tokenizer.encode_batch):
        with pytest.raises(TypeError, match=says):
            call(texts)
    with pytest.raises(ValueError, match=r"^nulls must be one of error, empty, not 'null'$"):
        WordCounts.count(texts, nulls="null")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^nulls must be one of error, empty, null, not None$"):
        tokenizer.encode_batch(texts, nulls=None)  # type: ignore[arg-type]


def test_rows_of_nulls() -> None:
    np = pytest.importorskip("numpy")
    tokenizer = Tokenizer.train([], 256)
    texts: list[Any] = ["a", None, "b", None]
    batch = tokenizer.encode_batch(texts, nulls="null")
    assert batch.nulls is not None
    assert batch.nulls.tolist() == [1, 3]
    assert batch.tolist() == [[97], [], [98], []]
    assert pickle.loads(pickle.dumps(batch)) == batch
    assert batch != tokenizer.encode_batch(["a", "", "b", ""])
    assert tokenizer.encode_batch(["a"], nulls="null").nulls is None
    for rows in ([1, 1], [3, 1], [4]):
        with pytest.raises(ValueError, match=r"^nulls must rise, to a row below 4, "):
            TokenBatch(batch.ids, batch.offsets, np.array(rows, "uint64"))
