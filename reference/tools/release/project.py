"""What the tools of a release have in common: the project's facts, and the way to say what is wrong."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NAME = "bytemerge"
PACKAGE = "bytemerge"


def read(name: str) -> str:
    """Return the text of one of the project's files; leave where there is none."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{name} cannot be read: {error}")


def load_toml(name: str) -> dict[str, Any]:
    """Return what one of the project's TOML files says; leave where it is no TOML."""
    try:
        return tomllib.loads(read(name))
    except tomllib.TOMLDecodeError as error:
        sys.exit(f"{name} cannot be read: {error}")


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


def heading(of: str) -> str:
    """Return the regular expression of the changelog's heading of a version, with its date or without."""
    return rf"(?m)^## {re.escape(of)}(?: - .*)?$\n"


def section(of: str) -> str | None:
    """Return what the changelog says about a version, None where it has no such heading."""
    found = re.search(heading(of) + r"((?:.*\n)*?)(?=^## |\Z)", read("CHANGELOG.md"))
    return found[1].strip() if found else None


def tag(of: str | None = None) -> str:
    """Return the tag of a version, of this one unless told: with the project's name where the repository holds more."""
    top = git("rev-parse", "--show-toplevel")
    alone = top is None or Path(top).resolve() == ROOT.resolve()
    return f"v{of or version()}" if alone else f"{NAME}-v{of or version()}"


def git(*arguments: str) -> str | None:
    """Return what git prints, None where it fails."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            # A server that asks for a password is one that cannot be asked.
            env=os.environ | {"GIT_TERMINAL_PROMPT": "0"},
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def require(*programs: str) -> None:
    """Leave where one of the programs is missing that the rest cannot do without."""
    for program in programs:
        if not shutil.which(program):
            sys.exit(f"{program} is not installed, or not on PATH")


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
