"""Writes llms.txt, the list of pages for language models: https://llmstxt.org.

Each line leads to a page's source. sphinx-llms-txt would write the list too, but without the first
paragraph of each page.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def write(app: Sphinx, exception: Exception | None) -> None:
    """Writes the list in the order of the navigation."""
    if exception or app.builder.name != "html":
        return
    pages = list(dict.fromkeys(_in_order(app, str(app.config.root_doc))))
    root = app.env.get_doctree(app.config.root_doc)
    lines = [f"# {app.config.project}", "", f"> {first_paragraph(root)}", "", "## Docs", ""]
    for page in pages:
        title = app.env.titles[page].astext()
        suffix = Path(app.env.doc2path(page)).suffix
        address = f"{app.config.html_baseurl}_sources/{page}{suffix}.txt"
        summary = first_paragraph(app.env.get_doctree(page))
        lines.append(f"- [{title}]({address})" + (f": {summary}" if summary else ""))
    Path(app.outdir, "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _in_order(app: Sphinx, page: str) -> list[str]:
    """Return a page and all below it."""
    below = app.env.toctree_includes.get(page, [])
    return [page, *(deeper for each in below for deeper in _in_order(app, each))]


def first_paragraph(doctree: nodes.document) -> str:
    """Return the first paragraph of a page, on one line."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            return " ".join(paragraph.astext().split())
    return ""


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
