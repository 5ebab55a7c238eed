"""Ends a command without a traceback if Ctrl-C comes while Python still imports."""

import os
import sys
from types import TracebackType

NAME = "bytemerge"


def is_command() -> bool:
    """Return whether this process is the command line, and not a program that uses the package."""
    first = sys.argv[0] if sys.argv else ""
    # While ``python -m`` looks for a module, it has no path yet.
    return (
        NAME in sys.orig_argv if first == "-m" else os.path.basename(first) in (NAME, f"{NAME}.exe")
    )


def without_traceback(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Print nothing for Ctrl-C. Python then ends as any program that it interrupts."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)


if is_command():
    sys.excepthook = without_traceback
