"""Defaults that are taken from the user's git settings."""

from __future__ import annotations

import subprocess
import tempfile
from functools import cache
from pathlib import Path

from .answers import broken_rule


def author_from_git() -> str:
    """Returns the name and the address that git knows, if they would be accepted as an answer."""
    name, email = _setting("user.name"), _setting("user.email")
    return _first_accepted("author", f"{name} <{email}>", name, f"Your Name <{email}>") or "Your Name"


def owner_from_git() -> str:
    """Returns the GitHub account that git knows."""
    return _first_accepted("github_owner", _setting("github.user")) or "your-github-name"


def _first_accepted(question: str, *answers: str) -> str | None:
    return next((answer for answer in answers if not broken_rule(question, answer)), None)


def _setting(name: str) -> str:
    """Returns a setting, or "" if it is not set or git is missing."""
    return _settings().get(name, "")


@cache
def _settings() -> dict[str, str]:
    """Returns the settings that a repository in this folder would have.

    Some apply only to repositories below a folder (`includeIf "gitdir:..."`). So if there is no
    repository here, git reads its settings in an empty temporary one.
    """
    if _git("rev-parse", "--git-dir"):
        return _listed()
    try:
        with tempfile.TemporaryDirectory(prefix=".pairforge-", dir=".") as folder:
            _git("init", "--quiet", "--template=", folder)
            return _listed(f"--git-dir={Path(folder, '.git').absolute()}")
    except OSError:
        return _listed()


def _listed(*options: str) -> dict[str, str]:
    lines = _git(*options, "config", "--list", "--null").split("\0")
    # If a name is set several times, the last value counts.
    return {name: value.strip() for name, _, value in (line.partition("\n") for line in lines)}


def _git(*arguments: str) -> str:
    """Returns what git prints, or "" if it fails."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=10,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return done.stdout
