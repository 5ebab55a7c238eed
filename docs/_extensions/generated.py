"""Writes the pages that each build of the site generates.

`docs/_build/generated` gets the parts that a page includes, such as a table of merges, and what
bytemerge says to the texts of the playground's test. `docs/bytemerge` gets the reference's own
docs. Neither is in git.
"""

from __future__ import annotations

import importlib
import itertools
import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tools.site.token_pictures import COLOURS, span

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# A path out of the reference's docs, in an include or a link.
OUT = re.compile(r"(?P<before>\]\(|include\} )\.\./")

# The example of the paper that brought byte-pair encoding to words: Sennrich, Haddow and Birch,
# 2016.
SMALL_CORPUS = ["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3
STEPS = 10
# Edgar Allan Poe, 1845.
SENTENCE = "Deep into that darkness peering long I stood there wondering fearing"
# Texts to learn from for the test of the playground: scripts, signs, ties, and spaces of all kinds.
TAUGHT = [
    " ".join(SMALL_CORPUS),
    "Die Straße, der STRASSENRAND: größer und grösser, 2 x 2 = 4. Ὀδυσσεύς ΣΟΦΟΣ İstanbul",
    "を食べる 食べ物 食べる\u3000我们 我们的 नमस्ते दुनिया नमस्ते 🐕 e\u0301te\u0301 \U0001d400\U0001d401 \U0001d400\U0001d401",
    "a\x1cb ab\x1fab a\xa0b ab\x85ab\tab\u2028ba aaaa aaa baab -- !! ...",
    "",
]
CUT = "The lowest newer STRASSE ΣΟΦΟΣ 食べ物 我们 aaaaa İ!"


def setup(app: Sphinx) -> dict[str, bool]:
    """Writes the pages before Sphinx looks for pages.

    A page with the same text as before is not touched, so that Sphinx need not read it again.
    """
    docs = Path(app.srcdir)
    merged = docs / "_build" / "generated" / "merges.md"
    merged.parent.mkdir(parents=True, exist_ok=True)
    _save(merged, f"```{{raw}} html\n{merges()}```\n")
    _save(merged.with_name("extremes.md"), f"```{{raw}} html\n{extremes()}```\n")
    _save(merged.with_name("playground.json"), json.dumps(playground()))
    copy_docs(docs.parent / "reference" / "docs", docs / "bytemerge")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def merges() -> str:
    """Return a table of the merges of a small corpus, one per row.

    Each row has the words after its merge.
    """
    words = Counter(SMALL_CORPUS)
    letters = sorted({*"".join(words)})
    colours = dict(zip(letters, itertools.cycle(COLOURS), strict=False))
    rows, tokens = [], dict[str, list[str]]()
    # The site's environment alone has it.
    train = importlib.import_module("bytemerge").NaiveTokenizer.train
    for step in range(STEPS + 1):
        tokenizer = train(SMALL_CORPUS, 2 + len(letters) + step)
        if len(tokenizer.merges) < step:
            break
        before = tokens
        tokens = {word: tokenizer.tokens_as_strings(tokenizer.tokenize(word)) for word in words}
        what, count = "the letters", ""
        if step:
            left, right = pair = list(tokenizer.merges)[-1]
            pairs = {word: [*itertools.pairwise(each)] for word, each in before.items()}
            what = f"<code>{left}</code> + <code>{right}</code>"
            count = str(sum(times * pairs[word].count(pair) for word, times in words.items()))
            colours.setdefault(left + right, colours[left])
        cut = ("".join(span(token, colours[token]) for token in tokens[word][:-1]) for word in words)
        rows.append("".join(f"<td>{cell}</td>" for cell in (what, count, *cut)))
    heads = "".join(f"<th scope='col'>{count} times {word}</th>" for word, count in words.items())
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        '<div class="table-wrapper container"><table class="docutils merges"><thead><tr><th scope="col">merge</th>'
        f'<th scope="col">count</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>\n'
    )


def extremes() -> str:
    """Return a sentence, each character a token, and each word one that Python's docs contain."""
    documentation = " ".join(importlib.import_module("pydoc_data.topics").topics.values())
    known = set(documentation.lower().split())
    words = [word if word.lower() in known else "UNK" for word in SENTENCE.split()]
    colours = itertools.cycle(COLOURS)
    characters = "".join(each if each == " " else span(each, next(colours)) for each in SENTENCE)
    whole = " ".join(span(word, next(colours)) for word in words)
    return f'<p class="tokens">{characters}</p>\n<p class="tokens">{whole}</p>\n'


def playground() -> list[dict[str, object]]:
    """Return what bytemerge learns from each text, and how it then cuts another."""
    train = importlib.import_module("bytemerge").NaiveTokenizer.train
    words = importlib.import_module("bytemerge.naive").split_words
    found: list[dict[str, object]] = []
    for text in TAUGHT:
        merges, ids, possible = list[str](), list[int](), 0
        # A text without a word teaches nothing.
        if characters := {*"".join(words(text))}:
            possible = len(train([text], 1000).merges)
            tokenizer = train([text], 2 + len(characters) + possible // 2)
            merges, ids = [*tokenizer.merges.values()], tokenizer.tokenize(CUT)
        found.append({"text": text, "cut": CUT, "possible": possible, "merges": merges, "ids": ids})
    return found


def copy_docs(source: Path, target: Path) -> None:
    """Copies a project's docs into the site, one folder deeper, without their configuration."""

    def copy(page: str, copied: str) -> None:
        if page.endswith(".md"):
            _save(
                Path(copied), OUT.sub(r"\g<before>../../reference/", Path(page).read_text(encoding="utf-8"))
            )
        else:
            shutil.copy2(page, copied)

    not_pages = shutil.ignore_patterns("_build", "__pycache__", "*.py")
    shutil.copytree(source, target, ignore=not_pages, copy_function=copy, dirs_exist_ok=True)
    for path in target.rglob("*"):
        if path.is_file() and not source.joinpath(path.relative_to(target)).exists():
            path.unlink()


def _save(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
