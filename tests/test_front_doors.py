"""Every way to reach the template, from a repository as it is published."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import TEMPLATE, contents, copy_of_template, git, run

from tools import shell

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository on a server: bare, with a tag for a release."""
    folder = tmp_path_factory.mktemp("server")
    work = copy_of_template(folder / "work")
    git(work, "init", "--quiet", "--initial-branch=main")
    git(work, "add", "--all", "--force")
    git(work, "commit", "--quiet", "--message=one")
    git(work, "tag", "v1")
    git(folder, "clone", "--quiet", "--bare", str(work), "pairforge.git")
    return folder / "pairforge.git"


@pytest.fixture
def abbreviation(repository: Path, tmp_path: Path) -> Path:
    """A user's configuration in which `gh:OWNER/REPO` is the local repository."""
    config = tmp_path / "config.yml"
    settings = {
        "abbreviations": {"gh": f"file://{repository.parent}/{{0}}.git"},
        "cookiecutters_dir": str(tmp_path / "clones"),
        "replay_dir": str(tmp_path / "replay"),
    }
    config.write_text(json.dumps(settings), encoding="utf-8")
    return config


@pytest.mark.parametrize("directory", [[], ["--directory", "template"]], ids=["root", "directory"])
def test_an_address(repository: Path, tmp_path: Path, directory: list[str]) -> None:
    run("cookiecutter", f"file://{repository}", *directory, "--no-input", cwd=tmp_path)
    assert tmp_path.joinpath("my-package", ".git").is_dir()


@pytest.mark.parametrize("directory", [[], ["--directory", "template"]], ids=["root", "directory"])
def test_an_abbreviation(abbreviation: Path, tmp_path: Path, directory: list[str]) -> None:
    run(
        "cookiecutter",
        "gh:pairforge",
        *directory,
        "--config-file",
        abbreviation,
        "--no-input",
        "docs=no",
        cwd=tmp_path,
    )
    assert tmp_path.joinpath("my-package", "README.md").exists()
    assert not tmp_path.joinpath("my-package", "docs", "conf.py").exists()


def test_uvx(abbreviation: Path, tmp_path: Path) -> None:
    """The README's first command, with a separate environment for cookiecutter."""
    command = [shell.uv(), "tool", "run", "cookiecutter", "gh:pairforge", "--directory", "template"]
    shell.run([*command, "--no-input", "--config-file", abbreviation], tmp_path)
    assert tmp_path.joinpath("my-package", "README.md").exists()


@pytest.mark.parametrize("path", ["template", "./template", "."])
def test_a_relative_path(tmp_path: Path, path: str) -> None:
    """cookiecutter changes its working directory, which once hid the template's extension."""
    clone = copy_of_template(tmp_path / "clone")
    run("cookiecutter", path, "--no-input", "--output-dir", "..", cwd=clone)
    assert tmp_path.joinpath("my-package", ".git").is_dir()


def test_a_tag(repository: Path, tmp_path: Path) -> None:
    run("cookiecutter", f"file://{repository}", "--checkout", "v1", "--no-input", cwd=tmp_path)
    assert tmp_path.joinpath("my-package").is_dir()


def test_an_archive(tmp_path: Path) -> None:
    copy_of_template(tmp_path / "files" / "pairforge")
    archive = shutil.make_archive(str(tmp_path / "pairforge"), "zip", tmp_path / "files", "pairforge")
    run("cookiecutter", archive, "--directory", "template", "--no-input", cwd=tmp_path)
    assert tmp_path.joinpath("my-package", ".git").is_dir()


def test_a_temporary_folder_with_a_relative_name(tmp_path: Path) -> None:
    tmp_path.joinpath("temporary").mkdir()
    # And a Python with all strict settings.
    strict = {"TMPDIR": "temporary", "PYTHONWARNINGS": "error", "PYTHONSAFEPATH": "1"}
    run("cookiecutter", TEMPLATE, "--no-input", cwd=tmp_path, env=os.environ | strict)
    assert tmp_path.joinpath("my-package", ".git").is_dir()
    assert list(tmp_path.joinpath("temporary").iterdir()) == []


def test_the_root_asks_one_question_more(abbreviation: Path, tmp_path: Path) -> None:
    typed = "\n" * 12
    said = run(
        "cookiecutter", "gh:pairforge", "--config-file", abbreviation, input=f"\n{typed}", cwd=tmp_path
    )
    assert said.startswith("Select a template\n    1 - A Python package with a Rust core\n")
    tmp_path.joinpath("my-package").rename(tmp_path / "root")
    # The answer to the last question: the earlier clone may be deleted.
    said = run(
        *("cookiecutter", "gh:pairforge", "--directory", "template", "--config-file", abbreviation),
        input=f"y\n{typed}",
        cwd=tmp_path,
    )
    assert "Select a template" not in said
    assert contents(tmp_path / "my-package") == contents(tmp_path / "root")


def test_a_refusal_through_the_root(abbreviation: Path, tmp_path: Path) -> None:
    said = run(
        *(
            "cookiecutter",
            "gh:pairforge",
            "--config-file",
            abbreviation,
            "--no-input",
            "project_name=numpy",
            "-o",
            "out",
        ),
        cwd=tmp_path,
        status=1,
    )
    assert (
        said
        == "project_name 'numpy' is refused: 'numpy' is the name of a package in the project's lock files.\n"
    )
    assert not tmp_path.joinpath("out").exists()


def test_cruft_and_cookiecutter_make_the_same_project(repository: Path, tmp_path: Path) -> None:
    run(
        "cookiecutter", f"file://{repository}", "--no-input", "cli=yes", "git=no", "-o", "plain", cwd=tmp_path
    )
    answers = json.dumps({"cli": True, "git": False})
    said = run(
        *("cruft", "create", f"file://{repository}", "--directory", "template", "--no-input"),
        *("--extra-context", answers, "--output-dir", "crufted"),
        cwd=tmp_path,
    )
    crufted = contents(tmp_path / "crufted" / "my-package")
    assert json.loads(crufted.pop(".cruft.json"))["directory"] == "template"
    assert crufted == contents(tmp_path / "plain" / "my-package")
    assert "Next steps" not in said


def test_cruft_makes_no_repository(repository: Path, tmp_path: Path) -> None:
    run("cruft", "create", f"file://{repository}", "--directory", "template", "--no-input", cwd=tmp_path)
    assert not tmp_path.joinpath("my-package", ".git").exists()


def test_cruft_refuses_in_one_line(repository: Path, tmp_path: Path) -> None:
    said = run(
        *(
            "cruft",
            "create",
            f"file://{repository}",
            "--directory",
            "template",
            "--no-input",
            "--output-dir",
            "out",
        ),
        *("--extra-context", '{"project_name": "../x"}'),
        cwd=tmp_path,
        status=1,
    )
    assert said.startswith("project_name '../x' is refused: it must be ASCII letters and digits")
    assert len(said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_cruft_checks_and_links(repository: Path, tmp_path: Path) -> None:
    """A project made with plain cookiecutter is adopted, and is up to date then."""
    run("cookiecutter", f"file://{repository}", "--no-input", cwd=tmp_path)
    project = tmp_path / "my-package"
    run("cruft", "link", f"file://{repository}", "--directory", "template", "--no-input", cwd=project)
    assert "SUCCESS" in run("cruft", "check", cwd=project)
    assert run("cruft", "diff", "--exit-code", cwd=project) == ""
