"""`.ci/run` runs the command of the README in the environment of the workflows."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
# The repository's workflow, and the reference's, whose tests are part of the repository's.
WORKFLOWS = ("ci.yml", "reference.yml")


def loaded(name: str) -> dict[str, Any]:
    text = ROOT.joinpath(".github", "workflows", name).read_text(encoding="utf-8")
    workflow: dict[str, Any] = yaml.safe_load(text)
    return workflow


def test_the_workflows_agree_about_what_they_set() -> None:
    first, second = (loaded(name)["env"] for name in WORKFLOWS)
    assert all(first[name] == second[name] for name in first.keys() & second.keys())
    # The script has no value that only GitHub knows, and no quotes.
    assert all(value.isalnum() for value in (first | second).values())


def test_the_job_that_tests_has_no_variables_of_its_own() -> None:
    job = loaded("ci.yml")["jobs"]["test"]
    assert not any("env" in part for part in [job, *job["steps"]]), (
        "the top of the workflow is the place for them"
    )


def test_it_runs_the_line_of_the_readme() -> None:
    script = ROOT.joinpath(".ci", "run").read_text(encoding="utf-8").splitlines()
    readme = ROOT.joinpath("README.md").read_text(encoding="utf-8").splitlines()
    assert script[-1].endswith("uv run nox -s test")
    assert script[-1] in readme


@pytest.mark.skipif(os.name == "nt", reason="a script of bash")
def test_the_script_runs_with_what_the_workflows_set(tmp_path: Path) -> None:
    script = tmp_path / ".ci" / "run"
    script.parent.mkdir()
    script.write_bytes(ROOT.joinpath(".ci", "run").read_bytes())
    # Replace the Python that makes an environment and the uv that runs the tests.
    folder = tmp_path / ".uv" / "bin"
    folder.mkdir(parents=True)
    for program, text in (("python3", ""), ("pip", ""), ("uv", 'echo uv "$@"\nenv\n')):
        folder.joinpath(program).write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
    for path in (script, *folder.iterdir()):
        path.chmod(0o755)
    expected = {name: value for workflow in WORKFLOWS for name, value in loaded(workflow)["env"].items()}
    environment = {name: value for name, value in os.environ.items() if name not in expected}
    said = subprocess.run(
        [script],
        cwd="/",
        env=environment | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout.splitlines()
    assert said[0] == "uv run nox -s test"
    assert {f"{name}={value}" for name, value in expected.items()} <= set(said)
