"""The first program of the tour prints what the page shows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tools import ROOT
from tools.shell import run

if TYPE_CHECKING:
    from pathlib import Path

TOUR = ROOT / "docs" / "tour"


def test_the_program_runs_as_the_page_shows(tmp_path: Path) -> None:
    run(["cargo", "new", "--quiet", "--vcs=none", "hello"], tmp_path)
    project = tmp_path / "hello"
    shutil.copy(TOUR / "hello.rs", project / "src" / "main.rs")
    said = run(["cargo", "run", "--quiet", "--release"], project)
    shown = (TOUR / "hello.txt").read_text(encoding="utf-8").splitlines()
    assert said.splitlines() == shown[-1:]
    assert [line[2:] for line in shown if line.startswith("$ ")] == [
        "cargo new hello",
        "cd hello",
        "cargo run --release",
    ]
