"""Follows docs/start.md as its readers do, and fails if a step fails. `--write` records the output.

The files that the reader writes are those in docs/start, which the page shows. A test compares the
commands with the recorded ones. Their output may differ: it is full of times and versions.
"""

import re
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from tools import ROOT
from tools.measure.machine import circumstances, machine
from tools.shell import uv
from tools.site.reader import GITHUB, add_function, type_in

FILES = ROOT / "docs" / "start"
NAME = "wordtally"
CREATE = f"uvx cookiecutter {GITHUB} --directory template --no-input project_name={NAME}"
USE = """uv run python -c "import wordtally; print(wordtally.count_words('to be or not to be').most_common(2))\""""
CALL = """uv run python -c "import wordtally; print(wordtally.longest_word('a tale of two cities'))\""""
STEPS = {
    "create": CREATE,
    # `cd` prints nothing, so a record may begin with it: the output is the second command's.
    "test": f"cd {NAME}\nuv run pytest -q",
    "use": USE,
    "call": CALL,
    "test-again": "uv run pytest -q",
    "cargo-test": "cargo test --quiet",
    "measure": "uv run --no-editable --reinstall-package wordtally python benches/longest_word.py",
    "bench": "uv run nox -s bench",
}
"""The commands by the name of their record, in order."""
WRITE_BEFORE = "call"
"""The step before which the reader adds a function."""


def perform(folder: Path) -> dict[str, str]:
    """Types each command, and returns what the reader sees by the name of the step.

    That is the command and its output.
    """
    project = folder / NAME
    plain = {"NO_COLOR": "1", "COLUMNS": "80", "UV_NO_PROGRESS": "1"}
    seen = {}
    where = folder
    for name, command in STEPS.items():
        if name == WRITE_BEFORE:
            write(project)
        shown = "\n".join(f"$ {line}" for line in command.splitlines())
        print(shown, flush=True)
        ended = type_in(command, where, plain)
        print(ended.output, flush=True)
        if ended.status:
            sys.exit(f"{command} ended with status {ended.status}")
        if command.startswith("cd "):
            where = project
        seen[name] = f"{shown}\n{tidied(ended.output, folder)}"
    return seen


def tidied(output: str, folder: Path) -> str:
    """Return an output without the folders of this machine and without trailing spaces."""
    names = {uv(): "uv", str(folder): "~", str(ROOT): GITHUB, str(Path.home()): "~"}
    for path, name in names.items():
        output = output.replace(path, name)
    # The name of maturin's folder changes each time.
    output = re.sub(r"/tmp/\.tmp\w+", "~", output)
    # A reader's Python is in another folder.
    output = re.sub(r"(?<=interpreter at: )\S+/(?=python)", "/usr/bin/", output)
    lines = [line.rstrip() for line in output.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def write(project: Path) -> None:
    """Writes what the page tells the reader to write."""
    add_function(project, FILES, "longest", "longest_word")
    shutil.copy(FILES / "test_longest_word.py", project / "tests")
    shutil.copy(FILES / "bench_longest_word.py", project / "benches" / "longest_word.py")


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="record the commands and what they print")
    record = parser.parse_args().write
    with tempfile.TemporaryDirectory() as folder:
        seen = perform(Path(folder))
    here = circumstances(machine(), "nox -s start", {})
    seen["machine"] = f"What the commands print was recorded {here}\n"
    if record:
        for name, text in seen.items():
            FILES.joinpath("seen", f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")
        print("recorded; now fill the page: nox -s fill")
