"""The page for beginners shows a recorded run."""

from __future__ import annotations

import re
from pathlib import Path

from tools import ROOT
from tools.site import start
from tools.site.reader import tidied

PAGE = ROOT / "docs" / "start.md"


def test_the_page_shows_every_step_in_order_and_nothing_else() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"excerpt start/seen/([\w-]+)\.txt -->\n\n```console\n", page) == list(start.STEPS)
    assert page.count("```console") == len(start.STEPS), "what nobody ran"


def test_the_records_are_of_these_commands() -> None:
    for name, command in start.STEPS.items():
        record = (start.FILES / "seen" / f"{name}.txt").read_text(encoding="utf-8")
        typed = [line.removeprefix("$ ") for line in record.splitlines() if line.startswith("$ ")]
        assert typed == command.splitlines(), "run nox -s start -- --write"


def test_a_record_names_no_folder_of_the_machine() -> None:
    said = f"made {Path.home()}/x\nin /scratch/y   \nto /tmp/.tmpA1b/z\n\n\n\nfrom {ROOT}\n\n"
    found = tidied("Using CPython 3.11.7 interpreter at: /opt/me/bin/python3\n", Path("/scratch"))
    assert found == "Using CPython 3.11.7 interpreter at: /usr/bin/python3\n"
    assert tidied(said, Path("/scratch")) == "made ~/x\nin ~/y\nto ~/z\n\nfrom gh:OWNER/pairforge\n"
