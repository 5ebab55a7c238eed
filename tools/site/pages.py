"""Fills pages in place, for `nox -s figures` and `nox -s excerpts`.

Needs only the standard library.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from tools import ROOT

WRITTEN = {"_build", "bytemerge"}


def pages() -> list[Path]:
    """Return the pages that people write, without those that the site's build writes."""
    found = (page for folder in ("docs", "reference/docs") for page in sorted((ROOT / folder).rglob("*.md")))
    return [ROOT / "README.md", *(page for page in found if not WRITTEN & {*page.relative_to(ROOT).parts})]


def main(
    name: str,
    about: str | None,
    faults: Callable[[str, Path], list[str]],
    filled: Callable[[str, Path], str],
) -> None:
    """Run the command of a session.

    Both functions take the text and the folder of a page, and return its faults or its new text.
    """
    parser = argparse.ArgumentParser(prog=name, description=about and about.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say which pages are out of date")
    check = parser.parse_args().check
    texts = {page: page.read_text(encoding="utf-8") for page in pages()}
    said = [
        f"{page.relative_to(ROOT)}: {fault}"
        for page, text in texts.items()
        for fault in faults(text, page.parent)
    ]
    if said:
        sys.exit("\n".join(said))
    stale = {page: new for page, text in texts.items() if (new := filled(text, page.parent)) != text}
    for page, text in stale.items():
        if not check:
            page.write_text(text, encoding="utf-8", newline="\n")
        print(f"{page.relative_to(ROOT)} {f'is out of date: run nox -s {name}' if check else 'is filled'}")
    sys.exit(1 if check and stale else 0)
