"""A rendered project in daily use: it is rebuilt when it should be, and the doctor finds faults.

These build a project for real, once for all of them, so they are the slowest tests of this folder.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tools import ROOT
from tools.shell import clean_environment, end_of, run, uv
from tools.site.reader import blocks
from tools.template.render import render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "first-day"
PACKAGE = "first_day"


class Project:
    """A built project, and the commands that a person types in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Compiled dependencies are those of the bakes; the name is unique, so nothing is
        # overwritten.
        self.environment = clean_environment({"CARGO_TARGET_DIR": str(ROOT / ".bake" / "target-0")})

    def python(self, program: str) -> str:
        """Return the output of a program: `uv run` first builds the changes."""
        return run([uv(), "run", "--locked", "python", "-c", program], self.folder, self.environment)

    def total(self) -> str:
        """Return the number of words in "the cat", as the compiled module counts them."""
        return self.python(f"from {PACKAGE} import count_words; print(count_words('the cat').total)")[
            -2:
        ].strip()

    def binary(self) -> Path:
        """Return the compiled module."""
        (path,) = (self.folder / "python" / PACKAGE).glob("_core.*.so")
        return path

    def doctor(self, path: str | None = None) -> tuple[int, str]:
        """Return the exit status and the output of the doctor."""
        environment = {**self.environment, **({"PATH": path} if path else {"UV": uv()})}
        # This Python: the doctor must not repair the faults that it looks for, as `uv run` would.
        ended = end_of([sys.executable, "tools/doctor.py"], self.folder, environment)
        return ended.status, ended.output

    def type(self, command: str) -> None:
        """Types a command that the doctor recommends."""
        program, *arguments = command.split()
        run([uv() if program == "uv" else program, *arguments], self.folder, self.environment)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(render({"project_name": NAME, "git": False}, tmp_path_factory.mktemp("first day")))
    assert project.total() == "2"
    return project


@pytest.fixture
def project(built: Project) -> Iterator[Project]:
    """The project, healthy before and after."""
    assert built.doctor() == (0, "all is well\n")
    yield built
    assert built.doctor() == (0, "all is well\n")


def test_an_edited_rs_file_is_built_before_the_next_run(project: Project) -> None:
    source = project.folder / "crates" / NAME / "src" / "words.rs"
    original = source.read_text(encoding="utf-8")
    edited = original.replace(".sum()", ".sum::<u128>() + 5")
    assert edited != original
    try:
        source.write_text(edited, encoding="utf-8")
        status, problems = project.doctor()
        assert status == 1
        expected = f"crates/{NAME}/src/words.rs is newer than the compiled module: "
        assert problems.replace("\\", "/").startswith(expected)
        assert project.total() == "7"
    finally:
        source.write_text(original, encoding="utf-8")
    assert project.total() == "2"


def test_a_new_rs_file_is_built_before_the_next_run(project: Project) -> None:
    folder = project.folder / "crates" / NAME / "src"
    source, library = folder / "more.rs", folder / "lib.rs"
    original = library.read_text(encoding="utf-8")
    try:
        source.write_text('compile_error!("seen");\n', encoding="utf-8")
        library.write_text(original.replace("mod error;", "mod error;\nmod more;"), encoding="utf-8")
        ended = end_of([uv(), "run", "--locked", "python"], project.folder, project.environment)
        assert ended.status != 0
        assert "seen" in ended.output
    finally:
        source.unlink()
        library.write_text(original, encoding="utf-8")
    assert project.total() == "2"


def test_a_panic_says_which_calls_led_to_it(project: Project) -> None:
    source = project.folder / "crates" / NAME / "src" / "words.rs"
    original = source.read_text(encoding="utf-8")
    try:
        source.write_text(
            original.replace("self.counts.values()", "assert!(self.is_empty()); self.counts.values()"),
            encoding="utf-8",
        )
        call = f"import {PACKAGE}; {PACKAGE}.count_words('the cat').total"
        with_calls = {**project.environment, "RUST_BACKTRACE": "1"}
        ended = end_of([uv(), "run", "--locked", "python", "-c", call], project.folder, with_calls)
        assert f"{PACKAGE}::words::WordCounts::total\n" in ended.output
    finally:
        source.write_text(original, encoding="utf-8")
    assert project.total() == "2"


def imported(project: Project) -> str:
    """Return the last line that Python prints when the package is imported.

    It runs without `uv run`, which might build it.
    """
    folder = project.folder / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    ended = end_of([folder / "python", "-c", f"import {PACKAGE}"], project.folder, project.environment)
    return ended.output.strip().rpartition("\n")[2]


def test_the_doctor_brings_a_deleted_binary_back(project: Project) -> None:
    assert imported(project) == ""
    project.binary().unlink()
    error, remedy, _ = imported(project).split("`")
    assert (error, remedy) == (
        "ImportError: the compiled module is missing: run ",
        f"uv sync --reinstall-package {NAME}",
    )
    status, problems = project.doctor()
    assert status == 1
    assert problems.strip() == f"the compiled module is missing: {remedy}"
    project.type(remedy)


def test_the_doctor_finds_a_binary_that_hides_another(project: Project) -> None:
    other = project.binary().with_name("_core.cpython-311-x86_64-linux-gnu.so")
    other.write_bytes(b"")
    try:
        status, problems = project.doctor()
    finally:
        other.unlink()
    assert status == 1
    assert f"several compiled modules hide each other: {project.binary().name}, {other.name}" in problems


def test_the_doctor_finds_a_binary_that_cannot_be_imported(project: Project) -> None:
    whole = project.binary().read_bytes()
    # Deleted first: uv may have linked it to its cache.
    project.binary().unlink()
    binary = project.folder / "python" / PACKAGE / "_core.abi3.so"
    binary.write_bytes(b"nothing")
    # The message is the system's, not that the file is missing.
    assert "_core.abi3.so: " in imported(project) or os.name == "nt"
    binary.write_bytes(whole[:1000])
    status, problems = project.doctor()
    assert status == 1
    problem, remedy = problems.strip().split(": ")
    assert problem == "the compiled module cannot be imported"
    project.type(remedy)


def test_the_doctor_finds_an_environment_that_is_not_there(project: Project) -> None:
    (project.folder / ".venv").rename(project.folder / "aside")
    try:
        assert project.doctor() == (1, "there is no environment: uv sync\n")
        # A user may have told uv to keep it elsewhere.
        project.environment["UV_PROJECT_ENVIRONMENT"] = "aside"
        assert "environment" not in project.doctor()[1]
    finally:
        project.environment.pop("UV_PROJECT_ENVIRONMENT", None)
        (project.folder / "aside").rename(project.folder / ".venv")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_the_doctor_finds_a_python_that_is_too_old(project: Project) -> None:
    python = project.folder / ".venv" / "bin" / "python"
    target = python.readlink()
    python.unlink()
    python.write_text("#!/bin/sh\necho Python 3.9.1\n", encoding="utf-8")
    python.chmod(0o755)
    try:
        assert project.doctor() == (1, "Python 3.9.1 in .venv is not >=3.11: uv sync\n")
    finally:
        python.unlink()
        python.symlink_to(target)


def test_the_doctor_finds_a_lock_file_that_does_not_fit(project: Project) -> None:
    pyproject = project.folder / "pyproject.toml"
    original = pyproject.read_text(encoding="utf-8")
    times = pyproject.stat()
    try:
        pyproject.write_text(original.replace('"pytest>=9"', '"pytest>=9", "iniconfig>=2"'), encoding="utf-8")
        status, problems = project.doctor()
    finally:
        pyproject.write_text(original, encoding="utf-8")
        os.utime(pyproject, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert status == 1
    assert "uv.lock does not fit pyproject.toml: uv lock\n" in problems


def test_fuzzing_asks_for_a_number_of_cases(project: Project) -> None:
    command = [uv(), "run", "--locked", "nox", "--session", "fuzz", "--", "many"]
    ended = end_of(command, project.folder, project.environment)
    assert ended.status == 1
    assert "a number of cases is needed, not 'many': nox -s fuzz -- 2000" in ended.output


def test_trust_asks_for_a_number_of_minutes_and_for_something_to_repeat(project: Project) -> None:
    command = [uv(), "run", "--locked", "nox", "--session", "trust", "--"]
    ended = end_of([*command, "long"], project.folder, project.environment)
    assert ended.status == 1
    assert "a number of minutes is needed, not 'long': nox -s trust -- 60" in ended.output
    tests = project.folder / "tests"
    tests.rename(project.folder / "aside")
    try:
        ended = end_of(command, project.folder, project.environment)
    finally:
        project.folder.joinpath("aside").rename(tests)
    assert ended.status == 1
    gone = "tests/test_concurrency.py and tests/test_save.py are gone"
    assert f"there is nothing to repeat: {gone}" in ended.output


@pytest.mark.skipif(os.name == "nt", reason="the PATH is made of links")
def test_the_doctor_finds_missing_tools(project: Project, tmp_path: Path) -> None:
    for tool in ("rustc", "cargo", "uv"):
        found = uv() if tool == "uv" else shutil.which(tool, path=project.environment["PATH"])
        assert found
        if tool == "uv":
            (tmp_path / tool).symlink_to(found)
    _, problems = project.doctor(path=str(tmp_path))
    assert "Rust is not installed: see https://rustup.rs\n" in problems
    assert "there is no linker: " in problems
    assert "uv" not in problems
    (tmp_path / "uv").unlink()
    assert "uv is not on PATH: see https://docs.astral.sh/uv\n" in project.doctor(path=str(tmp_path))[1]


def test_a_lint_that_finds_no_file_fails(project: Project) -> None:
    around = project.folder.parent
    run(["git", "init", "--quiet"], around)
    around.joinpath(".gitignore").write_text("*\n", encoding="utf-8")
    command = [uv(), "run", "--locked", "nox", "--session", "lint"]
    try:
        ended = end_of(command, project.folder, project.environment)
    finally:
        shutil.rmtree(around / ".git")
        around.joinpath(".gitignore").unlink()
    assert ended.status == 1
    assert "ruff finds no file: an outer repository may ignore this folder" in ended.output


@pytest.mark.skipif(os.name == "nt", reason="conda has other folders there")
def test_nothing_is_installed_into_an_active_conda_environment(project: Project, tmp_path: Path) -> None:
    """Types the commands of the pages while other environments are active.

    They are one of conda and one of another project.
    """
    conda, other = tmp_path / "conda", tmp_path / "other"
    for folder in (conda, other):
        run([getattr(sys, "_base_executable", sys.executable), "-m", "venv", folder], tmp_path)
    conda.joinpath("conda-meta").mkdir()
    conda.joinpath("pyvenv.cfg").unlink()
    before = [sorted(folder.rglob("*")) for folder in (conda, other)]
    path = os.pathsep.join([str(conda / "bin"), project.environment["PATH"]])
    import_it = ["python", "-c", f"import {PACKAGE}"]
    for active, commands in (
        ({}, [["run", "--locked", "--no-editable", "--reinstall-package", NAME, *import_it]]),
        (
            {"VIRTUAL_ENV": str(other)},
            [["sync", "--locked", "--reinstall-package", NAME], ["run", "--locked", *import_it]],
        ),
    ):
        environment = {**project.environment, **active, "CONDA_PREFIX": str(conda), "PATH": path}
        for command in commands:
            run([uv(), *command], project.folder, environment)
    assert [sorted(folder.rglob("*")) for folder in (conda, other)] == before


def test_no_page_says_to_install_into_whatever_is_active() -> None:
    """`maturin develop` and `uv pip install` would install into an active conda environment."""
    listed = run(["git", "ls-files", "-z", "*.md"], ROOT).rstrip("\0").split("\0")
    typed = {name: "\n".join(blocks(ROOT.joinpath(name).read_text(encoding="utf-8"))) for name in listed}
    assert "uv run --no-editable" in typed["docs/start.md"]
    assert not {name for name, text in typed.items() if re.search("maturin develop|uv pip install", text)}


LOCAL = """import nox

@nox.session(default=False)
def mirrored(session: nox.Session) -> None:
    sync(session, "lint", project="none")
"""


def test_a_session_takes_the_lock_file_as_it_is_where_that_is_wanted(project: Project) -> None:
    """With another index, `--locked` asks for another lock file."""
    local, lock = project.folder / "nox_local.py", project.folder / "uv.lock"
    before = lock.read_bytes()
    # No server listens there.
    mirror = {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_HTTP_RETRIES": "0"}
    command = [uv(), "run", "--no-sync", "nox", "--session", "mirrored"]
    local.write_text(LOCAL, encoding="utf-8")
    try:
        assert end_of(command, project.folder, {**project.environment, **mirror}).status == 1
        run(command, project.folder, {**project.environment, **mirror, "UV_FROZEN": "1"})
    finally:
        local.unlink()
    assert lock.read_bytes() == before
