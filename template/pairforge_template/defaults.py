"""Defaults that are taken from the user's git settings."""

from __future__ import annotations

import subprocess

from .answers import broken_rule


def author_from_git() -> str:
    """Returns the name and the address that git knows, as far as they would be accepted as an answer."""
    name, email = _setting("user.name"), _setting("user.email")
    return _first_accepted("author", f"{name} <{email}>", name, f"Your Name <{email}>") or "Your Name"


def owner_from_git() -> str:
    """Returns the GitHub account that git knows."""
    return _first_accepted("github_owner", _setting("github.user")) or "your-github-name"


def _first_accepted(question: str, *answers: str) -> str | None:
    return next((answer for answer in answers if not broken_rule(question, answer)), None)


def _setting(name: str) -> str:
    """Returns a setting, or "" where git is missing or knows nothing."""
    try:
        git = subprocess.run(
            ["git", "config", "--get", name],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=10,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return git.stdout.strip()
