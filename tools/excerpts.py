"""Fills pages with excerpts of files, so that they read on GitHub as they do on the site: nobody copies code by hand.

From `<!-- excerpt FILE -->` to `<!-- end -->` a page shows the file, or what options in the comment choose of it, one a line: those of
Sphinx's `literalinclude`. The site's build includes the file itself: docs/_extensions/excerpts.py.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from textwrap import indent
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sphinx.directives.code import LiteralIncludeReader

if TYPE_CHECKING:
    from pathlib import Path

PLACE = re.compile(
    r"^(?P<head>(?P<indent> *)<!-- excerpt (?P<file>\S+)(?P<options>(?:\n *[\w-]+: [^\n]+)*)\s+-->\n\n)"
    # Without its end, a place would take in the next one.
    r"(?: *```(?P<language>\w+)\n(?:(?!\n *<!-- excerpt).)*?\n *```|(?:(?!\n *<!-- excerpt).)*?)(?=\n\n *<!-- end -->)",
    re.DOTALL | re.MULTILINE,
)
CONFIG: Any = SimpleNamespace(source_encoding="utf-8")


def options(place: re.Match[str]) -> dict[str, Any]:
    """What the comment says about the excerpt. A text in quotes is JSON, which keeps the spaces that it begins with."""
    said = (line.strip().split(": ", 1) for line in place["options"].split("\n")[1:])
    return {name: json.loads(value) if value[0] == '"' or value.isdigit() else value for name, value in said}


def filled(text: str, folder: Path) -> str:
    """A page of a folder with today's excerpts. What has no language is a text of its own, and no code."""

    def fill(place: re.Match[str]) -> str:
        excerpt, _ = LiteralIncludeReader(folder / place["file"], options(place), CONFIG).read()
        code = excerpt.rstrip("\n")
        block = f"```{place['language']}\n{code}\n```" if place["language"] else code
        return place["head"] + indent(block, place["indent"])

    return PLACE.sub(fill, text)


def fault(text: str, folder: Path) -> str | None:
    """What is wrong with the comments of a page, if anything is."""
    if len(re.findall(r"<!--\s*excerpt\b", text)) != len(PLACE.findall(text)):
        return "an excerpt lacks an empty line after its comment, or its end"
    try:
        filled(text, folder)
    except (OSError, ValueError) as error:
        return str(error)
    return None


def main() -> None:
    # Not above: the site's environment, which needs the rest, has nothing that renders the template.
    from tools import figures
    from tools.render import ROOT

    parser = argparse.ArgumentParser(prog="excerpts", description=__doc__ and __doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say which pages are out of date")
    check = parser.parse_args().check
    said = [
        f"{page.relative_to(ROOT)}: {found}"
        for page in figures.pages()
        if (found := fault(page.read_text("utf-8"), page.parent))
    ]
    if said:
        sys.exit("\n".join(said))
    stale = {
        page: new
        for page in figures.pages()
        if (new := filled(page.read_text("utf-8"), page.parent)) != page.read_text("utf-8")
    }
    for page, text in stale.items():
        if not check:
            page.write_text(text, encoding="utf-8", newline="\n")
        print(f"{page.relative_to(ROOT)} {'is out of date: run nox -s excerpts' if check else 'is filled'}")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
