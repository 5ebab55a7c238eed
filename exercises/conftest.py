"""Compiles the exercises in Rust."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

INSTALL_RUST = "This exercise needs Rust: install it from https://rustup.rs, and open a new terminal."


@pytest.fixture(scope="module")
def module(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module that maturin builds from the crate beside the test."""
    if not shutil.which("cargo"):
        pytest.fail(INSTALL_RUST, pytrace=False)
    folder = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "maturin", "build", "--locked", "--quiet", f"--out={folder}"]
    built = subprocess.run(
        build, cwd=request.path.parent, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if built.returncode:
        # After this sign, maturin repeats the call of cargo.
        said = built.stderr.partition("💥")[0] or built.stderr
        pytest.fail(f"It does not compile yet. cargo says:\n\n{said}", pytrace=False)
    (wheel,) = folder.glob("*.whl")
    # A wheel is a zip file.
    shutil.unpack_archive(wheel, folder, "zip")
    sys.path.insert(0, str(folder))
    return importlib.import_module(wheel.name.partition("-")[0])
