"""A small package in pure Python adopts the template, with the commands of docs/guides/adopt.md."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tools import ROOT
from tools.shell import clean_environment, run, uv
from tools.site.reader import GITHUB, blocks, type_in

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "guides" / "adopt.md"
EXAMPLE = PAGE.with_suffix("")


def test_a_small_package_adopts_the_template(tmp_path: Path) -> None:
    old = tmp_path / "slowpack"
    shutil.copytree(EXAMPLE, old, ignore=shutil.ignore_patterns("merged.py", "__pycache__"))
    make, copy, test = blocks(PAGE.read_text(encoding="utf-8"))
    target = {"CARGO_TARGET_DIR": str(ROOT / ".bake" / "target-0")}

    def typed(commands: str) -> str:
        ended = type_in(commands, old, target)
        assert not ended.status, ended.output
        return ended.output

    assert make.count(GITHUB) == 1
    typed(make)
    typed(copy)
    new = old / "new" / "slowpack"
    names = new / "python" / "slowpack" / "__init__.py"
    merged = (EXAMPLE / "merged.py").read_text(encoding="utf-8")
    assert {*names.read_text(encoding="utf-8").splitlines()} <= {*merged.splitlines()}, (
        "the page lacks a line of the template's"
    )
    names.write_text(merged, encoding="utf-8")
    tested = typed(test)
    assert "passed" in tested
    assert "failed" not in tested
    both = "import slowpack; print(slowpack.shout('hi'), slowpack.count_words('hi').total)"
    assert run([uv(), "run", "--locked", "python", "-c", both], new, clean_environment(target)).endswith(
        "HI! 1\n"
    )
