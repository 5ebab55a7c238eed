"""Defaults that are taken from the user's git settings."""

from __future__ import annotations

import subprocess

from .answers import broken_rule


def from_git(question: str, setting: str) -> str:
    """Returns what git knows, or "" where git is missing, knows nothing, or knows what would be refused as an answer."""
    try:
        git = subprocess.run(
            ["git", "config", "--get", setting],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=10,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    value = git.stdout.strip()
    return "" if broken_rule(question, value) else value
