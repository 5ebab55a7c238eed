"""The notebooks to download have the examples of their pages, which compile."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tools import ROOT

if TYPE_CHECKING:
    from types import ModuleType

TUTORIAL = ROOT / "docs" / "tutorial"
PAGES = [page for page in sorted(TUTORIAL.glob("*.md")) if "{doctest}" in page.read_text(encoding="utf-8")]


@pytest.fixture
def notebooks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs" / "_extensions"), *sys.path])
    return importlib.import_module("notebooks")


def code(notebook: Any) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_a_page_becomes_cells(notebooks: Any) -> None:
    page = "# Page\n\n## One\n\n## Two\n\n```{doctest}\n>>> for i in [1]:\n...     print(i)\n1\n```\n\n## Three\n"
    found = notebooks.notebook(page)
    assert code(found) == ["for i in [1]:\n    print(i)"]
    titles = ["".join(cell["source"]) for cell in found["cells"] if cell["cell_type"] == "markdown"]
    assert titles[1:] == ["## Two"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_example_compiles_and_the_page_links_to_them(page: Any, notebooks: Any) -> None:
    text = page.read_text(encoding="utf-8")
    cells = code(notebooks.notebook(text))
    assert len(cells) == text.count("{doctest}")
    for cell in cells:
        compile(cell, page.name, "exec")
    assert f"{{download}}`as a notebook <../_build/generated/notebooks/{page.stem}.ipynb>`" in text
