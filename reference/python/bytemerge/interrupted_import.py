"""Ends a command without a traceback if Ctrl-C comes while Python still imports."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

NAME = "bytemerge"


def is_command() -> bool:
    """Return whether this process is the command line, and not a program that uses the package."""
    first = sys.argv[0] if sys.argv else ""
    if first == "-m":  # Python is looking for the module that it will run
        return NAME in sys.orig_argv
    return first.replace("\\", "/").rpartition("/")[2] in (NAME, f"{NAME}.exe")


def without_traceback(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Print nothing for Ctrl-C. Python then ends as any program that it interrupts."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)


if is_command():
    sys.excepthook = without_traceback
