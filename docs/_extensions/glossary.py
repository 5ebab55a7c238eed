"""Links the first use of a word on each page for learners to the page of words.

The title of the link is the meaning, which browsers show beside the pointer.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGE = "reference/words"
LEARN = ("start", "why", "tour/", "tutorial/", "case-studies/", "when")
# Words that also mean something else on these pages.
AMBIGUOUS = {"core", "heap", "piece", "stack", "token"}
ROW = re.compile(r"^\| (?P<words>[^|]+) \| (?P<meaning>.+) \|$", re.MULTILINE)
MARKUP = re.compile(r"\[([^]]+)\]\([^)]*\)|[`*]|\\(?=\|)")


@cache
def meanings(docs: Path) -> dict[str, str]:
    """Return the meaning of each word that can be linked, without its markup."""
    text = (docs / f"{PAGE}.md").read_text(encoding="utf-8").partition("| --- |")[2]
    rows = {row["words"]: MARKUP.sub(r"\1", row["meaning"]) for row in ROW.finditer(text)}
    each = {word: meaning for words, meaning in rows.items() for word in words.split(", ")}
    return {word: meaning for word, meaning in each.items() if word not in AMBIGUOUS}


def anchor(word: str) -> str:
    """Return the id of a word on the page of words."""
    return f"word-{re.sub(r'[^a-z0-9]+', '-', word.lower())}"


def link(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Gives the rows of the page of words their ids, and links words on the pages for learners."""
    words = meanings(Path(app.srcdir))
    if page == PAGE:
        for row in doctree.findall(nodes.row):
            row["ids"] += [anchor(word) for word in row[0].astext().split(", ") if word in words]
    elif page.startswith(LEARN):
        first_uses(doctree, words, app.builder.get_relative_uri(page, PAGE))


def first_uses(doctree: nodes.document, words: dict[str, str], uri: str) -> None:
    """Replaces the first use of each word by a link."""
    left = dict(words)
    for text in [*doctree.findall(nodes.Text)]:
        if left and _is_prose(text):
            text.parent.replace(text, _linked(text.astext(), left, uri))


def _linked(text: str, left: dict[str, str], uri: str) -> list[nodes.Node]:
    """Return a text with links, and take the words that it links from those that are left."""
    longest_first = sorted(left, key=len, reverse=True)
    found = re.search(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(?:e?s)?(?![\w-])", text)
    if not found or not left:
        return [nodes.Text(text)]
    word = found[1]
    target = nodes.reference(
        "", found[0], internal=True, refuri=f"{uri}#{anchor(word)}", reftitle=left.pop(word), classes=["word"]
    )
    before, after = text[: found.start()], text[found.end() :]
    return [nodes.Text(before), target, *_linked(after, left, uri)]


def _is_prose(text: nodes.Text) -> bool:
    """Return whether a text belongs to a sentence, not to code, a title or another link."""
    parents: list[nodes.Node] = []
    node: nodes.Node | None = text.parent
    while node is not None:
        parents.append(node)
        node = node.parent
    no = (
        nodes.literal,
        nodes.literal_block,
        nodes.reference,
        nodes.title,
        nodes.thead,
        nodes.raw,
        nodes.rubric,
    )
    return any(isinstance(each, nodes.paragraph) for each in parents) and not any(
        isinstance(each, no) or "sd-summary-title" in each.get("classes", [])
        for each in parents
        if isinstance(each, nodes.Element)
    )


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
