"""uv (Rust) beside pip (Python): the same wheels from a local folder into an empty environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from case_studies import environments, timing
from tools import ROOT
from tools.measure.drawing import Bar
from tools.measure.formatting import time_of
from tools.measure.turns import in_turns
from tools.shell import clean_environment, run

if TYPE_CHECKING:
    from case_studies.study import Options

TITLE = "Installing wheels from a folder: uv beside pip"
AXIS = "seconds, shorter is better"
ROUNDS = 5
BYTECODE_ROUNDS = 3
"""It takes long, and is not compared with anything."""
FEW = (
    "requests",
    "urllib3",
    "idna",
    "certifi",
    "charset-normalizer",
    "rich",
    "pygments",
    "markdown-it-py",
    "mdurl",
)
"""The packages that a quick run installs."""

PIP = {"pip": (), "pip --no-compile": ("--no-compile",)}
"""By default, pip compiles bytecode."""
UV = {
    "copy, bytecode": ("--link-mode=copy", "--compile-bytecode"),
    "copy": ("--link-mode=copy",),
    "hard links, bytecode": ("--link-mode=hardlink", "--compile-bytecode"),
    "hard links": ("--link-mode=hardlink",),
}
"""By default, uv compiles no bytecode.

It can link files instead of copying them out of its cache.
"""
ONE_THREAD = {"UV_CONCURRENT_INSTALLS": "1", "UV_CONCURRENT_DOWNLOADS": "1", "UV_CONCURRENT_BUILDS": "1"}
WRITTEN_BY_INSTALLERS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"}
RELEVANT = (
    "uv cold: copy, bytecode",
    "uv warm: copy, bytecode",
    "uv cold: copy",
    "uv warm: copy",
    "uv warm: hard links",
)


class Installers:
    """The command lines of pip and uv, and a folder to install to."""

    def __init__(self, python: Path, wheels: Path, requirements: Path, folder: Path) -> None:
        self.uv = environments.bin_of(python.parent.parent) / "uv"
        self.python = environments.interpreter()
        self.from_wheels = ["--quiet", "--no-index", "--find-links", str(wheels)]
        self.all = ["--requirement", str(requirements)]
        self.folder = folder
        self.cache = folder / "cache"
        self.cache_is_full = False
        self.target = folder / "target"

    def uv_command(self, *words: str) -> list[str | Path]:
        return [self.uv, "--no-config", "--cache-dir", self.cache, *words]

    def empty_target(self, *, with_pip: bool) -> Path:
        """Return an environment that has nothing but pip. Making it is not measured."""
        shutil.rmtree(self.target, ignore_errors=True)
        self.run(self.uv_command("venv", "--quiet", "--python", self.python, str(self.target)))
        python = environments.bin_of(self.target) / "python"
        if with_pip:
            self.run(self.uv_command("pip", "install", *self.from_wheels, "--python", str(python), "pip"))
        return python

    def empty_cache(self) -> None:
        """Empty the cache, as on a new machine."""
        shutil.rmtree(self.cache, ignore_errors=True)

    def run(self, words: list[str | Path]) -> None:
        run(words, self.folder, clean_environment())

    def seconds_of(self, words: list[str | Path], variables: dict[str, str] | None = None) -> float:
        """Return the seconds of a command that starts while the disk is idle.

        Writes of the command before it do not slow it.
        """
        if hasattr(os, "sync"):  # not on Windows
            os.sync()
        return timing.seconds_of(words, self.folder, variables)

    def pip(self, *options: str) -> float:
        """Return the seconds of an installation by pip.

        pip does not cache packages from a local folder.
        """
        python = self.empty_target(with_pip=True)
        words: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            *self.from_wheels,
            *self.all,
        ]
        return self.seconds_of([*words, *options])

    def install(self, *options: str, cold: bool, variables: dict[str, str] | None = None) -> float:
        """Return the seconds of an installation by uv."""
        python = self.empty_target(with_pip=False)
        words = self.uv_command(
            "pip", "install", *self.from_wheels, *self.all, "--python", str(python), *options
        )
        if cold:
            self.empty_cache()
        elif not self.cache_is_full:
            self.run([word for word in words if word != "--dry-run"])
            self.empty_target(with_pip=False)
        took = self.seconds_of(words, variables)
        self.cache_is_full = not cold or "--dry-run" not in options
        return took


def measure(options: Options) -> dict[str, Any]:
    python = environments.python_of("uv")
    requirements, wheels = (
        few() if options.quick else environments.REQUIREMENTS / "wheels.txt",
        downloaded(python),
    )
    # Beside the wheels, so that hard links are possible.
    with tempfile.TemporaryDirectory(dir=environments.HOME) as temporary:
        installers = Installers(python, wheels, requirements, Path(temporary))
        agreement = compare(installers)
        seconds = take_times(installers, options.rounds)
    names = [path.name for path in wheels.glob("*.whl")]
    return {
        "versions": environments.versions(python, ["uv", "pip"]),
        "input": {
            "packages": agreement.pop("packages"),
            "wheels": sorted(name.split("-")[0] for name in names),
        },
        "agreement": agreement,
        "seconds": seconds,
    }


def take_times(installers: Installers, rounds: int) -> dict[str, timing.Seconds]:
    """Return the seconds of each way to install, and of parts of the work that can run alone."""
    ways = {name: partial(installers.pip, *options) for name, options in PIP.items()}
    for name, options in UV.items():
        ways[f"uv cold: {name}"] = partial(installers.install, *options, cold=True)
    ways["uv cold: copy, one thread"] = partial(
        installers.install, *UV["copy"], cold=True, variables=ONE_THREAD
    )
    for name, options in UV.items():
        ways[f"uv warm: {name}"] = partial(installers.install, *options, cold=False)
    resolving = {
        "pip": partial(installers.pip, "--dry-run"),
        "uv cold": partial(installers.install, "--dry-run", cold=True),
        "uv warm": partial(installers.install, "--dry-run", cold=False),
    }
    starting = {
        "python -m pip": partial(
            timing.seconds_of,
            [installers.empty_target(with_pip=True), "-m", "pip", "--version"],
            installers.folder,
        ),
        "uv": partial(timing.seconds_of, [installers.uv, "--version"], installers.folder),
    }
    return {
        # First, while its environment is there.
        "starting": in_turns(starting, rounds),
        "resolving": in_turns(resolving, rounds),
        "installing": in_turns(ways, rounds),
        "bytecode alone": in_turns(
            {"python -m compileall": partial(compile_all, installers)}, min(rounds, BYTECODE_ROUNDS)
        ),
    }


def compile_all(installers: Installers) -> float:
    """Return the seconds of compiling the installed files on one core.

    The interpreter does this work in every case.
    """
    installers.install(*UV["copy"], cold=False)
    python = environments.bin_of(installers.target) / "python"
    words: list[str | Path] = [python, "-m", "compileall", "-q", packages_of(installers.target)]
    # Some packages bring a file on purpose that no version of Python can compile.
    return timing.seconds_of(words, installers.folder, statuses=(0, 1))


def compare(installers: Installers) -> dict[str, int]:
    """Return the number of files that each way installs, if all install the same ones.

    This runs before anything is measured.
    """
    installers.pip()
    expected, bytecode = installed(installers.target)
    expected = {
        name: digest for name, digest in expected.items() if name.split("/")[0].split("-")[0] != "pip"
    }
    found = {"files": len(expected), "files of bytecode, pip": bytecode}
    for cold in (True, False):
        for name, options in UV.items():
            installers.install(*options, cold=cold)
            files, bytecode = installed(installers.target)
            if files != expected:
                differ = sorted({name for name, _ in files.items() ^ expected.items()})
                sys.exit(f"uv ({name}) and pip install other files: {', '.join(differ[:5])}.")
            if "bytecode" in name:
                found["files of bytecode, uv"] = bytecode
    found["packages"] = len([*packages_of(installers.target).glob("*.dist-info")])
    found["bytes"] = sum(
        path.stat().st_size for path in packages_of(installers.target).rglob("*") if path.is_file()
    )
    return found


def packages_of(environment: Path) -> Path:
    """Return the folder of an environment that contains the packages."""
    return next(environment.rglob("site-packages"))


def installed(environment: Path) -> tuple[dict[str, str], int]:
    """Return the files of all packages with their checksums, and the number of bytecode files.

    The installer's own files are left out.
    """
    folder = packages_of(environment)
    files, bytecode = {}, 0
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".pyc":
            bytecode += not name.startswith("pip/")
        elif (
            path.is_file()
            and path.name not in WRITTEN_BY_INSTALLERS
            and not path.name.startswith("_virtualenv")
        ):
            files[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return files, bytecode


def downloaded(python: Path) -> Path:
    """Return the folder of the wheels, which are downloaded if they are missing."""
    pinned = environments.REQUIREMENTS / "wheels.txt"
    folder = environments.HOME / "wheels"
    stamp = folder / "downloaded.txt"
    if not (stamp.is_file() and stamp.read_bytes() == pinned.read_bytes()):
        shutil.rmtree(folder, ignore_errors=True)
        words = [str(python), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        pip = [f"pip=={environments.versions(python, ['pip'])['pip']}"]
        run([*words, "--only-binary=:all:", "--dest", str(folder), "-r", str(pinned), *pip], ROOT)
        shutil.copyfile(pinned, stamp)
    return folder


def few() -> Path:
    """Return the requirements of a quick run."""
    lines = environments.REQUIREMENTS.joinpath("wheels.txt").read_text(encoding="utf-8").splitlines()
    path = environments.HOME / "few.txt"
    path.write_text("".join(f"{line}\n" for line in lines if line.split("==")[0] in FEW), encoding="utf-8")
    return path


def bars(measured: dict[str, Any]) -> list[Bar]:
    """Return the lines of the plot."""
    seconds = {name: median(each) for name, each in measured["seconds"]["installing"].items()}
    return [
        Bar(name, seconds[name], time_of(seconds[name]), name.startswith("uv")) for name in (*PIP, *RELEVANT)
    ]
