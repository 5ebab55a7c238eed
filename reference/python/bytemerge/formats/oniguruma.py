r"""Finds parts of an expression that Oniguruma, the engine of Hugging Face, reads differently.

Most of an expression means the same in both engines: this was compared for every character and
class. An expression with one of the other parts cuts some texts differently, so it is refused. Each
such part can be written in another way.
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
r"""Escapes of letters and digits that mean the same in both engines.

``\w`` and ``\b`` do not: for Oniguruma, ½ and ² are word characters, and zero-width joiners are
not.
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
    depth = 0  # the number of open classes
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
    """Return whether a part of an expression may mean something else in the other engine."""
    if part.startswith("\\"):
        return part[1:2].isalnum() and part[1:] not in SAME_ESCAPES and len(part) == len(r"\w")
    if in_class:
        # In one engine, classes such as [:alpha:] contain only ASCII.
        return part in {"[:", "--", "~~"}
    if part.startswith("(?"):
        # Flags after the start apply to different parts of the expression.
        return not SAME_GROUPS.fullmatch(part) and not (at_start and part.endswith("(?i)"))
    # ^ and $ match at each line in one engine, and }+ repeats a repetition.
    return part in {"^", "$", "}+"}
