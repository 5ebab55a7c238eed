"""Describes the machine of a measurement, and saves both."""

import json
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tools import ROOT

MEASURED = ROOT / "docs" / "measured"

# The benchmarks of the reference have to work without this folder, so the function is theirs.
_BENCHES = runpy.run_path(str(ROOT / "reference" / "benches" / "machine.py"))
machine: Callable[[], dict[str, Any]] = _BENCHES["machine"]
"""Returns the processor, the system, the versions, and the current time."""


def circumstances(machine: Mapping[str, Any], command: str, versions: Mapping[str, str]) -> str:
    """Return when, how and on what machine something was measured, for a sentence."""
    used = [f"Python {machine['python']}", *(f"{package} {version}" for package, version in versions.items())]
    if "rust" in machine:
        used.append(machine["rust"].split(" (")[0])
    where = f"{machine['cores']} cores ({machine['processor']})"
    return f"on {machine['date'][:10]} with `{command}` on {where}, {', '.join(used)}."


def save(name: str, found: dict[str, Any], folder: Path = MEASURED) -> Any:
    """Save measurements with their machine as JSON, and return them as they are read again."""
    path = folder / f"{name}.json"
    text = json.dumps({"machine": machine(), **found}, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"saved {path}")
    return json.loads(text)
