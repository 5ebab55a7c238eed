"""The parts of the wheel: known flaws, licences, sources, and why each crate is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from trust.checks import SkippedError, check, each_of

ROOT = Path(__file__).parents[1]


def tool(*command: str) -> str:
    """Run a program of the project's folder; return what it prints."""
    found = shutil.which(
        command[0], path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    if not found:
        message = f"{command[0]} is not installed"
        raise SkippedError(message)
    done = subprocess.run(
        [found, *command[1:]], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    said = done.stderr + done.stdout
    if done.returncode and re.search(r"resolve host|dns error|timed out|connect|fetch", said):
        message = "no network"
        raise SkippedError(message)
    assert done.returncode == 0, said[-2000:]
    return done.stdout


@check(
    "no crate has another licence or another source than deny.toml allows",
    each_of("bans", "licenses", "sources"),
    3,
    in_tests=False,  # nox -s deny
)
def denied_crates(case: str) -> None:
    """Run a part of cargo-deny that needs no network."""
    tool("cargo-deny", "--offline", "--locked", "check", case)


@check(
    "no crate has a known flaw",
    each_of("advisories"),
    1,
    in_tests=False,  # the database of flaws is on the network
)
def flawed_crates(case: str) -> None:
    """Run the part of cargo-deny that asks for flaws."""
    tool("cargo-deny", "--locked", "check", case)


@check(
    "no Python package of the lock file that users get has a known flaw (uv audit)",
    each_of("uv"),
    1,
    in_tests=False,
)
def audited_packages(case: str) -> None:
    """Ask uv about the package's own dependencies."""
    tool(case, "audit", "--locked", "--no-default-groups")


def crates() -> set[str]:
    """Return the crates that are compiled into the wheel of this system."""
    tree = ("cargo", "tree", "--locked", "--offline", "--package=bytemerge-py")
    # Macros run in the compiler, and are not in the wheel.
    lines = tool(*tree, "--edges=normal,no-proc-macro", "--prefix=none", "--format={p}")
    return {line.split()[0] for line in lines.splitlines() if line}


def direct() -> set[str]:
    """Return the crates that the two crates of the wheel name."""
    named: set[str] = set()
    for crate in ("bytemerge", "bytemerge-py"):
        content = tomllib.loads((ROOT / "crates" / crate / "Cargo.toml").read_text("utf-8"))
        tables = [content["dependencies"]]
        tables += [each.get("dependencies", {}) for each in content.get("target", {}).values()]
        named |= {
            name
            for table in tables
            for name, given in table.items()
            if not (isinstance(given, dict) and given.get("optional"))
        }
    return named - {"bytemerge"}


@check("the page says why each crate of the wheel is there", each_of("trust.md"), 1)
def reasons_for_crates(case: str) -> None:
    """Compare the table of the page with the crates that are named."""
    page = ROOT / "docs" / case
    if not page.exists():
        message = "the sdist has no docs"
        raise SkippedError(message)
    section = page.read_text("utf-8").partition("## Why each crate is there")[2]
    listed = set(re.findall(r"^\| `([\w-]+)`", section, re.MULTILINE))
    assert listed == direct(), listed ^ direct()


@check(
    "each crate in the wheel is in the notices, with its licence",
    each_of("THIRD-PARTY-NOTICES.txt"),
    1,
    measured="crates",
    in_tests=False,  # nox -s notices
)
def noticed_crates(case: str) -> float:
    """Look for the name of each crate; return their number."""
    notices, found = (ROOT / case).read_text("utf-8"), crates()
    others = found - {"bytemerge", "bytemerge-py"}
    missing = {name for name in others if name not in notices}
    assert not missing, missing
    return float(len(others))
