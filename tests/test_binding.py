"""The whole module that the tutorial shows is compiled, and does what the page says."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tools import ROOT
from tools.shell import clean_environment, run, uv

if TYPE_CHECKING:
    from pathlib import Path

MODULE = ROOT / "docs" / "binding"
PAGE = ROOT / "docs" / "tutorial" / "rust.md"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of the wheel, and what maturin said."""
    folder = tmp_path_factory.mktemp("wheel")
    # cargo says that it compiles the module only if it does.
    (MODULE / "src" / "lib.rs").touch()
    build = [sys.executable, "-m", "maturin", "build", "--locked", f"--out={folder}"]
    return folder, run(build, MODULE, clean_environment({"PYTHONUTF8": "1"}))


def alike(line: str) -> str:
    """Return a line of the output without what differs between machines and between builds."""
    line = re.sub(r"`\w+` profile \[.*\]|in [\d.]+m? ?[\d.]*s", "", line)
    line = re.sub(r" to \S*(?=first_binding)| \(\S+\)", " ", line)
    return re.sub(r"(cp311-abi3)-\w+\.whl", r"\1", line).strip()


def test_maturin_says_what_the_page_shows(built: tuple[Path, str]) -> None:
    said = [alike(line) for line in built[1].splitlines()]
    command, *shown = (MODULE / "build.txt").read_text(encoding="utf-8").splitlines()
    assert command == "$ uvx maturin build --release --out dist"
    # What has been compiled before is not compiled again.
    rest = [alike(line) for line in shown if "Compiling bytemerge" not in line]
    assert [line for line in rest if line not in said] == []


def test_the_module_does_what_the_page_shows(built: tuple[Path, str], tmp_path: Path) -> None:
    (wheel,) = built[0].glob("*.whl")
    python = f"--python={sys.executable}"
    run([uv(), "pip", "install", "--quiet", "--no-deps", python, f"--target={tmp_path}", wheel], tmp_path)
    shutil.copy(MODULE / "try.txt", tmp_path)
    said = run([sys.executable, "-m", "doctest", "-v", "try.txt"], tmp_path)
    assert "4 passed" in said


def test_the_page_shows_both_files_whole() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in ("Cargo.toml", "src/lib.rs"):
        assert (MODULE / name).read_text(encoding="utf-8").rstrip("\n") in page
