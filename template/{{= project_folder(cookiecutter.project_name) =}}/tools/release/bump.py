"""Set the version, move the changelog, and say what to type next.

The version stands in Cargo.toml; crates and wheel read it there. Nothing is changed when anything is amiss.
"""

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

from project import NAME, ROOT, git, heading, read, require, section, tag, version

NUMBER = "(0|[1-9][0-9]*)"
VERSION = re.compile(rf"{NUMBER}\.{NUMBER}\.{NUMBER}(?:-(alpha|beta|rc)\.{NUMBER})?")


def order(text: str) -> tuple[object, ...]:
    """Return what versions are compared by: a release comes after its release candidates."""
    found = VERSION.fullmatch(text)
    if not found:
        sys.exit(f"{text!r} is no version: say major, minor, patch, 1.2.3 or 1.2.3-rc.1")
    major, minor, patch, kind, number = found.groups()
    return int(major), int(minor), int(patch), kind or "release", int(number or 0)


def wanted(word: str, now: str) -> str:
    """Return the version that a word asks for: part of a version, or one in full."""
    major, minor, patch = map(int, now.split("-", maxsplit=1)[0].split("."))
    steps = {
        "major": f"{major + 1}.0.0",
        "minor": f"{major}.{minor + 1}.0",
        "patch": f"{major}.{minor}.{patch + 1}",
    }
    return steps.get(word, word)


def in_cargo(text: str, new: str) -> str:
    """Return Cargo.toml with another version: the workspace's, and that asked of its own crate."""
    text, own = re.subn(
        r'(?ms)^(\[workspace\.package\]\n.*?^version = ")[^"]*', rf"\g<1>{new}", text, count=1
    )
    crate = rf'(?m)^({re.escape(NAME)} = \{{ path = "[^"]*", version = ")[^"]*'
    text, asked = re.subn(crate, rf"\g<1>{new}", text, count=1)
    if (own, asked) != (1, 1):
        sys.exit("Cargo.toml does not say the version where it is expected")
    return text


def in_changelog(text: str, new: str, date: str) -> str:
    """Return the changelog with everything unreleased under the new version."""
    return re.sub(heading("Unreleased"), rf"\g<0>\n## {new} - {date}\n", text, count=1)


def today() -> str:
    """Return the date of the release."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch else None
    return f"{now or dt.datetime.now(dt.UTC):%Y-%m-%d}"


def main() -> None:
    """Change the files, then print the commands of git."""
    if len(sys.argv) != 2:  # noqa: PLR2004
        sys.exit("say which version: nox -s bump -- minor (or major, patch, 1.2.3, 1.2.3-rc.1)")
    require("cargo", "git")
    now = version()
    if not VERSION.fullmatch(now):
        sys.exit(f"Cargo.toml says version {now!r}: make it one like 1.2.3 or 1.2.3-rc.1")
    new = wanted(sys.argv[1], now)
    if order(new) < order(now):
        sys.exit(f"{new} comes before {now}, which is the version now")
    if section(new) is not None:
        sys.exit(f"CHANGELOG.md has a section {new} already")
    if not section("Unreleased"):
        sys.exit("CHANGELOG.md says nothing under Unreleased: what would users get?")
    if git("rev-parse", "--verify", f"refs/tags/{tag(new)}") is not None:
        sys.exit(f"the tag {tag(new)} is there already")
    cargo, changelog = ROOT / "Cargo.toml", ROOT / "CHANGELOG.md"
    changed = {
        cargo: in_cargo(read(cargo.name), new),
        changelog: in_changelog(read(changelog.name), new, today()),
    }
    locks = [path for path in (ROOT / "Cargo.lock", ROOT / "fuzz" / "Cargo.lock") if path.exists()]
    before = {path: path.read_bytes() for path in [*changed, *locks]}
    try:
        for path, text in changed.items():
            path.write_text(text, encoding="utf-8", newline="\n")
        for lock in locks:
            update = ["cargo", "update", "--quiet", "--workspace"]
            subprocess.run(update, cwd=lock.parent, check=True)
    except (OSError, subprocess.CalledProcessError, KeyboardInterrupt) as error:
        for path, content in before.items():
            path.write_bytes(content)
        # Ctrl-C comes without words.
        sys.exit(f"nothing was changed: {str(error) or 'stopped'}")
    files = " ".join(Path(path).relative_to(ROOT).as_posix() for path in before)
    print(f"{now} -> {new}. Look at the diff, then type:\n")
    print(f"  git add {files}")
    print(f'  git commit -m "Release {new}"')
    print("  git push")
    print("\nWhen CI is green on it:\n")
    print("  uv run nox -s release_check")
    print(f'  git tag -a {tag()} -m "{NAME} {new}"')
    print(f"  git push origin {tag()}")


if __name__ == "__main__":
    main()
