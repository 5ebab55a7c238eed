"""What the tools of a release have in common: the project's facts, and the way to say what is wrong."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NAME = "bytemerge"
PACKAGE = "bytemerge"


def load_toml(name: str) -> dict[str, Any]:
    """Return what one of the project's TOML files says."""
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def version() -> str:
    """Return the version, from its one place."""
    found: str = load_toml("Cargo.toml")["workspace"]["package"]["version"]
    return found


def as_python(cargo_version: str) -> str:
    """Return how Python spells a version of cargo: 1.0.0rc1 for 1.0.0-rc.1."""
    return re.sub(
        r"-(alpha|beta|rc)\.?",
        lambda found: {"alpha": "a", "beta": "b", "rc": "rc"}[found[1]],
        cargo_version,
    )


def section(of: str) -> str | None:
    """Return what the changelog says about a version, None where it has no such heading."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"(?m)^## {re.escape(of)}(?: - .*)?$\n"
    found = re.search(heading + r"((?:.*\n)*?)(?=^## |\Z)", changelog)
    return found[1].strip() if found else None


def tag() -> str:
    """Return the tag of this version: with the project's name where the repository holds more."""
    top = git("rev-parse", "--show-toplevel")
    alone = top is None or Path(top).resolve() == ROOT.resolve()
    return f"v{version()}" if alone else f"{NAME}-v{version()}"


def git(*arguments: str) -> str | None:
    """Return what git prints, None where it fails."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, check=False, capture_output=True, text=True
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def uv() -> str:
    """Return the uv that nox uses: it need not be on the PATH."""
    return os.environ.get("UV", "uv")


def source_date() -> dict[str, str]:
    """Return the variable that makes builds repeatable: the time of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct")
    # The first moment that a zip file can name, where there is no commit.
    return {"SOURCE_DATE_EPOCH": given or "315532800"}


def output(name: str, value: object) -> None:
    """Print a value as JSON, and hand it to the next jobs of a workflow."""
    line = f"{name}={json.dumps(value)}"
    print(line)
    if file := os.environ.get("GITHUB_OUTPUT"):
        with Path(file).open("a", encoding="utf-8") as outputs:
            outputs.write(line + "\n")


def end(problems: Iterable[str], well: str) -> None:
    """Leave with the problems, one a line, or say that all is well."""
    lines = list(problems)
    if lines:
        sys.exit("\n".join(lines))
    print(well)
