"""Describes the machine of a measurement, and saves both."""

import json
import os
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools import ROOT
from tools.shell import end_of

MEASURED = ROOT / "docs" / "measured"


def machine() -> dict[str, str | int]:
    """Return the processor, the system, the versions, and the current time."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "system": platform.platform(),
        "python": platform.python_version(),
        "rust": end_of(["rustc", "--version"], Path.cwd()).output.strip(),
    }


def _processor() -> str:
    """Return the name of the processor, which Python knows on few systems."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: *(.+)", info.read_text(encoding="utf-8") if info.exists() else "")
    return found[1].strip() if found else platform.processor() or platform.machine()


def circumstances(machine: Mapping[str, Any], command: str, versions: Mapping[str, str]) -> str:
    """Return when, how and on what machine something was measured, for a sentence."""
    used = [f"Python {machine['python']}", *(f"{package} {version}" for package, version in versions.items())]
    if "rust" in machine:
        used.append(machine["rust"].split(" (")[0])
    where = f"{machine['cores']} cores ({machine['processor']})"
    return f"on {machine['date'][:10]} with `{command}` on {where}, {', '.join(used)}."


def save(name: str, found: dict[str, Any], folder: Path = MEASURED) -> Any:
    """Saves measurements with their machine as JSON, and returns them as they are read again."""
    path = folder / f"{name}.json"
    text = json.dumps({"machine": machine(), **found}, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"saved {path}")
    return json.loads(text)
