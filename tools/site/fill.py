"""Fills the pages in place: the figures from measurements, and the code from its files.

Nothing is written if a comment of any page is wrong. The tests compare the pages with the sources.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

from tools import ROOT
from tools.site import excerpts, figures

WRITTEN = {"_build", "bytemerge"}


def pages() -> list[Path]:
    """Return the pages that people write, without those that the site's build writes."""
    found = (page for folder in ("docs", "reference/docs") for page in sorted((ROOT / folder).rglob("*.md")))
    return [ROOT / "README.md", *(page for page in found if not WRITTEN & {*page.relative_to(ROOT).parts})]


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    changed: dict[Path, str] = {}
    faults = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        try:
            new = excerpts.filled(figures.filled(text), page.parent)
        except (OSError, ValueError) as fault:
            faults.append(f"{page.relative_to(ROOT)}: {fault}")
        else:
            changed |= {page: new} if new != text else {}
    if faults:
        sys.exit("\n".join(faults))
    for page, text in changed.items():
        page.write_text(text, encoding="utf-8", newline="\n")
        print(f"{page.relative_to(ROOT)} is filled")
