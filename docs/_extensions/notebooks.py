"""Writes a notebook with the examples of each page of the tutorial, to download.

A cell holds what the page shows behind `>>>`. The build runs these examples on the page itself.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PART = re.compile(
    r"^#+ (?P<title>[^\n]+)$|^[`~]{3}\{doctest\}\n(?P<example>.*?)^[`~]{3}$", re.MULTILINE | re.DOTALL
)
FIRST = (
    "These are the examples of a page of the tutorial. To run them, clone the repository, and type "
    "`uv run --with jupyterlab jupyter lab` in its folder `reference`."
)


def notebook(page: str) -> dict[str, Any]:
    """Return the notebook of a page: its titles, and its examples without prompts and output."""
    cells = [_cell("markdown", FIRST)]
    for part in PART.finditer(page):
        if part["title"]:
            # A title without an example below it is left out.
            if len(cells) > 1 and cells[-1]["cell_type"] == "markdown":
                cells.pop()
            cells.append(_cell("markdown", part[0]))
        else:
            lines = part["example"].splitlines()
            code = [line[4:] for line in lines if line.startswith((">>>", "..."))]
            cells.append(_cell("code", "\n".join(code)))
    if cells[-1]["cell_type"] == "markdown":
        cells.pop()
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}


def _cell(kind: str, text: str) -> dict[str, Any]:
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True), **code}


def write(app: Sphinx) -> None:
    """Writes the notebooks before the pages are read, which link to them."""
    folder = Path(app.srcdir) / "_build" / "generated" / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    for page in sorted((Path(app.srcdir) / "tutorial").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if "{doctest}" in text:
            path = folder / f"{page.stem}.ipynb"
            path.write_text(json.dumps(notebook(text), indent=1) + "\n", encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
