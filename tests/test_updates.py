"""A project takes the improvements of a newer template, and keeps what its owners changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, contents, copy_of_template, git, run

from tools.shell import clean_environment, uv
from tools.shell import run as run_program

if TYPE_CHECKING:
    from pathlib import Path


def commit(repository: Path, message: str) -> None:
    git(repository, "add", "--all", "--force")
    git(repository, "commit", "--quiet", f"--message={message}")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The template's repository at its first release."""
    folder = copy_of_template(tmp_path / "pairforge")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "first")
    git(folder, "tag", "v1")
    return folder


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Path:
    """A project of the first release, in a repository of its own, that has grown a little."""
    run(
        *("cruft", "create", repository, "--directory", "template", "--checkout", "v1", "--no-input"),
        *(
            "--extra-context",
            json.dumps(
                {"project_name": "grown-up", "description": "{{ as }} \u00e9\U0001f980", "docs": False}
            ),
        ),
        cwd=tmp_path,
    )
    folder = tmp_path / "grown-up"
    git(folder, "init", "--quiet", "--initial-branch=main")
    readme = folder / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8") + "\nMine.\n", encoding="utf-8")
    folder.joinpath("python", "grown_up", "mine.py").write_text('"""Mine."""\n', encoding="utf-8")
    commit(folder, "mine")
    return folder


def tests_pass(project: Path) -> None:
    """Builds the updated project and runs its tests, in both languages."""
    # The bakes compiled the dependencies; the project has a unique name.
    environment = clean_environment({"CARGO_TARGET_DIR": str(ROOT / ".bake" / "target-0")})
    for command in (["cargo", "test", "--locked", "--quiet"], [uv(), "run", "--locked", "pytest", "--quiet"]):
        run_program(command, project, environment)


def new_release(repository: Path) -> None:
    """Changes everything that a release can change.

    That is a file, a new file, a new question, and the extension's code.
    """
    template = repository / "template"
    (folder,) = template.glob("{{*")
    with folder.joinpath(".gitignore").open("a", encoding="utf-8") as file:
        file.write("/scratch/\n")
    folder.joinpath("NEWS.md").write_text(
        "{{= shout(cookiecutter.project_name) =}} {{= cookiecutter.description | markdown =}} {{= cookiecutter.colour =}}\n",
        encoding="utf-8",
    )
    replace(template / "cookiecutter.json", '  "git": true,', '  "git": true,\n  "colour": ["red", "blue"],')
    extension = template / "pairforge_template"
    extension.joinpath("shouting.py").write_text(
        'def shout(text):\n    return text.upper() + "!"\n', encoding="utf-8"
    )
    replace(extension / "__init__.py", "from .room import", "from .shouting import shout\nfrom .room import")
    replace(
        extension / "__init__.py",
        "project_folder=project_folder,",
        "project_folder=project_folder, shout=shout,",
    )
    commit(repository, "second")
    git(repository, "tag", "v2")


def test_an_update(repository: Path, project: Path) -> None:
    before = contents(project)
    new_release(repository)
    # `cruft check` compares whole repositories, so it also fails after commits that do not change
    # files of this project.
    assert "FAILURE" in run("cruft", "check", cwd=project, status=1)
    said = run("cruft", "update", "--skip-apply-ask", "--checkout", "v2", cwd=project)
    assert "Good work!" in said
    assert "Traceback" not in said
    after = contents(project)
    assert after.pop("NEWS.md").decode() == "GROWN-UP! \\{\\{ as }} \u00e9\U0001f980 red\n"
    assert after.pop(".gitignore") == before.pop(".gitignore") + b"/scratch/\n"
    state, old_state = json.loads(after.pop(".cruft.json")), json.loads(before.pop(".cruft.json"))
    assert state["context"]["cookiecutter"]["colour"] == "red"
    assert state["commit"] == git(repository, "rev-parse", "v2") != old_state["commit"]
    # Everything else stays the same, including edits by hand and files that the answers leave out.
    assert after == before
    assert not project.joinpath("docs", "conf.py").exists()
    commit(project, "update")
    assert "SUCCESS" in run("cruft", "check", "--checkout", "v2", cwd=project)
    tests_pass(project)


def test_an_update_with_other_answers(repository: Path, project: Path) -> None:
    new_release(repository)
    answers = json.dumps({"colour": "blue", "cli": True})
    run("cruft", "update", "--skip-apply-ask", "--variables-to-update", answers, cwd=project)
    assert project.joinpath("NEWS.md").read_text(encoding="utf-8").endswith(" blue\n")
    assert project.joinpath("crates", "grown-up-cli", "Cargo.toml").is_file()
    assert project.joinpath("python", "grown_up", "mine.py").is_file()


def test_an_update_in_a_folder_of_a_larger_repository(repository: Path, tmp_path: Path) -> None:
    around = tmp_path / "around"
    around.mkdir()
    git(around, "init", "--quiet", "--initial-branch=main")
    run(
        *("cruft", "create", repository, "--directory", "template", "--checkout", "v1", "--no-input"),
        *("--output-dir", "packages"),
        cwd=around,
    )
    commit(around, "one")
    new_release(repository)
    project = around / "packages" / "my-package"
    run("cruft", "update", "--skip-apply-ask", "--variables-to-update", '{"cli": true}', cwd=project)
    assert project.joinpath("NEWS.md").is_file()
    assert project.joinpath("crates", "my-package-cli", "Cargo.toml").is_file()
    assert {path.name for path in around.iterdir()} == {".git", "packages"}
    assert not list(around.rglob("*.rej"))


def test_a_new_name(repository: Path, project: Path) -> None:
    answers = json.dumps({"project_name": "new-name"})
    run("cruft", "update", "--skip-apply-ask", "--variables-to-update", answers, cwd=project)
    files = contents(project)
    # Files that no other project has are renamed, and so are the names in all files.
    assert [name for name in files if "grown" in name] == ["python/grown_up/mine.py"]
    assert [name for name, text in files.items() if b"grown_up" in text or b"grown-up" in text] == []
    assert "\nMine.\n" in files["README.md"].decode()
    assert json.loads(files[".cruft.json"])["context"]["cookiecutter"]["__package"] == "new_name"
    # The rest is the user's own, as docs/updates.md says.
    git(project, "mv", "python/grown_up/mine.py", "python/new_name/mine.py")
    commit(project, "rename")
    assert {"python/new_name/_core.pyi", "crates/new-name-py/src/lib.rs"} <= files.keys()
    assert "SUCCESS" in run("cruft", "check", cwd=project)
    tests_pass(project)


def test_the_older_and_the_newer_template_run_their_own_code(repository: Path, project: Path) -> None:
    """Both are rendered in one process and folder, and the change keeps the size of the file.

    If both had the older code, or both the newer, the update would change nothing.
    """
    before = project.joinpath("pyproject.toml").read_text(encoding="utf-8")
    quoting = repository / "template" / "pairforge_template" / "quoting.py"
    size = quoting.stat().st_size
    replace(
        quoting,
        "    text = json.dumps(value, ensure_ascii=False)",
        "    text = json.dumps(value, ensure_ascii=True )",
    )
    assert quoting.stat().st_size == size
    commit(repository, "escapes")
    run("cruft", "update", "--skip-apply-ask", cwd=project)
    after = project.joinpath("pyproject.toml").read_text(encoding="utf-8")
    assert after == before.replace("\u00e9\U0001f980", "\\u00e9\\ud83e\\udd80")
    assert after != before


def test_a_conflict_is_shown_and_nothing_is_lost(repository: Path, project: Path) -> None:
    (folder,) = repository.joinpath("template").glob("{{*")
    theirs = folder / ".editorconfig"
    theirs.write_text("# theirs\n" + theirs.read_text(encoding="utf-8"), encoding="utf-8")
    commit(repository, "theirs")
    mine = project / ".editorconfig"
    mine.write_text("# mine\n" + mine.read_text(encoding="utf-8"), encoding="utf-8")
    commit(project, "mine too")
    run("cruft", "update", "--skip-apply-ask", cwd=project)
    merged = mine.read_text(encoding="utf-8")
    assert "# mine\n" in merged
    assert "# theirs\n" in merged
    assert "<<<<<<<" in merged
