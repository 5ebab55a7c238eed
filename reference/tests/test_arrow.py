"""Arrow in and out, with the libraries that support it, if they are installed."""

import gc
import pickle
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bytemerge import CountsError, TokenBatch, Tokenizer, WordCounts

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pyarrow.parquet")
pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")

TEXTS = ["the cat", "", "n\xe9", "the hat that is longer than a view of Arrow holds inline"] * 3


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.train(TEXTS, 270, special_tokens=["<end>"])


def columns() -> dict[str, Any]:
    """The same texts in each form that users have."""
    texts = pa.table({"text": TEXTS})
    dictionary = pa.array(TEXTS).dictionary_encode()
    return {
        "string": pa.array(TEXTS),
        "large_string": pa.array(TEXTS, pa.large_string()),
        "string_view": pa.array(TEXTS, pa.string_view()),
        "chunks": pa.chunked_array([TEXTS[:5], [], TEXTS[5:]]),
        "slice": pa.array(["no", *TEXTS, "no"])[1:-1],
        "dictionary": dictionary,
        "dictionary_of_large": dictionary.cast(pa.dictionary(pa.int8(), pa.large_string())),
        "dictionary_in_chunks": pa.chunked_array([dictionary[:4], dictionary[4:]]),
        "table": texts,
        "batches": texts.to_batches()[0],
        "polars": pl.Series(TEXTS),
        "polars_slice": pl.Series(["no", *TEXTS])[1:],
        "polars_categorical": pl.Series(TEXTS, dtype=pl.Categorical),
        "polars_frame": pl.DataFrame({"text": TEXTS}),
        "duckdb": duckdb.sql("select text from texts"),
        "duckdb_column": duckdb.sql("select text from texts").to_arrow_table()["text"],
    }


@pytest.mark.parametrize("kind", columns())
def test_strings_in(tokenizer: Tokenizer, kind: str) -> None:
    assert tokenizer.encode_batch(columns()[kind]).tolist() == [
        tokenizer.encode(text) for text in TEXTS
    ]
    assert tokenizer.count_batch(columns()[kind]).tolist() == [
        tokenizer.count(text) for text in TEXTS
    ]
    assert WordCounts.count(columns()[kind]) == WordCounts.count(TEXTS)
    assert Tokenizer.train(columns()[kind], 270, special_tokens=["<end>"]) == tokenizer


def test_no_strings_in(tokenizer: Tokenizer) -> None:
    for empty in (
        pa.array([]),
        pa.array([], pa.string()),
        pa.chunked_array([], pa.string()),
        pa.array([], pa.string()).dictionary_encode(),
        pl.Series([], dtype=pl.String),
    ):
        assert tokenizer.encode_batch(empty).tolist() == []
        assert WordCounts.count(empty) == WordCounts()


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (pa.array(["a", None]), "^text 1: expected a string, not null$"),
        (pa.chunked_array([["a", "b"], ["c", None]]), "^text 3: expected a string, not null$"),
        (pa.array([None, "a"]).dictionary_encode(), "^text 0: expected a string, not null$"),
        (pa.array([None]), "^text 0: expected a string, not null$"),
        (pl.Series(["a", "b", None]), "^text 2: expected a string, not null$"),
        (pa.array([1]), "^expected an Arrow array of strings, not of Int64$"),
        (pa.array([b"a"]), "^expected an Arrow array of strings, not of Binary$"),
        (pa.table({"a": ["x"], "b": ["y"]}), "^expected a column of strings, not a table of 2$"),
    ],
)
def test_what_is_no_column_of_strings(tokenizer: Tokenizer, column: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        tokenizer.encode_batch(column)
    with pytest.raises(TypeError, match=says):
        WordCounts.count(column)


def test_strings_that_are_not_utf8(tokenizer: Tokenizer) -> None:
    offsets, data = pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")
    bad = pa.Array.from_buffers(pa.string(), 1, [None, offsets, data])
    with pytest.raises(ValueError, match=r"not a valid Arrow array: .*UTF-?8"):
        tokenizer.encode_batch(bad)


def test_an_error_of_a_stream_comes_through(tokenizer: Tokenizer) -> None:
    def batches() -> Any:
        yield pa.record_batch({"text": ["a"]})
        message = "no more"
        raise ValueError(message)

    reader = pa.RecordBatchReader.from_batches(pa.schema([("text", pa.string())]), batches())
    with pytest.raises(ValueError, match="no more"):
        tokenizer.encode_batch(reader)


# --- Ids out and in ---


def test_ids_out(tokenizer: Tokenizer) -> None:
    batch = tokenizer.encode_batch(TEXTS)
    expected = batch.tolist()
    array = pa.array(batch)
    assert array.type == pa.large_list(pa.field("item", pa.uint32(), nullable=False))
    assert array.to_pylist() == expected
    assert pl.Series(batch).to_list() == expected
    lists = pa.table({"ids": array})  # DuckDB finds it by its name
    assert [ids for (ids,) in duckdb.sql("select ids from lists").fetchall()] == expected
    del lists
    empty = tokenizer.encode_batch([])
    assert pa.array(empty).to_pylist() == []


@pytest.mark.parametrize("item", [pa.uint32(), pa.int32()])
@pytest.mark.parametrize("of", [pa.list_, pa.large_list])
def test_the_type_that_is_asked_for(tokenizer: Tokenizer, of: Any, item: Any) -> None:
    batch = tokenizer.encode_batch(TEXTS)
    for kind in (of(item), of(pa.field("id", item, nullable=False))):
        _, array = batch.__arrow_c_array__(kind.__arrow_c_schema__())
        found = pa.Array._import_from_c_capsule(kind.__arrow_c_schema__(), array)
        found.validate(full=True)
        assert found.to_pylist() == batch.tolist()
        assert pa.array(batch, kind).type == kind
        assert pa.array(batch, kind).values.buffers()[1].address == batch.ids.ctypes.data


def test_types_that_the_consumer_casts_to(tokenizer: Tokenizer) -> None:
    batch = tokenizer.encode_batch(TEXTS)
    default = pa.large_list(pa.field("item", pa.uint32(), nullable=False))
    for kind in (pa.list_(pa.float64()), pa.int8(), pa.list_view(pa.int32())):
        schema, _ = batch.__arrow_c_array__(kind.__arrow_c_schema__())
        assert pa.DataType._import_from_c_capsule(schema) == default


def test_types_that_need_a_copy(tokenizer: Tokenizer) -> None:
    batch = tokenizer.encode_batch(TEXTS)
    for kind in (pa.list_(pa.int64()), pa.large_list(pa.uint64())):
        array = pa.array(batch, kind)
        array.validate(full=True)
        assert (array.type, array.to_pylist()) == (kind, batch.tolist())


def test_ids_that_int32_cannot_hold() -> None:
    batch = TokenBatch.from_lists([[2**31 - 1], [2**31]])
    kind = pa.list_(pa.int32())
    assert pa.array(TokenBatch.from_lists([[2**31 - 1]]), kind).to_pylist() == [[2**31 - 1]]
    with pytest.raises(ValueError, match=r"^the id 2147483648 does not fit into int32$"):
        pa.array(batch, kind)


@pytest.mark.parametrize("kind", columns())
def test_nulls(tokenizer: Tokenizer, kind: str) -> None:
    column = columns()[kind]
    if not kind.startswith(("table", "batches", "duckdb", "polars_frame")):
        null = pl.Series([None, "the cat"]) if kind.startswith("polars") else None
        if null is not None:
            column = pl.concat([column.cast(pl.String), null])
        else:
            arrays = column.chunks if hasattr(column, "chunks") else [column]
            none = pa.array([None, "the cat"], pa.string()).cast(arrays[0].type)
            column = pa.chunked_array([*arrays, none])
    texts = TEXTS + ([None, "the cat"] if len(column) > len(TEXTS) else [])
    batch = tokenizer.encode_batch(column, nulls="null")
    expected = [None if text is None else tokenizer.encode(text) for text in texts]
    assert pa.array(batch).to_pylist() == expected
    assert pa.array(batch, pa.list_(pa.int32())).to_pylist() == expected
    assert tokenizer.count_batch(column, nulls="empty").tolist() == [
        len(ids or []) for ids in expected
    ]
    assert WordCounts.count(column, nulls="empty") == WordCounts.count(filter(None, texts))


def test_nothing_but_nulls(tokenizer: Tokenizer) -> None:
    for column in (pa.nulls(3), pa.nulls(3, pa.string()).dictionary_encode()):
        batch = tokenizer.encode_batch(column, nulls="null")
        assert pa.array(batch).to_pylist() == [None] * 3


def test_ids_are_not_copied(tokenizer: Tokenizer) -> None:
    batch = tokenizer.encode_batch(TEXTS)
    array = pa.array(batch)
    assert array.values.buffers()[1].address == batch.ids.ctypes.data
    assert array.buffers()[1].address == batch.offsets.ctypes.data or len(batch) == 0
    expected = batch.tolist()
    del batch
    gc.collect()
    assert array.to_pylist() == expected
    back = TokenBatch.from_arrow(array)
    assert back.ids.ctypes.data == array.values.buffers()[1].address
    del array
    gc.collect()
    assert back.tolist() == expected


def test_ids_in(tokenizer: Tokenizer) -> None:
    batch = tokenizer.encode_batch(TEXTS)
    lists = batch.tolist()
    array = pa.array(lists, pa.list_(pa.uint32()))
    for given in (
        batch,
        array,
        pa.array(batch),
        pa.array(batch)[0:],
        pa.chunked_array([array[:2], array[2:2], array[2:]]),
        pl.Series(lists, dtype=pl.List(pl.UInt32)),
    ):
        assert TokenBatch.from_arrow(given) == batch
        assert TokenBatch.from_arrow(given).offsets.tolist() == batch.offsets.tolist()
    assert TokenBatch.from_arrow(array[3:7]).tolist() == lists[3:7]
    assert TokenBatch.from_arrow(array[:0]).tolist() == []
    assert tokenizer.decode_batch(TokenBatch.from_arrow(pl.Series(batch))) == TEXTS
    assert pickle.loads(pickle.dumps(TokenBatch.from_arrow(array))) == batch


@pytest.mark.parametrize(
    ("lists", "error", "says"),
    [
        (pa.array([[1], None], pa.list_(pa.uint32())), ValueError, "^list 1 is null$"),
        (pa.array([[1, None]], pa.list_(pa.uint32())), ValueError, "^an id is null$"),
        (pa.array([[1]]), TypeError, "^expected lists of uint32, not of Int64$"),
        (pa.array([1]), TypeError, "^expected an Arrow array of lists of uint32, not of Int64$"),
        ([[1]], TypeError, "^expected an Arrow array of lists, not list$"),
    ],
)
def test_what_is_no_batch(lists: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        TokenBatch.from_arrow(lists)


def test_a_batch_that_no_longer_fits_together(tokenizer: Tokenizer) -> None:
    import numpy as np  # noqa: PLC0415

    ids = np.arange(3, dtype=np.uint32)
    for wrong in ([0, 4], [2, 1], [0, 2**63]):
        batch = TokenBatch(ids, np.array([0, 3], np.uint64))
        batch.offsets[:] = wrong
        with pytest.raises(ValueError, match=r"^offsets do not fit the ids$"):
            batch.__arrow_c_array__()
        with pytest.raises(ValueError, match=r"^offsets do not fit the ids$"):
            tokenizer.decode_batch(batch)
    # A batch need not use all ids.
    assert pa.array(TokenBatch(ids, np.array([1, 2], np.uint64))).to_pylist() == [[1]]


# --- Counts ---


@pytest.fixture
def counts(corpus: list[str]) -> WordCounts:
    return WordCounts.count(corpus[:2000])


def test_counts_are_a_table(counts: WordCounts) -> None:
    table = pa.table(counts)
    assert table.schema.names == ["piece", "count"]
    assert table.schema.types == [pa.large_binary(), pa.uint64()]
    assert table.to_pydict() == {
        "piece": list(counts),
        "count": [count for _, count in counts.items()],
    }
    assert WordCounts.from_arrow(table) == counts
    assert WordCounts.from_arrow(counts) == counts
    assert pl.from_arrow(counts).struct.unnest().height == len(counts)


@pytest.mark.parametrize("pattern", [None, "gpt2", [r"\p{N}", "gpt2"]])
def test_a_table_names_its_pattern(pattern: Any) -> None:
    counts = WordCounts.count(["the cat 123"], pattern=pattern)
    table = pa.table(counts)
    assert WordCounts.from_arrow(table) == counts
    assert WordCounts.from_arrow(table, pattern=pattern) == counts
    with pytest.raises(CountsError, match="the table has another pattern: "):
        WordCounts.from_arrow(table, pattern=["o200k", "gpt2"])


def test_counting_elsewhere(counts: WordCounts) -> None:
    """Counts of parts, added up by DuckDB and by polars, which know nothing about patterns."""
    parts = pa.concat_tables([pa.table(counts), pa.table(counts)])
    summed = duckdb.sql("select piece, sum(count)::ubigint as count from parts group by piece")
    assert WordCounts.from_arrow(summed, pattern="gpt2") == counts + counts
    grouped = pl.DataFrame(parts).group_by("piece").agg(pl.col("count").sum())
    assert WordCounts.from_arrow(grouped, pattern="gpt2") == counts + counts
    signed = pa.table(counts).set_column(1, "count", pa.table(counts)["count"].cast(pa.int64()))
    assert WordCounts.from_arrow(signed, pattern="gpt2") == counts
    with pytest.raises(CountsError, match=r"^the table does not name its pattern$"):
        WordCounts.from_arrow(grouped)
    with pytest.raises(CountsError, match=r'^the table has another pattern: "gpt2"$'):
        WordCounts.from_arrow(pa.table(counts), pattern=None)


@pytest.mark.parametrize("pattern", ["gpt2", "o200k", r"\w+|\W", None])
@pytest.mark.parametrize("ending", ["parquet", "arrow", "feather", "PARQUET", "pq"])
def test_files_of_counts(
    tmp_path: Path, corpus: list[str], pattern: str | None, ending: str
) -> None:
    lines = corpus[:500]
    counts = WordCounts.count(lines, pattern=pattern)
    first, second = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"
    counts.save(first)
    back = WordCounts.load(first)
    assert back == counts
    assert back.pattern == pattern
    # The order of the texts and of the threads does not matter.
    WordCounts.count(random.Random(0).sample(lines, len(lines)), pattern=pattern).save(second)
    assert first.read_bytes() == second.read_bytes()
    WordCounts(pattern=pattern).save(first)
    assert WordCounts.load(first) == WordCounts(pattern=pattern)
    assert sorted(path.name for path in tmp_path.iterdir()) == [first.name, second.name]


def test_saving_does_not_import_pandas(tmp_path: Path) -> None:
    script = (
        "import sys; from bytemerge import WordCounts\n"
        "WordCounts({b'a': 1}).save(sys.argv[1]); WordCounts.load(sys.argv[1])\n"
        "assert 'pyarrow' in sys.modules\n"
        "assert 'pandas' not in sys.modules\n"
    )
    for name in ("counts.arrow", "counts.parquet"):
        subprocess.run([sys.executable, "-c", script, tmp_path / name], check=True)


def test_a_save_that_fails_leaves_what_was_there(tmp_path: Path, counts: WordCounts) -> None:
    path = tmp_path / "missing" / "counts.parquet"
    with pytest.raises(FileNotFoundError):
        counts.save(path)
    with pytest.raises(FileNotFoundError):
        WordCounts.load(path)


def test_files_that_hold_no_counts(tmp_path: Path, counts: WordCounts) -> None:
    for ending, kind in (("parquet", "Parquet"), ("arrow", "Arrow")):
        path = tmp_path / f"counts.{ending}"
        counts.save(path)
        whole = path.read_bytes()
        for content in (b"", b"nothing", whole[: len(whole) // 2], whole[100:]):
            path.write_bytes(content)
            with pytest.raises(
                CountsError, match=rf"counts\.{ending}: not a file of {kind}: "
            ) as e:
                WordCounts.load(path)
            assert "\n" not in str(e.value)


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_damage_is_noticed(ending: str, tmp_path: Path) -> None:
    """pyarrow does not check the offsets in a file, and those of damage lead out of its memory."""
    path, counts = tmp_path / f"counts.{ending}", WordCounts.count(["the cat", "the hat"])
    counts.save(path)
    whole = path.read_bytes()
    for index in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[index] ^= 1 << (index % 8)
        path.write_bytes(damaged)
        try:
            found = WordCounts.load(path)
        except CountsError:
            continue
        assert found == counts, index  # a byte that the format does not use


def test_a_file_without_a_checksum(tmp_path: Path, counts: WordCounts) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table(counts), tmp_path / "other.parquet")
    assert WordCounts.load(tmp_path / "other.parquet") == counts


GPT2 = {"bytemerge.pattern": "gpt2"}


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"piece": [b"a", b"a"], "count": [1, 2]}, r'the piece b"a" is there twice'),
        ({"piece": [b"a"], "count": [-1]}, "a count is -1"),
        ({"piece": [b"a"], "count": [0]}, r'the count of b"a" is 0'),
        ({"piece": [b""], "count": [1]}, "a piece is empty"),
        ({"piece": [None], "count": pa.array([1])}, "null"),
        ({"piece": [b"a"], "count": pa.array([None], pa.int64())}, "null"),
        ({"piece": ["a"], "count": [1]}, "the column piece is not of bytes, but of Utf8"),
        ({"piece": [b"a"], "count": [1.0]}, "the column count is not of 64-bit integers"),
        ({"piece": [b"a"]}, "not a table with the columns piece and count"),
    ],
)
def test_tables_that_hold_no_counts(tmp_path: Path, columns: dict[str, Any], says: str) -> None:
    table = pa.table(columns).replace_schema_metadata(GPT2)
    with pytest.raises(CountsError, match=says):
        WordCounts.from_arrow(table)
    path = tmp_path / "counts.parquet"
    pa.parquet.write_table(table, path)
    with pytest.raises(CountsError, match=rf"counts\.parquet: .*{says}"):
        WordCounts.load(path)


def test_what_is_no_table() -> None:
    with pytest.raises(CountsError, match=r"^not a table"):
        WordCounts.from_arrow(pa.array([1]), pattern="gpt2")
    with pytest.raises(TypeError, match=r"^expected a table of Arrow, not dict$"):
        WordCounts.from_arrow({b"a": 1})


def test_files_that_zstd_compressed(tmp_path: Path, corpus: list[str]) -> None:
    text = "\n".join(corpus[:20_000])
    path = tmp_path / "text.zst"
    for _ in range(2):  # two frames in one file
        with path.open("ab") as raw, pa.CompressedOutputStream(raw, "zstd") as file:
            file.write(text.encode())
    assert WordCounts.count_files([path]) == WordCounts.count([text + text])
