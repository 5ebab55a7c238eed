"""The tests set their own terminal, so their results depend on no terminal and no runner."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import OTHERS, TERMINAL

ROOT = Path(__file__).resolve().parent.parent
STRANGE = {
    "colours": {
        "CARGO_TERM_COLOR": "always",
        "CLICOLOR_FORCE": "1",
        "COLUMNS": "40",
        "FORCE_COLOR": "1",
        "LINES": "3",
        "PYTHON_COLORS": "1",
    },
    "plain": {
        "LANG": "C",
        "LC_ALL": "C",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "TERM": "dumb",
    },
}


def test_every_test_sees_the_same_terminal() -> None:
    seen = {name: value for name, value in os.environ.items() if OTHERS.fullmatch(name) or name in TERMINAL}
    assert seen == TERMINAL


@pytest.mark.parametrize("strange", STRANGE)
def test_no_terminal_changes_what_a_test_says(strange: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            "tests/test_terminal.py::test_every_test_sees_the_same_terminal",
            "tests/test_tools.py::test_nox_alone_lists_every_session_in_a_line",
        ],
        cwd=ROOT,
        env=os.environ | STRANGE[strange],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # The report is for the terminal that exists, so the log of a runner has colours.
    assert bool(re.search(r"\x1b\[\d+m", done.stdout)) == (strange == "colours")
