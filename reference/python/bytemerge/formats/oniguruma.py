r"""What Oniguruma, the engine of Hugging Face, reads otherwise in a regular expression than the engine of this package.

Most of an expression means the same in both: that was compared for every character and class. This is the rest. An expression
that has some of it cuts some texts in other places, so it is refused; each part can be written in another way.
"""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"\\(?:[pP]\{[^}]*\}|x[0-7][0-9a-fA-F]|.)"  # an escape
    r"|\(\?(?:<?[=!]|>|<\w+>|[^:)]*[:)])"  # the start of a group with a meaning
    r"|\[:|\[\^?|\]|--|~~|\}\+|.",
    re.DOTALL,
)

SAME_ESCAPES = set("sSdDhHnrtfvauARz0123456789")
r"""Escapes of letters and digits with one meaning.

Not among them are ``\w`` and ``\b``: to Oniguruma, ½ and ² are letters of a word, and joiners of zero width are none.
"""

SAME_GROUPS = re.compile(r"\(\?(?:i?:|<?[=!]|>|<\w+>)")


def difference(expression: str) -> str | None:
    r"""Return the first part of an expression that both engines may read differently, or None.

    Example:
        >>> from bytemerge.formats.oniguruma import difference
        >>> difference(r"(?i:'s)|[^\s\p{L}]+|\s+(?!\S)")
        >>> difference(r"\s+$"), difference(r"\w+"), difference(r"[[:alpha:]]")
        ('$', '\\w', '[:')
    """
    depth = 0  # of classes
    for match in TOKEN.finditer(expression):
        part = match.group()
        if is_different(part, in_class=depth > 0, at_start=match.start() == 0):
            return part
        if part.startswith("["):
            depth += 1
        elif part.startswith("]") and depth:
            depth -= 1
    return None


def is_different(part: str, *, in_class: bool, at_start: bool) -> bool:
    """Return whether a part of an expression has two meanings."""
    if part.startswith("\\"):
        return part[1:2].isalnum() and part[1:] not in SAME_ESCAPES and len(part) == len(r"\w")
    if in_class:
        # Classes such as [:alpha:] are of ASCII alone for one engine.
        return part in {"[:", "--", "~~"}
    if part.startswith("(?"):
        # Flags that follow something hold for other parts of it.
        return not SAME_GROUPS.fullmatch(part) and not (at_start and part.endswith("(?i)"))
    # Ends of lines for one, of the text for the other; and }+ repeats a repetition.
    return part in {"^", "$", "}+"}
