"""The rehearsal runs the steps of a runner, reports those that cannot run, and notices failures."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import git

from tools import ROOT
from tools.template.render import render
from tools.workflows import rehearse as driver
from tools.workflows.expressions import Lenient, Unknown, condition, evaluate, fill
from tools.workflows.rehearse import rehearse
from tools.workflows.runner import FAILED, NEEDS, NOT_RUN, PASSED, SKIPPED, assignments, skipped_sessions

if TYPE_CHECKING:
    from tools.workflows.runner import Row

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rehearses jobs of Linux")
CHECKOUT = "{uses: actions/checkout@0000}"


def repository(folder: Path, **workflows: str) -> Path:
    """Return a repository with workflows, each given by its jobs."""
    for name, jobs in workflows.items():
        file = folder / "project" / ".github" / "workflows" / f"{name}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(jobs if jobs.startswith("on:") else f"on: push\njobs:\n{jobs}", encoding="utf-8")
    folder = folder / "project"
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=all")
    return folder


def results(rows: list[Row]) -> dict[str, str]:
    return {f"{row.job} {row.step}".strip(): row.result for row in rows}


def test_a_job_has_what_its_workflow_says_and_nothing_of_this_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("VIRTUAL_ENV", "NO_COLOR", "RUSTUP_TOOLCHAIN", "LC_ALL", "GITHUB_OUTPUT"):
        monkeypatch.setenv(variable, "of this terminal")
    folder = repository(
        tmp_path,
        ci="""on: {push: {branches: [main]}, pull_request: }
env: {FORCE_COLOR: "1", LEVEL: workflow}
defaults: {run: {working-directory: below}}
jobs:
  test:
    runs-on: ubuntu-latest
    env: {LEVEL: job, NAME: "${{ github.event.repository.name }}"}
    strategy: {matrix: {word: [one, two]}}
    outputs: {word: "${{ steps.set.outputs.word }}"}
    steps:
      - {uses: actions/checkout@0000}
      - id: set
        env: {LEVEL: step, WORD: "${{ matrix.word }}"}
        run: |
          test "$PWD" = "$GITHUB_WORKSPACE/below"
          test "$CI$FORCE_COLOR$LEVEL$NAME" = true1stepproject
          test -z "$VIRTUAL_ENV$NO_COLOR$RUSTUP_TOOLCHAIN$LC_ALL"
          test "$(ls -A "$HOME")" = ""
          test ! -e ../left-by-another-job
          touch ../left-by-another-job
          echo "word=$WORD" >> "$GITHUB_OUTPUT"
      - run: test "$LEVEL" = job
      - run: exit 1
        if: matrix.word == 'three' || failure()
  after:
    needs: test
    runs-on: ubuntu-24.04
    steps:
      - run: test "$WORD" = two
        env: {WORD: "${{ needs.test.outputs.word }}"}
      - shell: bash
        working-directory: .
        run: test -d below
""",
    )
    folder.joinpath("below").mkdir()
    folder.joinpath("below", "file").touch()
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=below")
    # It is not committed, so no runner has it.
    folder.joinpath("left-by-another-job").touch()
    rows = rehearse(folder)
    assert [row.why for row in rows if row.result == FAILED] == []
    assert Counter(row.result for row in rows) == {PASSED: 8, SKIPPED: 2}


def test_a_step_that_fails_is_told_with_its_words_and_fails_what_needs_it(tmp_path: Path) -> None:
    folder = repository(
        tmp_path,
        ci="""
  broken:
    runs-on: ubuntu-latest
    steps:
      - run: echo "the planted fault" && exit 7
      - run: echo never
      - if: always()
        run: echo ever
  allowed:
    continue-on-error: true
    runs-on: ubuntu-latest
    steps: [{run: exit 1}]
  next:
    needs: broken
    runs-on: ubuntu-latest
    steps: [{run: echo}]
  done:
    if: always()
    needs: [broken, allowed, next]
    runs-on: ubuntu-latest
    steps:
      - uses: re-actors/alls-green@0000
        with: {jobs: "${{ toJSON(needs) }}"}
""",
    )
    rows = rehearse(folder)
    found = results(rows)
    assert found["ci/broken echo never"] == SKIPPED
    assert found["ci/broken echo ever"] == PASSED
    assert found["ci/next"] == SKIPPED
    assert found["ci/done re-actors/alls-green"] == FAILED
    (why,) = [row.why for row in rows if "planted" in row.step]
    assert "exit status 7" in why
    (kept,) = re.findall(r"the whole output is in (.+)", why)
    assert "the planted fault" in Path(kept).read_text(encoding="utf-8")
    assert "the planted fault" in why
    done = subprocess.run(
        [sys.executable, "-m", "tools", "workflows.rehearse", folder, "--only", "ci/broken"],
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("jobs", "says"),
    [
        ("{runs-on: ubuntu-latest, steps: [{run: 'echo ${{ hashFiles(1) }}'}]}", "hashFiles"),
        ("{runs-on: ubuntu-latest, steps: [{run: 'echo ${{ secrets.TOKEN }}'}]}", "secrets.TOKEN"),
        ("{runs-on: ubuntu-latest, steps: [{run: 'echo', if: 'a > b'}]}", "> b"),
        ("{runs-on: '${{ matrix.os }}', steps: []}", "matrix.os"),
        ("{runs-on: ubuntu-latest, steps: [{run: 'echo', shell: pwsh}]}", "pwsh"),
    ],
)
def test_what_the_driver_does_not_know_is_an_error_that_names_it(
    tmp_path: Path, jobs: str, says: str
) -> None:
    folder = repository(tmp_path, ci=f"  job: {jobs}\n")
    (row,) = rehearse(folder)
    assert row.result == FAILED
    assert says in row.why


def test_an_output_that_no_step_has_set_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = repository(
        tmp_path,
        ci="""
  first:
    runs-on: ubuntu-latest
    outputs: {list: "${{ steps.make.outputs.list }}"}
    steps: [{id: make, run: echo liszt=1 >> "$GITHUB_OUTPUT"}]
  second:
    needs: first
    runs-on: ubuntu-latest
    steps: [{run: echo}]
""",
    )
    rows = rehearse(folder)
    (failed,) = [row for row in rows if row.result == FAILED]
    assert "steps.make.outputs.list" in failed.why
    assert results(rows)["ci/second"] == SKIPPED


def test_what_cannot_run_here_is_listed_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NEEDS, "cibuildwheel", ("Docker", lambda: False))
    folder = repository(
        tmp_path,
        called="""on: workflow_call
jobs:
  hand-over:
    runs-on: ubuntu-latest
    steps:
      - run: mkdir dist && touch dist/a.whl
      - uses: actions/upload-artifact@0000
        with: {name: dist-it, path: dist/*.whl, if-no-files-found: error}
  take:
    needs: hand-over
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@0000
        with: {pattern: dist-*, path: dist, merge-multiple: true}
      - run: test -f dist/a.whl
""",
        ci="""
  systems:
    runs-on: ${{ matrix.os }}
    strategy: {matrix: {include: [{os: ubuntu-latest}, {os: ubuntu-24.04-arm}, {os: windows-latest}]}}
    steps: [{run: echo}]
  wheels:
    runs-on: ubuntu-latest
    steps:
      - run: cibuildwheel
      - run: echo after
  inspect:
    needs: wheels
    runs-on: ubuntu-latest
    steps: [{run: echo}]
  call: {uses: $/.github/workflows/called.yml}
  publish:
    runs-on: ubuntu-latest
    steps: [{uses: pypa/gh-action-pypi-publish@0000}]
""",
        release="on: {push: {tags: ['v*']}}\njobs: {}\n",
    )
    reasons = {f"{row.job} {row.step}".strip(): row.why for row in rehearse(folder) if row.why}
    assert reasons == {
        "ci/systems ubuntu-24.04-arm": "needs ubuntu-24.04-arm",
        "ci/systems windows-latest": "needs windows-latest",
        "ci/wheels cibuildwheel": "needs Docker",
        "ci/wheels echo after": "follows cibuildwheel",
        "ci/inspect": "needs a job that was not run",
        "ci/publish pypa/gh-action-pypi-publish": "only GitHub can run this action",
        "called": "another workflow sets it off",
        "release": "tag sets it off",
    }


def test_what_nox_skips_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nox = tmp_path / "fake-uv"
    nox.write_text(
        """#!/bin/sh
echo "sessions=${*##*.json }" >>"$GITHUB_OUTPUT"
while [ "$1" != --report ]; do shift; done
echo '{"sessions": [{"name": "test", "signatures": ["test-3.99"], "result": "skipped"}]}' >"$2"
""",
        encoding="utf-8",
    )
    nox.chmod(0o755)
    monkeypatch.setattr("tools.workflows.runner.uv", lambda: str(nox))
    folder = repository(
        tmp_path,
        ci="""
  job:
    runs-on: ubuntu-latest
    outputs: {ran: "${{ steps.nox.outputs.sessions }}"}
    steps: [{id: nox, run: uv run --locked nox --tags check -- --quick}]
  after:
    needs: job
    runs-on: ubuntu-latest
    steps: [{run: 'test "${{ needs.job.outputs.ran }}" = "--tags check -- --quick"'}]
""",
    )
    ran, shown = rehearse(folder)
    assert ran.why == "not run: nox -s test-3.99"
    assert shown.result == PASSED, shown.why


def test_the_report_of_nox_names_what_it_skipped(tmp_path: Path) -> None:
    """The format is nox's own, and the driver once expected another."""
    tmp_path.joinpath("noxfile.py").write_text(
        "import nox\n\n@nox.session(python=['3.99'])\ndef test(session): ...\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "nox", "--no-error-on-missing-interpreters", "--report", "report.json"]
    subprocess.run([*command, "--download-python", "never"], cwd=tmp_path, check=True)
    assert skipped_sessions(tmp_path / "report.json") == ["test-3.99"]


@pytest.mark.skipif(not shutil.which("rustup"), reason="is about what rustup would fetch")
@pytest.mark.parametrize(
    "command",
    ["rustup toolchain install 0.1.0", "rustup update stable", "rustup run --install 0.1.0 cargo check"],
)
def test_a_rust_that_is_not_installed_is_noted_and_not_fetched(tmp_path: Path, command: str) -> None:
    folder = repository(
        tmp_path,
        ci=f"  job: {{runs-on: ubuntu-latest, steps: [{{run: rustup --version}}, {{run: {command}}}]}}\n",
    )
    version, fetching = rehearse(folder)
    assert (version.result, version.why) == (PASSED, "")
    assert (fetching.result, fetching.why) == (PASSED, f"not run: {command}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a' == 'A' && github.ref", "other"),
        ("github.ref != 'main' || failure()", True),
        ("github.ref == 'main' && late.a || late.b == ''", True),
        ("late.steps.outputs.x == ''", True),
        ("github.ref == 'other' && 'a' || 'b'", "a"),
        ("github.ref == 'main' && 'a' || 'b'", "b"),
        ("github.a-b == '3'", True),
        ("toJSON(github.a-b)", "3"),
    ],
)
def test_expressions(text: str, value: object) -> None:
    names = {"github": {"ref": "other", "a-b": 3}, "late": Lenient()}
    assert evaluate(text, names, {"failure": lambda: False}) == value


@pytest.mark.parametrize(
    "text",
    [
        "a &",
        "'a' ==",
        "('a')",
        "hashFiles('a')",
        "success(1)",
        "1 ? 2",
        "!a",
        "[1]",
        "",
        "a == 'b' == 'c'",
        "a || b",
    ],
)
def test_an_expression_of_another_form_is_an_error(text: str) -> None:
    with pytest.raises(Unknown):
        evaluate(text, {"a": True}, {"success": lambda: True})


def test_an_expression_in_a_text_becomes_text() -> None:
    names = {"a": {"no": None, "yes": True, "text": "x", "list": [1]}}
    assert fill("${{ a.no }}-${{ a.yes }}-${{ a.text }}-${{ a.list }}", names) == "-true-x-[1]"
    with pytest.raises(Unknown, match=r"a\.other"):
        fill("${{ a.other }}", names)


def test_what_a_step_writes_for_later_ones() -> None:
    assert assignments("a=b=c\nempty=\n") == {"a": "b=c", "empty": ""}
    with pytest.raises(Unknown, match="'no sign'"):
        assignments("no sign\n")


@pytest.mark.parametrize("event", driver.EVENTS)
def test_every_workflow_of_this_repository_can_be_read(event: str) -> None:
    rows = rehearse(ROOT, event, dry=True)
    assert [row for row in rows if row.result == FAILED] == []
    assert any(row.result == driver.WOULD_RUN for row in rows)


def test_a_rendered_project_is_rehearsed(tmp_path: Path) -> None:
    """The weekly job is short, and has every part of a job.

    They are a condition, a toolchain, an environment and nox.
    """
    folder = render({"project_name": "rehearsed-one"}, tmp_path)
    for event in driver.EVENTS:
        rows = rehearse(folder, event, dry=True)
        assert [row for row in rows if row.result == FAILED] == []
    rows = rehearse(folder, "schedule", "ci/newest_rust")
    ran = {row.step: row.result for row in rows}
    assert [row.why for row in rows if row.result in (FAILED, NOT_RUN)] == []
    assert ran["uv run --locked --only-group nox nox -s lint -- stable"] == PASSED


@pytest.mark.parametrize(("page", "where"), [("docs/guides/ci.md", "rendered"), ("CONTRIBUTING.md", "top")])
def test_pages_say_how_many_jobs_a_request_has(tmp_path: Path, page: str, where: str) -> None:
    folder = ROOT if where == "top" else render({"project_name": "counted-one", "git": False}, tmp_path)
    count = 0
    for path in folder.glob(".github/workflows/*.yml"):
        workflow = driver.read(path)
        # With paths, a workflow runs for few pull requests.
        if driver.sets_off(workflow, "pull_request") and "paths" not in (
            workflow["on"]["pull_request"] or {}
        ):
            names = {"github": {"event_name": "pull_request", "ref": "refs/pull/1/merge"}, "needs": Lenient()}
            for job in workflow["jobs"].values():
                if condition(job.get("if"), names, {"always": lambda: True, "success": lambda: True}):
                    count += len(driver.combinations(job, names))
    (said,) = re.findall(r"\b(\d+) jobs\b", ROOT.joinpath(page).read_text(encoding="utf-8"))
    assert count == int(said)
