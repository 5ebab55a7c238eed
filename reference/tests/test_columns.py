"""Texts from columns of Parquet files, beside JSON Lines, and in batches."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Captured, printed, refusal

from bytemerge import NaiveTokenizer, Tokenizer, WordCounts
from bytemerge.errors import JsonLinesError, SourceError

TEXTS = ["the cat", "", "the hat", "né"]


def test_texts_in_batches() -> None:
    expected = WordCounts.count(TEXTS)
    batches: list[Any] = [TEXTS[:2], (TEXTS[2],), [], TEXTS[3:]]

    def generated(items: Iterable[Any]) -> Iterator[Any]:
        yield from items

    for given in (batches, generated(batches), generated(TEXTS), tuple(batches)):
        assert WordCounts.count(given) == expected
    assert Tokenizer.train(generated(batches), 260) == Tokenizer.train(TEXTS, 260)
    without_texts: list[Any] = [[], generated([]), [[]], generated([[], []])]
    assert not any(map(WordCounts.count, without_texts))
    with pytest.raises(TypeError, match="text 1: expected str, not int"):
        WordCounts.count([["a", 5]])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="text 1: expected str, not list"):
        WordCounts.count(["a", ["b"]])
    with pytest.raises(TypeError, match="expected lists of texts, as the first one is, not 'b'"):
        WordCounts.count([["a"], "b"])


def test_parquet_is_not_text(tmp_path: Path, capsys: Captured) -> None:
    path = str(tmp_path / "texts.parquet")
    message = 'Parquet, not plain text: name the column that has the text, as in field="text"'
    with pytest.raises(SourceError, match=message):
        WordCounts.count_files([path])
    error = refusal(capsys, "train", "-v", "260", "-o", str(tmp_path / "out"), path)
    assert "as in --field text" in error


@pytest.fixture
def pa() -> Any:
    return pytest.importorskip("pyarrow")


def write(pa: Any, path: Path, **columns: Any) -> Path:
    pytest.importorskip("pyarrow.parquet").write_table(pa.table(columns), path, row_group_size=2)
    return path


def test_a_column_is_the_texts(pa: Any, tmp_path: Path, capsys: Captured) -> None:
    lines = tmp_path / "more.jsonl"
    lines.write_text(json.dumps({"text": "that cat"}) + "\n", encoding="utf-8", newline="\n")
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        table = write(pa, tmp_path / "texts.parquet", id=[1, 2, 3, 4], text=pa.array(TEXTS, kind))
        assert WordCounts.count_files([table], field="text") == WordCounts.count(TEXTS)
        both = WordCounts.count_files([table, lines], field="text")
        assert both == WordCounts.count([*TEXTS, "that cat"])
    done: list[tuple[int, int]] = []
    WordCounts.count_files([table], field="text", progress=lambda *pair: done.append(pair))
    assert done[-1][0] <= done[-1][1] == table.stat().st_size
    # A field of a struct is not the column of that name.
    nested = write(pa, tmp_path / "b.parquet", a=pa.array([{"b": "x"}]), **{"a.b": ["the"]})
    assert WordCounts.count_files([nested], field="a.b") == WordCounts.count(["the"])
    out = str(tmp_path / "out")
    printed(capsys, "train", "-v", "260", "--field", "text", "-o", out, str(table))
    assert Tokenizer.load(out) == Tokenizer.train(TEXTS, 260)


def test_the_command_count_reads_a_field(pa: Any, tmp_path: Path, capsys: Captured) -> None:
    model, tokenizer = str(tmp_path / "model"), Tokenizer.train(TEXTS, 260, special_tokens=["<x>"])
    tokenizer.save(model)
    table = write(pa, tmp_path / "texts.parquet", id=[1, 2, 3, 4], text=pa.array(TEXTS))
    lines = tmp_path / "texts.jsonl"
    content = "".join(json.dumps({"text": text}) + "\n" for text in TEXTS)
    lines.write_text(content, encoding="utf-8", newline="\n")
    files = (str(table), str(lines))
    counted = json.loads(printed(capsys, "count", "--json", "--field", "text", model, *files))
    one = {"tokens": int(tokenizer.count_batch(TEXTS).sum()), "bytes": 17}
    assert counted["files"] == [{"file": file, **one} for file in files]
    special = write(pa, tmp_path / "special.parquet", text=["a<x>", None])
    assert refusal(capsys, "count", "--field", "text", model, str(special)) == (
        f"{special}, column 'text': row 1: expected a text, not null"
    )
    special = write(pa, tmp_path / "special.parquet", text=["a<x>"])
    assert refusal(capsys, "count", "--field", "text", model, str(special)) == (
        f'{special}: the text has the special token "<x>" at byte 1, which is not allowed: '
        "add --allow-special, or --as-text"
    )
    naive = str(tmp_path / "naive")
    NaiveTokenizer.train(["a"], 5).save(naive)
    assert (
        refusal(capsys, "count", "--field", "text", naive, str(lines))
        == "--field is not for naive models"
    )


def test_what_is_refused(pa: Any, tmp_path: Path) -> None:
    table = write(pa, tmp_path / "a.parquet", text=["a", None], number=[1, 2])
    for field, message in {
        "other": r"a\.parquet: not one column 'other', but 'text', 'number'",
        "number": r"a\.parquet, column 'number': expected texts, not int64",
        "text": r"a\.parquet, column 'text': row 1: expected a text, not null",
    }.items():
        with pytest.raises(SourceError, match=message):
            WordCounts.count_files([table], field=field)
    damaged = tmp_path / "b.parquet"
    damaged.write_bytes(b"PAR1")
    with pytest.raises(SourceError, match=r"b\.parquet, column 'text': "):
        WordCounts.count_files([damaged], field="text")
    with pytest.raises(TypeError, match="threads must be an integer"):
        WordCounts.count_files([table], field="text", threads="x")  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        WordCounts.count_files([tmp_path / "none.parquet"], field="text")
    with pytest.raises(JsonLinesError):
        WordCounts.count_files([tmp_path / "none.jsonl"])
