"""Follows docs/start.md as its readers do, and fails if a step fails. `--write` records the output.

The files that the reader writes are those in docs/start, which the page shows. A test compares the
commands with the recorded ones. Their output may differ: it is full of times and versions.
"""

import shutil
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from tools import ROOT
from tools.site.reader import GITHUB, add_function, record, seen

FILES = ROOT / "docs" / "start"
NAME = "wordtally"
STEPS = {
    "create": f"uvx cookiecutter {GITHUB} --directory template --no-input project_name={NAME}",
    # `cd` prints nothing, so a record may begin with it: the output is the second command's.
    "test": f"cd {NAME}\nuv run pytest -q",
    "use": """uv run python -c "import wordtally; print(wordtally.count_words('to be or not to be').most_common(2))\"""",
    "call": """uv run python -c "import wordtally; print(wordtally.longest_word('a tale of two cities'))\"""",
    "test-again": "uv run pytest -q",
    "cargo-test": "cargo test --quiet",
    "measure": "uv run --no-editable --reinstall-package wordtally python benches/longest_word.py",
    "bench": "uv run nox -s bench",
}
"""The commands by the name of their record, in order."""
WRITE_BEFORE = "call"
"""The step before which the reader adds a function."""


def perform(folder: Path) -> dict[str, str]:
    """Types each command, and returns what the reader sees by the name of the step."""
    project, where, shown = folder / NAME, folder, {}
    for name, command in STEPS.items():
        if name == WRITE_BEFORE:
            write(project)
        shown[name] = seen(command, where, folder)
        if command.startswith("cd "):
            where = project
    return shown


def write(project: Path) -> None:
    """Writes what the page tells the reader to write."""
    add_function(project, FILES, "longest", "longest_word")
    shutil.copy(FILES / "test_longest_word.py", project / "tests")
    shutil.copy(FILES / "bench_longest_word.py", project / "benches" / "longest_word.py")


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="record the commands and what they print")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shown = perform(Path(folder))
    if options.write:
        record(shown, FILES / "seen", "", "start")
