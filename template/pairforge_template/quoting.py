"""Quotes text for the languages of the project's files, so that it is read back unchanged."""

from __future__ import annotations

import json
import re

# Characters that one of the languages forbids in quoted text, that an editor takes for the end of a
# line, or that change the direction of the following text, so that a reader would see another text
# than the computer.
_INVISIBLE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def quoted(value: object) -> str:
    r"""Returns a JSON value that TOML, YAML and Python read in the same way.

    All four share JSON's quotes and escapes, except for characters beyond U+FFFF: JSON escapes them
    as two surrogates, which only JSON joins again. So text stays as it is, and only the invisible
    characters above are escaped, as \uXXXX.
    """
    text = json.dumps(value, ensure_ascii=False)
    return _INVISIBLE.sub(lambda character: f"\\u{ord(character[0]):04x}", text)


def packed(value: object) -> str:
    """Returns a value as hexadecimal digits; `json.loads(bytes.fromhex(...))` unpacks it."""
    return json.dumps(value).encode("ascii").hex()


# Markup anywhere in a line. `_` is not markup between letters, so snake_case stays readable; `&` is
# only before an entity. `:` and `.` are escaped where GitHub would turn an address into a link.
_ANYWHERE = re.compile(
    r"""
    [\\`*\[\]<{$|~]
    | (?<![A-Za-z0-9])_ | _(?![A-Za-z0-9])
    | &(?=\#?\w+;)
    | :(?=//)
    | (?<=www)\.
    """,
    re.VERBOSE | re.IGNORECASE,
)

# Markup at the start of a line, with the character to escape: headings, quotes, lists, rules, and
# MyST's comments, breaks, fences, definitions and targets.
_AT_START = re.compile(
    r"""
    (?: \#(?=\#{0,5}(?:\ |$)) | > | % | : | [-+](?=\ |$) | -(?=[-\ ]*$) | \+(?=\+\+) | =(?==*$) | \((?=.*\)=$) )
    | (?P<number>\d{1,9}) [.)](?=\ |$)
    """,
    re.VERBOSE,
)


def markdown(text: str) -> str:
    """Returns Markdown that GitHub and MyST show as this text, with few backslashes."""
    escaped = _ANYWHERE.sub(r"\\\g<0>", text)
    start = _AT_START.match(escaped)
    if start:
        at = start.end("number") if start["number"] else 0
        escaped = f"{escaped[:at]}\\{escaped[at:]}"
    # In a heading, # at the end would be taken for the end of the heading.
    return re.sub(r"(?<![^ ])#(?=#*$)", r"\\#", escaped)
