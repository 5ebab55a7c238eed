"""What happens after the files are written: the answers' leftovers, the first commit, and the last message."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest
from conftest import TEMPLATE, Render, at_a_terminal, contents, git, needs_any_file_name, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOOK = TEMPLATE / "hooks" / "post_gen_project.py"


def test_the_hook_is_plain_python_before_and_after_rendering() -> None:
    compile(HOOK.read_text(encoding="utf-8"), HOOK, "exec")


# --- The first commit ---


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Gives the user other git settings."""

    def configure(settings: str) -> None:
        tmp_path.joinpath("gitconfig").write_text(settings, encoding="utf-8")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))

    return configure


IDENTITY = "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n"


def assert_first_commit(project: Path) -> None:
    assert git(project, "status", "--porcelain", "--ignored") == ""
    assert git(project, "symbolic-ref", "--short", "HEAD") == "main"
    assert git(project, "log", "--format=%an %ae %s") == (
        "Ada Lovelace ada@example.org First commit, rendered from pairforge"
    )
    assert set(git(project, "ls-files", "-z").rstrip("\0").split("\0")) == set(contents(project))


def test_the_first_commit_has_every_file(render: Render) -> None:
    assert_first_commit(render({"git": True, "cli": True, "fuzz": True}))


def test_settings_of_the_user_do_not_get_in_the_way(
    render: Render, tmp_path: Path, configure: Callable[[str], None]
) -> None:
    hooks = tmp_path / "hooks"
    templates = tmp_path / "templates" / "hooks"
    for folder in (hooks, templates):
        folder.mkdir(parents=True)
        for name in ("pre-commit", "commit-msg", "post-commit", "prepare-commit-msg"):
            folder.joinpath(name).write_text(
                f"#!/bin/sh\ntouch '{tmp_path}/called'\nexit 1\n", encoding="utf-8"
            )
            folder.joinpath(name).chmod(0o755)
    tmp_path.joinpath("ignored").write_text("*.lock\n.vscode/\ntests/\n", encoding="utf-8")
    configure(
        f"{IDENTITY}[init]\n\tdefaultBranch = trunk\n\ttemplateDir = {templates.parent}\n"
        f"[core]\n\thooksPath = {hooks}\n\texcludesFile = {tmp_path / 'ignored'}\n\tautocrlf = input\n"
        "[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = /nowhere/gpg\n[user]\n\tsigningKey = 0\n"
    )
    project = render({"git": True})
    assert_first_commit(project)
    assert not tmp_path.joinpath("called").exists()
    # The user's own hooks are there for the next commit.
    assert project.joinpath(".git", "hooks", "pre-commit").exists()


@pytest.mark.parametrize(
    "settings", ["", "[user]\n\tname = Ada Lovelace\n", "[user]\n\temail = ada@example.org\n", "nonsense"]
)
def test_without_an_identity_there_is_no_repository(
    render: Render, configure: Callable[[str], None], capfd: pytest.CaptureFixture[str], settings: str
) -> None:
    configure(settings)
    project = render({"git": True})
    assert project.joinpath("README.md").exists()
    assert not project.joinpath(".git").exists()
    said = capfd.readouterr()
    assert (
        "No first commit was made: git is missing, or user.name and user.email are not set in it." in said.out
    )
    assert said.err == ""


def test_a_repository_around_the_project_is_left_alone(
    render: Render, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "--quiet")
    project = render({"git": True})
    assert not project.joinpath(".git").exists()
    assert "first commit" not in capfd.readouterr().out
    assert git(tmp_path, "status", "--porcelain") == "?? out/"


def test_a_git_that_calls_cookiecutter(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    project = render({"git": True})
    monkeypatch.undo()
    assert project.joinpath(".git").is_dir()
    assert git(other, "status", "--porcelain") == ""


def test_a_commit_that_fails_is_no_failure(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    real = shutil.which("git")
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\ncase "$*" in *--message*) echo scary >&2; exit 1;; esac\nexec {real} "$@"\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent), prepend=os.pathsep)
    project = render({"git": True})
    said = capfd.readouterr()
    assert project.joinpath("README.md").exists()
    assert "No first commit was made" in said.out
    assert said.err == ""


def test_no_repository_is_made_for_no(render: Render) -> None:
    assert not render({"git": False}).joinpath(".git").exists()


# --- Leftovers ---


def test_files_of_the_user_survive_a_second_rendering(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Git may know another name of the user in the checkout than elsewhere.
    monkeypatch.chdir(tmp_path)
    project = render({"docs": False, "cli": False})
    mine = {
        "docs/mine.md": "mine",
        "fuzz/corpus/1": "mine",
        "crates/my-package-cli/notes": "mine",
        "LICENSES/x": "mine",
    }
    for name, text in mine.items():
        project.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        project.joinpath(name).write_text(text, encoding="utf-8")
    before = contents(project)
    arguments = ["docs=no", "cli=no", "git=no"]
    run(
        "cookiecutter",
        TEMPLATE,
        "--no-input",
        "--overwrite-if-exists",
        "-o",
        project.parent,
        *arguments,
        cwd=tmp_path,
    )
    assert contents(project) == before


def test_an_edited_file_that_new_answers_leave_out_is_kept(render: Render, tmp_path: Path) -> None:
    project = render({"docs": True, "cli": True})
    edited = project / "docs" / "index.md"
    edited.write_text("mine", encoding="utf-8")
    before = contents(project)
    options = ["--overwrite-if-exists", "--skip-if-file-exists", "-o", project.parent]
    run("cookiecutter", TEMPLATE, "--no-input", *options, "docs=no", "cli=no", "git=no", cwd=tmp_path)
    assert contents(project) == before


def test_no_temporary_file_stays(render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    render({"git": True})
    assert list(temporary.iterdir()) == []


# --- The message ---


def message(folder: Path, *arguments: str, **environment: str) -> str:
    """What a user sees on a screen that is no terminal."""
    return run(
        *("cookiecutter", TEMPLATE, "--no-input", *arguments),
        cwd=folder,
        env=os.environ | {"PWD": str(folder)} | environment,
    )


def test_the_message(tmp_path: Path) -> None:
    said = message(tmp_path, "project_name=word-count", "cli=yes", "docs=no")
    said = re.sub("Not found on this machine: .*\n", "", said)
    assert said == (
        "\n"
        "word-count is there: a Python package with a Rust core.\n"
        "\n"
        "  crates/word-count      the core, in Rust alone\n"
        "  crates/word-count-py   the core's door to Python\n"
        "  crates/word-count-cli  the command-line program\n"
        "  python/word_count      the Python package\n"
        "  tests                  tests of both implementations\n"
        "  benches                their speed, compared and plotted\n"
        "  docs                   the guide\n"
        "  .git                   a repository with a first commit\n"
        "\n"
        "Type next:\n"
        "\n"
        "  cd word-count\n"
        "  uv run pytest       builds the package and tests it\n"
        "  uv run nox -s test  tests everything, in both languages\n"
        "\n"
        "Then open README.md: it says how to work on the project.\n"
        "\n"
    )


def test_the_message_names_what_is_missing(tmp_path: Path) -> None:
    said = message(tmp_path, PATH=str(tmp_path))
    assert "Not found on this machine: uv. How to get it: https://docs.astral.sh/uv\n" in said
    assert "Not found on this machine: cargo. How to get it: https://rustup.rs\n" in said


def test_the_folder_is_named_in_full_when_it_is_elsewhere(tmp_path: Path) -> None:
    said = message(tmp_path, "-o", str(tmp_path / "some where"))
    assert f"  cd '{tmp_path / 'some where' / 'my-package'}'\n" in said


@needs_any_file_name
def test_the_message_fits_every_terminal(tmp_path: Path) -> None:
    output = tmp_path / "gr\u00f6\u00dfe"
    output.mkdir()
    said = message(tmp_path, "-o", str(output), LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert said.isascii()
    assert "my-package is there" in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize("no_colour", ["", "1"])
def test_colours_are_for_terminals(tmp_path: Path, no_colour: str) -> None:
    screen = at_a_terminal(tmp_path, "--no-input", "git=no", NO_COLOR=no_colour)
    assert "my-package is there" in screen
    assert ("\033[" in screen) == (not no_colour)
