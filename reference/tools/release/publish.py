"""Publish what is not on PyPI: the crates, and the release on GitHub.

- `publish.py crates [--dry-run]`: the crates that may be published, each after those that it needs.
- `publish.py github FOLDER`: the release of the pushed tag, with its part of the changelog and the files.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from project import ROOT, require, section, tag, version


def run(*command: str | Path, text: str | None = None) -> None:
    """Run a command, with a text as its input; leave with its status where it fails."""
    done = subprocess.run(command, cwd=ROOT, check=False, input=text, encoding="utf-8")
    if done.returncode:
        sys.exit(done.returncode)


def crates(*options: str) -> None:
    """Hand the crates to crates.io: without those that stay (`publish = false`), and those that are there."""
    require("cargo")
    metadata = said("cargo", "metadata", "--locked", "--no-deps", "--format-version=1")
    if metadata is None:
        sys.exit("cargo cannot say which crates there are")
    members = json.loads(metadata)["packages"]
    names = [crate["name"] for crate in members if crate["publish"] != []]
    if "--dry-run" not in options:
        there = ("cargo", "info", "--quiet", "--registry=crates-io")
        names = [name for name in names if said(*there, f"{name}@{version()}") is None]
    if not names:
        print(f"Version {version()} is on crates.io already.")
        return
    # cargo brings them into order. What was tested is what is published: the lock file, as it is.
    run("cargo", "publish", "--locked", *(f"--package={name}" for name in names), *options)


def said(*command: str) -> str | None:
    """Return what a command prints, None where it fails."""
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, encoding="utf-8")
    return done.stdout if done.returncode == 0 else None


def github(folder: Path) -> None:
    """Make the release that users see on GitHub; the tag has to be there."""
    require("gh")
    pushed = os.environ.get("RELEASE_TAG")
    if pushed is None:
        sys.exit("RELEASE_TAG is not set: in a workflow it is the tag that was pushed")
    if pushed != tag():
        sys.exit(f"RELEASE_TAG is {pushed}, and {version()} has to be tagged {tag()}")
    notes = section(version())
    if not notes:
        sys.exit(f"CHANGELOG.md says nothing about {version()}")
    # After a failure further on, the whole workflow may run again.
    draft = said("gh", "release", "view", pushed, "--json=isDraft", "--jq=.isDraft")
    if draft is not None and draft.strip() == "false":
        print(f"The release {pushed} is on GitHub already.")
        return
    if draft is not None:
        # Left behind when an upload was cut off.
        run("gh", "release", "delete", pushed, "--yes")
    before = ["--prerelease"] if "-" in version() else []
    files = sorted([*folder.glob("*.tar.gz"), *folder.glob("*.whl")])
    options = ["--verify-tag", f"--title={pushed}", "--notes-file=-", *before]
    run("gh", "release", "create", pushed, *options, *files, text=notes)


def main() -> None:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["crates"]:
            crates()
        case ["crates", "--dry-run"]:
            crates("--dry-run")
        case ["github", folder]:
            github(Path(folder).resolve())
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
