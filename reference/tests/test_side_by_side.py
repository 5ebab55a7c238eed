"""The naive tokenizers of both languages match name for name.

They are not longer than those of the talk.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON = (ROOT / "python/bytemerge/naive.py").read_text(encoding="utf-8")
RUST = (ROOT / "crates/bytemerge/src/naive/mod.rs").read_text(encoding="utf-8")

LINES = {"Python": 210, "Rust": 291}
"""The lines of the talk's programs, which showed the same algorithm."""

ELSEWHERE = {"__init__", "__eq__", "__hash__", "load", "save"}
"""Rust derives these, or has them in another file."""


def names_in_python() -> set[str]:
    nodes = ast.walk(ast.parse(PYTHON))
    return {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def test_neither_is_longer_than_in_the_talk() -> None:
    assert PYTHON.count("\n") <= LINES["Python"]
    assert RUST.count("\n") <= LINES["Rust"]


def test_each_function_of_python_has_its_name_in_rust() -> None:
    names = names_in_python() - ELSEWHERE
    assert {"NaiveTokenizer", "train", "tokenize", "most_frequent_pair", "merge"} <= names
    in_rust = {*re.findall(r"\b(?:fn|struct|trait) (\w+)", RUST)}
    assert names <= in_rust
