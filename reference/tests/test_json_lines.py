"""Training on a field of JSON Lines, and no training on their braces."""

import gzip
import json
from pathlib import Path

import pytest

from bytemerge import JsonLinesError, NotUtf8Error, Tokenizer, WordCounts
from bytemerge.cli import main

TEXTS = ["the cat", 'the \u00e9\n"hat"', "", "\u8a9e"]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "texts.jsonl"
    rows = [json.dumps({"id": id, "text": text}) for id, text in enumerate(TEXTS)]
    path.write_text("\n\n".join(rows), encoding="utf-8", newline="")
    return path


def test_a_field_is_the_text(lines: Path) -> None:
    expected = WordCounts.count(TEXTS)
    assert WordCounts.count_files([lines], field="text") == expected
    trained = Tokenizer.train_from_files([lines], 262, field="text")
    assert trained == Tokenizer.train(TEXTS, 262)
    compressed = lines.with_name("texts.jsonl.gz")
    compressed.write_bytes(gzip.compress(lines.read_bytes()))
    told: list[tuple[int, int]] = []
    counts = WordCounts.count_files(
        [lines, compressed], field="text", progress=lambda done, total: told.append((done, total))
    )
    assert counts == expected + expected
    size = lines.stat().st_size + compressed.stat().st_size
    assert told[-1] == (size, size)


@pytest.mark.parametrize("name", ["a.jsonl", "a.NDJSON", "a.jsonl.gz", "a.ndjson.zst"])
def test_its_braces_are_not_learnt_in_silence(name: str, lines: Path) -> None:
    path = lines.rename(lines.with_name(name))
    for call in (
        lambda: WordCounts.count_files([path]),
        lambda: Tokenizer.train_from_files([path], 300),
    ):
        with pytest.raises(JsonLinesError, match="name the field that has the text") as raised:
            call()
        assert str(path) in str(raised.value)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"other": "a"}', "not a JSON object with a text in 'text': "),
        ('{"text": 5}', "not a JSON object"),
        ('{"text": null}', "not a JSON object"),
        ("[1]", "not a JSON object"),
        ("5", "not a JSON object"),
        ("{", "not a JSON object"),
        ("[" * 10_000, "not a JSON object"),
        ("x" * 1000, "x" * 40 + "..." + "x" * 20),
        ("\u202e\x1b", r"'text': \u202e\x1b"),
        (r'{"text": "a\ud800"}', r"the text in 'text' has the lone surrogate '\ud800' at index 1"),
    ],
)
def test_a_wrong_line_is_named(
    line: str, shown: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, model = tmp_path / "a.txt", str(tmp_path / "model")
    path.write_text('{"text": "a"}\n' + line, encoding="utf-8", newline="")
    for call in (
        lambda: WordCounts.count_files([path], field="text"),
        lambda: Tokenizer.train_from_files([path], 300, field="text"),
    ):
        with pytest.raises(JsonLinesError) as raised:
            call()
        assert str(raised.value).startswith(f"{path}: line 2: ")
        assert shown in str(raised.value)
    Tokenizer.train(TEXTS, 260).save(model)
    for command in (["train", "--vocab-size=300", f"--output={model}"], ["count", model]):
        assert main([*command, "--field=text", str(path)]) != 0
        assert capsys.readouterr().err == f"error: {raised.value}\n"


def test_other_mistakes(lines: Path, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="expected str, not int"):
        WordCounts.count_files([lines], field=5)  # type: ignore[arg-type]
    with pytest.raises(OSError, match="missing"):
        WordCounts.count_files([tmp_path / "missing"], field="text")
    lines.write_bytes(b'{"text": "\xff"}')
    with pytest.raises(NotUtf8Error, match="byte 0xff at offset 10 in line 1"):
        WordCounts.count_files([lines], field="text")


def test_the_command_line(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = str(lines.with_name("model"))
    train = ["train", "--vocab-size=260", f"--output={model}", str(lines)]
    assert main(train) != 0
    assert "JSON Lines, not plain text" in capsys.readouterr().err
    assert main([*train, "--field=text"]) == 0
    assert Tokenizer.load(model) == Tokenizer.train(TEXTS, 260)
