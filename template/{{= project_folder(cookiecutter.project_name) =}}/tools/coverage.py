"""Which lines the tests run, in both languages together.

The Rust code is compiled with counters and run twice: by `cargo test` and from Python, by pytest.
Both write profiles, which llvm's own tools merge; the lines of Python come from coverage.py.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from llvm import llvm

ROOT = Path(__file__).parent.parent
OUT = ROOT / "coverage"
PROFILES = OUT / "profiles"
TARGET = ROOT / "target" / "coverage"
PACKAGE = ROOT / "python" / "{{= cookiecutter.__package =}}"


def run(*command: str | Path, **environment: str) -> str:
    """Return what a command prints; its errors go to the terminal."""
    environment = os.environ | environment
    return subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=environment
    ).stdout


def measure_rust_and_python() -> list[Path]:
    """Run all tests; return the binaries that have counters in them."""
    shutil.rmtree(OUT, ignore_errors=True)
    instrumented = {
        "RUSTFLAGS": "-C instrument-coverage",
        "CARGO_TARGET_DIR": str(TARGET),
        "LLVM_PROFILE_FILE": str(PROFILES / "%p-%m.profraw"),
    }
    build = run("cargo", "test", "--locked", "--no-run", "--message-format=json", **instrumented)
    binaries = [
        Path(message["executable"])
        for message in map(json.loads, build.splitlines())
        if message.get("executable")
    ]
    run("cargo", "test", "--locked", "--quiet", "--tests", **instrumented)
    # A wheel of its own, installed into this environment: the editable one of .venv stays as it is.
    dist = OUT / "dist"
    run(
        *("uv", "build", "--quiet", "--wheel", f"--out-dir={dist}", "-Cbuild-args=--profile=dev"),
        **instrumented,
    )
    (wheel,) = dist.glob("*.whl")
    install = ("uv", "pip", "install", "--quiet", "--no-deps", "--reinstall")
    run(*install, f"--python={sys.executable}", wheel)
    run(sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q", **instrumented)
    installed = run(
        *(sys.executable, "-c"),
        "import {{= cookiecutter.__package =}}._core as core; print(core.__file__)",
        # This, too, writes a profile, and would leave it in the project's folder.
        **instrumented,
    )
    return [*binaries, Path(installed.strip())]


def lines_of_rust(binaries: list[Path]) -> dict[str, tuple[int, int]]:
    """Return, for each file, how many lines ran and how many there are."""
    profile = OUT / "rust.profdata"
    run(llvm("llvm-profdata"), "merge", "-sparse", "-o", profile, *PROFILES.glob("*.profraw"))
    first, *others = binaries
    exported = run(
        *(llvm("llvm-cov"), "export", "-summary-only", f"-instr-profile={profile}", first),
        *(argument for other in others for argument in ("-object", str(other))),
    )
    files = json.loads(exported)["data"][0]["files"]
    return {
        Path(file["filename"]).relative_to(ROOT).as_posix(): (
            file["summary"]["lines"]["covered"],
            file["summary"]["lines"]["count"],
        )
        for file in files
        if Path(file["filename"]).is_relative_to(ROOT / "crates")
        and "/tests/" not in file["filename"]
    }


def lines_of_python() -> dict[str, tuple[int, int]]:
    """Return, for each file, how many lines ran and how many there are."""
    report = OUT / "python.json"
    run(sys.executable, "-m", "coverage", "json", "--quiet", "-o", report)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    return {
        f"python/{PACKAGE.name}/{Path(name).name}": (
            file["summary"]["covered_lines"],
            file["summary"]["num_statements"],
        )
        for name, file in files.items()
    }


def main() -> None:
    """Print a table of all files and, last, the one figure."""
    # Who lacks one hears of it now, and not when all tests have run.
    for tool in ("llvm-profdata", "llvm-cov"):
        llvm(tool)
    rust = lines_of_rust(measure_rust_and_python())
    files = rust | lines_of_python()
    for name, (ran, lines) in sorted(files.items()):
        print(f"{100 * ran / lines if lines else 100:6.1f} %  {ran:4} of {lines:4}  {name}")
    ran = sum(ran for ran, _ in files.values())
    lines = sum(lines for _, lines in files.values())
    print(f"{100 * ran / lines:6.1f} %  {ran:4} of {lines:4}  both languages")


if __name__ == "__main__":
    main()
