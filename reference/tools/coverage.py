"""Print which lines the tests run, in both languages together.

cargo-llvm-cov compiles the Rust code with counters. It runs twice: in `cargo test`, and from Python
in pytest. coverage.py measures the lines of Python.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUT = ROOT / "target" / "coverage"
ENVIRONMENT = os.environ | {"CARGO_TARGET_DIR": str(OUT)}


def run(*command: str | Path, output: int | None = None) -> str:
    """Run a command, and return its output if that is captured; exit if it fails."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, check=False, env=ENVIRONMENT, stdout=output, encoding="utf-8"
        )
    except FileNotFoundError:
        sys.exit(f"not found: {command[0]}")
    if done.returncode:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return done.stdout or ""


def lines_of_rust() -> dict[str, tuple[int, int]]:
    """Run all tests; return for each Rust file the number of lines that ran and of all lines."""
    cov = ("cargo", "llvm-cov")
    for line in run(*cov, "show-env", output=subprocess.PIPE).splitlines():
        name, value = line.split("=", 1)
        ENVIRONMENT[name] = value.strip("'")
    run(*cov, "clean", "--workspace")
    run("cargo", "test", "--locked", "--quiet", "--tests")
    # A separate wheel, installed into this environment: the editable one in .venv stays as it is.
    shutil.rmtree(OUT / "dist", ignore_errors=True)
    build = ("uv", "build", "--quiet", "--wheel", "-Cbuild-args=--profile=dev")
    run(*build, f"--out-dir={OUT / 'dist'}")
    install = ("uv", "pip", "install", "--quiet", "--no-deps", "--reinstall")
    run(*install, f"--python={sys.executable}", *(OUT / "dist").glob("*.whl"))
    run(sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q")
    report = json.loads(run(*cov, "report", "--json", "--summary-only", output=subprocess.PIPE))
    return {
        Path(file["filename"]).relative_to(ROOT).as_posix(): (
            file["summary"]["lines"]["covered"],
            file["summary"]["lines"]["count"],
        )
        for file in report["data"][0]["files"]
    }


def lines_of_python() -> dict[str, tuple[int, int]]:
    """Return for each Python file the number of lines that ran and of all lines."""
    run(sys.executable, "-m", "coverage", "json", "--quiet", "-o", OUT / "python.json")
    files = json.loads((OUT / "python.json").read_text(encoding="utf-8"))["files"]
    return {
        f"python/{'/'.join(Path(name).parts[Path(name).parts.index('site-packages') + 1 :])}": (
            file["summary"]["covered_lines"],
            file["summary"]["num_statements"],
        )
        for name, file in files.items()
    }


if __name__ == "__main__":
    files = lines_of_rust() | lines_of_python()
    both = (sum(ran for ran, _ in files.values()), sum(lines for _, lines in files.values()))
    for name, (ran, lines) in [*sorted(files.items()), ("both languages", both)]:
        print(f"{100 * ran / lines if lines else 100:6.1f} %  {ran:4} of {lines:4}  {name}")
