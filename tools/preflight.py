"""Prints one line for each tool that this machine lacks to build a rendered project.

The line says how to get it. This runs on old versions of Python, to say that they are too old.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

LOWEST_PYTHON = (3, 11)
# Edition 2024 and pyo3 need it.
LOWEST_RUST = (1, 85)


def missing(python: tuple[int, ...] = sys.version_info[:2], path: str | None = None) -> list[str]:
    """Return one line for each thing that is missing on this machine."""
    lines = []
    if python < LOWEST_PYTHON:
        lines.append(
            f"Python {_dotted(LOWEST_PYTHON)} or later is needed, and this is {_dotted(python)}: "
            f"`uv python install {_dotted(LOWEST_PYTHON)}` gets one, or https://www.python.org/downloads/"
        )
    rust = _rust_version(path)
    if rust is None:
        lines.append("cargo, Rust's build tool, was not found: https://rustup.rs gets it")
    elif rust < LOWEST_RUST:
        lines.append(
            f"Rust {_dotted(LOWEST_RUST)} or later is needed, and this is {_dotted(rust)}: `rustup update` gets it"
        )
    # On Windows, rustc finds a linker only with Visual Studio's tools, and reports that itself.
    elif sys.platform != "win32" and not shutil.which("cc", path=path):
        how = (
            "xcode-select --install"
            if sys.platform == "darwin"
            else "apt install gcc, or your system's like of it,"
        )
        lines.append(f"cc, the linker that Rust calls, was not found: `{how}` gets it")
    return lines


def _rust_version(path: str | None) -> tuple[int, ...] | None:
    """Return the version of the Rust that cargo uses, or None without cargo."""
    cargo = shutil.which("cargo", path=path)
    if not cargo:
        return None
    # rustup leaves a cargo behind that fails until a toolchain is chosen.
    answer = subprocess.run([cargo, "--version"], capture_output=True, encoding="utf-8", check=False).stdout
    found = re.match(r"cargo (\d+)\.(\d+)", answer)
    return (int(found[1]), int(found[2])) if found else None


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


if __name__ == "__main__":
    sys.exit("\n".join(missing()) or 0)
