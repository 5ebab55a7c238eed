"""What the wheel is made of: known flaws, licences, sources, and why each crate is there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

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
    "no crate has a known flaw, another licence or another source (cargo-deny)",
    each_of("advisories", "bans", "licenses", "sources"),
    4,
    in_tests=False,  # the database of flaws is on the network
)
def denied_crates(case: str) -> None:
    """Run cargo-deny as deny.toml says."""
    offline = [] if case == "advisories" else ["--offline"]
    tool("cargo-deny", *offline, "--locked", "check", case)


@check(
    "no Python package of the lock file that users get has a known flaw (uv audit)",
    each_of("uv"),
    1,
    in_tests=False,
)
def audited_packages(case: str) -> None:
    """Ask uv about the package's own dependencies."""
    tool(case, "audit", "--locked", "--no-default-groups")


def crates() -> dict[str, set[str]]:
    """Return the crates that are compiled into the wheel, and those that need each."""
    command = ["cargo", "metadata", "--locked", "--offline", "--format-version=1"]
    found: dict[str, Any] = json.loads(tool(*command))
    names = {each["id"]: each["name"] for each in found["packages"]}
    nodes = {each["id"]: each["deps"] for each in found["resolve"]["nodes"]}
    (first,) = (each for each, name in names.items() if name == "bytemerge-py")
    seen: dict[str, set[str]] = {}
    waiting = [first]
    while waiting:
        crate = waiting.pop()
        for each in nodes[crate]:
            if all(kind["kind"] is not None for kind in each["dep_kinds"]):
                continue  # for building or testing
            if each["pkg"] not in seen:
                waiting.append(each["pkg"])
            seen.setdefault(each["pkg"], set()).add(names[crate])
    return {
        names[each]: needs for each, needs in sorted(seen.items(), key=lambda pair: names[pair[0]])
    }


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
    missing = {name for name in found if name != "bytemerge" and name not in notices}
    assert not missing, missing
    return float(len(found) - 1)
