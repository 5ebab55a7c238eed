"""Real input that is on every machine: the files of Python's standard library."""

from __future__ import annotations

import ast
import hashlib
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINES = 50_000
NOT_FOR_THIS = {
    "encodings",  # tables
    "idlelib",
    "lib2to3",  # has files of Python 2
    "pydoc_data",  # one value on 10,000 lines
    "site-packages",
    "test",  # has files that are wrong on purpose
    "tests",
    "turtledemo",
}


def library() -> Path:
    """Return the folder of the standard library."""
    return Path(sysconfig.get_path("stdlib"))


def files(root: Path, lines: int = LINES, *, longest: int = LINES) -> dict[str, str]:
    """Return the files of a folder by name, in the order of their names, up to a number of lines.

    Files with more lines than `longest` are left out.
    """
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*.py"), key=lambda path: path.relative_to(root).as_posix()):
        name = path.relative_to(root)
        if NOT_FOR_THIS & {*name.parts[:-1]}:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        count = text.count("\n")
        if count > longest:
            continue
        lines -= count
        if lines < 0:
            break
        found[name.as_posix()] = text
    return found


def described(texts: dict[str, str]) -> dict[str, Any]:
    """Return the description of the input in a measurement."""
    return {
        "files": len(texts),
        "lines": sum(text.count("\n") for text in texts.values()),
        "bytes": sum(len(text.encode()) for text in texts.values()),
        "sha256": hashlib.sha256("".join(texts.values()).encode()).hexdigest(),
    }


def write(texts: dict[str, str], into: Path) -> None:
    """Writes the files into a folder."""
    for name, text in texts.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def outline(texts: dict[str, str]) -> list[dict[str, Any]]:
    """Return the facts about each module that documentation tools use, ready for JSON.

    They are its classes, functions, parameters and docstrings.
    """
    return [_module(name, text) for name, text in texts.items()]


def _module(name: str, text: str) -> dict[str, Any]:
    tree = ast.parse(text)
    return {
        "name": name.removesuffix(".py").replace("/", "."),
        "lines": text.count("\n"),
        "blank_share": sum(not line.strip() for line in text.split("\n")) / (text.count("\n") + 1),
        "docstring": ast.get_docstring(tree) or "",
        "functions": [*_functions(tree.body)],
        "classes": [
            {
                "name": node.name,
                "line": node.lineno,
                "bases": [ast.unparse(base) for base in node.bases],
                "docstring": ast.get_docstring(node) or "",
                "methods": [*_functions(node.body)],
            }
            for node in tree.body
            if isinstance(node, ast.ClassDef)
        ],
    }


def _functions(body: Iterable[ast.stmt]) -> Iterator[dict[str, Any]]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        arguments = node.args
        plain = [*arguments.posonlyargs, *arguments.args]
        yield {
            "name": node.name,
            "line": node.lineno,
            "asynchronous": isinstance(node, ast.AsyncFunctionDef),
            "docstring": ast.get_docstring(node) or "",
            "parameters": [
                {
                    "name": argument.arg,
                    "keyword_only": argument in arguments.kwonlyargs,
                    "annotation": ast.unparse(argument.annotation) if argument.annotation else "",
                }
                for argument in (*plain, *arguments.kwonlyargs)
            ],
        }
