"""Texts, which Python keeps as characters."""

from __future__ import annotations


def sizes(text: str) -> tuple[int, int]:
    """Returns the number of bytes of a text in UTF-8, and the number of its characters."""
    return len(text.encode()), len(text)


def beginning(text: str, characters: int) -> str:
    """Returns the first characters of a text: a copy."""
    return text[:characters]


def initials(name: str) -> str:
    """Returns the initials of a name, each with a full stop: a new text."""
    return "".join(f"{word[0]}." for word in name.split())
