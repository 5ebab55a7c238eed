"""Finds the calls that use the system's encoding or line ends, and so differ on Windows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# The arguments that read the output of a program as text.
AS_TEXT = {"text", "universal_newlines"}


def of_the_system(source: str, *, ends_of_lines: bool) -> Iterator[tuple[int, str]]:
    """Yield the lines and names of calls that use the system's encoding.

    They include calls that use the system's line ends if `ends_of_lines` is set.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if "encoding" not in given:
            if any(getattr(given.get(name), "value", False) is True for name in AS_TEXT):
                yield node.lineno, "text=True"
            match node.func:
                case ast.Attribute(attr="read_text" | "write_text" as name) if len(node.args) <= (
                    name == "write_text"
                ):
                    yield node.lineno, name
                case ast.Name(id="open") if "b" not in mode(node):
                    yield node.lineno, "open"
        if ends_of_lines and "newline" not in given:
            match node:
                case ast.Call(func=ast.Attribute(attr="write_text"), args=[written, *_]) if has_lines(
                    written
                ):
                    yield node.lineno, "write_text without newline="


def mode(call: ast.Call) -> str:
    """Return the mode in which a file is opened."""
    given = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    return str(getattr(given[0], "value", "b")) if given else "r"


def has_lines(written: ast.expr) -> bool:
    """Return whether a text contains the end of a line, as far as the code shows."""
    constants = [node.value for node in ast.walk(written) if isinstance(node, ast.Constant)]
    return any(isinstance(each, str) and "\n" in each for each in constants)
