"""No test or tool of the three projects uses unguarded what Windows lacks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from default_encodings import of_the_system
from posix_names import only_on_posix, unguarded

from tools.template.render import render

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
AS_ON_WINDOWS = Path(__file__).with_name("as_on_windows.py")

ELSEWHERE = ("browser/", "case_studies/inside/", "docs/", "fuzz/")
"""Parts of the paths of code that runs in separate environments, which are never on Windows."""


@pytest.fixture(scope="module", params=["root", "reference", "template"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of each project in turn.

    The template's is rendered with every optional part.
    """
    if request.param == "template":
        answers: dict[str, str | bool] = {
            "project_name": "seen-from-here",
            "cli": True,
            "docs": True,
            "fuzz": True,
            "git": False,
        }
        return render(answers, tmp_path_factory.mktemp("rendered"))
    return ROOT if request.param == "root" else ROOT / "reference"


def files_of(project: Path) -> list[str]:
    """Return the tests and tools of a project, by their paths in it."""
    folders = ["benches", "case_studies", "python", "template/pairforge_template", "tests", "tools"]
    found = [path for folder in folders for path in project.joinpath(folder).rglob("*.py")]
    names = sorted(path.relative_to(project).as_posix() for path in [*found, *project.glob("*.py")])
    return [name for name in names if not any(each in name for each in ELSEWHERE)]


def imported(project: Path, files: list[str]) -> Mapping[str, str]:
    """Return the files that cannot be imported on Windows, and why."""
    command = [sys.executable, "-W", "ignore", str(AS_ON_WINDOWS), str(project), *files]
    done = subprocess.run(command, cwd=project, capture_output=True, encoding="utf-8", check=True)
    problems: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return problems


def used(project: Path, files: list[str]) -> list[str]:
    """Return the unguarded uses.

    A tool may check whether a folder of Linux exists; a test that needs it skips.
    """
    return [
        f"{file}:{line} {name}"
        for file in files
        for line, name in unguarded(project.joinpath(file).read_text(encoding="utf-8"))
        if not name.startswith("/") or is_test(file)
    ]


def left_to_the_system(project: Path, files: list[str]) -> list[str]:
    """Return the calls that use the encodings and line ends of the system."""
    return [
        f"{file}:{line} {name}"
        for file in files
        for line, name in of_the_system(
            project.joinpath(file).read_text(encoding="utf-8"),
            ends_of_lines=is_test(file) and project != ROOT,
        )
    ]


def is_test(file: str) -> bool:
    return file.startswith("tests/")


def test_everything_can_be_imported_on_windows(project: Path) -> None:
    assert imported(project, files_of(project)) == {}


def test_what_windows_lacks_is_used_behind_a_guard(project: Path) -> None:
    assert used(project, files_of(project)) == []


def test_no_encoding_is_left_to_the_system(project: Path) -> None:
    assert left_to_the_system(project, files_of(project)) == []


# Every check can fail.


def test_the_names_that_windows_lacks() -> None:
    names = only_on_posix()
    for module in ("fcntl", "grp", "pty", "pwd", "readline", "resource", "termios", "tty"):
        assert "*" in names[module]
    for name in ["fork", "geteuid", "killpg", "mkfifo", "openpty", "uname", "WNOHANG"]:
        assert name in names["os"]
    assert {"SIGALRM", "SIGKILL", "pthread_kill"} <= names["signal"]
    assert not {"getpid", "pipe", "waitpid", "name"} & names["os"]
    assert not {"SIGINT", "SIGTERM", "*"} & names["signal"]


def test_imports_that_fail_on_windows_are_found(tmp_path: Path) -> None:
    faults = [
        "import pty",
        "from os import fork",
        "import os\nchild = os.fork",
        "import signal\nSIGNALS = [signal.SIGKILL]",
        "import sys\nif sys.platform == 'win32': import termios",
        "import os\nimport pytest\n@pytest.mark.skipif(os.geteuid() == 0, reason='root')\ndef test(): pass",
    ]
    files = {f"test_fault_{number}.py": fault for number, fault in enumerate(faults)}
    files["test_good.py"] = "import os, not_installed\nassert os.name == 'nt'\n"
    for name, content in files.items():
        tmp_path.joinpath(name).write_text(content, encoding="utf-8")
    problems = imported(tmp_path, sorted(files))
    assert files.keys() - problems.keys() == {"test_good.py"}
    for problem in problems.values():
        assert "Windows has no" in problem or "cannot import name 'fork'" in problem


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pty", "pty"),
        ("import os\ndef test():\n    os.fork()", "os.fork"),
        ("import signal as s\ndef test():\n    s.alarm(1)", "signal.alarm"),
        ("def test():\n    import resource", "resource"),
        ("def test():\n    from os import mkfifo", "os.mkfifo"),
        ("def test(run):\n    run('ls | head', shell=True)", "shell="),
        ("def test(run):\n    run('ls', preexec_fn=print)", "preexec_fn="),
        ("def test(process):\n    process.send_signal(2)", "send_signal"),
        ("def test(run):\n    run('/dev/stdin')", "/dev/stdin"),
        ("import pytest\n@pytest.mark.skipif(True, reason='os')\ndef test():\n    import pty", "pty"),
        ("import pytest\ndef test():\n    pytest.importorskip('numpy')\n    import pty", "pty"),
        ("import os\nif os.name == 'nt':\n    print()\nos.fork()", "os.fork"),
    ],
)
def test_an_unguarded_use_is_found(source: str, found: str) -> None:
    assert [name for _, name in unguarded(source)] == [found]


@pytest.mark.parametrize(
    "source",
    [
        "import os, pytest\n@pytest.mark.skipif(os.name == 'nt', reason='')\ndef test():\n    os.fork()",
        "import os, pytest\npytestmark = pytest.mark.skipif(os.name == 'nt', reason='')\ndef test():\n    os.fork()",
        "import os, pytest\nposix = pytest.mark.skipif(os.name == 'nt', reason='')\n@posix\ndef test():\n    os.fork()",
        "import pytest\ndef test():\n    pty = pytest.importorskip('pty')\n    pty.openpty()",
        "import os, sys\nif sys.platform == 'linux':\n    os.fork()",
        "import os\nroot = os.name == 'posix' and os.geteuid() == 0",
        "import os\ndef test():\n    if not hasattr(os, 'fork'):\n        return\n    os.fork()",
        "try:\n    import pwd\nexcept ImportError:\n    pwd = None",
        "def test(run):\n    run('ls', shell=False, preexec_fn=None)",
    ],
)
def test_a_guarded_use_is_none(source: str) -> None:
    assert unguarded(source) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("path.read_text()", "read_text"),
        ("path.write_text('a')", "write_text"),
        ("open('a')", "open"),
        ("open('a', mode='w')", "open"),
        ("run('a', text=True)", "text=True"),
        ("path.write_text('a\\n', encoding='utf-8')", "write_text without newline="),
    ],
)
def test_an_encoding_that_is_left_to_the_system_is_found(source: str, found: str) -> None:
    assert [name for _, name in of_the_system(source, ends_of_lines=True)] == [found]


def test_an_encoding_that_is_given_is_no_fault() -> None:
    source = """
path.read_text(encoding="utf-8")
path.read_text("utf-8")
path.write_text("a" * 9, encoding="utf-8")
path.write_text("a\\n", encoding="utf-8", newline="")
open("a", "rb")
open("a", encoding="utf-8")
run("a", text=True, encoding="utf-8")
"""
    assert list(of_the_system(source, ends_of_lines=True)) == []
