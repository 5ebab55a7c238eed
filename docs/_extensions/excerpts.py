"""Includes the files themselves instead of the excerpts that pages have for readers on GitHub.

See tools/site/excerpts.py.
"""

from __future__ import annotations

import json
from textwrap import indent
from typing import TYPE_CHECKING

from tools.site.excerpts import PLACE, options

if TYPE_CHECKING:
    import re

    from sphinx.application import Sphinx


def included(place: re.Match[str]) -> str:
    """Return the directive for an excerpt of code; a text stays as it is."""
    if not place["language"]:
        return place[0]
    said = {"language": place["language"], **options(place)}
    lines = [f":{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in said.items()]
    directive = "\n".join([f"```{{literalinclude}} {place['file']}", *lines, "```"])
    return indent(directive, place["indent"])


def read(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Puts the directives into a page before it is parsed."""
    source[0] = PLACE.sub(included, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
