"""The demo can be repeated after it failed, and removes nothing that it has not made."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tools import demo, shell
from tools.render import ROOT

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


@pytest.mark.skipif(sys.platform == "win32", reason="writes programs that a POSIX shell runs")
@pytest.mark.parametrize("unfinished", [False, True])
def test_the_session_refuses_a_folder_unless_a_run_left_it_unfinished(
    tmp_path: Path, *, unfinished: bool
) -> None:
    folder = tmp_path / "demo-out"
    mark = demo.begin(folder)
    if not unfinished:
        mark.unlink()
    # An `uv` that fails ends the session right behind the check.
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, status in (("uv", 1), ("cargo", 0), ("cc", 0)):
        program = programs / name
        program.write_text(f"#!/bin/sh\necho cargo 1.95.0\nexit {status}\n", encoding="utf-8")
        program.chmod(0o755)
    environment = {**shell.clean_environment(), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nox", "-s", "demo", "--no-venv", "--", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert ("exists already: remove it" in said) is not unfinished
    assert ("uv sync" in said) is unfinished
