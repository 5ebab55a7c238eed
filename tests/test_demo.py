"""The demo can be repeated after it failed, and removes only what it made."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tools import ROOT, shell
from tools.measure import demo

if TYPE_CHECKING:
    from pathlib import Path


def test_what_an_unfinished_run_left_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "demo-out"
    demo.begin(folder)
    (folder / "half").mkdir()
    mark = demo.begin(folder)
    assert [*folder.iterdir()] == [mark]


def test_a_finished_run_stays(tmp_path: Path) -> None:
    folder = tmp_path / "demo-out"
    demo.begin(folder).unlink()
    kept = folder / "speed.json"
    kept.touch()
    with pytest.raises(FileExistsError):
        demo.begin(folder)
    assert kept.exists()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_pipe_gets_plain_text_in_any_encoding(encoding: str) -> None:
    program = """
from tools import report
with report.step("build \N{GREEK SMALL LETTER ALPHA} and test it"):
    pass
"""
    # As on Windows, whose runners want colours.
    runner = {"FORCE_COLOR": "1", "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | runner, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = re.sub(r"\x1b\[[\d;]*m", "", done.stdout.decode(encoding))
    alpha = "\N{GREEK SMALL LETTER ALPHA}" if encoding == "utf-8" else "\\u03b1"
    assert re.fullmatch(rf"ok   build {re.escape(alpha)} and test it \d\.\d s\s+", said)


@pytest.mark.skipif(os.name == "nt", reason="no terminals of this kind")
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_terminal_gets_a_spinner_that_it_can_show(encoding: str) -> None:
    import pty

    program = "import time; from tools import report\nwith report.step('build it'): time.sleep(0.3)"
    screen, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        stdout=terminal,
    ) as process:
        os.close(terminal)
        shown = b""
        with contextlib.suppress(OSError):  # which is how Linux says that the other side is closed
            while piece := os.read(screen, 4096):
                shown += piece
        os.close(screen)
    assert process.returncode == 0
    assert re.search(r"[-\\|/]\S* build it", shown.decode(encoding)), shown


@pytest.mark.skipif(sys.platform == "win32", reason="writes programs that a POSIX shell runs")
@pytest.mark.parametrize("unfinished", [False, True])
def test_the_session_refuses_a_folder_unless_a_run_left_it_unfinished(
    tmp_path: Path, *, unfinished: bool
) -> None:
    folder = tmp_path / "demo-out"
    mark = demo.begin(folder)
    if not unfinished:
        mark.unlink()
    # An `uv` that fails ends the session right after the check.
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, status in (("uv", 1), ("cargo", 0), ("cc", 0)):
        program = programs / name
        program.write_text(f"#!/bin/sh\necho cargo 1.95.0\nexit {status}\n", encoding="utf-8")
        program.chmod(0o755)
    environment = {**shell.clean_environment(), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nox", "-s", "demo", "--no-venv", "--", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert ("exists already: remove it" in said) is not unfinished
    assert ("uv sync" in said) is unfinished
