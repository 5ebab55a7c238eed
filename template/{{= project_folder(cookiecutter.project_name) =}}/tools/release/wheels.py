"""The wheels of a release: which there are, on which machines they are built, and whether all are there.

pyproject.toml says what to build ([tool.cibuildwheel]), and cibuildwheel says what that comes to. wheels.txt is the
same as a list, to be read and reviewed: a wheel that is no longer built shows up as a line that goes.

- `wheels.py`: says whether wheels.txt is current; `--write` brings it up to date.
- `wheels.py jobs`: prints the jobs that build them, for wheels.yml.
- `wheels.py build PLATFORM ARCH`: builds and tests those of one job, into dist.
- `wheels.py built FOLDER`: says whether exactly these wheels are in a folder.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from cibuildwheel.util.packaging import find_compatible_wheel
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from project import NAME, PACKAGE, ROOT, as_python, end, load_toml, output, source_date, version

MANIFEST = ROOT / "wheels.txt"
HEAD = """\
# The wheels of a release: Python, ABI, platform. Computed from [tool.cibuildwheel] in pyproject.toml:
# `nox -s wheel_manifest -- --write`. A release with one of them missing, or one too many, is not uploaded.
"""
# The machines of GitHub that run what they build. Where there is none, one emulates it, which takes an hour or so.
RUNNERS = {
    "x86_64": "ubuntu-latest",
    "aarch64": "ubuntu-24.04-arm",
    "macosx_x86_64": "macos-15-intel",
    "macosx_arm64": "macos-15",
    "win_amd64": "windows-latest",
    "win_arm64": "windows-11-arm",
    "pyodide_wasm32": "ubuntu-latest",
}
EMULATED = {"armv7l", "ppc64le", "s390x", "riscv64"}


def identifiers(platform: str) -> list[str]:
    """Return cibuildwheel's names of the builds for one platform, in the order in which it builds."""
    # It says in one line what is wrong with the file, where cibuildwheel shows a traceback.
    load_toml("pyproject.toml")
    command = [sys.executable, "-m", "cibuildwheel", "--print-build-identifiers"]
    done = subprocess.run(
        [*command, f"--platform={platform}", str(ROOT)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"cibuildwheel refuses its configuration: {done.stderr.strip()}")
    return done.stdout.split()


def stable_abi() -> bool:
    """Return whether one wheel serves many versions of Python: a default feature of the binding crate."""
    features: dict[str, list[str]] = load_toml(f"crates/{NAME}-py/Cargo.toml")["features"]
    return "abi3" in features["default"]


def lowest() -> int:
    """Return the lowest minor version of Python 3 that is supported."""
    requires: str = load_toml("pyproject.toml")["project"]["requires-python"]
    return int(requires.removeprefix(">=3."))


def tags(identifier: str) -> str:
    """Return the Python and the ABI of the wheel that a build makes: cp311-abi3."""
    python = identifier.split("-", maxsplit=1)[0]
    minor, threads = re.fullmatch(r"cp3(\d+)(t?)", python).groups()  # type: ignore[union-attr]
    if not stable_abi() or python == "cp314t":
        return f"{python.removesuffix('t')}-{python}"
    # From 3.15 on, one wheel is for Pythons with and without a GIL (PEP 803).
    return f"cp3{minor}-abi3.abi3t" if threads else f"cp3{lowest()}-abi3"


def promised(identifier: str) -> str:
    """Return the platform that a wheel is promised for: of Linux, with the oldest libc."""
    platform = identifier.split("-", 1)[1]
    family, arch = platform.split("_", 1)
    if family not in {"manylinux", "musllinux"}:
        return platform
    images = tomllib.loads(
        resources.files("cibuildwheel.resources").joinpath("defaults.toml").read_text("utf-8")
    )["tool"]["cibuildwheel"]
    own = load_toml("pyproject.toml")["tool"]["cibuildwheel"]
    option = f"{family}-{arch}-image"
    image = own.get("linux", {}).get(option) or own.get(option) or images[option]
    return f"{image}_{arch}".replace("manylinux2014", "manylinux_2_17")


def manifest() -> list[str]:
    """Return a line for each wheel that cibuildwheel makes, without those builds that only test one that is there."""
    lines = []
    for platform in ("linux", "macos", "windows", "pyodide"):
        # As cibuildwheel does it: a build for which an earlier wheel fits takes that one.
        built: list[PurePosixPath] = []
        for identifier in identifiers(platform):
            system = identifier.split("-", 1)[1]
            # The names of wheels have versions where those of builds have none.
            tag = re.sub(r"^(manylinux|musllinux|macosx)_", r"\1_0_0_", system)
            if find_compatible_wheel(built, identifier) is None:
                built.append(PurePosixPath(f"{PACKAGE}-1-{tags(identifier)}-{tag}.whl"))
                lines.append(f"{tags(identifier)}-{promised(identifier)}")
    return sorted(lines)


def jobs() -> list[dict[str, Any]]:
    """Return a job for each platform and architecture: what to build, on which machine."""
    found = {}
    for platform in ("linux", "macos", "windows", "pyodide"):
        for identifier in identifiers(platform):
            system = identifier.split("-", 1)[1]
            arch = system.split("_", 1)[1]
            machine = arch if platform == "linux" else system
            found[platform, arch] = {
                "platform": platform,
                # Windows has its own spelling.
                "arch": arch.upper() if platform == "windows" else arch,
                "runner": RUNNERS["x86_64" if arch in EMULATED else machine],
                "emulated": arch in EMULATED,
            }
    return list(found.values())


def fits(wheel: str, line: str) -> bool:
    """Return whether a wheel is the one that a line of the manifest promises."""
    python, abi, platform = wheel.removesuffix(".whl").split("-")[-3:]
    promised_python, promised_abi, promised_platform = line.split("-")
    if (python, abi) != (promised_python, promised_abi):
        return False
    return any(_covers(tag, promised_platform) for tag in platform.split("."))


def _covers(tag: str, promise: str) -> bool:
    """Return whether a platform tag holds on all systems that another one promises."""
    tag = tag.replace("manylinux2014", "manylinux_2_17")
    pattern = r"(manylinux|musllinux|macosx|pyodide)_(\d+)_(\d+)_(\w+)"
    found, asked = re.fullmatch(pattern, tag), re.fullmatch(pattern, promise)
    if found and asked:
        oldest, newest = tuple(map(int, found.group(2, 3))), tuple(map(int, asked.group(2, 3)))
        return (found[1], found[4]) == (asked[1], asked[4]) and oldest <= newest
    # The promise says no version of the system: macosx_arm64, win_amd64.
    return tag == promise or bool(found and f"{found[1]}_{found[4]}" == promise)


def wrong_in(folder: Path) -> list[str]:
    """Return a line for each wheel that is missing in a folder, and for each that is one too many."""
    left = sorted(path.name for path in folder.glob("*.whl"))
    problems = []
    for name in left.copy():
        try:
            found, number, *_ = parse_wheel_filename(name)
        except InvalidWheelFilename:
            left.remove(name)
            problems.append(f"no name of a wheel: {name}")
            continue
        if (found, str(number)) != (NAME, as_python(version())):
            problems.append(f"of another project or version: {name}")
    for line in read():
        fitting = [name for name in left if fits(name, line)]
        if fitting:
            left.remove(fitting[0])
        else:
            problems.append(f"missing: {line}")
    return problems + [f"not in wheels.txt: {name}" for name in left]


def read() -> list[str]:
    """Return the lines of the manifest."""
    lines = MANIFEST.read_text(encoding="utf-8").splitlines() if MANIFEST.exists() else []
    return [line for line in lines if line and not line.startswith("#")]


def stale() -> list[str]:
    """Return what is to be done about the manifest, where it is not current."""
    expected, found = Counter(manifest()), Counter(read())
    changes = [f"  + {line}" for line in (expected - found).elements()]
    changes += [f"  - {line}" for line in (found - expected).elements()]
    remedy = f"{MANIFEST.name} is not what is built: nox -s wheel_manifest -- --write"
    return [remedy, *changes] if changes else []


def main() -> None:
    """Do what the command line says."""
    match sys.argv[1:]:
        case []:
            end(stale(), f"{MANIFEST.name} is current.")
        case ["--write"]:
            text = HEAD + "".join(f"{line}\n" for line in manifest())
            MANIFEST.write_text(text, encoding="utf-8", newline="\n")
            end([], f"{MANIFEST.name}: {len(read())} wheels")
        case ["jobs"]:
            output("jobs", jobs())
        case ["build", platform, arch]:
            command = [sys.executable, "-m", "cibuildwheel", f"--platform={platform}"]
            command += [f"--archs={arch}", f"--output-dir={ROOT / 'dist'}", str(ROOT)]
            environment = os.environ | source_date()
            sys.exit(subprocess.run(command, check=False, env=environment).returncode)
        case ["built", folder]:
            end(wrong_in(Path(folder)), f"All {len(read())} wheels are there.")
        case _:
            sys.exit(f"{__doc__}")


if __name__ == "__main__":
    main()
