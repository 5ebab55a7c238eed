"""What is said in two places is the same in both."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest

from bytemerge import __version__

ROOT = Path(__file__).parent.parent


def test_python_reads_the_version_of_cargo() -> None:
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    assert __version__ == cargo["workspace"]["package"]["version"]
    distribution = "bytemerge"
    assert importlib.metadata.version(distribution) == __version__


def test_the_hooks_are_the_tools_of_the_lock_file() -> None:
    hooks = ROOT / ".pre-commit-config.yaml"
    if not hooks.exists():
        pytest.skip("an sdist has no hooks")
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked = {package["name"]: package.get("version") for package in lock["package"]}
    pinned = dict(
        re.findall(
            r"repo: https://github\.com/\S+/(?:mirrors-)?(\S+?)(?:-pre-commit)?\n"
            r"(?: *#.*\n)* *rev: v?(\S+)",
            hooks.read_text(encoding="utf-8"),
        )
    )
    tools = pinned.keys() & locked.keys()
    assert tools == {"codespell", "mypy", "ruff", "rumdl", "zizmor"}
    assert {tool: pinned[tool] for tool in tools} == {tool: locked[tool] for tool in tools}
