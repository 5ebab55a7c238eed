"""The version is the same in Cargo, in the package and in its metadata."""

import importlib.metadata
import tomllib
from pathlib import Path

from {{= cookiecutter.__package =}} import __version__

ROOT = Path(__file__).parent.parent


def test_python_reads_the_version_of_cargo() -> None:
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    assert __version__ == cargo["workspace"]["package"]["version"]
    distribution = "{{= cookiecutter.__crate =}}"
    assert importlib.metadata.version(distribution) == __version__
