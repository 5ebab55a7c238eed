"""Builds a rendered project, and runs the judges on it.

What the project's own sessions run in the same way is left to them.
"""

import os
import re
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from tools import ROOT, report
from tools.shell import Ended, clean_environment, end_of, run, uv
from tools.template.judge_table import JUDGES, Judge


@dataclass(frozen=True)
class Built:
    """A rendered project with what was built from it."""

    folder: Path
    package: str  # as Python imports it
    sdist: Path
    wheel: Path
    python: Path  # of an environment that has the wheel, mypy, and nothing else


def take(folder: Path, dist: Path, work: Path, environment: Mapping[str, str]) -> Built:
    """Takes the sdist and the wheel that are in `dist`, and installs the wheel below `work`."""
    (sdist,) = dist.glob("*.tar.gz")
    # If there are several, take the one for Pythons with a GIL: no other Python is here.
    (wheel,) = (path for path in dist.glob("*.whl") if not re.search(r"-cp3\d+t-|abi3t", path.name))
    package = next(folder.glob("python/*/__init__.py")).parent.name
    return Built(folder, package, sdist, wheel, _installed(wheel, work, environment))


def _installed(wheel: Path, work: Path, environment: Mapping[str, str]) -> Path:
    """Return the Python of an environment that has the wheel beside the mypy of our lock file."""
    venv = work / "installed"
    python = run([uv(), "python", "find", "--no-project", _pythons(wheel)], work, environment).strip()
    sync = [uv(), "sync", "--quiet", "--locked", "--only-group", "stubtest", "--python", python]
    run(sync, ROOT, {**environment, "UV_PROJECT_ENVIRONMENT": str(venv)})
    run([uv(), "pip", "install", "--quiet", "--reinstall", "--python", venv, wheel], work, environment)
    return next(path for path in (venv / "bin/python", venv / "Scripts/python.exe") if path.exists())


def _pythons(wheel: Path) -> str:
    """Return the Pythons that the wheel is for: ">=3.11" of cp311-abi3, "3.13" of cp313-cp313."""
    tag, abi = wheel.name.split("-")[2:4]
    return f"{'>=' if abi == 'abi3' else ''}{tag[2]}.{tag[3:]}"


@dataclass(frozen=True)
class Verdict:
    """The verdict of one judge."""

    judge: Judge
    ended: Ended

    @property
    def clean(self) -> bool:
        return self.ended.status == 0 and self.judge.says in self.ended.output


def ask(
    judge: Judge, folder: Path, environment: Mapping[str, str], parts: Mapping[str, str | Path]
) -> Verdict:
    """Return the verdict of one judge on the project in `folder`."""
    subject = {"folder": folder, **parts}
    extra = {name: value.format_map(subject) for name, value in judge.environment.items()}
    where = Path(parts["work"]) if judge.of_installed else folder
    return Verdict(judge, end_of(_words(judge.command, subject), where, {**environment, **extra}))


def judge_built(built: Built, work: Path, environment: Mapping[str, str]) -> list[Verdict]:
    """Return the verdict of every judge that applies, in the order of the table."""
    called = [
        judge
        for judge in JUDGES
        if built.folder.joinpath(judge.only_with).exists()
        and ("-abi3-" in built.wheel.name or not judge.only_abi3)
    ]
    # check-sdist asks git for the project's files. The project itself is not changed.
    git = {**environment, "GIT_DIR": str(work / "git"), "GIT_WORK_TREE": str(built.folder)}
    run(["git", "init", "--quiet"], built.folder, git)
    run(["git", "add", "--all"], built.folder, git)
    parts: dict[str, str | Path] = {
        **vars(built),
        "work": work,
        "path": f"{built.python.parent}{os.pathsep}{environment['PATH']}",
    }
    # Two at a time: most judges use one core.
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda judge: ask(judge, built.folder, environment, parts), called))


def _words(command: str, subject: Mapping[str, str | Path]) -> list[str]:
    """Return the command with its words in braces replaced, and its patterns by what they match.

    It is split first, because a path may contain spaces.
    """
    filled = [word.format_map(subject) for word in command.split()]
    words = [each for word in filled for each in sorted(glob(word)) or [word]]
    # The judges are programs of our environment, which must not be on the project's PATH.
    words[0] = shutil.which(words[0], path=str(Path(sys.executable).parent)) or words[0]
    return words


def main(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the folder of a rendered project")
    folder = parser.parse_args().folder.resolve()
    with tempfile.TemporaryDirectory(prefix="judge-") as temporary:
        work, environment = Path(temporary), clean_environment()
        with report.step(f"build {folder.name}"):
            run([uv(), "build", "--quiet", "--out-dir", work / "dist", folder], folder, environment)
            built = take(folder, work / "dist", work, environment)
        verdicts = judge_built(built, work, environment)
    for verdict in verdicts:
        if verdict.clean:
            report.good(verdict.judge.name, verdict.ended.seconds)
        else:
            report.fail(verdict.judge.name, verdict.ended.output)
    sys.exit(not all(verdict.clean for verdict in verdicts))
