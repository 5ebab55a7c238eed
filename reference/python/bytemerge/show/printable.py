"""Any bytes as text that can be seen, and that does nothing to a terminal or a page."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
"""Categories of characters that cannot be seen, or that change how others are shown: control characters, marks
of direction, private and unassigned ones, line ends, unusual spaces."""

DOTTED_CIRCLE = "◌"
"""What a mark stands on that has no letter."""


class Fragment(NamedTuple):
    """A part of a token."""

    text: str
    """What to show."""

    escaped: bool
    """Whether it stands for something that cannot be shown."""


def fragments(token: bytes) -> list[Fragment]:
    r"""Return what to show of a token, of which some is escaped.

    Bytes that are no whole character are, and all that is not seen but the plain space.

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
    r"""Return what to show of a token, in one string.

    Example:
        >>> from bytemerge.show.printable import printable
        >>> print(printable("a\u202e\n".encode()))
        a\u202e\n
    """
    return "".join(fragment.text for fragment in fragments(token))


def escaped(char: str) -> str:
    """Return the escape of a character that must not be shown as it is, else nothing."""
    if char == " " or unicodedata.category(char) not in HIDDEN:
        return ""
    # Of a byte that is no character, surrogateescape makes a surrogate.
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode()


def html_of(text: str) -> str:
    """Return a text that HTML takes for nothing but text, also in quotes."""
    import html  # noqa: PLC0415  # slow to import

    return html.escape(text)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes that was made printable."""
    return sum(
        0
        if unicodedata.category(char).startswith("M")
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )
