"""A progress bar for long work."""

from __future__ import annotations

import os
import stat
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from typing import TextIO

WIDTH = 30
"""Of the bar, in characters."""

INTERVAL = 0.1
"""Seconds between two pictures of it."""

USUAL_COLUMNS = 80
"""Of a terminal that does not say how many it has."""


class ProgressBar:
    """Shows how far work has come, where standard error is a terminal; call it with the numbers."""

    def __init__(self, unit: str, stream: TextIO | None = None) -> None:
        """Count in some unit, on standard error unless told otherwise."""
        self.unit = unit
        self.stream: TextIO | None = stream or sys.stderr
        self.shown: bool = self.stream is not None and self.stream.isatty()
        self.last: float = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show how much is done of a total, which is 0 where nobody knows it, unless that was shown just now."""
        now = time.monotonic()
        if self.stream and self.shown and now - self.last >= INTERVAL:
            self.last = now
            if total:
                filled = min(WIDTH * done // total, WIDTH)
                bar = "#" * filled + "-" * (WIDTH - filled)
                line = f"[{bar}] {done:,} of {total:,} {self.unit}"
            else:
                line = f"{done:,} {self.unit}"
            # A line that wraps could not be taken away. The window may have become another since.
            self.stream.write(f"\r{line[: columns_of(self.stream) - 1]}\x1b[K")
            self.stream.flush()

    def is_beside_standard_output(self) -> bool:
        """Return whether it would come between the lines of what is printed, here or behind a pipe."""
        if not self.shown or not sys.stdout:
            return False
        try:
            mode = os.fstat(sys.stdout.fileno()).st_mode
        except OSError:
            return False
        return sys.stdout.isatty() or stat.S_ISFIFO(mode)

    def __enter__(self) -> Self:
        """Return the bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away, whatever happened."""
        if self.stream and self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def columns_of(stream: TextIO) -> int:
    """Return how wide a terminal is now."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL_COLUMNS
    except OSError:
        return USUAL_COLUMNS
