"""Warns about code on a page that never runs.

Code must be executed in the build, or included from a file that the tests run. `{doctest}`,
`{testcode}` and notebooks are executed, `{literalinclude}` includes, and a few pages have a test
that runs their blocks. Any other block of Python or Rust warns, and a warning ends the build. A
console session and a file of settings do not count as code.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MUST_RUN = {"ipython", "ipython3", "py", "pycon", "python", "python3", "rs", "rust"}

TESTS = {
    "bytemerge/coming": "reference/tests/test_transformers.py",
    "bytemerge/engines": "reference/tests/test_engines.py",
    "bytemerge/many-machines": "reference/tests/test_dask_page.py",
}
"""The tests that run the blocks of pages whose code needs more than the site's environment."""

ROOT = Path(__file__).parents[2]
logger = logging.getLogger(__name__)


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Warns about each block of code that nothing runs."""
    test = TESTS.get(app.env.docname)
    page = f'"{app.env.docname.rpartition("/")[2]}.md"'
    if test is not None and page in (ROOT / test).read_text(encoding="utf-8"):
        return
    for block in doctree.findall(nodes.literal_block):
        # Upper and lower case are equal, as in Pygments.
        language = block.get("language", "").lower()
        # The language is not Python, but the prompt is Python's.
        if language not in MUST_RUN and not block.astext().startswith(">>> "):
            continue
        executed = "testnodetype" in block or _in_a_cell(block)
        included = "source" in block
        from_docstring = app.env.docname.endswith("/reference")
        if not (executed or included or from_docstring):
            first = block.astext().partition("\n")[0]
            logger.warning("nothing runs this code: %s", first, location=block)


def _in_a_cell(block: nodes.Element) -> bool:
    """Return whether the block belongs to a notebook, which runs as a whole."""
    parent = block.parent
    while parent is not None:
        if "cell" in " ".join(parent.get("classes", [])):
            return True
        parent = parent.parent
    return False


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
