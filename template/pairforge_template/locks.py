"""Lock files for the project's name, and the notices of the crates in them.

cargo and uv made the files in locks/ for projects called placeholder-name, one for each set of
answers that changes them. With the project's name filled in, both tools accept them as locked, so
the first build of a new project resolves nothing.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from .paths import LOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def lock_file(name: str, cookiecutter: Mapping[str, Any]) -> Path:
    """Returns the file made for these answers; the licence and the kind of wheels do not matter."""
    minimal = "-minimal" if cookiecutter["example"] == "minimal" else ""
    files = {
        "Cargo.lock": f"Cargo{minimal}{'-cli' if cookiecutter['cli'] else ''}.lock",
        "THIRD-PARTY-NOTICES.txt": f"notices{minimal}.txt",
        "fuzz/Cargo.lock": f"fuzz{minimal}.lock",
        "uv.lock": f"uv-{cookiecutter['lowest_python']}{'-docs' if cookiecutter['docs'] else ''}.lock",
    }
    file = LOCKS / files[name]
    if not file.exists():
        sys.exit(f"The template has no lock file {file.name} for these answers: it is incomplete.")
    return file


def lock(name: str, cookiecutter: Mapping[str, Any]) -> str:
    """Returns the project's lock file without its last newline, which the template's file has."""
    text = lock_file(name, cookiecutter).read_text(encoding="utf-8")
    if name == "uv.lock" and cookiecutter["example"] == "minimal":
        text = _without_hypothesis(text)
    text = re.sub(r"(?<![\w-])placeholder-name(?!\w)", cookiecutter["__crate"], text)
    text = re.sub(r"(?<!\w)placeholder_name(?![a-zA-Z0-9])", cookiecutter["__package"], text)
    return _sorted(text).rstrip("\n")


def _without_hypothesis(text: str) -> str:
    """Removes hypothesis and the one package that it alone needs.

    The tests of the minimal example do not use it, because importing it takes more than a second of
    the first run in a new environment. Separate lock files would be three megabytes more. In a
    bake, uv checks the result.
    """
    text = re.sub(r"^ +\{ name = \"hypothesis\".*\n", "", text, flags=re.MULTILINE)
    head, *blocks = text.split(_PACKAGE)
    unneeded = ('name = "hypothesis"\n', 'name = "sortedcontainers"\n')
    return head + "".join(_PACKAGE + block for block in blocks if not block.startswith(unneeded))


@cache
def packages() -> frozenset[str]:
    """Returns the normalised name of every package in any lock file, including the placeholders."""
    texts = (file.read_text(encoding="utf-8") for file in LOCKS.glob("*.lock"))
    names = (name.partition('"')[0] for text in texts for name in text.split('\nname = "')[1:])
    return frozenset(re.sub(r"[-_.]+", "-", name).lower() for name in names)


_PACKAGE = "[[package]]\n"
# Cargo's lists; those of uv never contain the project itself.
_DEPENDENCIES = re.compile(r'(?<=^dependencies = \[\n)(?: ".+",\n)+(?=\]$)', re.MULTILINE)


def _sorted(text: str) -> str:
    """Sorts the packages and their dependencies by name again.

    Both tools read them in any order, but the first `cargo` command without `--locked` would
    rewrite the file. Only the project's packages move, and their names are unique: sorting is
    stable, so all others keep their order.
    """
    head, *blocks = text.rstrip("\n").split(_PACKAGE)
    blocks = [_DEPENDENCIES.sub(_sorted_lines, block.rstrip("\n")) for block in blocks]
    blocks.sort(key=lambda block: block.partition("\n")[0])
    return head + "\n\n".join(_PACKAGE + block for block in blocks)


def _sorted_lines(lines: re.Match[str]) -> str:
    # An entry is "name", or "name version" if there are several versions.
    return "".join(
        sorted(lines[0].splitlines(keepends=True), key=lambda line: line.strip(' ",\n').split(" ")[0])
    )
