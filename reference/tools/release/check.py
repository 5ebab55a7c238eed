"""Say what would stop a release of the version in Cargo.toml; in a workflow, with the tag that was pushed."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import notices
import wheels
from project import ROOT, end, git, load_toml, require, section, tag, uv, version


def of_version() -> Iterator[str]:
    """Yield where the version is not what it should be."""
    said = section(version())
    if said is None:
        yield f"CHANGELOG.md has no section {version()}: nox -s bump -- {version()}"
    elif not said:
        yield f"CHANGELOG.md says nothing about {version()}"
    own = load_toml("Cargo.toml")["workspace"]["dependencies"]
    for name, need in own.items():
        if isinstance(need, dict) and "path" in need and need.get("version") != version():
            yield f"Cargo.toml asks for {name} {need.get('version')}, which is {version()} here"


def of_names() -> Iterator[str]:
    """Yield what nobody has filled in yet."""
    project = load_toml("pyproject.toml")["project"]
    if any(author["name"] == "Your Name" for author in project["authors"]):
        yield "pyproject.toml and Cargo.toml say that Your Name is the author"
    if any("github.com/your-github-name/" in url for url in project["urls"].values()):
        yield "the links in pyproject.toml and Cargo.toml go to your-github-name"


def of_git(pushed: str | None) -> Iterator[str]:
    """Yield what is not committed, not on main, or tagged already."""
    if git("rev-parse", "--git-dir") is None:
        yield "this is no git repository, so nothing can be tagged"
        return
    if git("status", "--porcelain", "."):
        yield "there are changes that are not committed"
    if pushed is None:
        if git("rev-parse", "--verify", f"refs/tags/{tag()}") is not None:
            yield f"the tag {tag()} is there already: nox -s bump"
        # Pushed by somebody else, it is not here yet.
        elif git("ls-remote", "origin", f"refs/tags/{tag()}"):
            yield f"the tag {tag()} is on the server already: nox -s bump"
    elif pushed != tag():
        yield f"the tag is {pushed}, and {version()} has to be tagged {tag()}"
    # A tag can be put on any commit, also on one that nobody reviewed.
    if git("merge-base", "--is-ancestor", "HEAD", "origin/main") is None:
        if git("branch", "--remotes", "--contains", "HEAD"):
            yield "this commit is not on main of the server, which CI has tested"
        else:
            yield "this commit is not on the server: git push"


def of_files() -> Iterator[str]:
    """Yield which generated files are not current."""
    for lock in ("Cargo.lock", "fuzz/Cargo.lock"):
        manifest = (ROOT / lock).with_name("Cargo.toml")
        options = ["--locked", "--format-version=1", f"--manifest-path={manifest}"]
        fits = not manifest.exists() or works("cargo", "metadata", *options)
        if not fits:
            yield f"{lock} does not fit: cargo update --workspace, in its folder"
        # Which crates there are is in the lock file.
        elif lock == "Cargo.lock" and not notices.current():
            yield f"{notices.FILE.name} is not current: nox -s notices -- --write"
    if not works(uv(), "lock", "--check"):
        yield "uv.lock does not fit: uv lock"
    yield from wheels.stale()


def works(*command: str) -> bool:
    """Return whether a command succeeds."""
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0


def main() -> None:
    """Print a line for each thing that is in the way."""
    pushed = os.environ.get("RELEASE_TAG")
    if pushed is not None and not re.fullmatch(r"[\w.-]+", pushed):
        sys.exit(f"{pushed!r} is no tag of a release")
    require("cargo", "git", uv())
    problems = [*of_version(), *of_names(), *of_git(pushed), *of_files()]
    end(problems, f"Nothing stands in the way of {version()}.")


if __name__ == "__main__":
    main()
