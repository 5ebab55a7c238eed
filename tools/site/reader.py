"""Runs the commands of a page as its readers would, and records what they see."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from tools import ROOT
from tools.measure.machine import circumstances, machine
from tools.shell import Ended, clean_environment, end_of, uv

GITHUB = "gh:OWNER/pairforge"
"""The address of the template in the pages, which this checkout replaces."""


def type_in(commands: str, folder: Path, variables: Mapping[str, str]) -> Ended:
    """Run commands as a reader types them in a terminal with uv, up to the first that fails."""
    environment = clean_environment(variables)
    # pyenv offers every program that was ever installed into its Pythons, such as maturin, which
    # readers do not have.
    path = [folder for folder in environment["PATH"].split(os.pathsep) if "pyenv" not in folder]
    environment["PATH"] = os.pathsep.join([str(Path(uv()).parent), *path])
    environment["UV_PYTHON"] = getattr(sys, "_base_executable", sys.executable)
    return end_of(["bash", "-ec", commands.replace(GITHUB, str(ROOT))], folder, environment)


def seen(commands: str, folder: Path, around: Path) -> str:
    """Return and print what a reader who types the commands sees: these and their output.

    The output has no folder of this machine: `around` is home. The program ends if one fails.
    """
    typed = "".join(f"$ {line}\n" for line in commands.splitlines())
    print(typed, end="", flush=True)
    ended = type_in(commands, folder, {"NO_COLOR": "1", "COLUMNS": "80", "UV_NO_PROGRESS": "1"})
    print(ended.output, flush=True)
    if ended.status:
        sys.exit(f"{commands} ended with status {ended.status}")
    return typed + tidied(ended.output, around)


def tidied(output: str, around: Path) -> str:
    """Return an output without the folders of this machine and without trailing spaces."""
    names = {uv(): "uv", str(around): "~", str(ROOT): GITHUB, str(Path.home()): "~"}
    for path, name in names.items():
        output = output.replace(path, name)
    # The name of maturin's folder changes each time.
    output = re.sub(r"/tmp/\.tmp\w+", "~", output)
    # A reader's Python is in another folder.
    output = re.sub(r"(?<=interpreter at: )\S+/(?=python)", "/usr/bin/", output)
    lines = [line.rstrip() for line in output.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def record(texts: Mapping[str, str], folder: Path, prefix: str, session: str, note: str = "") -> None:
    """Saves what was seen, and on what machine, as text files whose names begin with `prefix`."""
    here = circumstances(machine(), f"nox -s {session}", {})
    where = f"What the commands print was recorded {here} {note}".rstrip()
    said = {**texts, "machine": f"{where}\n"}
    for name, text in said.items():
        folder.joinpath(f"{prefix}{name}.txt").write_text(text, encoding="utf-8", newline="\n")
    print("recorded; now fill the pages: nox -s fill")


def blocks(page: str) -> list[str]:
    """Return the commands of a page, a text for each block."""
    found = re.findall(r"^( *)```console\n(.*?)^\1```", page, re.DOTALL | re.MULTILINE)
    return [dedent(commands) for _, commands in found]


def change(path: Path, old: str | re.Pattern[str], new: str) -> None:
    """Replaces a text, or the match of a pattern, that occurs once in a file."""
    pattern = re.compile(re.escape(old)) if isinstance(old, str) else old
    after, found = pattern.subn(lambda _: new, path.read_text(encoding="utf-8"))
    assert found == 1, f"{old!r} is {found} times in {path.name}"
    path.write_text(after, encoding="utf-8", newline="\n")


def add_function(project: Path, files: Path, module: str, function: str) -> None:
    """Adds a function to a package as rendered from the template.

    It writes the files that a page shows, and adds the function's name wherever the page says so.
    """

    def shown(name: str) -> str:
        return files.joinpath(name).read_text(encoding="utf-8")

    package, core = project / "python" / project.name, project / "crates" / project.name / "src"
    naive, stub = package / "naive.py", package / "_core.pyi"
    naive.write_text(f"{naive.read_text(encoding='utf-8')}\n\n{shown('naive.py')}", encoding="utf-8")
    core.joinpath(f"{module}.rs").write_text(shown(f"{module}.rs"), encoding="utf-8")
    for line, added in (
        ("mod error;\n", f"mod {module};\n"),
        ("pub use error::Error;\n", f"pub use {module}::{function};\n"),
    ):
        change(core / "lib.rs", line, line + added)
    bindings = project / "crates" / f"{project.name}-py" / "src" / "lib.rs"
    before, brace, after = bindings.read_text(encoding="utf-8").rpartition("}")
    bindings.write_text(f"{before}\n{shown('binding.rs')}{brace}{after}", encoding="utf-8")
    change(stub, '"count_words_in_all"]', f'"count_words_in_all", "{function}"]')
    change(stub, "\n@final\n", f"{shown('stub.pyi')}\n@final\n")
