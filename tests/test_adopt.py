"""A small package in pure Python adopts the template, by the very commands of docs/guides/adopt.md."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from textwrap import dedent

from tools.render import ROOT
from tools.shell import clean_environment, run, uv

PAGE = ROOT / "docs" / "guides" / "adopt.md"
EXAMPLE = PAGE.with_suffix("")


def blocks(page: str) -> list[str]:
    """The commands of the page, a text for each block."""
    found = re.findall(r"^( *)```console\n(.*?)^\1```", page, re.DOTALL | re.MULTILINE)
    return [dedent(commands) for _, commands in found]


def test_a_small_package_adopts_the_template(tmp_path: Path) -> None:
    old = tmp_path / "slowpack"
    shutil.copytree(EXAMPLE, old, ignore=shutil.ignore_patterns("merged.py", "__pycache__"))
    make, copy, test = blocks(PAGE.read_text(encoding="utf-8"))
    environment = clean_environment({"CARGO_TARGET_DIR": str(ROOT / ".bake" / "target-0")})
    environment["PATH"] = f"{Path(uv()).parent}:{environment['PATH']}"

    def type_in(commands: str, where: Path) -> str:
        return run(["bash", "-ec", commands], where, environment)

    # This checkout stands for GitHub.
    assert make.count("gh:OWNER/pairforge") == 1
    type_in(make.replace("gh:OWNER/pairforge", str(ROOT)), old)
    type_in(copy, old)
    new = old / "new" / "slowpack"
    names = new / "python" / "slowpack" / "__init__.py"
    merged = (EXAMPLE / "merged.py").read_text(encoding="utf-8")
    assert {*names.read_text(encoding="utf-8").splitlines()} <= {*merged.splitlines()}, (
        "the page lacks a line of the template's"
    )
    names.write_text(merged, encoding="utf-8")
    tested = type_in(test, old)
    assert "passed" in tested
    assert "failed" not in tested
    both = "import slowpack; print(slowpack.shout('hi'), slowpack.count_words('hi').total)"
    assert run([uv(), "run", "--locked", "python", "-c", both], new, environment).endswith("HI! 1\n")
