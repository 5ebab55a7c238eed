"""The tests set their own terminal.

Their output does not depend on the terminal, or the runner, that starts them.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import OTHERS, TERMINAL

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
    names = [name for name in os.environ if OTHERS.fullmatch(name) or name in TERMINAL]
    assert {name: os.environ[name] for name in names} == TERMINAL


@pytest.mark.parametrize("strange", STRANGE)
def test_no_terminal_changes_what_a_test_says(strange: str) -> None:
    here = Path(__file__)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            f"{here}::test_every_test_sees_the_same_terminal",
            f"{here.with_name('test_visualize.py')}",
            f"{here.with_name('test_cli.py')}::test_show_has_colours_where_they_are_wanted",
        ],
        cwd=here.parents[1],
        env=os.environ | STRANGE[strange],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # The report is for the terminal that exists, so the log of a runner has colours.
    assert bool(re.search(r"\x1b\[\d+m", done.stdout)) == (strange == "colours")
