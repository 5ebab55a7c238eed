"""The hooks after rendering: removed files, the first commit, and the last message."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import tomllib
from typing import TYPE_CHECKING

import pytest
from conftest import TEMPLATE, Render, at_a_terminal, contents, git, needs_any_file_name, run

from tools.shell import end_of, uv
from tools.shell import run as run_program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOOK = TEMPLATE / "hooks" / "post_gen_project.py"


def test_the_hook_is_plain_python_before_and_after_rendering() -> None:
    compile(HOOK.read_text(encoding="utf-8"), HOOK, "exec")


# --- The first commit ---


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Changes the user's git settings."""

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
    ("settings", "trouble"),
    [
        ("", 'No first commit was made: git said "fatal: '),
        ("[user]\n\tname = Ada Lovelace\n", 'No first commit was made: git said "fatal: '),
        ("[nonsense", 'No repository was made: git said "fatal: bad config line '),
    ],
    ids=["nobody", "no address", "nonsense"],
)
def test_the_message_names_what_git_said(
    render: Render,
    configure: Callable[[str], None],
    capfd: pytest.CaptureFixture[str],
    settings: str,
    trouble: str,
) -> None:
    configure(settings)
    project = render({"git": True})
    assert project.joinpath("README.md").exists()
    said = capfd.readouterr()
    (line,) = [line for line in said.out.splitlines() if line.startswith("No ")]
    assert line.startswith(trouble)
    assert said.err == ""
    # Once git knows the user, only `git commit` remains to type.
    if "commit" in trouble:
        assert "  .git                  a repository, without a commit\n" in said.out
        configure(IDENTITY)
        git(project, "commit", "--quiet", "--message=First commit, rendered from pairforge")
        assert_first_commit(project)


def test_an_identity_for_some_folders_is_enough(
    render: Render, tmp_path: Path, configure: Callable[[str], None]
) -> None:
    tmp_path.joinpath("at work").write_text(IDENTITY, encoding="utf-8")
    configure(
        f'[includeIf "gitdir:{(tmp_path / "out").as_posix()}/"]\n\tpath = {(tmp_path / "at work").as_posix()}\n'
    )
    assert_first_commit(render({"git": True, "author": "Ada"}))


def test_an_identity_for_some_folders_is_the_default_there(
    tmp_path: Path, configure: Callable[[str], None]
) -> None:
    work, home = tmp_path / "work", tmp_path / "home"
    tmp_path.joinpath("at work").write_text("[user]\n\temail = ada@example.org\n", encoding="utf-8")
    configure(
        "[user]\n\tname = Ada Lovelace\n\temail = ada@home.example\n"
        f'[includeIf "gitdir:{work.as_posix()}/"]\n\tpath = {(tmp_path / "at work").as_posix()}\n'
    )
    for folder, address in ((work, "ada@example.org"), (home, "ada@home.example")):
        folder.mkdir()
        run("cookiecutter", TEMPLATE, "--no-input", cwd=folder)
        assert os.listdir(folder) == ["my-package"]
        project = folder / "my-package"
        assert git(project, "log", "--format=%an %ae %ce") == f"Ada Lovelace {address} {address}"
        assert f'authors = ["Ada Lovelace <{address}>"]' in project.joinpath("Cargo.toml").read_text(
            encoding="utf-8"
        )


def test_the_commit_has_the_address_of_the_package(
    render: Render, configure: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure("[user]\n\tname = Ada\n\temail = ada@home.example\n[author]\n\temail = ada@old.example\n")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "ada@older.example")
    project = render({"git": True, "author": "Ada Lovelace <ada@example.org>"})
    assert_first_commit(project)
    assert git(project, "log", "--format=%cn %ce") == "Ada Lovelace ada@example.org"
    package = tomllib.loads(project.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert package["authors"] == [{"name": "Ada Lovelace", "email": "ada@example.org"}]


# --- What is around the project ---


def test_a_repository_that_has_the_folder_is_left_alone(
    render: Render, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "--quiet")
    project = render({"git": True})
    assert not project.joinpath(".git").exists()
    said = capfd.readouterr().out
    assert f"No repository was made: this folder belongs to the one in {tmp_path}.\n" in said
    assert "first commit" not in said
    assert git(tmp_path, "status", "--porcelain") == "?? out/"
    render({"git": False}, into=tmp_path / "other")
    assert "No repository" not in capfd.readouterr().out


@pytest.fixture
def ignoring(tmp_path: Path) -> Path:
    """A folder in a repository that ignores nearly everything, as one for dotfiles does."""
    git(tmp_path, "init", "--quiet")
    tmp_path.joinpath(".gitignore").write_text("*\n", encoding="utf-8")
    return tmp_path / "out"


def test_in_a_repository_that_ignores_the_folder_one_is_made(render: Render, ignoring: Path) -> None:
    assert_first_commit(render({"git": True}, into=ignoring))


def test_in_a_repository_that_ignores_the_folder_no_repository_is_worth_a_line(
    render: Render, ignoring: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not render({"git": False}, into=ignoring).joinpath(".git").exists()
    assert f"The repository in {ignoring.parent} ignores this folder, so ruff " in capfd.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for git is a shell script")
def test_a_repository_that_git_does_not_trust_is_left_alone(
    render: Render, ignoring: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # git has a variable for its own tests: each repository seems to belong to somebody else.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert not render({"git": True}, into=ignoring).joinpath(".git").exists()
    said = capfd.readouterr().out
    assert 'No repository was made: git said "fatal: detected dubious ownership in repository at ' in said


WORKSPACES = {
    "cargo": (
        "Cargo.toml",
        "workspace",
        ["cargo", "metadata", "--offline", "--no-deps", "--format-version=1"],
    ),
    "uv": ("pyproject.toml", "tool.uv.workspace", [uv(), "lock", "--check", "--offline"]),
}


@pytest.mark.parametrize("tool", WORKSPACES)
def test_a_workspace_around_the_project(
    render: Render, tmp_path: Path, capfd: pytest.CaptureFixture[str], tool: str
) -> None:
    """Follows the message, after the tool itself has failed without it."""
    name, table, command = WORKSPACES[tool]
    workspace = tmp_path / name
    members = f'[{table}]\nmembers = ["packages/*"]\n'
    project_table = '[project]\nname = "outer"\nversion = "0"\nrequires-python = ">=3.11"\n'
    workspace.write_text((project_table if tool == "uv" else "") + members, encoding="utf-8")
    project = render(into=tmp_path / "packages")
    remedy = 'exclude = ["packages/my-package"]'
    said = capfd.readouterr().out
    line = f"There is a {tool} workspace around this folder: add {remedy} to [{table}] in {workspace}.\n"
    assert line in said
    assert said.count("workspace around") == 1
    # uv treats the project as a member of the other workspace; cargo refuses to work in the other
    # one.
    where = project if tool == "uv" else tmp_path
    assert end_of(command, where).status
    with workspace.open("a", encoding="utf-8") as file:
        file.write(f"{remedy}\n")
    run_program(command, where)
    run_program(command, project)
    render({"project_name": "next"}, into=project / "below")
    assert "workspace around" in capfd.readouterr().out
    shutil.rmtree(project)
    render(into=tmp_path / "packages")
    assert "workspace around" not in capfd.readouterr().out


def test_a_file_that_is_no_text_is_no_workspace(
    render: Render, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tmp_path.joinpath("Cargo.toml").write_bytes(b"\xff[workspace]\n")
    tmp_path.joinpath("pyproject.toml").mkdir()
    render()
    assert "workspace around" not in capfd.readouterr().out


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
    assert 'No first commit was made: git said "scary".\n' in said.out
    assert said.err == ""


def test_no_repository_is_made_for_no(render: Render) -> None:
    assert not render({"git": False}).joinpath(".git").exists()


# --- Files that the answers leave out ---


FEWEST = {"docs": False, "cli": False, "fuzz": False}


def test_files_that_the_answers_leave_out_stay_as_they_are(render: Render, tmp_path: Path) -> None:
    everything = render({"docs": True, "cli": True, "fuzz": True, "license": "MIT"})
    fewest = render(FEWEST, into=tmp_path / "fewest")
    left_out = contents(everything).keys() - contents(fewest).keys()
    assert {"LICENSE", "docs/conf.py", "fuzz/Cargo.toml", "crates/my-package-cli/src/main.rs"} <= left_out
    mine = {*left_out, "docs/mine.md", "fuzz/corpus/1", "crates/my-package-cli/notes", "LICENSES/x"}
    for name in mine:
        fewest.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        fewest.joinpath(name).write_text(f"mine: {name}", encoding="utf-8")
        fewest.joinpath(name).chmod(0o600)
    before = contents(fewest)
    times = {name: fewest.joinpath(name).stat() for name in mine}
    options = ["--overwrite-if-exists", "-o", fewest.parent]
    run("cookiecutter", TEMPLATE, "--no-input", *options, *typed(FEWEST), "git=no", cwd=tmp_path)
    assert contents(fewest) == before
    # They were not even rewritten with the same content.
    assert times == {name: fewest.joinpath(name).stat() for name in mine}


def typed(answers: dict[str, bool]) -> list[str]:
    """Return the answers in the form of the command line."""
    return [f"{question}={'yes' if answer else 'no'}" for question, answer in answers.items()]


def test_an_edited_file_that_new_answers_leave_out_is_kept(render: Render, tmp_path: Path) -> None:
    project = render({"docs": True, "cli": True})
    edited = project / "docs" / "index.md"
    edited.write_text("mine", encoding="utf-8")
    before = contents(project)
    options = ["--overwrite-if-exists", "--skip-if-file-exists", "-o", project.parent]
    run("cookiecutter", TEMPLATE, "--no-input", *options, "docs=no", "cli=no", "git=no", cwd=tmp_path)
    assert contents(project) == before


@pytest.mark.parametrize("hooks", ["yes", "no"])
@pytest.mark.parametrize("wanted", [False, True])
def test_no_folder_is_left_without_a_file(tmp_path: Path, wanted: bool, hooks: str) -> None:
    answers = typed(dict.fromkeys(FEWEST, wanted))
    run("cookiecutter", TEMPLATE, "--no-input", "--accept-hooks", hooks, *answers, "git=no", cwd=tmp_path)
    project = tmp_path / "my-package"
    assert project.joinpath("fuzz").exists() == wanted
    assert [folder for folder in project.rglob("*") if folder.is_dir() and not any(folder.iterdir())] == []


def test_a_project_without_hooks_is_the_same(render: Render, tmp_path: Path) -> None:
    run("cookiecutter", TEMPLATE, "--no-input", "--accept-hooks", "no", *typed(FEWEST), cwd=tmp_path)
    project = tmp_path / "my-package"
    assert contents(project) == contents(render(FEWEST))
    run_program(["cargo", "metadata", "--offline", "--no-deps", "--locked", "--format-version=1"], project)


def test_no_temporary_file_stays(render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    render({"git": True})
    assert list(temporary.iterdir()) == []


# --- The message ---


def message(folder: Path, *arguments: str, **environment: str) -> str:
    """Return the message that a user sees on a screen that is not a terminal."""
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
        "word-count is ready: a Python package with a Rust core.\n"
        "\n"
        "  crates/word-count      the core, in Rust alone\n"
        "  crates/word-count-py   the Python bindings of the core\n"
        "  crates/word-count-cli  the command-line program\n"
        "  python/word_count      the Python package\n"
        "  tests                  tests of both implementations\n"
        "  benches                their speed, compared and plotted\n"
        "  docs                   the guide\n"
        "  .git                   a repository with a first commit\n"
        "\n"
        "Next steps:\n"
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
    assert "my-package is ready" in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize("no_colour", ["", "1"])
def test_colours_are_for_terminals(tmp_path: Path, no_colour: str) -> None:
    screen = at_a_terminal(tmp_path, "--no-input", "git=no", NO_COLOR=no_colour)
    assert "my-package is ready" in screen
    assert ("\033[" in screen) == (not no_colour)
