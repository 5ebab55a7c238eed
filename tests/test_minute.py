"""The small measurements are recorded, and their pages show them."""

from __future__ import annotations

from os.path import relpath
from pathlib import Path

import pytest

from tools import ROOT
from tools.site import minute


@pytest.mark.parametrize("name", minute.COMMANDS)
def test_the_record_is_of_this_command_and_its_page_shows_it(name: str) -> None:
    record = (minute.SEEN / f"minute-{name}.txt").read_text(encoding="utf-8")
    typed, _, said = record.partition("\n")
    assert typed == f"$ {minute.COMMANDS[name]}", "run nox -s minute -- --write"
    assert said.strip()
    folders = {"when": "docs", **dict.fromkeys(minute.IN_ROOT, "docs/case-studies")}
    path = ROOT / folders.get(name, "docs/tutorial") / f"{name.partition('-')[0]}.md"
    seen, page = Path(relpath(minute.SEEN, path.parent)).as_posix(), path.read_text(encoding="utf-8")
    assert f"<!-- excerpt {seen}/minute-{name}.txt -->" in page
    assert f"<!-- excerpt {seen}/minute-machine.txt -->" in page
