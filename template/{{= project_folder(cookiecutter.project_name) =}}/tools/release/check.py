"""Say what prevents a release of the version in Cargo.toml; in a workflow, check the pushed tag."""

import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from packaging.version import Version
from project import NAME, ROOT, end, git, load_toml, read, run, version

# The template's default answers, and the owner and addresses of examples.
PLACEHOLDER = r"Your Name|your-github-name|OWNER(?=[/@])|[\w.+-]+@(?:[\w-]+\.)*example(?:\.\w+)?"


def tag() -> str:
    """Return the version's tag, with the project's name if the repository contains more."""
    top = git("rev-parse", "--show-toplevel")
    alone = top is None or Path(top).resolve() == ROOT.resolve()
    return f"v{version()}" if alone else f"{NAME}-v{version()}"


def of_version() -> Iterator[str]:
    """Yield each difference between Cargo.toml and the changelog."""
    sections = re.split(r"(?m)^## ", read("CHANGELOG.md"))[1:]
    found = [text for text in sections if re.match(rf"{re.escape(version())}( - .*)?\n", text)]
    if len(found) != 1:
        yield f"CHANGELOG.md has {len(found)} sections {version()}: nox -s bump -- {version()}"
    elif not "".join(found[0].splitlines()[1:]).strip():
        yield f"CHANGELOG.md says nothing about {version()}"
    numbers = [text.split()[0] for text in sections if re.match(r"\d+\.\d+\.\d+", text)]
    for newer, older in pairwise(numbers):
        if Version(newer) < Version(older):
            yield f"CHANGELOG.md has {newer} above {older}, which is the later version"
    for name, need in load_toml("Cargo.toml")["workspace"]["dependencies"].items():
        if isinstance(need, dict) and "path" in need and need.get("version") != version():
            yield f"Cargo.toml asks for {name} {need.get('version')}, which is {version()} here"


def of_placeholders() -> Iterator[str]:
    """Yield each placeholder that is not filled in yet."""
    tables = {
        "pyproject.toml": load_toml("pyproject.toml")["project"],
        "Cargo.toml": load_toml("Cargo.toml")["workspace"]["package"],
    }
    for file, table in tables.items():
        for word in dict.fromkeys(re.findall(PLACEHOLDER, str(table))):
            yield f"{file} says {word}, which is a placeholder: fill it in"


def of_git(pushed: str | None) -> Iterator[str]:
    """Yield what is not committed, not on main, or already tagged."""
    if git("rev-parse", "--git-dir") is None:
        yield "this is not a git repository, so nothing can be tagged"
        return
    if git("status", "--porcelain", "."):
        yield "there are changes that are not committed"
    if pushed is None:
        if git("rev-parse", "--verify", f"refs/tags/{tag()}") is not None:
            yield f"the tag {tag()} is there already: nox -s bump -- patch"
        # Somebody else may have pushed it.
        elif git("ls-remote", "origin", f"refs/tags/{tag()}"):
            yield f"the tag {tag()} is on the server already: nox -s bump -- patch"
    elif pushed != tag():
        yield f"the tag is {pushed}, and {version()} has to be tagged {tag()}"
    # A tag can name any commit, even one that nobody reviewed.
    if git("merge-base", "--is-ancestor", "HEAD", "origin/main") is None:
        if git("branch", "--remotes", "--contains", "HEAD"):
            yield "this commit is not on main of the server, which CI has tested"
        else:
            yield "this commit is not on the server: git push"


def of_locks() -> Iterator[str]:
    """Yield each lock file that is out of date."""
    for lock in ("Cargo.lock", "fuzz/Cargo.lock"):
        manifest = (ROOT / lock).with_name("Cargo.toml")
        metadata = ("cargo", "metadata", "--locked", "--format-version=1")
        if manifest.exists() and run(*metadata, f"--manifest-path={manifest}").returncode:
            yield f"{lock} does not fit: cargo update --workspace, in its folder"
    if run(os.environ.get("UV", "uv"), "lock", "--check").returncode:
        yield "uv.lock does not fit: uv lock"


if __name__ == "__main__":
    pushed = os.environ.get("RELEASE_TAG")
    problems = [*of_version(), *of_placeholders(), *of_git(pushed), *of_locks()]
    then = f'git tag -a {tag()} -m "{NAME} {version()}" && git push origin {tag()}'
    end(problems, f"Nothing prevents the release of {version()}: {then}")
