"""Texts of three kinds: English books, code, and many languages. All are already on the machine."""

from __future__ import annotations

import random
import re
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from corpus import corpus

MOST = 8_000_000
"""The number of characters of code, and of many languages."""

MEGABYTE = 1_000_000


def books() -> str:
    """Return the five books if they are there, else Python's own documentation."""
    return "\n".join(corpus().lines)


def code() -> str:
    """Return modules of Python's standard library."""
    folder = Path(sysconfig.get_path("stdlib"))
    files = sorted(folder.glob("*.py")) + sorted(folder.glob("[a-z]*/*.py"))
    files = [file for file in files if "site-packages" not in file.parts]
    return "".join(file.read_text(encoding="utf-8", errors="ignore") for file in files)[:MOST]


def languages() -> str:
    """Return the translations of Django, into a hundred languages."""
    spec = find_spec("django")
    assert spec
    assert spec.origin
    folder = Path(spec.origin).parent
    sentences = []
    for file in sorted(folder.glob("**/locale/*/LC_MESSAGES/django.po")):
        text = file.read_text(encoding="utf-8")
        sentences += re.findall(r'^msgstr(?:\[\d\])? "(.+)"$', text, re.MULTILINE)
    return "\n".join(sentences)[:MOST]


TEXTS = {"English": books, "many languages": languages, "code": code}


def worst_cases() -> dict[str, str]:
    """Return a megabyte of each kind of text that makes tokenizers slow."""
    letters = random.Random(1)
    return {
        "one letter": "a" * MEGABYTE,
        "spaces": " " * MEGABYTE,
        "newlines": "\n" * MEGABYTE,
        "random letters": "".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=MEGABYTE)),
    }
