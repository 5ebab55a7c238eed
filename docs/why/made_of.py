"""Measures how much of well-known packages is compiled code.

`nox -s made_of` runs this; it saves docs/measured/made-of.json and its plot.
"""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.measure import drawing
from tools.measure.machine import MEASURED, save
from tools.shell import run, uv

NAME = "made-of"
PACKAGES = ("numpy", "scipy", "pandas", "scikit-learn", "pillow", "polars", "tokenizers", "ruff")
# The part of a package that has a distribution of its own.
PARTS = {"polars": "polars-runtime-32"}
COMPILED = {".so", ".pyd", ".dll", ".dylib"}


def measure(package: str) -> dict[str, Any]:
    """Return the version of a package, and the bytes of its code; its dependencies do not count."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = [package, *([PARTS[package]] if package in PARTS else [])]
        python = f"--python={sys.executable}"
        run([uv(), "pip", "install", "--quiet", "--no-deps", python, f"--target={folder}", *names], folder)
        (record,) = folder.glob(f"{package.replace('-', '_')}-*.dist-info")
        sizes = {"compiled": 0, "python": 0}
        for path in folder.rglob("*"):
            kind = kind_of(path.relative_to(folder))
            if kind and path.is_file():
                sizes[kind] += path.stat().st_size
    version = record.name.removesuffix(".dist-info").partition("-")[2]
    return {"version": version, **sizes}


def kind_of(path: Path) -> str | None:
    """Return whether a file is compiled or Python; None if it is neither, or a test."""
    if {"tests", "test", "testing", "_examples", "__pycache__"} & {*path.parts}:
        return None
    # A shared library may end with its version, and a program has no ending.
    if COMPILED & {*path.suffixes} or path.parts[0] in {"bin", "Scripts"}:
        return "compiled"
    return "python" if path.suffix == ".py" else None


def draw(found: Mapping[str, Any]) -> None:
    """Draws the share of compiled code of each package."""
    bars = []
    for package, size in found["packages"].items():
        whole = size["compiled"] + size["python"]
        share = 100 * size["compiled"] / whole
        text = f"{share:.0f} % of {whole / 1e6:.0f} MB"
        bars.append(drawing.Bar(f"{package} {size['version']}", share, text, best=True))
    title = "Compiled code in installed packages"
    drawing.bars(bars, title, "share of the bytes of code", MEASURED / NAME)


if __name__ == "__main__":
    found = {package: measure(package) for package in PACKAGES}
    draw(save(NAME, {"command": "nox -s made_of", "packages": found}))
