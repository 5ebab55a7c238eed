"""Facts and functions that the programs in this folder share."""

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


def read(name: str) -> str:
    """Return the text of a file of the project; exit with one line if it cannot be read."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{name} cannot be read: {error}")


def load_toml(name: str) -> dict[str, Any]:
    """Return the tables of a TOML file of the project; exit with one line if it is not TOML."""
    try:
        return tomllib.loads(read(name))
    except tomllib.TOMLDecodeError as error:
        sys.exit(f"{name} cannot be read: {error}")


def version() -> str:
    """Return the version in Cargo.toml, its only source."""
    return str(load_toml("Cargo.toml")["workspace"]["package"]["version"])


def python_version() -> str:
    """Return the version as Python spells it: 1.0.0rc1 for 1.0.0-rc.1."""
    return re.sub(r"-(a|b|rc)(?:lpha|eta)?\.", r"\1", version())


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command quietly; exit with one line if there is no such program."""
    # git must fail rather than wait for a password.
    variables = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    try:
        return subprocess.run(
            command, cwd=ROOT, check=False, capture_output=True, encoding="utf-8", env=variables
        )
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not installed, or not on PATH")


def git(*arguments: str) -> str | None:
    """Return what git prints, or None if it fails."""
    done = run("git", *arguments)
    return done.stdout.strip() if done.returncode == 0 else None


def end(problems: Iterable[str], well: str) -> None:
    """Exit with the problems, one per line, or say that all is well."""
    if lines := list(problems):
        sys.exit("\n".join(lines))
    print(well)
