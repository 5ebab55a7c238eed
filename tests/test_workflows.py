"""Workflows: those of a rendered project, and those at the top of this repository."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tools.render import ROOT, render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Unlocked, uv would bring a lock file up to date that nobody has committed, and say nothing.
NOX = re.compile(r'uv run --locked (--only-group nox )?nox -s (\w+|"\$SESSION")( -- [\w"$ -]+)?')


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render(
        {"project_name": "with-workflows", "fuzz": True, "git": False}, tmp_path_factory.mktemp("rendered")
    )


def sessions(folder: Path, *selection: str) -> list[str]:
    command = [sys.executable, "-m", "nox", "--list", "--json", *selection]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return [session["session"] for session in json.loads(done.stdout)]


def workflows(folder: Path) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Each workflow with its name. `True` is what YAML makes of `on`."""
    for path in sorted(folder.joinpath(".github", "workflows").glob("*.yml")):
        yield path.name, yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, workflow in workflows(folder):
        for job in workflow["jobs"].values():
            yield from ((name, step) for step in job.get("steps", []))


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_jobs_run_sessions_of_nox_and_nothing_else(rendered: Path, where: str) -> None:
    folder = rendered if where == "rendered" else ROOT
    seen = 0
    for name, step in steps(folder):
        if "run" not in step:
            continue
        found = NOX.fullmatch(step["run"])
        assert found, step["run"]
        seen += 1
        home = ROOT / "reference" if name.startswith("reference") else folder
        if found[2] != '"$SESSION"':
            assert sessions(home, "-s", found[2])[0].startswith(found[2])
    assert seen > 3


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_permissions_are_the_least_and_nothing_is_kept(rendered: Path, where: str) -> None:
    folder = rendered if where == "rendered" else ROOT
    for name, workflow in workflows(folder):
        assert workflow["permissions"] == {}, name
        for job in workflow["jobs"].values():
            granted = set(job.get("permissions", {}).items())
            usual = {("contents", "read")}
            publishes = "environment" in job and {("id-token", "write")}
            releases = job["name"] == "GitHub" and {("contents", "write")}
            shows = job.get("environment", {}).get("name") == "github-pages" and {("pages", "write")}
            allowed = usual | (publishes or set()) | (releases or set()) | (shows or set())
            assert granted <= allowed, (name, job["name"])
            assert not publishes or ("id-token", "write") in granted
    for name, step in steps(folder):
        action = step.get("uses", "").split("@")[0]
        if action == "actions/checkout":
            assert step["with"]["persist-credentials"] is False
        if action == "astral-sh/setup-uv":
            assert step["with"]["enable-cache"] is False
        assert action != "actions/cache", name
        assert "secrets." not in str(step), name


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_only_a_tag_publishes(rendered: Path, where: str) -> None:
    folder = rendered if where == "rendered" else ROOT
    publishing = {
        name: workflow
        for name, workflow in workflows(folder)
        if any(
            job.get("environment", {}).get("name") in {"pypi", "crates-io"}
            for job in workflow["jobs"].values()
        )
    }
    tag = {"release.yml": "v*", "reference-release.yml": "bytemerge-v*"}
    assert set(publishing) == {"release.yml" if where == "rendered" else "reference-release.yml"}
    for name, workflow in publishing.items():
        assert workflow[True] == {"push": {"tags": [tag[name]]}}
        jobs = workflow["jobs"]
        assert jobs["wheels"]["needs"] == "check"
        called = "wheels.yml" if where == "rendered" else "reference-wheels.yml"
        assert jobs["wheels"]["uses"] == f"$/.github/workflows/{called}"
        for job in ("pypi", "crates"):
            assert jobs[job]["environment"]["name"] in {"pypi", "crates-io"}
        assert jobs["pypi"]["needs"] == "wheels"


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_every_action_is_pinned_and_says_its_version(rendered: Path, where: str) -> None:
    folder = rendered if where == "rendered" else ROOT
    seen = 0
    for path in sorted(folder.joinpath(".github", "workflows").glob("*.yml")):
        for action in re.findall(r"(?m)\buses: (.+)$", path.read_text(encoding="utf-8")):
            # `$/` is the repository itself, at the commit that runs.
            assert re.fullmatch(r"\$/\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), (path.name, action)
            seen += 1
    assert seen > 20


def test_a_tag_is_compared_with_main(rendered: Path) -> None:
    jobs = dict(workflows(rendered))["release.yml"]["jobs"]
    assert jobs["check"]["steps"][0]["with"]["fetch-depth"] == 0
    assert jobs["wheels"]["needs"] == "check"


def test_the_check_to_require_has_one_name_in_a_repository(rendered: Path) -> None:
    for folder, expected in ((rendered, {"done"}), (ROOT, {"done", "reference done"})):
        found = [
            workflow["jobs"]["done"]["name"]
            for _, workflow in workflows(folder)
            if "done" in workflow["jobs"]
        ]
        assert sorted(found) == sorted(expected)


def test_what_is_uploaded_was_counted_and_inspected_before(rendered: Path) -> None:
    jobs = dict(workflows(rendered))["wheels.yml"]["jobs"]
    assert jobs["inspect"]["needs"] == ["wheels", "sdist"]
    assert [step["run"].split("nox -s ")[1] for step in jobs["inspect"]["steps"] if "run" in step] == [
        "inspect -- --all"
    ]


def test_wheels_are_built_weekly_and_by_hand_and_for_a_release(rendered: Path) -> None:
    """At a tag alone, a change of a runner or a compiler would show when it stops a release."""
    wheels = dict(workflows(rendered))["wheels.yml"]
    assert {"schedule", "workflow_dispatch", "workflow_call", "pull_request"} <= set(wheels[True])
    minute, hour, day, month, weekday = wheels[True]["schedule"][0]["cron"].split()
    assert (minute.isdecimal(), hour.isdecimal(), day, month, weekday.isdecimal()) == (
        True,
        True,
        "*",
        "*",
        True,
    )
    release = dict(workflows(rendered))["release.yml"]
    assert release["jobs"]["wheels"]["uses"].endswith("wheels.yml")


def test_the_matrix_comes_from_nox(rendered: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "tools/release/ci_matrix.py"],
        cwd=rendered,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert json.loads(printed["check"]) == sessions(rendered, "--tags", "check")
    everywhere = ["test"] + [f"test_python-3.{minor}" for minor in (*range(11, 16), "14t", "15t")]
    assert json.loads(printed["everywhere"]) == everywhere
    required = {"oldest_rust", "lint", "typecheck", "stubs", "docs", "wheel", "notices", "wheel_manifest"}
    assert set(json.loads(printed["check"])) == required


def test_one_job_waits_for_all_the_others(rendered: Path) -> None:
    jobs = dict(workflows(rendered))["ci.yml"]["jobs"]
    assert set(jobs["done"]["needs"]) == set(jobs) - {"done"}
    assert jobs["done"]["if"] == "always()"


def test_a_push_does_not_stop_what_runs_by_the_clock() -> None:
    clocked = [workflow for _, workflow in workflows(ROOT) if "schedule" in workflow[True]]
    assert clocked
    for workflow in clocked:
        assert "github.event_name" in workflow["concurrency"]["group"]


def dependabot(folder: Path) -> set[tuple[str, str]]:
    """What dependabot renews: the kind, and the folder."""
    settings = yaml.safe_load(folder.joinpath(".github", "dependabot.yml").read_text(encoding="utf-8"))
    return {
        (update["package-ecosystem"], directory)
        for update in settings["updates"]
        for directory in update.get("directories", [update.get("directory")])
    }


def lock_files(folder: Path) -> list[Path]:
    """Each lock file of a rendered project, or of the repository without what its template is made of."""
    if folder == ROOT:
        # What git does not keep are environments, and projects rendered on the way.
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        files = [ROOT / name for name in listed.stdout.splitlines() if not name.startswith("template/")]
    else:
        files = list(folder.rglob("*.lock"))
    return sorted(file.relative_to(folder) for file in files if file.name in {"Cargo.lock", "uv.lock"})


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_dependabot_sees_every_action_and_every_lock_file(rendered: Path, where: str) -> None:
    folder = rendered if where == "rendered" else ROOT
    locks = lock_files(folder)
    assert len(locks) >= 3
    expected = {("github-actions", "/")} | {
        (lock.stem.lower(), "/" + lock.parent.as_posix().removeprefix(".")) for lock in locks
    }
    assert dependabot(folder) == expected


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_workflows_install_the_uv_of_the_lock_file(rendered: Path, where: str) -> None:
    """Without a version, setup-uv takes the newest of the day, which may lock or resolve otherwise."""
    folder = rendered if where == "rendered" else ROOT
    seen = 0
    for name, step in steps(folder):
        if not step.get("uses", "").startswith("astral-sh/setup-uv@"):
            continue
        file = step["with"]["version-file"]
        assert file == ("reference/uv.lock" if name.startswith("reference") else "uv.lock")
        assert "version" not in step["with"], "would take the place of the file"
        packages = tomllib.loads(folder.joinpath(file).read_text(encoding="utf-8"))["package"]
        (version,) = [package["version"] for package in packages if package["name"] == "uv"]
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        # Dependabot renews what somebody asks for by name, and not what only comes along.
        project = tomllib.loads(folder.joinpath(file).with_name("pyproject.toml").read_text(encoding="utf-8"))
        asked = [need for group in project["dependency-groups"].values() for need in group]
        assert any(isinstance(need, str) and re.match(r"uv\b", need) for need in asked)
        seen += 1
    assert seen > 5


def test_the_references_workflows_stay_in_its_folder() -> None:
    for name, workflow in workflows(ROOT):
        if not name.startswith("reference"):
            continue
        assert workflow["defaults"]["run"]["working-directory"] == "reference"
        for job in workflow["jobs"].values():
            own = job.get("defaults", {}).get("run", {})
            assert own.get("working-directory", "reference") == "reference"
            # Defaults of a job take the place of the workflow's.
            assert not own or "working-directory" in own
            for step in job.get("steps", []):
                for option in ("path", "packages-dir"):
                    assert step.get("with", {}).get(option, "reference/dist").startswith("reference/dist")
