"""Find what is missing or stale, and say what to run. Uses only the standard library."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "python" / "{{= cookiecutter.__package =}}"
REBUILD = "uv sync --reinstall-package {{= cookiecutter.__crate =}}"


def version(text: str) -> tuple[int, ...]:
    """Return the first version number in a text."""
    found = re.search(r"\d+(\.\d+)+", text)
    return tuple(map(int, found.group().split("."))) if found else ()


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command quietly."""
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, encoding="utf-8")


def tools() -> Iterator[tuple[str, str]]:
    """Yield each problem of the tools, with its remedy."""
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    oldest = cargo["workspace"]["package"]["rust-version"]
    if not (shutil.which("cargo") and shutil.which("rustc")):
        yield "Rust is not installed", "see https://rustup.rs"
    else:
        if version(run("rustc", "--version").stdout) < version(oldest):
            yield f"Rust is older than {oldest}", "rustup update"
        for command, component in (("fmt", "rustfmt"), ("clippy", "clippy")):
            if run("cargo", command, "--version").returncode:
                yield f"{component} is not installed", f"rustup component add {component}"
    if not (shutil.which("uv") or os.environ.get("UV")):
        yield "uv is not on PATH", "see https://docs.astral.sh/uv"
    if not any(map(shutil.which, ("cc", "gcc", "clang", "link", "cl"))):
        yield "there is no linker", "install a C compiler: rustc links with it"


def environment() -> Iterator[tuple[str, str]]:
    """Yield each problem of uv's environment and the compiled module, with its remedy."""
    folder = ROOT / os.environ.get("UV_PROJECT_ENVIRONMENT", ".venv")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        yield "there is no environment", "uv sync"
        return
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"]
    found = run(python, "--version").stdout.strip()
    if version(found) < version(oldest):
        yield f"{found or 'a broken Python'} in {folder.name} is not {oldest}", "uv sync"
        return
    binaries = [path for path in PACKAGE.glob("_core.*") if path.suffix in {".so", ".pyd"}]
    sources = [path for path in ROOT.glob("crates/**/*") if path.is_file()]
    newest = max([*sources, *ROOT.glob("Cargo.*")], key=lambda path: path.stat().st_mtime)
    if len(binaries) > 1:
        names = ", ".join(sorted(path.name for path in binaries))
        yield f"several compiled modules hide each other: {names}", f"delete them, then {REBUILD}"
    elif not binaries:
        yield "the compiled module is missing", REBUILD
    elif newest.stat().st_mtime > binaries[0].stat().st_mtime:
        yield f"{newest.relative_to(ROOT)} is newer than the compiled module", REBUILD
    if binaries and run(python, "-c", f"import {PACKAGE.name}").returncode:
        yield "the compiled module cannot be imported", REBUILD


def locks() -> Iterator[tuple[str, str]]:
    """Yield each lock file that is out of date, with its remedy."""
    if run(os.environ.get("UV", "uv"), "lock", "--check", "--offline").returncode:
        yield "uv.lock does not fit pyproject.toml", "uv lock"
    # Without a network, cargo may fail for a different reason.
    if "--locked" in run("cargo", "metadata", "--locked", "--format-version=1").stderr:
        yield "Cargo.lock does not fit the crates", "cargo update --workspace"


if __name__ == "__main__":
    # Check the lock files last: that needs working tools and an environment.
    problems = [*tools(), *environment()] or [*locks()]
    for problem, remedy in problems:
        print(f"{problem}: {remedy}", file=sys.stderr)
    if problems:
        sys.exit(1)
    print("all is well")
