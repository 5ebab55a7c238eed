"""Fixtures of the template's tests.

They render, in this process or as a user does, and copy the template.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import pytest
from cookiecutter.main import cookiecutter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template"

# The settings that the tests and the programs that they start see on any machine, terminal or
# runner.
TERMINAL = {
    "COLUMNS": "80",
    "LC_ALL": "C.UTF-8",
    "LINES": "24",
    "PYTHONUTF8": "1",
    "TERM": "xterm-256color",
}
OTHERS = re.compile(
    r"(FORCE|NO)_COLOR|(PY|PYTHON_)COLORS|CLICOLOR.*|COLORTERM|CARGO_TERM_.*|TTY_.*"
    r"|PYTHONIOENCODING|LANG(UAGE)?|LC_.*"
)

# The encoding of this process's file names was fixed when it started.
needs_any_file_name = pytest.mark.skipif(
    sys.getfilesystemencoding() == "ascii", reason="PYTHONUTF8=0 in the C locale: file names are ASCII"
)


@pytest.hookimpl(trylast=True)  # pytest's own report has the colours of the terminal that it is for
def pytest_configure() -> None:
    """Sets the terminal of the tests, before any test module is imported."""
    for name in filter(OTHERS.fullmatch, list(os.environ)):
        del os.environ[name]
    os.environ.update(TERMINAL)


@pytest.fixture(scope="session", autouse=True)
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A user who has answered nothing yet.

    Git and cookiecutter have their own settings, and none of this machine's.
    """
    home = tmp_path_factory.mktemp("user")
    home.joinpath("gitconfig").write_text(
        "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n[github]\n\tuser = ada\n", encoding="utf-8"
    )
    home.joinpath("cookiecutter.yml").write_text(
        f"replay_dir: {home / 'replay'}\ncookiecutters_dir: {home / 'cookiecutters'}\n", encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        for variable in [
            variable for variable in os.environ if variable.startswith(("GIT_", "COOKIECUTTER_"))
        ]:
            patch.delenv(variable)
        patch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("COOKIECUTTER_CONFIG", str(home / "cookiecutter.yml"))
        yield home


Answers: TypeAlias = "Mapping[str, object]"


class Render(Protocol):
    def __call__(self, answers: Answers | None = None, *, template: Path = ..., into: Path = ...) -> Path: ...


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Renders in this process, which is fast, and without a repository, which few tests need."""

    def render(
        answers: Answers | None = None, *, template: Path = TEMPLATE, into: Path = tmp_path / "out"
    ) -> Path:
        folder = cookiecutter(
            str(template),
            no_input=True,
            extra_context={"git": False, **(answers or {})},
            output_dir=str(into),
        )
        return Path(folder)

    return render


class Refusal(Protocol):
    def __call__(self, answers: Answers) -> str: ...


@pytest.fixture
def refusal(render: Render, tmp_path: Path) -> Refusal:
    """Renders answers that are refused, and returns the line that says so.

    Nothing else may remain.
    """

    def refusal(answers: Answers) -> str:
        output = tmp_path / "refused" / "out"
        output.mkdir(parents=True, exist_ok=True)
        with pytest.raises(SystemExit) as end:
            render(answers, into=output)
        line = end.value.code
        assert isinstance(line, str), "Python prints a text on standard error and exits with status 1"
        assert len(line.splitlines()) == 1
        assert line.isprintable(), "nothing in it can disturb a terminal"
        assert list((tmp_path / "refused").rglob("*")) == [output]
        return line

    return refusal


@pytest.fixture(scope="session")
def extension() -> ModuleType:
    """The template's extension, imported as cookiecutter does.

    Nothing of it stays in the process.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TEMPLATE))
        module = importlib.import_module("pairforge_template")
        module._forget_modules()
    return module


def copy_of_template(into: Path) -> Path:
    """Copies the part of the repository that a user clones: its root file and the template."""
    into.mkdir(parents=True)
    shutil.copy(ROOT / "cookiecutter.json", into)
    shutil.copytree(TEMPLATE, into / "template", ignore=shutil.ignore_patterns("__pycache__"))
    return into


def run(*command: object, input: str | None = None, status: int = 0, **options: object) -> str:
    """Runs a command of this environment, and returns its output.

    It prints the output if the exit status is wrong.
    """
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        input=input,
        stdin=subprocess.DEVNULL if input is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
        **options,  # type: ignore[call-overload]
    )
    assert done.returncode == status, done.stdout
    return str(done.stdout)


def at_a_terminal(folder: Path, *arguments: str, typed: Sequence[str] = (), **environment: str) -> str:
    """Runs cookiecutter at a terminal, and returns the text on the screen.

    It types a line at each question.
    """
    pty = pytest.importorskip("pty")

    keyboard, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cookiecutter", str(TEMPLATE), *arguments],
        cwd=folder,
        env=os.environ | environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    screen = b""
    rest = list(typed)
    with contextlib.suppress(OSError):  # which is how Linux says that the other side is closed
        while piece := os.read(keyboard, 4096):
            screen += piece
            # A question has its count before it, and ends with a colon.
            asked = screen.count(f"/{len(typed)}]".encode())
            if asked + len(rest) > len(typed) and screen.rstrip().endswith(b":"):
                os.write(keyboard, rest.pop(0).encode() + b"\n")
    os.close(keyboard)
    assert process.wait() == 0, screen.decode()
    return screen.decode()


def git(folder: Path, *arguments: str) -> str:
    """Runs git in a folder and returns what it printed."""
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.strip()


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its bytes, without git's own files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }
