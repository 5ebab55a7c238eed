"""Makes the environments of the peers.

Each is made from a file of pinned versions, isolated, and offline once it is installed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from typing import TYPE_CHECKING

from tools import ROOT
from tools.shell import clean_environment, run, uv

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HOME = ROOT / ".case-studies"
"""The folder of everything installed or downloaded, and of the output of quick runs.

It is not in git.
"""
REQUIREMENTS = ROOT / "case_studies" / "requirements"
INSIDE = ROOT / "case_studies" / "inside"
"""The scripts that run in these environments."""


def interpreter() -> str:
    """Return the interpreter of this process, without the environment that it runs in."""
    return str(getattr(sys, "_base_executable", sys.executable))


def python_of(name: str, python: str | None = None, *, requirements: str | None = None) -> Path:
    """Return the interpreter of the environment with the packages that requirements/NAME.txt pins.

    The environment is made if it does not exist yet. Wheels only: a build that is interpreted
    instead of compiled would be a different peer.
    """
    folder = HOME / name
    pinned = REQUIREMENTS / f"{requirements or name}.txt"
    stamp = folder / "installed.txt"
    if not (stamp.is_file() and stamp.read_bytes() == pinned.read_bytes()):
        made = ["venv", "--quiet", "--clear", "--python", python or interpreter(), str(folder)]
        run([uv(), *made], ROOT, clean_environment())
        install = ["pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--requirements"]
        run([uv(), *install, str(pinned), "--python", str(bin_of(folder) / "python")], ROOT)
        shutil.copyfile(pinned, stamp)
    return bin_of(folder) / "python"


def bin_of(environment: Path) -> Path:
    """Return the folder of an environment's programs."""
    return environment / ("Scripts" if os.name == "nt" else "bin")


def versions(python: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the versions of some of the packages that an environment has."""
    listed = run([uv(), "pip", "list", "--quiet", "--format=json", "--python", str(python)], ROOT)
    found = {package["name"]: package["version"] for package in json.loads(listed)}
    return {name: found[name] for name in names}


def inside(python: Path, script: str, *arguments: str | Path, **variables: str) -> str:
    """Return what a script of `inside` prints, run in an environment."""
    words = [str(python), str(INSIDE / f"{script}.py"), *map(str, arguments)]
    # The scripts share a module. They see nothing of this repository's own environment.
    return run(words, HOME, clean_environment({"PYTHONPATH": str(ROOT), **variables}))
