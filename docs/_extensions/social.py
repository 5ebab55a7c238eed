"""Adds the metadata that other sites show for a link.

They are the title, the first sentences, and one picture for all pages. sphinxext-opengraph would do
the same, but if a page begins with a table, its description begins with the cells.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from llms import first_paragraph

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

LONGEST = 200


def add_metatags(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Adds the tags of the Open Graph protocol to a page."""
    if doctree is None:
        return
    summary = first_paragraph(doctree)
    if len(summary) > LONGEST:
        summary = summary[:LONGEST].rpartition(" ")[0] + " …"
    base = app.config.html_baseurl
    tags = {
        "og:title": context["title"],
        "og:description": summary,
        "og:type": "website",
        "og:site_name": app.config.project,
        "og:url": f"{base}{page}.html",
        "og:image": f"{base}_static/social-card.png",
        "og:image:alt": app.config.social_card_alt,
    }
    lines = [f'<meta property="{name}" content="{escape(value)}">' for name, value in tags.items()]
    lines += [
        f'<meta name="description" content="{escape(summary)}">',
        '<meta name="twitter:card" content="summary_large_image">',
    ]
    context["metatags"] = "\n".join([context.get("metatags", ""), *lines])


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("social_card_alt", "", "html")
    app.connect("html-page-context", add_metatags)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
