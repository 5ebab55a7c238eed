"""A progress bar for long work."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from typing import TextIO

WIDTH = 30
"""Of the bar, in characters."""

INTERVAL = 0.1
"""Seconds between two pictures of it."""


class ProgressBar:
    """Shows how far work has come, where standard error is a terminal; call it with the numbers."""

    def __init__(self, unit: str, stream: TextIO | None = None) -> None:
        """Count in some unit, on standard error unless told otherwise."""
        self.unit = unit
        self.stream: TextIO = stream or sys.stderr
        self.shown: bool = self.stream.isatty()
        self.last: float = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show how much is done, unless that was shown just now."""
        now = time.monotonic()
        if self.shown and now - self.last >= INTERVAL:
            self.last = now
            filled = WIDTH * done // max(total, 1)
            bar = "#" * filled + "-" * (WIDTH - filled)
            self.stream.write(f"\r[{bar}] {done:,} of {total:,} {self.unit}")
            self.stream.flush()

    def __enter__(self) -> Self:
        """Return the bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away, whatever happened."""
        if self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
