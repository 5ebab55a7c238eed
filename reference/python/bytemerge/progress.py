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
"""The characters of the bar."""

INTERVAL = 0.1
"""The least seconds between two updates."""

USUAL_COLUMNS = 80
"""The columns of a terminal that does not report them."""


class ProgressBar:
    """Shows how much work is done, if standard error is a terminal. Call it with the numbers."""

    def __init__(self, unit: str, stream: TextIO | None = None) -> None:
        """Take the unit of the numbers, and the stream, which is standard error by default."""
        self.unit = unit
        self.stream: TextIO | None = stream or sys.stderr
        self.shown: bool = self.stream is not None and self.stream.isatty()
        self.last: float = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show how much is done, unless the last update was just now. A total of 0 is unknown."""
        now = time.monotonic()
        if self.stream and self.shown and now - self.last >= INTERVAL:
            self.last = now
            if total:
                filled = min(WIDTH * done // total, WIDTH)
                bar = "#" * filled + "-" * (WIDTH - filled)
                line = f"[{bar}] {done:,} of {total:,} {self.unit}"
            else:
                line = f"{done:,} {self.unit}"
            # A line that wraps could not be erased. The width is read each time: it may change.
            self.stream.write(f"\r{line[: columns_of(self.stream) - 1]}\x1b[K")
            self.stream.flush()

    def is_beside_standard_output(self) -> bool:
        """Return whether the bar would mix with printed lines, here or at the end of a pipe."""
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
        """Erase the bar, also after an exception."""
        if self.stream and self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def columns_of(stream: TextIO) -> int:
    """Return the current width of a terminal."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL_COLUMNS
    except OSError:
        return USUAL_COLUMNS
