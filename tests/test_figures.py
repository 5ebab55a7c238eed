"""The figures in the docs are those that were measured."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tools import figures
from tools.render import ROOT

MEASURED = [
    *figures.MEASURED.glob("*.json"),
    *figures.BENCH.parent.glob("*.json"),
]

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", figures.pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_page_shows_what_was_measured(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert figures.filled(text) == text, "run nox -s figures"


def test_every_measurement_is_shown() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in figures.pages())
    shown_files = {each.measured for name, each in figures.TABLES.items() if f"<!-- {name} -->" in shown}
    assert shown_files == {*MEASURED}


def test_a_changed_measurement_changes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = json.loads((figures.MEASURED / "speed.json").read_text(encoding="utf-8"))
    measured["median"] = {"slow": 2.0, "fast": 0.5}
    measured["bytes"] = 3_000_000
    (tmp_path / "speed.json").write_text(json.dumps(measured), encoding="utf-8")
    changed = replace(figures.TABLES["speed"], measured=tmp_path / "speed.json")
    monkeypatch.setitem(figures.TABLES, "speed", changed)
    page = figures.filled("before\n\n<!-- speed -->\n\nold\n\n<!-- end -->\nafter\n")
    assert "| slow | 2000 ms | 2 MB/s | 1.0 |\n| fast | 500 ms | 6 MB/s | 4.0 |\n" in page
    assert page.startswith("before\n")
    assert page.endswith("<!-- end -->\nafter\n")
    assert "old" not in page


def test_no_measurement_names_a_folder_of_the_machine() -> None:
    for measured in MEASURED:
        assert not re.search(r'"(/|[A-Z]:\\\\)', measured.read_text(encoding="utf-8"))
