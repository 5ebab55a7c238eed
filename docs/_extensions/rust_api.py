"""Makes rustdoc's pages part of the site, and links to them.

The role `` {rust}`bytemerge::Tokenizer` `` is such a link. A name without a page of rustdoc is a
warning, and so an error.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

if TYPE_CHECKING:
    from sphinx.application import Sphinx

REFERENCE = Path(__file__).parents[2] / "reference"
RUSTDOC = Path(os.environ.get("CARGO_TARGET_DIR", REFERENCE / "target"), "nox", "doc")
KINDS = ("struct", "enum", "trait", "fn", "type", "constant", "macro")
logger = logging.getLogger(__name__)


def page_of(name: str) -> str | None:
    """Return the page of a crate, a module or an item below rustdoc's folder."""
    *path, last = name.split("::")
    folder = "/".join(path)
    candidates = [
        f"{folder}/{last}/index.html".lstrip("/"),
        *(f"{folder}/{kind}.{last}.html" for kind in KINDS),
    ]
    return next((page for page in candidates if (RUSTDOC / page).is_file()), None)


class RustRole(SphinxRole):
    """A link to an item's page; `~` leaves out the path, as in Sphinx's own roles."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name = self.text.removeprefix("~")
        page = page_of(name)
        if page is None:
            logger.warning("rustdoc has no page for %s", name, location=self.get_location())
            page = "index.html"
        shown = name.rpartition("::")[2] if self.text.startswith("~") else name
        up = "../" * self.env.docname.count("/")
        literal = nodes.literal(shown, shown)
        link = nodes.reference("", "", literal, refuri=f"{up}rust/{page}", internal=True)
        return [link], []


def copy(app: Sphinx, exception: Exception | None) -> None:
    """Copies rustdoc's pages, without the parts that belong to this machine."""
    if exception or app.builder.name != "html":
        return
    if not (RUSTDOC / "bytemerge" / "index.html").is_file():
        logger.warning("%s holds no documentation: run nox -s docs", RUSTDOC)
        return
    hidden = shutil.ignore_patterns(".*")
    shutil.copytree(RUSTDOC, Path(app.outdir, "rust"), ignore=hidden, dirs_exist_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_role("rust", RustRole())
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
