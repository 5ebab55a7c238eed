"""Checks the files of a rendered project without building it.

Hundreds of combinations of answers share most of their files, so each check runs once for each
distinct content.
"""

import ast
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import yaml

from tools.shell import clean_environment
from tools.template.judge import ask
from tools.template.judge_table import JUDGES

# The template's own syntax, which no project may contain.
LEFTOVERS = re.compile(r"\{\{=|=\}\}|\{%=|=%\}|\{#=|=#\}|placeholder[-_]name|cookiecutter\.")
PARSERS: dict[str, Callable[[str], object]] = {
    ".json": json.loads,
    ".lock": tomllib.loads,
    ".py": ast.parse,
    ".pyi": ast.parse,
    ".toml": tomllib.loads,
    ".yaml": yaml.safe_load,
    ".yml": yaml.safe_load,
}


class StaticChecks:
    """The checks, and the contents that they have seen."""

    def __init__(self, *, slow: bool) -> None:
        self._judges = [judge for judge in JUDGES if judge.reads and (slow or not judge.slow)]
        self._seen: set[bytes] = set()
        self._environment = clean_environment()

    def problems(self, folder: Path) -> list[str]:
        """Return what is wrong with a project, one text each.

        A file that was seen before is not reported again.
        """
        found = []
        for path in _files(folder, ["**/*"]):
            content = path.read_bytes()
            if self._is_new(path.suffix, content):
                name = path.relative_to(folder)
                found += [f"{name}: {problem}" for problem in problems_of_file(path.suffix, content)]
        for judge in self._judges:
            contents = []
            for path in _files(folder, judge.reads.split()):
                contents += [bytes(path.relative_to(folder)), path.read_bytes()]
            if folder.joinpath(judge.only_with).exists() and self._is_new(judge.name, *contents):
                verdict = ask(judge, folder, self._environment, {})
                if not verdict.clean:
                    found.append(f"{judge.name}:\n{verdict.ended.output}")
        return found

    def _is_new(self, kind: str, *contents: bytes) -> bool:
        digest = hashlib.sha256(repr((kind, contents)).encode()).digest()
        is_new = digest not in self._seen
        self._seen.add(digest)
        return is_new


def problems_of_file(suffix: str, content: bytes) -> Iterator[str]:
    """Yield what is wrong with one file."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"not UTF-8: {error}"
        return
    if "\r" in text:
        yield "has a carriage return"
    if text and not text.endswith("\n"):
        yield "does not end with a line end"
    if found := LEFTOVERS.search(text):
        yield f"shows {found[0]!r} of the template"
    try:
        PARSERS.get(suffix, str)(text)
    except (ValueError, SyntaxError, yaml.YAMLError) as error:
        yield f"cannot be parsed: {error}"


def _files(folder: Path, patterns: Iterable[str]) -> list[Path]:
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    return sorted(path for path in found if ".git" not in path.relative_to(folder).parts)
