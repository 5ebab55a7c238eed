"""Adapts pages for the site that are also read on GitHub.

On GitHub, links have to lead to files, and directives are unknown. Here, a link into
`reference/docs` leads to the copy on the site: `docs/bytemerge`. A comment that begins with `<!--
site` is for the site alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Relative to a folder in docs, where the leading `../` end.
REFERENCE = re.compile(r"(?<=\]\()(?P<back>(?:\.\./)*)\.\./reference/docs/")
SITE_ONLY = re.compile(r"<!-- site\n(.*?)\n-->", re.DOTALL)
# The marks around the figures that `tools.site.figures` fills in. The figures themselves stay.
MARKS = re.compile(r"<!-- figures\n.*?\n-->|<!--= .*? -->|<!--/-->", re.DOTALL)


def for_the_site(page: str) -> str:
    """Return a page as the site reads it."""
    return SITE_ONLY.sub(r"\1", MARKS.sub("", REFERENCE.sub(r"\g<back>bytemerge/", page)))


def read(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Changes a page before it is parsed."""
    source[0] = for_the_site(source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
