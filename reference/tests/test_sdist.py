"""The sdist has the files that its own tests read: `nox -s wheel` runs them from there."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_page_that_a_test_reads_is_included() -> None:
    tests = "".join(
        path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))
    )
    pages = {f"docs/{name}" for name in re.findall(r'"docs" / "([\w-]+\.md)"', tests)}
    assert "docs/wheel.md" in pages
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = {entry["path"] for entry in project["tool"]["maturin"]["include"]}
    assert pages <= included
