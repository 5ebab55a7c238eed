"""Fills pages in place, for `nox -s figures` and `nox -s excerpts`."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from tools import ROOT

WRITTEN = {"_build", "bytemerge"}


def pages() -> list[Path]:
    """Return the pages that people write, without those that the site's build writes."""
    found = (page for folder in ("docs", "reference/docs") for page in sorted((ROOT / folder).rglob("*.md")))
    return [ROOT / "README.md", *(page for page in found if not WRITTEN & {*page.relative_to(ROOT).parts})]


def fill(parser: ArgumentParser, filled: Callable[[str, Path], str]) -> None:
    """Run the command of a session.

    `filled` takes the text and the folder of a page, and returns its new text. It raises ValueError
    or OSError where a comment is wrong; then no page is written.
    """
    parser.add_argument("--check", action="store_true", help="only say which pages are out of date")
    check = parser.parse_args().check
    stale: dict[Path, str] = {}
    faults = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        try:
            new = filled(text, page.parent)
        except (OSError, ValueError) as fault:
            faults.append(f"{page.relative_to(ROOT)}: {fault}")
        else:
            stale |= {page: new} if new != text else {}
    if faults:
        sys.exit("\n".join(faults))
    session = parser.prog.rpartition(".")[2]
    for page, text in stale.items():
        if not check:
            page.write_text(text, encoding="utf-8", newline="\n")
        print(f"{page.relative_to(ROOT)} {f'is out of date: run nox -s {session}' if check else 'is filled'}")
    sys.exit(1 if check and stale else 0)
