"""The mechanical rules for English: how wide a comment is, how it begins, and phrases to avoid."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent

# Each file in git below one of these keeps the rules.
ROOTS = (
    ".github",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "case_studies",
    "docs",
    "noxfile.py",
    "pyproject.toml",
    "reference/.github",
    "reference/Cargo.toml",
    "reference/README.md",
    "reference/benches",
    "reference/crates",
    "reference/docs",
    "reference/drift.toml",
    "reference/fuzz",
    "reference/nox_local.py",
    "reference/noxfile.py",
    "reference/pyproject.toml",
    "reference/python",
    "reference/tests",
    "reference/tools",
    "template",
    "tests",
    "tools",
)

EXCEPTIONS = {
    "LICENSE": "the words of lawyers",
    "pattern/tables.rs": "generated",
}

WIDTH = 100
HASH = {".cfg", ".sh", ".toml", ".yaml", ".yml"}
PYTHON = {".py", ".pyi"}
# A function's comment begins with a verb, a field's with a noun; "Whether" may begin a flag's.
BEGINNINGS = re.compile(r"(Of|That|What|Who|None|So many|As many)\b")
PHRASES = re.compile(
    r"""
    \bso\ many\b(?!\ tokens)               # name the parameter; "So many tokens" is the title of an article
    | (?<!there\ )\b(?:is|are|was|were)\ no\b(?!\ longer|\ more|\ other)  # "is not a letter"
    | (?<!there\ )\b(?:is|are)\ none\b       # "is not an integer"
    | \bis\ another(?=[.,;:)]|$)           # "differs", "mismatch"
    """,
    re.VERBOSE | re.IGNORECASE,
)
EXPRESSION = re.compile(r"\{\{= cookiecutter\.\w+ =\}\}")


def without_template(text: str) -> str:
    """Return the text of a template's file with names filled in, and without its conditions."""
    return re.sub(r"(?m)^\{%= .* =%\}$", "", EXPRESSION.sub("my-package", text))


def comments(path: str, text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each line of a comment with its number, and whether a doc comment begins there."""
    lines = text.split("\n")
    suffix = Path(path).suffix
    if suffix == ".rs":
        before = ""
        for number, line in enumerate(lines, 1):
            mark = re.match(r"\s*(//[/!]?)(?!/)", line)
            if mark:
                yield number, line, mark[1] != "//" and mark[1] != before
            before = mark[1] if mark else ""
    elif suffix in PYTHON:
        for number in python_comments(text):
            yield number, lines[number - 1], False
        for first, last in docstrings(text):
            for number in range(first, last + 1):
                yield number, lines[number - 1], number == first
    elif suffix in HASH:
        for number, line in enumerate(lines, 1):
            if line.lstrip().startswith("#"):
                yield number, line, False


def python_comments(text: str) -> list[int]:
    """Return the numbers of the lines that are Python comments."""
    tokens = tokenize.generate_tokens(io.StringIO(re.sub(r"=%\}|=\}\}", "", text)).readline)
    try:
        found = [token for token in tokens if token.type == tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError):
        return [number for number, line in enumerate(text.split("\n"), 1) if re.match(r"\s*# ", line)]
    return [token.start[0] for token in found if not token.line[: token.start[1]].strip()]


def docstrings(text: str) -> list[tuple[int, int]]:
    """Return the first and the last line of each string that is a statement.

    These are docstrings, and the strings below names.
    """
    # In a template's file, a package's name may stand for an identifier of Python.
    try:
        tree = ast.parse(text.replace("my-package", "my_package"))
    except SyntaxError:
        return []
    return [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]


def of_function(path: str, lines: list[str], number: int) -> bool:
    """Return whether the doc comment that begins at a line is that of a function."""
    if path.endswith(".rs"):
        below = (line for line in lines[number:] if not re.match(r"\s*(//|#\[)", line))
        return re.match(r"\s*(pub\S* )?(const )?fn ", next(below, "")) is not None
    return lines[number - 2].endswith(":")


def words(line: str) -> str:
    """Return the words of a line of a comment, without marks and without code."""
    return re.sub(r"`[^`]*`", "CODE", re.sub(r'^\s*(?://[/!]?|#+|r?"""|-)?\s*', "", line))


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a page that are not code, and that no tool fills in."""
    fence = ""
    filled = re.sub(r"(?s)<!--= .*?<!--/-->", lambda found: "\n" * found[0].count("\n"), text)
    for number, line in enumerate(filled.split("\n"), 1):
        mark = re.match(r"\s*(```+)", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip() == fence:
            fence = ""
        elif not fence:
            yield number, words(line)


def faults(path: str, text: str) -> list[str]:
    """Return each breach of the rules in a file, with its line."""
    if path.endswith(".md"):
        said = ((number, PHRASES.search(line)) for number, line in prose(text))
        return [f"{path}:{number}: {wrong[0]!r}" for number, wrong in said if wrong]
    found: list[str] = []
    fenced = False
    for number, line, begins in comments(path, without_template(text)):
        fenced ^= "```" in line
        # A table, an address and a regular expression cannot be wrapped.
        if len(line) > WIDTH and not fenced and not re.search(r"://|^\s*//[/!] \||\\p\{", line):
            found.append(f"{path}:{number}: {len(line)} columns")
        if begins and (wrong := BEGINNINGS.match(words(line))):
            found.append(f"{path}:{number}: begins with {wrong[0]!r}")
        if begins and words(line).startswith("Whether ") and of_function(path, text.split("\n"), number):
            found.append(f"{path}:{number}: begins with 'Whether'")
        if wrong := PHRASES.search(words(line)):
            found.append(f"{path}:{number}: {wrong[0]!r}")
    return found


def files() -> list[str]:
    command = ["git", "ls-files", "-z", *ROOTS]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    kinds = {".md", ".rs", *PYTHON, *HASH}
    return [
        name
        for name in listed.rstrip("\0").split("\0")
        if Path(name).suffix in kinds and not any(each in name for each in EXCEPTIONS)
    ]


def test_comments_and_pages_keep_the_rules() -> None:
    listed = files()
    assert len(listed) > 100
    found = [fault for name in listed for fault in faults(name, (ROOT / name).read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.rs", f"/// {'long ' * 20}\nfn a() {{}}\n", "a.rs:1: 104 columns"),
        ("a.rs", "/// Of the first bytes.\nfn a() {}\n", "a.rs:1: begins with 'Of'"),
        ("a.rs", "/// Whether it fits.\n#[inline]\nfn a() {}\n", "a.rs:1: begins with 'Whether'"),
        ("a.rs", "//! Pieces.\n//!\n//! What others call tokens is none.\n", "a.rs:3: 'is none'"),
        ("a.py", '"""What it does."""\n', "a.py:1: begins with 'What'"),
        ("a.py", 'def a():\n    """Return.\n\n    It has so many bytes.\n    """\n', "a.py:4: 'so many'"),
        ("a.py", f"a = 1\n# {'long ' * 20}\n", "a.py:2: 102 columns"),
        ("a.toml", "# A file that is no link.\n", "a.toml:1: 'is no'"),
        ("a.yml", "    # The checksum is another.\n", "a.yml:1: 'is another'"),
        ("a.md", "2.0 is none.\n", "a.md:1: 'is none'"),
        (
            "{{= a =}}/a.py",
            '{%= if a =%}\n"""That it is."""\n{%= endif =%}\n',
            "{{= a =}}/a.py:2: begins with 'That'",
        ),
    ],
)
def test_a_planted_fault_is_found(path: str, text: str, expected: str) -> None:
    assert faults(path, text) == [expected]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.rs", '/// Returns whether it fits; there is no other.\nfn a() { let a = "// Of"; }\n'),
        ("a.rs", "struct A {\n    /// Whether it fits.\n    fits: bool,\n}\n"),
        ("a.rs", f"/// {'long ' * 18}\n//\n// https://example.org/{'long' * 20}\n"),
        ("a.py", f'"""Return it."""\n\na = "Of {"long " * 20}"\n'),
        ("a.md", "It is no longer used.\n\n```python\nis none\n```\n"),
        ("a.py", "# {{= cookiecutter.__package =}} {{= cookiecutter.__crate =}}" + " word" * 12 + "\n"),
    ],
)
def test_good_english_passes(path: str, text: str) -> None:
    assert faults(path, text) == []
