"""The first use of a word on a page leads to its meaning, unless it is code or a title."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import pytest
from docutils import nodes
from docutils.utils import new_document

from tools import ROOT

if TYPE_CHECKING:
    from types import ModuleType

DOCS = ROOT / "docs"


@pytest.fixture
def glossary(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(DOCS / "_extensions"), *sys.path])
    return importlib.import_module("glossary")


def page(*parts: nodes.Node) -> Any:
    document = new_document("page")
    document += parts
    return document


def links(glossary: Any, document: Any) -> list[tuple[str, str]]:
    glossary.first_uses(document, {"crate": "a package", "GIL": "a lock", "free": "no"}, "words.html")
    found = document.findall(nodes.reference)
    return [(each.astext(), each["refuri"]) for each in found]


def test_only_the_first_use_is_a_link(glossary: ModuleType) -> None:
    document = page(
        nodes.title("", "A crate"),
        nodes.paragraph("", "", nodes.literal("", "crate"), nodes.Text(" crates and the GIL; a crate.")),
        nodes.paragraph("", "The GIL, free-threaded."),
    )
    expected = [("crates", "words.html#word-crate"), ("GIL", "words.html#word-gil")]
    assert links(glossary, document) == expected
    assert document.astext().endswith("crate crates and the GIL; a crate.\n\nThe GIL, free-threaded.")


def test_a_link_stays_as_it_is(glossary: ModuleType) -> None:
    link = nodes.reference("", "the crate", refuri="x")
    assert links(glossary, page(nodes.paragraph("", "", link))) == [("the crate", "x")]


def test_the_meaning_has_no_markup(glossary: ModuleType) -> None:
    found = glossary.meanings(DOCS)
    assert found["closure"].endswith("|x| x + 1 is Python's lambda x: x + 1")
    assert "](" not in "".join(found.values())
    assert {"GIL", "wheel", "stable ABI"} <= found.keys()
    assert not found.keys() & glossary.AMBIGUOUS
