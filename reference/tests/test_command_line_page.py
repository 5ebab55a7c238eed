"""The page of the command line equals the help of the commands."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "tools" / "command_line_page.py"


def test_the_page_has_the_help_of_each_command() -> None:
    if not TOOL.exists():
        pytest.skip("tools are not part of what is installed")
    tool = runpy.run_path(str(TOOL))
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert "usage: bytemerge encode" in page
    assert tool["with_python"](page) == page, f"out of date: python {TOOL.relative_to(ROOT)}"
