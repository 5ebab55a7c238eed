"""Measures the share of the processors that other programs use.

The threads of a measurement cannot use that share.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

STAT = Path("/proc/stat")
IDLE, WAITING = 3, 4
"""The indices of idle time in a line of /proc/stat."""


@dataclass
class Watch:
    """A measurement of other programs, which starts when the object is made."""

    stat: Path = STAT
    _busy: float | None = field(init=False)
    _own: float = field(init=False)
    _start: float = field(init=False)

    def __post_init__(self) -> None:
        self._busy, self._own, self._start = busy(self.stat), own(), time.perf_counter()

    def share(self) -> float | None:
        """Return the share of all processors that other programs have used since the start.

        It is from 0 to 1, or None if the system does not report it.
        """
        now = busy(self.stat)
        if now is None or self._busy is None:
            return None
        others = now - self._busy - (own() - self._own)
        available = (time.perf_counter() - self._start) * (os.cpu_count() or 1)
        return min(max(others / available, 0.0), 1.0)


def busy(stat: Path) -> float | None:
    """Return the seconds that all processors have worked since the system started."""
    try:
        line = stat.read_text(encoding="utf-8").partition("\n")[0]
    except OSError:
        return None
    if not hasattr(os, "sysconf"):
        return None
    ticks = [int(each) for each in line.split()[1:9]]
    worked = sum(tick for place, tick in enumerate(ticks) if place not in {IDLE, WAITING})
    return worked / os.sysconf("SC_CLK_TCK")


def own() -> float:
    """Return the processor seconds of this process, and of its child processes that have ended."""
    return sum(os.times()[:4])
