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
