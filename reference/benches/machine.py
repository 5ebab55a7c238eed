"""Describes the machine, without which a figure means nothing."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def machine() -> dict[str, Any]:
    """Return the description of the machine, and the date."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "rust": first_line("rustc", "--version"),
    }


def first_line(*command: str) -> str:
    """Return the first line of a program's output, or that the program is missing."""
    try:
        run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, cwd=HERE)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return run.stdout.partition("\n")[0]


def processor() -> str:
    """Return the name of the processor, if the system reports it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


class Others:
    """Watches how much the programs of this machine run that the measurement did not start."""

    def __init__(self) -> None:
        self._start = self._now()

    def share(self) -> float | None:
        """Return the share of the cores that they used so far, or None if the system hides it."""
        start, now = self._start, self._now()
        if start is None or now is None:
            return None
        all_programs, own, wall = (after - before for before, after in zip(start, now, strict=True))
        return max(all_programs - own, 0) / (wall * (os.cpu_count() or 1))

    @staticmethod
    def _now() -> tuple[float, float, float] | None:
        """Return the seconds that all programs ran, those of this one, and the time."""
        try:
            line = Path("/proc/stat").read_text(encoding="utf-8").partition("\n")[0]
        except OSError:
            return None
        user, nice, system, _idle, _waiting, interrupts, soft, *_ = map(int, line.split()[1:])
        ticks = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
        own = os.times()
        return (
            (user + nice + system + interrupts + soft) / ticks,
            sum(own[:4]),
            own.elapsed,
        )
