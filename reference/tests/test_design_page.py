"""The numbers on the page that explains the design equal those of the code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
CONSTANTS = re.findall(
    r"^\| `(\w+)` \| \[.*?\]\(\.\./(crates/.*?\.rs)\) \| ([\d,]+) \|", PAGE, re.MULTILINE
)
NAMES = [f"{Path(path).stem}.{name}" for name, path, _ in CONSTANTS]
TABLE = re.findall(r"^\| [\w ]+ \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", PAGE, re.MULTILINE)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def constant(name: str, path: str) -> int:
    """The value of a constant that is a number, a shift of one, or a number of milliseconds."""
    code = (ROOT / path).read_text(encoding="utf-8")
    found = re.search(
        rf"const {name}: \w+ = (?:Duration::from_millis\()?(\d+)(?: << (\d+))?\)?;", code
    )
    assert found, f"{path} has no such constant: {name}"
    return int(found[1]) << int(found[2] or 0)


def test_the_page_has_the_tables() -> None:
    assert len(CONSTANTS) == PAGE.split("## The constants")[1].split("##")[0].count("\n| `")
    assert len(TABLE) == 2


@pytest.mark.parametrize(("name", "path", "value"), CONSTANTS, ids=NAMES)
def test_the_constants(name: str, path: str, value: str) -> None:
    assert number(value) == constant(name, path)


def test_the_bounds_of_the_table() -> None:
    """A test of the core checks the bytes of a line."""
    for name, (entries, size, total) in zip(("MOST_LINES", "MOST_WORDS"), TABLE, strict=True):
        assert number(entries) == constant(name, "crates/bytemerge/src/encode/table.rs")
        assert number(total) == number(entries) * number(size)


def test_the_whole_table() -> None:
    assert sum(number(total) for *_, total in TABLE) < 26e6
    assert "less than twenty-six megabytes" in PAGE


def test_the_linked_files_are_there() -> None:
    linked = re.findall(r"\]\(\.\./(.*?)\)", PAGE)
    assert linked
    assert [path for path in linked if not (ROOT / path).exists()] == []
