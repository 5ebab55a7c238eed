"""Repairs the accessibility faults that axe-core finds in pages of Furo and Sphinx.

It changes the HTML, so no script is necessary.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MENDS = {
    # A heading needs a level.
    '<p class="caption" role="heading"><': '<p class="caption" role="heading" aria-level="2"><',
    # A scrollable element must be reachable without a mouse.
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    # Two landmarks of the same kind need names.
    '<aside class="sidebar-drawer"': '<aside aria-label="Site" class="sidebar-drawer"',
    '<aside class="toc-drawer': '<aside aria-label="Page" class="toc-drawer',
}
# A flame graph scrolls on a phone, with the paragraph around it: see site.css.
FLAME_GRAPH = re.compile(r'<p>(?=<img [^>]*src="[^"]*/profile-)')


def mended(html: str) -> str:
    """Return the page with its faults repaired; a repaired page stays the same."""
    for fault, mend in MENDS.items():
        html = html.replace(fault, mend)
    return FLAME_GRAPH.sub('<p tabindex="0">', html)


def mend_all(app: Sphinx, exception: Exception | None) -> None:
    """Repairs every page that was written."""
    if exception or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        if "rust" not in page.relative_to(app.outdir).parts:
            page.write_text(mended(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", mend_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
