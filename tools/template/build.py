"""Builds the sdist and the wheel of a rendered project, and installs the wheel."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools import ROOT
from tools.shell import run, uv


@dataclass(frozen=True)
class Built:
    """A rendered project with what was built from it."""

    folder: Path
    package: str  # as Python imports it
    sdist: Path
    wheel: Path
    python: Path  # of an environment that has the wheel, mypy, and nothing else


def build(folder: Path, work: Path, environment: Mapping[str, str]) -> Built:
    """Builds the sdist, and the wheel out of it, below `work`."""
    dist = work / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    run([uv(), "build", "--quiet", "--out-dir", dist, folder], folder, environment)
    return take(folder, dist, work, environment)


def take(folder: Path, dist: Path, work: Path, environment: Mapping[str, str]) -> Built:
    """Takes the sdist and the wheel that are in `dist`, and installs the wheel below `work`."""
    (sdist,) = dist.glob("*.tar.gz")
    # If there are several, take the one for Pythons with a GIL: no other Python is here.
    (wheel,) = (path for path in dist.glob("*.whl") if not re.search(r"-cp3\d+t-|abi3t", path.name))
    package = next(folder.glob("python/*/__init__.py")).parent.name
    return Built(folder, package, sdist, wheel, _installed(wheel, work, environment))


def _installed(wheel: Path, work: Path, environment: Mapping[str, str]) -> Path:
    """Return the Python of an environment that has the wheel beside the mypy of our lock file."""
    venv = work / "installed"
    python = run([uv(), "python", "find", "--no-project", _pythons(wheel)], work, environment).strip()
    sync = [uv(), "sync", "--quiet", "--locked", "--only-group", "stubtest", "--python", python]
    run(sync, ROOT, {**environment, "UV_PROJECT_ENVIRONMENT": str(venv)})
    run([uv(), "pip", "install", "--quiet", "--reinstall", "--python", venv, wheel], work, environment)
    return next(path for path in (venv / "bin/python", venv / "Scripts/python.exe") if path.exists())


def _pythons(wheel: Path) -> str:
    """Return the Pythons that the wheel is for: ">=3.11" of cp311-abi3, "3.13" of cp313-cp313."""
    tag, abi = wheel.name.split("-")[2:4]
    return f"{'>=' if abi == 'abi3' else ''}{tag[2]}.{tag[3:]}"
