"""Fills pages with excerpts of files, so that nobody copies code by hand.

A page reads the same on GitHub and on the site. From `<!-- excerpt FILE -->` to `<!-- end -->` it
shows the file, or the part that the options in the comment select, one option per line. They are
the options of Sphinx's `literalinclude`. The site's build includes the file itself:
docs/_extensions/excerpts.py.
"""

import json
import re
from pathlib import Path
from textwrap import indent
from types import SimpleNamespace
from typing import Any

from sphinx.directives.code import LiteralIncludeReader

PLACE = re.compile(
    r"^(?P<head>(?P<indent> *)<!-- excerpt (?P<file>\S+)(?P<options>(?:\n *[\w-]+: [^\n]+)*)\s+-->\n\n)"
    # Without its end, an excerpt would include the next one.
    r"(?: *```(?P<language>\w+)\n(?:(?!\n *<!-- excerpt).)*?\n *```|(?:(?!\n *<!-- excerpt).)*?)(?=\n\n *<!-- end -->)",
    re.DOTALL | re.MULTILINE,
)
CONFIG: Any = SimpleNamespace(source_encoding="utf-8")


def options(place: re.Match[str]) -> dict[str, Any]:
    """Return the options in an excerpt's comment.

    A text in quotes is JSON, which keeps leading spaces.
    """
    said = (line.strip().split(": ", 1) for line in place["options"].split("\n")[1:])
    return {name: json.loads(value) if value[0] == '"' or value.isdigit() else value for name, value in said}


def filled(text: str, folder: Path) -> str:
    """Return a page of a folder with up-to-date excerpts.

    An excerpt without a language is prose, not code.

    Raises:
        ValueError: A comment is not an excerpt, or its file lacks the part that it selects.
        OSError: There is no such file.
    """
    if len(re.findall(r"<!--\s*excerpt\b", text)) != len(PLACE.findall(text)):
        raise ValueError("an excerpt lacks an empty line after its comment, or its end")

    def fill(place: re.Match[str]) -> str:
        excerpt, _ = LiteralIncludeReader(folder / place["file"], options(place), CONFIG).read()
        code = excerpt.rstrip("\n")
        block = f"```{place['language']}\n{code}\n```" if place["language"] else code
        return place["head"] + indent(block, place["indent"])

    return PLACE.sub(fill, text)
