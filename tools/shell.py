"""Runs other programs, with the environment of a fresh terminal."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

# Variables that nox, uv and pytest set for the programs that they start. A rendered project has its
# own environments. With these variables it would install its packages into ours, and its tests
# would pass for the wrong reasons.
OURS = re.compile(
    r"CONDA_PREFIX|PYTHON(HOME|PATH|SAFEPATH)|VIRTUAL_ENV(_PROMPT)?|(NOX|PYTEST|COV_CORE|COVERAGE)_.*"
    r"|UV(_FROZEN|_LOCKED|_PROJECT|_PROJECT_ENVIRONMENT|_PYTHON|_RUN_RECURSION_DEPTH|_WORKING_DIR)?"
    # Settings of a single machine, on which no result may depend.
    r"|CARGO_TARGET_DIR|PIP_FIND_LINKS|PIP_NO_INDEX|PYO3_PYTHON|PYTHONDONTWRITEBYTECODE|RUSTFLAGS"
    # Colours without a terminal: the output goes to a program or into a file.
    r"|CARGO_TERM_COLOR|CLICOLOR_FORCE|FORCE_COLOR|PY_COLORS|PYTHON_COLORS|TTY_COMPATIBLE"
)


class Failed(Exception):
    """A program that ended with an exit status other than 0."""

    def __init__(self, command: Sequence[str | Path], output: str) -> None:
        super().__init__(f"{' '.join(map(str, command))}\n{output}".rstrip())


@dataclass(frozen=True)
class Ended:
    """The end of a program."""

    status: int
    output: str
    seconds: float = 0.0


def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Return the output of a program.

    Raises:
        Failed: It ended with an exit status other than 0, or could not be started.
    """
    ended = end_of(command, folder, environment)
    if ended.status:
        raise Failed(command, ended.output)
    return ended.output


def end_of(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None
) -> Ended:
    """Return the status and the output of a program.

    The status is 127 if the program does not exist, as in a shell.
    """
    words = [str(word) for word in command]
    environment = clean_environment() if environment is None else environment
    # On Windows, the system and Python look a program up in the PATH of the caller, not in the one
    # that is passed.
    words[0] = shutil.which(words[0], path=environment.get("PATH")) or words[0]
    start = time.perf_counter()
    try:
        done = subprocess.run(
            words, cwd=folder, env=environment, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, check=False
        )
    except FileNotFoundError as error:
        return Ended(127, str(error))
    took = time.perf_counter() - start
    return Ended(done.returncode, done.stdout.decode("utf-8", "replace"), took)


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a fresh terminal on this machine, and `extra`."""
    environment = {name: value for name, value in os.environ.items() if not OURS.fullmatch(name)}
    # Without the folders of virtual environments.
    path = [each for each in os.get_exec_path() if not Path(each).parent.joinpath("pyvenv.cfg").is_file()]
    environment["PATH"] = os.pathsep.join(path)
    if versions := _pyenv_versions(environment["PATH"]):
        environment["PYENV_VERSION"] = versions
    return {**environment, **(extra or {})}


@cache
def _pyenv_versions(path: str) -> str | None:
    """Return all Pythons of pyenv, the active ones first.

    By itself, uv finds only the active ones.
    """
    pyenv = shutil.which("pyenv", path=path)
    if not pyenv:
        return None
    ask = partial(subprocess.run, capture_output=True, encoding="utf-8", check=False)
    in_use, installed = ask([pyenv, "version-name"]), ask([pyenv, "versions", "--bare", "--skip-aliases"])
    return ":".join(dict.fromkeys([*in_use.stdout.strip().split(":"), *installed.stdout.split()]))


def uv() -> str:
    """Return the path of uv, which need not be on PATH."""
    beside = str(Path(sys.executable).parent)
    found = os.environ.get("UV") or shutil.which("uv") or shutil.which("uv", path=beside)
    if not found:
        sys.exit("uv was not found: run this through `uv run nox`.")
    return found


def browser() -> str | None:
    """Return the path of a browser based on Chromium, or None if there is no such browser."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return next(filter(None, map(shutil.which, names)), None)
