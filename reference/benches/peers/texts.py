"""Texts of three kinds: English, many languages, and code. All come with Python or with packages.

Each has at least eight megabytes. Their parts are in a random order, always the same, so that the
second half of a text is like the first.
"""

from __future__ import annotations

import ast
import gettext
import random
import re
import sys
import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

MOST = 12_000_000
"""The largest number of bytes of a text."""

FAMILY = 300_000
"""The number of characters of each half of a text that a family encodes."""

MEGABYTE = 1_000_000


def package(name: str) -> Path:
    """Return the folder of an installed package, which is not imported."""
    spec = find_spec(name)
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def modules(folder: Path) -> Iterator[str]:
    """Yield the source of each module, without the packages that are installed in the folder."""
    for file in sorted(folder.rglob("*.py")):
        if "site-packages" not in file.relative_to(folder).parts:
            yield file.read_text(encoding="utf-8", errors="ignore")


def standard_library() -> Path:
    """Return the folder of the standard library."""
    return Path(sysconfig.get_path("stdlib"))


def docstrings(source: str) -> Iterator[str]:
    """Yield the docstrings of a module: technical prose with tables, lists and examples."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # the tests of Python have modules that are wrong on purpose
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from filter(None, [ast.get_docstring(node)])


def in_groups(lines: list[str], size: int = 50) -> list[str]:
    """Return the lines, a few in each text."""
    return ["\n".join(lines[start : start + size]) for start in range(0, len(lines), size)]


def english() -> list[str]:
    """Return the books, and the docstrings of the standard library and of two packages."""
    from corpus import corpus  # it imports bytemerge, whose import is measured

    folders = (standard_library(), package("matplotlib"), package("numpy"))
    found = [text for folder in folders for each in modules(folder) for text in docstrings(each)]
    return [*in_groups(corpus().lines), *found]


def languages() -> list[str]:
    """Return translations of what Django says, and of the names of countries and languages."""
    sentences: list[str] = []
    for file in sorted(package("django").rglob("locale/*/LC_MESSAGES/django.po")):
        text = file.read_text(encoding="utf-8")
        sentences += re.findall(r'^msgstr(?:\[\d\])? "(.+)"$', text, re.MULTILINE)
    for file in sorted(package("pycountry").rglob("locales/*/LC_MESSAGES/*.mo")):
        with file.open("rb") as opened:
            catalog = vars(gettext.GNUTranslations(opened))["_catalog"]
        sentences += [name for key, name in catalog.items() if key]
    return in_groups(sentences)


def code() -> list[str]:
    """Return scripts, styles and pages of Django, and modules of Python's standard library."""
    kinds = {".css", ".html", ".js", ".svg"}
    files = sorted(file for file in package("django").rglob("*") if file.suffix in kinds)
    pages = [file.read_text(encoding="utf-8") for file in files]
    return [*pages, *modules(standard_library())]


TEXTS = {"English": english, "many languages": languages, "code": code}


def write_all(folder: Path, held_out: Path | None) -> dict[str, Path]:
    """Write each text into a file, and return the files by the names of the texts.

    Those in `held_out` are texts, too.
    """
    files = {}
    texts = {}
    for kind, parts_of in TEXTS.items():
        found = parts_of()
        random.Random(1).shuffle(found)
        texts[kind] = "\n".join(found)
    for file in sorted(held_out.glob("*")) if held_out else ():
        texts[f"held out: {file.stem}"] = file.read_text(encoding="utf-8")
    for kind, text in texts.items():
        files[kind] = folder / f"{len(files)}.txt"
        cut = text.encode()[:MOST].decode(errors="ignore")
        files[kind].write_text(cut, encoding="utf-8", newline="")
    return files


def read(file: str | Path) -> str:
    """Return the text in a file, with its line ends as they are."""
    with Path(file).open(encoding="utf-8", newline="") as opened:
        return opened.read()


def halves(text: str) -> tuple[str, str]:
    """Return the text in two parts."""
    return text[: len(text) // 2], text[len(text) // 2 :]


def parts(text: str, length: int, most: int) -> list[str]:
    """Return the first texts of `length` characters."""
    starts = range(0, min(len(text), length * most), length)
    return [text[start : start + length] for start in starts]


def worst_cases() -> dict[str, str]:
    """Return a megabyte of each kind of text that makes tokenizers slow."""
    choose = random.Random(1).choices

    def letters(first: str, last: str) -> str:
        each = [chr(code) for code in range(ord(first), ord(last) + 1)]
        return "".join(choose(each, k=MEGABYTE // len(first.encode())))

    return {
        "one letter": "a" * MEGABYTE,
        "spaces": " " * MEGABYTE,
        "newlines": "\n" * MEGABYTE,
        "ab": "ab" * (MEGABYTE // 2),
        "random letters": letters("a", "z"),
        "Han": letters("一", "鿿"),
        "Thai": letters("ก", "ฮ"),
    }
