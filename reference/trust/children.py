"""Programs in processes of their own, which may be killed, hang or crash."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PATIENCE = 120
"""Seconds after which a program hangs."""


IN_USE = """
import sys
def in_use():
    if sys.platform != "linux":
        return 0
    import resource
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
"""
"""The function of programs that returns the bytes of memory in use, which only Linux tells."""


def ran(
    program: str,
    *arguments: str,
    folder: Path | None = None,
    patience: float = PATIENCE,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program of Python to its end."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=patience,
        check=False,
        cwd=folder,
        env={**os.environ, **(environment or {})},
    )


def printed(program: str, *arguments: str, **options: Any) -> str:
    """Return what a program prints, which ends well and complains of nothing."""
    result = ran(program, *arguments, **options)
    assert (result.returncode, result.stderr) == (0, ""), f"{result.returncode}: {result.stderr}"
    return result.stdout
