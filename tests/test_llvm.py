"""The LLVM tools that the reference uses, and those that coverage asks for first.

rustc and the tools are fakes.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tools import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake programs are shell scripts")


def fake(folder: Path, name: str, says: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def find(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Look for llvm-profdata where rustc has LLVM 99."""
    verbose = r"printf 'host: some-host\nLLVM version: 99.1.2\n'"
    fake(folder, "rustc", f'[ "$1" = -vV ] && {verbose} || echo {folder}/sysroot')
    return subprocess.run(
        [sys.executable, ROOT / "reference" / "tools" / "llvm.py", "llvm-profdata"],
        env={"PATH": str(folder)} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_missing_tool_is_one_line_that_says_where_it_comes_from(tmp_path: Path) -> None:
    fake(tmp_path, "llvm-profdata", "of another version")
    done = find(tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "llvm-profdata of LLVM 99 is missing: rustup component add llvm-tools,"
        " or on Debian apt-get install llvm-99\n"
    )


def test_the_tool_of_the_right_version_is_found_in_this_order(tmp_path: Path) -> None:
    debian = fake(tmp_path, "llvm-profdata-99", "")
    assert find(tmp_path).stdout.strip() == str(debian)
    rustup = fake(tmp_path / "sysroot/lib/rustlib/some-host/bin", "llvm-profdata", "")
    assert find(tmp_path).stdout.strip() == str(rustup)
    given = fake(tmp_path / "own", "profdata", "")
    assert find(tmp_path, LLVM_PROFDATA=str(given)).stdout.strip() == str(given)


def coverage(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "reference" / "tools" / "coverage.py"],
        env={"PATH": str(path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_coverage_asks_for_its_tools_before_it_runs_all_tests(tmp_path: Path) -> None:
    log = tmp_path / "log"
    for program in ("cargo", "uv"):
        fake(tmp_path, program, f'echo {program} "$@" >> {log}; echo no llvm-tools >&2; exit 1')
    done = coverage(tmp_path)
    assert done.returncode == 1
    assert done.stderr == "no llvm-tools\nfailed: cargo llvm-cov show-env\n"
    assert log.read_text(encoding="utf-8") == "cargo llvm-cov show-env\n"


def test_coverage_names_a_program_that_is_missing(tmp_path: Path) -> None:
    done = coverage(tmp_path)
    assert (done.returncode, done.stderr) == (1, "not found: cargo\n")
