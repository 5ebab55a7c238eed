"""Open files and ranges of them: the parts of a file have the counts of the whole."""

import io
import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_text_files import COMPRESSED

from bytemerge import NotUtf8Error, PatternError, WordCounts

PATTERNS = ("gpt2", "cl100k", "o200k")


def in_parts(data: bytes, cuts: list[int], pattern: str | None) -> WordCounts:
    """The sum of the counts of the ranges between some offsets."""
    ends = [0, *sorted(cuts)]
    ranges = [*pairwise(ends), (ends[-1], None)]
    file = io.BytesIO(data)
    return WordCounts.sum(
        WordCounts.count_stream(file, start=start, stop=stop, pattern=pattern)
        for start, stop in ranges
    )


@pytest.mark.parametrize("pattern", PATTERNS)
@given(
    text=st.text(st.sampled_from("ab \n'\u0301\u00e912\u4e2d\U0001f600sT"), max_size=60),
    cuts=st.lists(st.integers(0, 200), max_size=8),
)
def test_ranges_add_up(pattern: str, text: str, cuts: list[int]) -> None:
    assert in_parts(text.encode(), cuts, pattern) == WordCounts.count([text], pattern=pattern)


@pytest.mark.parametrize("pattern", [*PATTERNS, None, r"\w+|\s+"])
def test_ranges_of_real_text(corpus: list[str], pattern: str | None) -> None:
    text = "\r\n".join(corpus[:40_000]) + "\u00e9" * 5000
    data = text.encode()
    expected = WordCounts.count([text], pattern=pattern)
    for size in (len(data) // 2, 1_100_000, 77_777):
        assert in_parts(data, list(range(size, len(data) + size, size)), pattern) == expected


def test_a_range_reads_little_of_the_rest() -> None:
    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            seen.append((self.tell() - len(data), len(data)))
            return data

    seen: list[tuple[int, int]] = []
    file = Watched(b"some words " * 4_000_000)
    counts = WordCounts.count_stream(file, start=10_000_000, stop=10_001_000)
    assert 150 < counts.total < 200
    assert min(start for start, _ in seen) >= 9_999_990
    assert sum(size for _, size in seen) <= 3 << 20


@pytest.mark.parametrize("kind", COMPRESSED)
def test_streams_are_decompressed(kind: str) -> None:
    data = b"the cat and the hat " * 100
    expected = WordCounts.count([data.decode()])
    file = io.BytesIO(COMPRESSED[kind](data))
    assert WordCounts.count_stream(file) == expected
    if kind == "plain":
        return
    with pytest.raises(
        ValueError, match=r"^a\.gz: compressed: only the whole file can be counted$"
    ):
        WordCounts.count_stream(file, stop=20, name="a.gz")
    if kind != "zstd":  # each of its blocks is whole
        damaged = io.BytesIO(COMPRESSED[kind](data)[:-12])
        with pytest.raises(OSError, match=rf"^b\.txt: damaged {kind} file: "):
            WordCounts.count_stream(damaged, name="b.txt")


def test_files_that_are_open(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"skip the cat")
    with path.open("rb") as file:
        file.seek(4)
        assert WordCounts.count_stream(file) == WordCounts.count([" the cat"])
    with path.open("rb", buffering=0) as raw:
        assert WordCounts.count_stream(raw, start=0, stop=99) == WordCounts.count(["skip the cat"])
    assert WordCounts.count_stream(io.BytesIO()) == WordCounts()


def test_an_error_names_the_file_and_the_offset_in_it(tmp_path: Path) -> None:
    data = b"good words " * 1000 + b"\xff bad"
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    where = "not UTF-8: byte 0xff at offset 11000"
    with path.open("rb") as file:
        with pytest.raises(NotUtf8Error, match=f"^{re.escape(str(path))}: {where}$"):
            WordCounts.count_stream(file, start=5000)
        with pytest.raises(NotUtf8Error, match=f"^a name: {where} in line 1$"):
            WordCounts.count_stream(file, start=0, stop=11_000, name="a name")
        with pytest.raises(NotUtf8Error, match=rf"^<stream>: {where} in line 1$"):
            WordCounts.count_stream(io.BytesIO(data))
        assert WordCounts.count_stream(file, start=5000, stop=6000).total > 0


def test_what_a_file_raises_comes_through() -> None:
    class Failing(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            message = "no network"
            raise ConnectionError(message)

    class Silent(io.BytesIO):
        def read(self, _: int | None = -1) -> None:  # type: ignore[override]
            return None

    class Generous(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return b"a" * ((size or 0) + 1)

    with pytest.raises(ConnectionError, match="no network"):
        WordCounts.count_stream(Failing())
    with pytest.raises(TypeError):
        WordCounts.count_stream(Silent())
    with pytest.raises(ValueError, match="read returned more than it was asked for"):
        WordCounts.count_stream(Generous())
    with pytest.raises(TypeError, match="expected an open file, not 5"):
        WordCounts.count_stream(5)  # type: ignore[arg-type]


def test_ranges_that_are_none() -> None:
    file = io.BytesIO(b"text")
    with pytest.raises(ValueError, match=r"^start must be at least 0, not -1$"):
        WordCounts.count_stream(file, start=-1)
    with pytest.raises(ValueError, match=r"^stop must be at least 3, not 2$"):
        WordCounts.count_stream(file, start=3, stop=2)
    with pytest.raises(TypeError, match=r"^stop must be an integer, not 2\.5$"):
        WordCounts.count_stream(file, stop=2.5)  # type: ignore[arg-type]
    with pytest.raises(PatternError, match="the pattern "):
        WordCounts.count_stream(file, pattern="(")
    assert WordCounts.count_stream(file, start=2, stop=2) == WordCounts()
    assert WordCounts.count_stream(file, start=sys.maxsize) == WordCounts()
