"""The command line as a user sees it."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bytemerge import __version__
from bytemerge.cli import main
from bytemerge.progress import ProgressBar

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("the cat\nThis hat!\n", encoding="utf-8")
    return path


@pytest.fixture(params=["py", "rs"])
def tokenizer(request: pytest.FixtureRequest) -> str:
    return f"--tokenizer={request.param}"


@pytest.fixture
def model(text: Path, tokenizer: str) -> str:
    path = text.with_name("model.json")
    assert main(["train", tokenizer, "-v", "11", "-o", str(path), str(text)]) == 0
    return str(path)


def lines(capsys: Captured, *arguments: str) -> list[str]:
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out.splitlines()


def refusal(capsys: Captured, *arguments: str) -> str:
    """The one line that bad input leads to."""
    try:
        status: object = main(arguments)
    except SystemExit as left:
        status = left.code
    out, err = capsys.readouterr()
    assert status == 2
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    return err.removeprefix("error: ").rstrip("\n")


def test_what_is_encoded_is_decoded(
    capsys: Captured, tmp_path: Path, tokenizer: str, model: str, text: Path
) -> None:
    tokens = lines(capsys, "encode", tokenizer, model, str(text))
    assert tokens == ["10 4 1 3 9 1", "10 6 7 1 5 9 1"]
    (tmp_path / "tokens").write_text("\n".join(tokens), encoding="utf-8")
    decoded = lines(capsys, "decode", tokenizer, model, str(tmp_path / "tokens"))
    assert decoded == ["the cat ", "this hat "]


def test_show_has_dots_where_there_is_no_colour(
    capsys: Captured, tokenizer: str, model: str, text: Path
) -> None:
    assert lines(capsys, "show", tokenizer, model, str(text)) == ["th·e c·at", "th·i·s h·at"]


def test_show_has_colours_on_a_terminal(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, model: str, text: Path
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    (first, _) = lines(capsys, "show", model, str(text))
    assert first.startswith("\x1b[30;48;5;223mth\x1b[0m\x1b[30;48;5;157me\x1b[0m ")
    monkeypatch.setenv("NO_COLOR", "1")
    assert lines(capsys, "show", model, str(text))[0] == "th·e c·at"


def test_info_and_bench(capsys: Captured, tokenizer: str, model: str, text: Path) -> None:
    assert lines(capsys, "info", tokenizer, model) == [
        "kind    naive",
        "tokens  11",
        "merges  2",
        "longest UNK at th   a c e h i s",
    ]
    learnt, made = lines(capsys, "bench", tokenizer, "--vocab-size=11", str(text))
    assert learnt.startswith("11 tokens learnt in ")
    assert made.startswith("13 tokens made in ")


def test_bad_arguments(capsys: Captured, model: str, text: Path) -> None:
    assert "invalid int value: 'many'" in refusal(
        capsys, "train", "-v", "many", "-o", model, str(text)
    )
    assert "COMMAND" in refusal(capsys)
    assert "invalid choice: 'fly'" in refusal(capsys, "fly")
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"bytemerge {__version__}\n"


def test_a_bad_corpus_leaves_the_old_model(
    capsys: Captured, tmp_path: Path, tokenizer: str, model: str, text: Path
) -> None:
    before = Path(model).read_bytes()

    def train(size: str, *files: str) -> str:
        return refusal(capsys, "train", tokenizer, "-v", size, "-o", model, *files)

    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"good\nb\xffd\n")
    expected = f"{bad}: not UTF-8: byte 0xff at offset 6 in line 2"
    assert train("11", str(text), str(bad)) == expected
    bad.write_bytes(b"")
    assert train("11", str(bad)) == "there is no word to learn from"
    assert train("5", str(text)).startswith("vocab_size must be at least 9, ")
    assert train("-5", str(text)) == "vocab_size must be at least 1, not -5"
    missing = tmp_path / "missing.txt"
    assert train("11", str(missing)) == f"{missing}: No such file or directory"
    assert train("11", str(tmp_path)) == f"{tmp_path}: Is a directory"
    nowhere = tmp_path / "missing" / "model.json"
    assert (
        refusal(capsys, "train", tokenizer, "-v", "11", "-o", str(nowhere), str(text))
        == f"{nowhere}: No such file or directory"
    )
    assert Path(model).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.txt", "model.json", "text.txt"]


def test_bad_models_and_tokens(
    capsys: Captured, tmp_path: Path, tokenizer: str, model: str, text: Path
) -> None:
    for content, expected in {
        "99": "no token has the id 99: they go from 0 to 10",
        "1 x": 'not a token: "x"',
        "-1": 'not a token: "-1"',
        "9" * 5000: "not a token: ",
    }.items():
        (tmp_path / "tokens").write_text(content, encoding="utf-8")
        assert expected in refusal(capsys, "decode", tokenizer, model, str(tmp_path / "tokens"))
    assert refusal(capsys, "encode", tokenizer, str(text)) == f"{text}: not a bytemerge model"
    with Path(model).open("rb+") as file:
        file.truncate(200)
    assert refusal(capsys, "info", tokenizer, model) == f"{model}: truncated: its end is missing"
    assert "No such file" in refusal(capsys, "show", tokenizer, f"{model}.gone")


@pytest.mark.skipif(os.name == "nt", reason="there is no head on Windows")
def test_a_closed_pipe_is_no_error(model: str, text: Path) -> None:
    text.write_text("the cat\n" * 50_000, encoding="utf-8")
    command = f'"{sys.executable}" -m bytemerge encode "{model}" "{text}" | head -n 1'
    run = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("10 4 1 3 9 1\n", "")


def test_standard_input_is_read_where_there_are_no_files(tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    command = [sys.executable, "-m", "bytemerge"]
    train = [*command, "train", "-v", "11", "-o", str(model)]
    subprocess.run(train, input=b"the cat\nThis hat!\n", check=True)
    run = subprocess.run(
        [*command, "show", str(model), "-"],
        input="caf\u00e9 that".encode(),
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert run.stdout.decode().splitlines() == ["c·a·UNK·UNK th·at"]


def test_the_progress_bar_is_for_terminals() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, expected in ((io.StringIO(), ""), (Terminal(), "\r[###")):
        with ProgressBar("tokens", stream) as progress:
            progress(1200, 10_000)
        assert stream.getvalue().startswith(expected)
    assert stream.getvalue().endswith("1,200 of 10,000 tokens\r\x1b[K")
