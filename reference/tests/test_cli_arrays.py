"""Tokens in arrays of numpy, in files of Arrow and of Parquet: written and read again."""

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from command_line import Captured, lines, printed, refusal

from bytemerge import Tokenizer
from bytemerge.cli import main

TABLES = [".arrow", ".feather", ".parquet", ".pq", ".PARQUET"]
CONTENT = "the cat\n\nthé hat\nno end"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(CONTENT, encoding="utf-8", newline="")
    return path


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "model.json"
    Tokenizer.train(["the cat", "the hat"], 262, special_tokens=["<end>"]).save(path)
    return str(path)


@pytest.fixture
def arrow() -> Any:
    pytest.importorskip("pyarrow")
    return importlib.import_module("pyarrow")


def read(name: str) -> Any:
    """The table in a file."""
    if name.lower().endswith((".parquet", ".pq")):
        return importlib.import_module("pyarrow.parquet").read_table(name)
    return importlib.import_module("pyarrow.feather").read_table(name)


# --- Arrays of numpy ---


def test_an_array_holds_all_files(capsys: Captured, model: str, text: Path) -> None:
    array = str(text.with_name("ids.npy"))
    assert lines(capsys, "encode", model, str(text), str(text), "-o", array) == []
    ids = np.load(array, allow_pickle=False)
    once = Tokenizer.load(model).encode(CONTENT)
    assert ids.dtype == np.uint32
    assert ids.tolist() == once + once
    assert printed(capsys, "decode", model, array) == CONTENT + CONTENT
    assert lines(capsys, "encode", model, str(text), "--separator=<end>", "-o", array) == []
    assert printed(capsys, "decode", model, array) == CONTENT.replace("\n", "<end>") + "<end>"
    assert "keeps no lines apart" in refusal(capsys, "encode", "--by=line", model, "-o", array)
    in_capitals = str(text.with_name("IDS.NPY"))
    assert lines(capsys, "encode", model, str(text), "-o", in_capitals) == []
    assert np.load(in_capitals, allow_pickle=False).tolist() == once
    assert printed(capsys, "decode", model, in_capitals) == CONTENT


def test_an_array_of_any_length_is_one(capsys: Captured, model: str, text: Path) -> None:
    array = text.with_name("ids.npy")
    for size in (0, 1, 123_456):
        text.write_text("a" * size, encoding="utf-8")
        assert lines(capsys, "encode", model, str(text), "-o", str(array)) == []
        assert np.load(array).tolist() == [97] * size
        assert printed(capsys, "decode", model, str(array)) == "a" * size


@pytest.mark.parametrize("dtype", ["uint8", "int64", ">u4", "uint16"])
def test_arrays_of_others_are_read(
    capsys: Captured, model: str, tmp_path: Path, dtype: str
) -> None:
    path = tmp_path / "ids.npy"
    np.save(path, np.array([97, 98], dtype))
    assert printed(capsys, "decode", model, str(path)) == "ab"


def test_bad_arrays(capsys: Captured, model: str, tmp_path: Path) -> None:
    path = tmp_path / "ids.npy"
    for array, expected in [
        (np.array([1.0]), "not one row of ids: float64, (1,)"),
        (np.zeros((2, 3), int), "not one row of ids: int64, (2, 3)"),
        (np.array([97, -1]), "no token has the id -1"),
        (np.array([1 << 32]), "no token has the id 4294967296"),
        (np.array([999], np.uint32), "no token has the id 999"),
    ]:
        np.save(path, array)
        assert refusal(capsys, "decode", model, str(path), stdout=None) == f"{path}: {expected}"
    np.save(path, np.array([{}], object))
    assert "not an array of numpy" in refusal(capsys, "decode", model, str(path))
    for content in (b"", b"97 98\n", b"\x93NUMPY\x01"):
        path.write_bytes(content)
        assert "not an array of numpy" in refusal(capsys, "decode", model, str(path))
    path.unlink()
    assert refusal(capsys, "decode", model, str(path)) == f"{path}: No such file or directory"


# --- Tables ---


@pytest.mark.parametrize("ending", TABLES)
def test_a_table_has_a_row_for_each_document(
    capsys: Captured, arrow: Any, model: str, text: Path, ending: str
) -> None:
    table = str(text.with_name(f"ids{ending}"))
    tokenizer = Tokenizer.load(model)
    for by, documents in (("line", CONTENT.split("\n")), ("file", [CONTENT])):
        assert lines(capsys, "encode", model, str(text), "-o", table, "--by", by) == []
        assert read(table).schema == arrow.schema([("ids", arrow.large_list(arrow.uint32()))])
        assert read(table).to_pydict() == {"ids": [tokenizer.encode(each) for each in documents]}
        end = "\n" if by == "line" else ""
        assert printed(capsys, "decode", model, table, "--by", by) == CONTENT + end
    text.write_bytes(b"")
    assert lines(capsys, "encode", model, str(text), "-o", table) == []
    assert read(table).num_rows == 0
    assert printed(capsys, "decode", model, table) == ""


@pytest.mark.parametrize("ending", [".arrow", ".parquet"])
def test_tables_of_others(
    capsys: Captured, arrow: Any, model: str, tmp_path: Path, ending: str
) -> None:
    path = str(tmp_path / f"ids{ending}")

    def decoding(columns: dict[str, Any]) -> list[str]:
        table = arrow.table(columns)
        if ending == ".parquet":
            importlib.import_module("pyarrow.parquet").write_table(table, path)
        else:
            with arrow.ipc.new_file(path, table.schema) as file:
                file.write_table(table)
        return ["decode", model, path]

    assert lines(capsys, *decoding({"tokens": [[97], [], [98, 99]]})) == ["a", "", "bc"]
    assert lines(capsys, *decoding({"id": [1, 2], "ids": [[97], [98]]})) == ["a", "b"]
    bad: list[tuple[dict[str, Any], str]] = [
        ({"a": [[1]], "b": [[1]]}, 'has no column "ids": a, b'),
        ({"ids": [97, 98]}, 'the column "ids" has no lists of whole numbers, but int64'),
        ({"ids": [["a"]]}, 'the column "ids" has no lists of whole numbers, but list<'),
        ({"ids": [[97], None]}, "a row has no ids"),
        ({"ids": [[97, -1]]}, "not a table of ids: "),
        ({"ids": [[97], [999]]}, "row 2: no token has the id 999"),
    ]
    for columns, expected in bad:
        line = refusal(capsys, *decoding(columns), stdout=None)
        assert line.startswith(f"{path}: {expected}")
    Path(path).write_bytes(b"hello")
    assert refusal(capsys, "decode", model, path).startswith(f"{path}: not a table of ids: ")


@pytest.mark.parametrize("ending", [*TABLES, ".npy", ".txt"])
def test_after_an_error_there_is_no_half_file(
    capsys: Captured, arrow: Any, model: str, text: Path, ending: str
) -> None:
    assert arrow
    out = text.with_name(f"ids{ending}")
    text.write_text("good\n<end>\n", encoding="utf-8", newline="")
    good = text.with_name("good.txt")
    good.write_text("good\n" * 9, encoding="utf-8", newline="")
    before = sorted(text.parent.iterdir())
    assert "special token" in refusal(capsys, "encode", model, "-o", str(out), str(good), str(text))
    assert sorted(text.parent.iterdir()) == before


def test_without_pyarrow_there_is_one_line(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, model: str, text: Path
) -> None:
    real = importlib.import_module

    def missing(name: str, *rest: Any) -> ModuleType:
        if name.startswith("pyarrow"):
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    monkeypatch.setattr("bytemerge.cli.writing.import_module", missing)
    out = str(text.with_name("ids.parquet"))
    expected = f"{out}: needs pyarrow, which is not installed: pip install pyarrow"
    assert refusal(capsys, "encode", model, "-o", out, str(text)) == expected
    assert refusal(capsys, "decode", model, out) == expected
    assert not Path(out).exists()
    assert main(["encode", model, str(text), "-o", str(text.with_name("ids.npy"))]) == 0
