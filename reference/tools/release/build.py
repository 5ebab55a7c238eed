"""Build the sdist and, from it alone, the wheels; look at them, and test each as installed.

On Linux, zig links them for the C library of ten years ago, so that they are real manylinux wheels without a container.
Without `--quick` there is a wheel for each stable ABI, or for each Python that is here; each is tested in a clean
environment of every Python that is here and that it fits. Those without a GIL are built from what maturin knows about them, also
where no such Python is here to test them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from project import NAME, ROOT, load_toml, source_date, uv

DIST = ROOT / "dist"
NEWEST = 15
WITHOUT_GIL = ["3.14t", "3.15t"]


def run(
    *command: str | Path, folder: Path = ROOT, variables: Mapping[str, str] | None = None
) -> None:
    """Run a command; leave with its status where it fails."""
    words = [str(word) for word in command]
    print(f"> {' '.join(words)}", flush=True)
    done = subprocess.run(words, cwd=folder, check=False, env=os.environ | (variables or {}))
    if done.returncode:
        sys.exit(f"failed: {' '.join(words)}")


def supported() -> list[str]:
    """Return the versions of Python that the project supports."""
    lowest = int(load_toml("pyproject.toml")["project"]["requires-python"].removeprefix(">=3."))
    return [f"3.{minor}" for minor in range(lowest, NEWEST + 1)]


def here(version: str) -> Path | None:
    """Return an interpreter of this machine, None where it has none of that version."""
    command = [uv(), "python", "find", "--no-project", "--no-python-downloads", version]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    return Path(done.stdout.strip()) if done.returncode == 0 else None


def versions_to_build(*, stable_abi: bool, quick: bool) -> list[str]:
    """Return the Pythons to build wheels for, each in a call of its own: together, maturin makes other wheels."""
    mine = f"3.{sys.version_info.minor}"
    if quick:
        return [supported()[0] if stable_abi else mine]
    if stable_abi:
        return [supported()[0], *WITHOUT_GIL]
    return [version for version in supported() if here(version)] + WITHOUT_GIL


def build(source: Path, versions: list[str], target: Path) -> None:
    """Build a wheel for each of the versions, from the unpacked sdist."""
    zig = ["--zig", "--compatibility=manylinux2014"]
    for version in versions:
        run(
            *("maturin", "build", "--release", "--locked", "--quiet", f"--interpreter={version}"),
            *(f"--out={DIST}", *(zig if find_spec("ziglang") else [])),
            folder=source,
            variables={"CARGO_TARGET_DIR": str(target), **source_date()},
        )


def test(source: Path, versions: list[str], arguments: list[str]) -> None:
    """Run the tests of the unpacked sdist in a clean environment of each Python that is here."""
    group = source / "test-group.txt"
    # With what the project needs itself: of it there is nothing in dist.
    export = ["export", "--quiet", "--locked", "--no-default-groups", "--group=test"]
    run(uv(), *export, "--no-emit-project", f"--output-file={group}", folder=source)
    for version in versions:
        python = here(version)
        if not python:
            print(f"Python {version} is not here: not tested.")
            continue
        with tempfile.TemporaryDirectory() as folder:
            environment = Path(folder, "venv")
            run(uv(), "venv", "--quiet", f"--python={python}", environment)
            scripts = environment / ("Scripts" if os.name == "nt" else "bin")
            install = [uv(), "pip", "install", "--quiet", f"--python={scripts / 'python'}"]
            run(*install, "-r", group)
            # uv takes the wheel of `dist` that fits this Python, as a user gets it from PyPI.
            run(*install, "--no-deps", "--no-index", f"--find-links={DIST}", NAME)
            run(scripts / "python", "-m", "pytest", "-q", *arguments, folder=source)


def main() -> None:
    """Leave the sdist and the wheels in dist."""
    quick = "--quick" in sys.argv[1:]
    arguments = [word for word in sys.argv[1:] if word != "--quick"]
    features = load_toml(f"crates/{NAME}-py/Cargo.toml")["features"]
    versions = versions_to_build(stable_abi="abi3" in features["default"], quick=quick)
    # Beside what the project compiled: the same names in one folder would be taken for each other.
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"), "sdist")
    shutil.rmtree(DIST, ignore_errors=True)
    run(uv(), "build", "--quiet", "--sdist", variables=source_date())
    (sdist,) = DIST.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as folder:
        # Elsewhere, so that nothing but the sdist can be what they are made of.
        # Made here a moment ago; the first releases of Python 3.11 cannot filter what they unpack.
        shutil.unpack_archive(sdist, folder)
        (source,) = Path(folder).iterdir()
        build(source, versions, target)
        run(sys.executable, "tools/release/artifacts.py", DIST)
        variables = {"CARGO_TARGET_DIR": str(target)}
        run("cargo", "test", "--locked", "--quiet", folder=source, variables=variables)
        mine = f"3.{sys.version_info.minor}"
        test(source, [mine] if quick else [*supported(), *WITHOUT_GIL], arguments)
    for path in [sdist, *sorted(DIST.glob("*.whl"))]:
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
