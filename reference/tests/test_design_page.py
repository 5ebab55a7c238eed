"""The numbers on the page that explains the design are those of the code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
CONSTANTS = re.findall(
    r"^\| `(\w+)` \| \[.*?\]\(\.\./(crates/.*?\.rs)\) \| ([\d,]+) \|", PAGE, re.MULTILINE
)
NAMES = [f"{Path(path).stem}.{name}" for name, path, _ in CONSTANTS]
CACHES = re.findall(r"^\| [\w ]+ \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", PAGE, re.MULTILINE)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def constant(name: str, path: str) -> int:
    """The value of a constant that is a number, a shift of one, or so many milliseconds."""
    code = (ROOT / path).read_text(encoding="utf-8")
    found = re.search(
        rf"const {name}: \w+ = (?:Duration::from_millis\()?(\d+)(?: << (\d+))?\)?;", code
    )
    assert found, f"{path} has no such constant: {name}"
    return int(found[1]) << int(found[2] or 0)


def test_the_page_has_the_tables() -> None:
    assert len(CONSTANTS) == PAGE.split("## The constants")[1].split("##")[0].count("\n| `")
    assert len(CACHES) == 3


@pytest.mark.parametrize(("name", "path", "value"), CONSTANTS, ids=NAMES)
def test_the_constants(name: str, path: str, value: str) -> None:
    assert number(value) == constant(name, path)


def test_the_bounds_of_the_caches() -> None:
    """The bytes of a line are held by a test of the core."""
    for name, (entries, size, total) in zip(
        ("MOST", "MOST_IDS", "MOST_BYTES"), CACHES, strict=True
    ):
        assert number(entries) == constant(name, "crates/bytemerge/src/encode/cache.rs")
        assert number(total) == number(entries) * number(size)


def test_all_caches_together() -> None:
    assert sum(number(total) for *_, total in CACHES) < 5e6
    assert "less than five megabytes" in PAGE


def test_the_linked_files_are_there() -> None:
    linked = re.findall(r"\]\(\.\./(.*?)\)", PAGE)
    assert linked
    assert [path for path in linked if not (ROOT / path).exists()] == []
