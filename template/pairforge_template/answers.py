"""The rules for each answer, and the line that is printed if an answer breaks one.

Names end up in file names, code and shell commands, so only a small alphabet is allowed. Texts (the
description, the author) are only copied, so they may contain any Unicode that fits on one line;
`quoting` writes them in each language.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .names import taken
from .paths import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

# Jinja's usual marks have a meaning in workflows and elsewhere. So the template uses these, and
# only these are refused in answers.
MARKS = ("{{=", "{%=", "{#=")

# Entries that cookiecutter and cruft add to the answers.
FROM_OUTSIDE = ("_template", "_output_dir", "_repo_dir", "_checkout", "_commit")

LONGEST = {
    "project_name": 50,
    "description": 300,
    "author": 203,
    "github_owner": 39,
}
LONGEST_PART = 100  # the most characters of an author's name or address

NAME = re.compile(r"[A-Za-z](?:[-_.]?[A-Za-z0-9])*")
EMAIL = re.compile(r"[A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# Free text may contain < and > anywhere, so only the text between them at the end is an address.
AUTHOR = re.compile(rf"(?P<name>.*\S) +<(?P<email>{EMAIL.pattern})>")
# Also what was cut off: a bracket that nothing follows, or an address without the closing bracket.
IN_BRACKETS_AT_THE_END = re.compile(r"<(?:[^<>]*>|[^<>]*@[^<>]*)?\Z")
GITHUB_OWNER = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*")


def refuse(what: str, value: object, rule: str) -> NoReturn:
    """Ends cookiecutter with one line on standard error and exit status 1.

    A long answer is shortened, but not the path of a folder, whose end says which one it is.
    """
    if isinstance(value, Path):
        shown = repr(str(value))
    elif len(shown := repr(value)) > 80:
        shown = f"{shown[:76]}...{shown[-1]}"
    sys.exit(f"{what} {shown} is refused: {rule}.")


def package_name(cookiecutter: Mapping[str, Any]) -> str:
    """Returns the name that Python code imports."""
    return crate_name(cookiecutter).replace("-", "_")


def crate_name(cookiecutter: Mapping[str, Any]) -> str:
    """Returns the name of the core crate and of the project's folder: the normalised name."""
    check_answer("project_name", cookiecutter)
    return re.sub(r"[-_.]+", "-", cookiecutter["project_name"]).lower()


def author_name(cookiecutter: Mapping[str, Any]) -> str:
    """Returns the author without the address."""
    return _author(cookiecutter)[0]


def author_email(cookiecutter: Mapping[str, Any]) -> str:
    """Returns the author's address, or "" if it was left out."""
    return _author(cookiecutter)[1]


def check_texts(cookiecutter: Mapping[str, Any]) -> str:
    """Checks the answers that are free text; a private variable calls this after the last one."""
    for question in ("description", "author", "github_owner"):
        check_answer(question, cookiecutter)
    return ""


def check_answers(cookiecutter: Mapping[str, Any]) -> None:
    """Checks every answer, and that no derived name and no setting was overridden."""
    for question in _questions():
        check_answer(question, cookiecutter)
    for variable, source, value in (
        ("__package", "project's name", package_name(cookiecutter)),
        ("__crate", "project's name", crate_name(cookiecutter)),
        ("__author_name", "author", author_name(cookiecutter)),
        ("__author_email", "author", author_email(cookiecutter)),
    ):
        if cookiecutter.get(variable) != value:
            refuse(variable, cookiecutter.get(variable), f"it follows from the {source}, so it is {value!r}")
    asked = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    for variable, value in cookiecutter.items():
        # Two underscores mark a computed variable, checked above or unused; one marks a setting.
        if re.match("_[^_]", variable) and variable not in FROM_OUTSIDE and value != asked.get(variable):
            refuse(variable, value, "it is a setting of the template, not a question")


def check_answer(question: str, cookiecutter: Mapping[str, Any]) -> None:
    """Refuses an answer that breaks a rule."""
    answer = cookiecutter.get(question)
    rule = broken_rule(question, answer)
    if rule:
        refuse(question, answer, rule)


def broken_rule(question: str, answer: object) -> str | None:
    """Says which rule an answer breaks, or returns None."""
    offered = _questions()[question]
    if isinstance(offered, bool):
        return None if isinstance(answer, bool) else "answer yes or no"
    if isinstance(offered, list):
        return None if answer in offered else f"choose one of {', '.join(offered)}"
    if not isinstance(answer, str):
        return "it must be text"
    if not answer:
        return "it must not be empty"
    if len(answer) > LONGEST[question]:
        return f"it has {len(answer)} characters, and {LONGEST[question]} are the most"
    if question == "project_name":
        return _broken_rule_of_names(answer)
    if question == "github_owner":
        fits = GITHUB_OWNER.fullmatch(answer)
        return None if fits else "a GitHub account has ASCII letters, digits and single hyphens between them"
    rule = _broken_rule_of_texts(answer)
    return rule or (_broken_rule_of_authors(answer) if question == "author" else None)


def _broken_rule_of_names(name: str) -> str | None:
    for character in name:
        if not character.isascii():
            # It may look like an allowed letter, so the message gives its name.
            called = unicodedata.name(character, f"U+{ord(character):04X}")
            return f"only ASCII letters, digits, '-', '_' and '.' may be used, and it has a {called}"
    if not NAME.fullmatch(name):
        return (
            "it must be ASCII letters and digits with single '-', '_' or '.' between them, "
            "start with a letter and end with a letter or digit"
        )
    return taken(re.sub(r"[-_.]", "-", name).lower())


def _broken_rule_of_texts(text: str) -> str | None:
    for mark in MARKS:
        if mark in text:
            return f"{mark} is a mark of the template's own expressions"
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs":
            # Python maps bytes of the command line that the locale cannot decode to surrogates.
            # Usually they are UTF-8 in the C locale.
            return "it is not valid Unicode (setting PYTHONUTF8=1 may help)"
        if (
            category in ("Cc", "Zl", "Zp")
            or ord(character) & 0xFFFE == 0xFFFE
            or 0xFDD0 <= ord(character) <= 0xFDEF
        ):
            return f"it must be one line without control characters, and it has U+{ord(character):04X}"
    if text != text.strip():
        return "it must not begin or end with white space"
    return None


def _broken_rule_of_authors(author: str) -> str | None:
    name, email = _parts(author)
    for part, text in (("name", name), ("address", email)):
        if len(text) > LONGEST_PART:
            return f"its {part} has {len(text)} characters, and {LONGEST_PART} are the most"
    if any(EMAIL.fullmatch(word) for word in name.split()):
        return "its address must be in angle brackets, as in Jane Doe <jane@example.org>"
    if not email and (brackets := IN_BRACKETS_AT_THE_END.search(author)):
        return f"{brackets[0]} at its end must be an address after a name, as in Jane Doe <jane@example.org>"
    return None


def _author(cookiecutter: Mapping[str, Any]) -> tuple[str, str]:
    check_answer("author", cookiecutter)
    return _parts(cookiecutter["author"])


def _parts(author: str) -> tuple[str, str]:
    """Splits an author into a name and an address, which may be empty."""
    parts = AUTHOR.fullmatch(author)
    return (parts["name"], parts["email"]) if parts else (author, "")


@cache
def _questions() -> dict[str, Any]:
    """Returns each question with its default: a list of choices, a yes or no, or a text."""
    questions: dict[str, Any] = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    return {question: offered for question, offered in questions.items() if not question.startswith("_")}
