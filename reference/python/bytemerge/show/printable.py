"""Turns any bytes into visible text that does nothing to a terminal or a page."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
"""Categories of characters that are invisible or change how others are shown: control characters,
marks of direction, private and unassigned characters, line ends, unusual spaces."""

SHOWN = 60
"""The most characters of a wrong value that a message shows."""

DOTTED_CIRCLE = "◌"
"""The base of a combining mark that has no letter."""


class Fragment(NamedTuple):
    """A part of a token."""

    text: str
    """The text to show."""

    escaped: bool
    """Whether the text is an escape."""


def fragments(token: bytes) -> list[Fragment]:
    r"""Return the parts of a token as they are shown.

    Bytes of an incomplete character are escaped, and so are invisible characters except the space.

    Example:
        >>> from bytemerge.show.printable import fragments
        >>> fragments(b" \xe2\x82\x1b")
        [Fragment(text=' ', escaped=False), Fragment(text='\\xe2\\x82\\x1b', escaped=True)]
    """
    parts: list[Fragment] = []
    for char in token.decode("utf-8", "surrogateescape"):
        escape = escaped(char)
        text = escape or char
        alone = not parts or parts[-1].escaped
        if not escape and alone and unicodedata.category(char).startswith("M"):
            text = DOTTED_CIRCLE + char
        if parts and parts[-1].escaped == bool(escape):
            text = parts.pop().text + text
        parts.append(Fragment(text, bool(escape)))
    return parts


def printable(token: bytes) -> str:
    r"""Return a token as it is shown, in one string.

    Example:
        >>> from bytemerge.show.printable import printable
        >>> print(printable("a\u202e\n".encode()))
        a\u202e\n
    """
    return "".join(fragment.text for fragment in fragments(token))


def one_line(text: str) -> str:
    r"""Return a text for a line of a message, in which invisible characters are escaped.

    Example:
        >>> from bytemerge.show.printable import one_line
        >>> print(one_line("a\n\ud800 \u00e9"))
        a\n\ud800 é
    """
    return text if text.isprintable() else "".join(escaped(char) or char for char in text)


def clipped(text: str, most: int = SHOWN) -> str:
    """Return a text on one line of a message, or its start and its end if it is long.

    Example:
        >>> from bytemerge.show.printable import clipped
        >>> clipped("abcdefghijklmnopqrstuvwxyz", 12)
        'abcdefgh...wxyz'
    """

    def ends(text: str) -> str:
        end = most // 3
        return text if len(text) <= most else f"{text[: most - end]}...{text[-end:]}"

    return ends(one_line(ends(text)))  # escapes make it longer


def quoted(value: object) -> str:
    r"""Return a text or another value as JSON writes it: a text is in quotes, on one line.

    Example:
        >>> from bytemerge.show.printable import quoted
        >>> print(quoted("a\n"))
        "a\n"
    """
    import json  # noqa: PLC0415  # slow to import

    return json.dumps(value, ensure_ascii=False)


def escaped(char: str) -> str:
    """Return the escape of a character, or an empty text if it is shown as it is."""
    if char == " " or unicodedata.category(char) not in HIDDEN:
        return ""
    # surrogateescape turns a byte that is not UTF-8 into a surrogate.
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode()


def html_of(text: str) -> str:
    """Return a text escaped for HTML, also for use in quotes."""
    import html  # noqa: PLC0415  # slow to import

    return html.escape(text)


def width(text: str) -> int:
    """Return the columns that a printable text takes in a terminal."""
    return sum(
        0
        if unicodedata.category(char).startswith("M")
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )
