"""Find what is missing or stale, and say what to run. Standard library only."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "python" / "bytemerge"
REBUILD = "uv sync --reinstall-package bytemerge"


def version(text: str) -> tuple[int, ...]:
    """Return the first version number in a text."""
    found = re.search(r"\d+(\.\d+)+", text)
    return tuple(map(int, found.group().split("."))) if found else ()


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command quietly."""
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, encoding="utf-8")


def works(*command: str | Path) -> bool:
    """Return whether a command succeeds."""
    return run(*command).returncode == 0


def tools() -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the tools, each with its remedy."""
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    oldest = cargo["workspace"]["package"]["rust-version"]
    if not (shutil.which("cargo") and shutil.which("rustc")):
        yield "Rust is not installed", "see https://rustup.rs"
    elif version(run("rustc", "--version").stdout) < version(oldest):
        yield f"Rust is older than {oldest}", "rustup update"
    for component in ("fmt", "clippy"):
        if shutil.which("cargo") and not works("cargo", component, "--version"):
            name = {"fmt": "rustfmt"}.get(component, component)
            yield f"{name} is not installed", f"rustup component add {name}"
    if not (shutil.which("uv") or os.environ.get("UV")):
        yield "uv is not on PATH", "see https://docs.astral.sh/uv"
    if not any(map(shutil.which, ("cc", "gcc", "clang", "link", "cl"))):
        yield "there is no linker", "install a C compiler: rustc links with it"


def environment() -> Iterator[tuple[str, str]]:
    """Yield what is wrong with .venv and with the compiled module, each with its remedy."""
    folder = ROOT / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    python = folder / ("python.exe" if os.name == "nt" else "python")
    if not python.exists():
        yield "there is no environment", "uv sync"
        return
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"]
    found = run(python, "--version").stdout.strip()
    if version(found) < version(oldest):
        yield f"{found or 'a broken Python'} in .venv is not {oldest}", "uv sync"
        return
    binaries = [path for path in PACKAGE.glob("_core.*") if path.suffix in {".so", ".pyd"}]
    if len(binaries) > 1:
        names = ", ".join(sorted(path.name for path in binaries))
        yield f"several compiled modules hide each other: {names}", f"delete them, then {REBUILD}"
    elif not binaries:
        yield "the compiled module is missing", REBUILD
    else:
        newest = max(sources(), key=lambda path: path.stat().st_mtime)
        if newest.stat().st_mtime > binaries[0].stat().st_mtime:
            yield f"{newest.relative_to(ROOT)} is newer than the compiled module", REBUILD
    if binaries and not works(python, "-c", f"import {PACKAGE.name}"):
        yield "the compiled module cannot be imported", REBUILD


def sources() -> Iterator[Path]:
    """Yield the files that the compiled module is made of."""
    yield from (ROOT / "Cargo.toml", ROOT / "Cargo.lock")
    yield from (path for path in (ROOT / "crates").rglob("*") if path.is_file())


def locks() -> Iterator[tuple[str, str]]:
    """Yield which lock files no longer fit, each with its remedy."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv and not works(uv, "lock", "--check", "--offline"):
        yield "uv.lock does not fit pyproject.toml", "uv lock"
    metadata = ("cargo", "metadata", "--locked", "--format-version=1")
    # Without a network, cargo may fail for another reason than the lock file.
    if shutil.which("cargo") and "--locked" in run(*metadata).stderr:
        yield "Cargo.lock does not fit the crates", "cargo update --workspace"


def main() -> int:
    """Print each problem with its remedy; return how many there are."""
    # uv and cargo, which know about the lock files, need the tools and the environment.
    problems = [*tools(), *environment()] or [*locks()]
    for problem, remedy in problems:
        print(f"{problem}: {remedy}", file=sys.stderr)
    if not problems:
        print("all is well")
    return min(len(problems), 1)


if __name__ == "__main__":
    sys.exit(main())
