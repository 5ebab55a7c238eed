"""`.ci/run` runs the command of the README in the environment of the workflows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import ci_environment
from tools.ci_environment import READ, WORKFLOWS

ROOT = Path(__file__).resolve().parent.parent


def loaded(name: str) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.safe_load(WORKFLOWS.joinpath(name).read_text(encoding="utf-8"))
    return workflow


def test_the_variables_are_those_that_yaml_reads() -> None:
    expected = {
        name: str(value)
        for workflow in READ
        for name, value in loaded(workflow)["env"].items()
        if "${{" not in str(value)
    }
    assert ci_environment.environment() == expected
    assert expected, "the workflows set something"
    # YAML and GitHub read a text that looks like a number as a number: it must stay as written.
    values = [value for workflow in READ for value in loaded(workflow)["env"].values()]
    assert {type(value) for value in values} == {str}


def test_the_job_that_tests_has_no_variables_of_its_own() -> None:
    job = loaded("ci.yml")["jobs"]["test"]
    assert not any("env" in part for part in [job, *job["steps"]]), (
        "the top of the workflow is the place for them"
    )


@pytest.fixture
def workflows(tmp_path: Path) -> Path:
    """Workflows that can be changed."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for name in READ:
        shutil.copy(WORKFLOWS / name, folder)
    return folder


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("env:\n  # Why.\n  A: \"1\" # one\n\n  B_2: 'a b'\n  C: plain text\njobs:\n", {"A": "1", "B_2": "a b", "C": "plain text"}),
        ("env:\n  A: ${{ github.sha }}\n  B: always\n", {"B": "always"}),
        ("jobs:\n  env:\n    A: no\n", {}),
    ],
)  # fmt: skip
def test_a_block_of_variables(workflows: Path, block: str, expected: dict[str, str]) -> None:
    workflows.joinpath("ci.yml").write_text(block, encoding="utf-8")
    workflows.joinpath("reference.yml").write_text("jobs:\n", encoding="utf-8")
    assert ci_environment.environment(workflows) == expected


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("env:\n  A: >-\n    folded\n", "ci.yml: not the name and the value of a variable: folded"),
        ("env:\n  A: x\n", "reference.yml: A is 'y' here and 'x' before"),
    ],
)
def test_what_cannot_be_read_is_said(workflows: Path, block: str, message: str) -> None:
    workflows.joinpath("ci.yml").write_text(block, encoding="utf-8")
    workflows.joinpath("reference.yml").write_text("env:\n  A: y\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"^{message}$"):
        ci_environment.environment(workflows)


def test_it_runs_the_line_of_the_readme() -> None:
    script = ROOT.joinpath(".ci", "run").read_text(encoding="utf-8").splitlines()
    readme = ROOT.joinpath("README.md").read_text(encoding="utf-8").splitlines()
    assert script[-1].endswith("uv run nox -s test")
    assert script[-1] in readme


@pytest.mark.skipif(os.name == "nt", reason="a script of bash")
def test_the_script_runs_with_what_a_workflow_sets(tmp_path: Path, workflows: Path) -> None:
    for name in (".ci/run", "tools/ci_environment.py"):
        tmp_path.joinpath(name).parent.mkdir()
        shutil.copy(ROOT / name, tmp_path / name)
    text = workflows.joinpath("ci.yml").read_text(encoding="utf-8")
    assert "\nenv:\n" in text
    text = text.replace("\nenv:\n", '\nenv:\n  NEW_ONE: "it\'s $HOME"\n')
    workflows.joinpath("ci.yml").write_text(text, encoding="utf-8")
    # Replaces the Python that makes an environment and the uv that runs the tests.
    programs = tmp_path / "bin"
    programs.mkdir()
    programs.joinpath("python3").write_text(
        f'#!/bin/sh\ncase "$*" in "-m venv .uv") ;; *) exec "{sys.executable}" "$@" ;; esac\n',
        encoding="utf-8",
    )
    folder = tmp_path / ".uv" / "bin"
    folder.mkdir(parents=True)
    folder.joinpath("pip").write_text("#!/bin/sh\n", encoding="utf-8")
    folder.joinpath("uv").write_text('#!/bin/sh\necho uv "$@"\nenv\n', encoding="utf-8")
    for program in (programs / "python3", folder / "pip", folder / "uv"):
        program.chmod(0o755)
    said = subprocess.run(
        [tmp_path / ".ci" / "run"],
        cwd="/",
        env=os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout.splitlines()
    assert said[0] == "uv run nox -s test"
    expected = ci_environment.environment() | {"NEW_ONE": "it's $HOME"}
    assert {f"{name}={value}" for name, value in expected.items()} <= set(said)
