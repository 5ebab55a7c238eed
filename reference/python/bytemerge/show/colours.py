"""The colours of tokens, and whether standard output shows colours."""

from __future__ import annotations

import os
import sys

COLOURS = ("#ffd6a5", "#caffbf", "#9bf6ff", "#bdb2ff", "#ffc6ff", "#fdffb6")
"""Backgrounds, light enough for black letters."""

TERMINAL_COLOURS = (223, 157, 123, 147, 219, 229)
"""The same colours among the 256 of terminals."""

FAINT, END = "\x1b[38;5;243m", "\x1b[0m"
"""A grey that is readable on white and on black, and the end of any colour."""


def has_colours() -> bool:
    """Return whether standard output is a terminal whose user wants colours, or they are forced."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and bool(sys.stdout) and sys.stdout.isatty()
