"""Progress bars: for terminals, of the right width, gone in the end."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bytemerge.progress import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_progress_bar_is_for_terminals() -> None:
    for stream, expected in ((io.StringIO(), ""), (Terminal(), "\r[###")):
        with ProgressBar("tokens", stream) as progress:
            progress(1200, 10_000)
        assert stream.getvalue().startswith(expected)
    assert stream.getvalue().endswith("1,200 of 10,000 tokens\x1b[K\r\x1b[K")


def test_without_a_total_there_is_a_number() -> None:
    stream = Terminal()
    with ProgressBar("bytes", stream) as progress:
        progress(1200, 0)
    assert stream.getvalue() == "\r1,200 bytes\x1b[K\r\x1b[K"


def test_it_is_taken_away_after_an_exception() -> None:
    stream = Terminal()
    with pytest.raises(KeyError), ProgressBar("bytes", stream):
        raise KeyError
    assert stream.getvalue() == "\r\x1b[K"


def test_it_is_as_wide_as_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (10, 40, 200, 0):
        stream = Terminal()
        monkeypatch.setattr(stream, "fileno", lambda: 2)
        size = os.terminal_size((columns, 24))
        monkeypatch.setattr(os, "get_terminal_size", lambda _, size=size: size)
        ProgressBar("tokens", stream)(1200, 10_000)
        (line,) = stream.getvalue().removeprefix("\r").split("\x1b[K")[:1]
        assert len(line) == min((columns or 80) - 1, 55)


def test_the_command_line_shows_it_on_a_terminal_alone(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    text, model = tmp_path / "text.txt", str(tmp_path / "model")
    text.write_text("the cat\n" * 2, encoding="utf-8", newline="")
    command = [sys.executable, "-m", "bytemerge"]
    shown, errors = pty.openpty()

    def seen_so_far() -> str:
        # One read may return a part: read up to a mark.
        os.write(errors, b"<end>")
        seen = b""
        while not seen.endswith(b"<end>"):
            seen += os.read(shown, 1 << 16)
        return seen.removesuffix(b"<end>").decode()

    # The bar is drawn at most ten times a second, so its last step may lack.
    subprocess.run(
        [*command, "train", "-v", "259", "-o", model, str(text)], stderr=errors, check=True
    )
    assert "of 16 bytes" in seen_so_far()
    encode = [*command, "encode", model, str(text)]
    subprocess.run(encode, stdout=subprocess.DEVNULL, stderr=errors, check=True)
    seen = seen_so_far()
    assert "of 16 bytes" in seen
    assert seen.endswith("\r\x1b[K")
    # Tokens on the terminal with a bar between them would both be unreadable.
    subprocess.run(encode, stdout=errors, stderr=errors, check=True)
    assert "of 16" not in seen_so_far()
    # The output of a pipe may be the same terminal.
    run = subprocess.run(encode, stdout=subprocess.PIPE, stderr=errors, check=True)
    assert run.stdout.count(b"\n") == 2
    assert seen_so_far() == ""
    os.close(errors)
    os.close(shown)
