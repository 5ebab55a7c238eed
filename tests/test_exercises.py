"""Each skeleton of the exercises fails its tests, and each solution passes them."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tools import ROOT
from tools.shell import Ended, clean_environment, end_of

if TYPE_CHECKING:
    from pathlib import Path

EXERCISES = ROOT / "exercises"
NUMBERS = sorted(folder.name for folder in EXERCISES.iterdir() if re.fullmatch(r"\d", folder.name))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with a copy of the exercises, as in a reader's clone."""
    skip = shutil.ignore_patterns("target", "__pycache__", "solutions")
    # Without the dates of the files, by which cargo decides what it compiles again.
    shutil.copytree(EXERCISES, tmp_path / "exercises", ignore=skip, copy_function=shutil.copy)
    return tmp_path


def outcome(folder: Path, number: str, *options: str) -> Ended:
    """Run the tests of an exercise with the reader's command."""
    # PyO3 is compiled once, but apart from the reader's: cargo takes equal names for one library.
    target = str(EXERCISES / "target" / "tests")
    variables = {"CARGO_TARGET_DIR": target, "RUST_BACKTRACE": "0", "COLUMNS": "80"}
    command = [sys.executable, "-m", "pytest", *options, f"exercises/{number}"]
    return end_of(command, folder, clean_environment(variables))


@pytest.mark.parametrize("number", NUMBERS)
def test_every_test_fails_for_the_skeleton(number: str, copied: Path) -> None:
    ended = outcome(copied, number, "--override-ini=addopts=")
    assert ended.status == 1, ended.output
    last = ended.output.strip().splitlines()[-1]
    assert " failed" in last, ended.output
    assert "passed" not in last, ended.output
    assert "error" not in last, ended.output


@pytest.mark.parametrize("number", NUMBERS)
def test_the_solution_passes(number: str, copied: Path) -> None:
    solution = EXERCISES / "solutions" / number
    copy = shutil.copy
    shutil.copytree(solution, copied / "exercises" / number, dirs_exist_ok=True, copy_function=copy)
    ended = outcome(copied, number)
    assert ended.status == 0, ended.output
    assert " passed" in ended.output


def test_the_first_failure_is_the_one_that_the_page_shows(copied: Path) -> None:
    said = outcome(copied, "1").output
    record = (ROOT / "docs" / "tutorial" / "seen" / "exercise-1.txt").read_text(encoding="utf-8")
    shown = [line for line in record.splitlines() if not line.startswith("$ ")]
    assert essence(shown) == essence(said.splitlines())


def essence(lines: list[str]) -> list[str]:
    """Return lines of pytest without what differs: times, rulers, and separators of folders."""
    without_times = (re.sub(r" in [\d.]+s$", "", line).replace("\\", "/") for line in lines)
    return [bare for line in without_times if (bare := line.strip(" =_!^"))]


def test_code_that_does_not_compile_shows_the_message_of_the_compiler(copied: Path) -> None:
    solution = (EXERCISES / "solutions" / "4" / "src" / "lib.rs").read_text(encoding="utf-8")
    wrong = solution.replace("2 * number", '2 * "number"')
    (copied / "exercises" / "4" / "src" / "lib.rs").write_text(wrong, encoding="utf-8")
    said = outcome(copied, "4").output
    assert "It does not compile yet. cargo says:" in said
    assert "error[E0277]: cannot multiply `{integer}` by `&" in said
    assert "Traceback" not in said


def test_each_solution_is_the_skeleton_filled_in() -> None:
    for number in NUMBERS:
        for solution in (EXERCISES / "solutions" / number).rglob("*.*"):
            skeleton = EXERCISES / number / solution.relative_to(EXERCISES / "solutions" / number)
            given = skeleton.read_text(encoding="utf-8").splitlines()
            kept = solution.read_text(encoding="utf-8").splitlines()
            lost = [line for line in given if line not in kept and "NotImplementedError(" not in line]
            assert [line for line in lost if "todo!(" not in line and "// Write" not in line] == []
