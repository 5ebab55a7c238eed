"""Workflows: those of a rendered project, and those at the top of this repository."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from conftest import git

from tools import ROOT, shell
from tools.template.render import render

if TYPE_CHECKING:
    from collections.abc import Iterator

# Unlocked, uv would silently update a lock file without committing it.
NOX = re.compile(r'uv run --locked (?:--only-group nox )?nox (?:-s (\w+)(?: -- [\w"$= -]+)?|--tags (\w+))')
# The tasks of no session: they concern the machine, or GitHub and crates.io themselves.
OTHERS = re.compile(r"rustup update |(?m:.*\bgh (api|release) )|(?m:.*\bcargo publish )", re.DOTALL)
CACHES = {"actions/cache", "Swatinem/rust-cache"}
ON_MAIN = "${{ github.ref == 'refs/heads/main' }}"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render(
        {"project_name": "with-workflows", "fuzz": True, "git": False}, tmp_path_factory.mktemp("rendered")
    )


def sessions(folder: Path, *selection: str) -> list[str]:
    command = [sys.executable, "-m", "nox", "--list", "--json", *selection]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    return [session["session"] for session in json.loads(done.stdout)]


def workflows(folder: Path) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Yield each workflow with its name. `True` is how YAML reads `on`."""
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
        if OTHERS.match(step["run"]):
            continue
        found = NOX.fullmatch(step["run"])
        assert found, step["run"]
        seen += 1
        home = ROOT / "reference" if name.startswith("reference") else folder
        if found[1]:
            assert sessions(home, "-s", found[1])[0].startswith(found[1])
        else:
            assert sessions(home, "--tags", found[2])
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
            # It reads, and writes nothing.
            usual |= {("pages", "read")} if name == "docs.yml" else set()
            allowed = usual | (publishes or set()) | (releases or set()) | (shows or set())
            assert granted <= allowed, (name, job["name"])
            assert not publishes or ("id-token", "write") in granted
    for name, step in steps(folder):
        action = step.get("uses", "").split("@")[0]
        if action == "actions/checkout":
            assert step["with"]["persist-credentials"] is False
        assert "secrets." not in str(step), name


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_caches_are_written_on_main_alone_and_never_read_for_a_release(rendered: Path, where: str) -> None:
    folder = rendered if where == "rendered" else ROOT
    cached = set()
    for name, step in steps(folder):
        action, options = step.get("uses", "").split("@")[0], step.get("with", {})
        if action == "astral-sh/setup-uv" and options["enable-cache"]:
            assert options["save-cache"] == ON_MAIN
            cached.add(name)
        if action in CACHES:
            assert options["save-if"] == ON_MAIN
            cached.add(name)
    assert cached == ({"ci.yml"} if where == "rendered" else {"ci.yml", "docs.yml", "reference.yml"})


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
    """A change of a runner or a compiler must show before it stops a release."""
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


def test_a_job_runs_the_sessions_of_every_tag(rendered: Path) -> None:
    """One job on each system is enough.

    nox continues after a failed session, and names it at the end.
    """
    tags = set(re.findall(r'tags=\["(\w+)"\]', rendered.joinpath("noxfile.py").read_text(encoding="utf-8")))
    runs = [step.get("run", "") for name, step in steps(rendered) if name == "ci.yml"]
    assert tags == {found[2] for run in runs if (found := NOX.fullmatch(run)) and found[2]}
    everywhere = ["test"] + [f"test_python-3.{minor}" for minor in (*range(11, 16), "14t", "15t")]
    assert sessions(rendered, "--tags", "everywhere") == everywhere
    assert {"oldest_rust", "lint", "typecheck", "stubs", "docs"} <= set(sessions(rendered, "--tags", "check"))


def test_one_job_waits_for_all_the_others(rendered: Path) -> None:
    jobs = dict(workflows(rendered))["ci.yml"]["jobs"]
    may_fail = {key for key, job in jobs.items() if job.get("continue-on-error")}
    assert set(jobs["done"]["needs"]) == set(jobs) - {"done"} - may_fail
    assert jobs["done"]["if"] == "always()"


def test_a_push_does_not_stop_what_runs_by_the_clock() -> None:
    clocked = [workflow for _, workflow in workflows(ROOT) if "schedule" in workflow[True]]
    assert clocked
    for workflow in clocked:
        assert "github.event_name" in workflow["concurrency"]["group"]


def dependabot(folder: Path) -> set[tuple[str, str]]:
    """Return the updates of dependabot: the kind, and the folder."""
    settings = yaml.safe_load(folder.joinpath(".github", "dependabot.yml").read_text(encoding="utf-8"))
    return {
        (update["package-ecosystem"], directory)
        for update in settings["updates"]
        for directory in update.get("directories", [update.get("directory")])
    }


def lock_files(folder: Path) -> list[Path]:
    """Return each lock file of a rendered project, or of the repository without the template's."""
    if folder == ROOT:
        # Environments and temporarily rendered projects are not in git.
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
        )
        files = [ROOT / name for name in listed.stdout.splitlines() if not name.startswith("template/")]
    else:
        files = list(folder.rglob("*.lock"))
    return sorted(file.relative_to(folder) for file in files if file.name in {"Cargo.lock", "uv.lock"})


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_dependabot_sees_every_action_and_every_lock_file(rendered: Path, where: str) -> None:
    folder = rendered if where == "rendered" else ROOT
    locks = lock_files(folder)
    assert len(locks) >= 3
    rust = "/.github" if where == "rendered" else "/reference/.github"
    assert folder.joinpath(rust.strip("/"), "rust-toolchain.toml").is_file()
    expected = {("github-actions", "/"), ("rust-toolchain", rust)} | {
        (lock.stem.lower(), "/" + lock.parent.as_posix().removeprefix(".")) for lock in locks
    }
    assert dependabot(folder) == expected


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_workflows_install_the_uv_of_the_lock_file(rendered: Path, where: str) -> None:
    """Without a version, setup-uv takes the newest, which may lock or resolve differently."""
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
        # Dependabot updates direct dependencies only.
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
            # Defaults of a job replace the workflow's.
            assert not own or "working-directory" in own
            for step in job.get("steps", []):
                for option in ("path", "packages-dir"):
                    assert step.get("with", {}).get(option, "reference/dist").startswith("reference/dist")


# Rust


def test_a_newer_rust_is_tried_weekly_and_turns_nothing_red(rendered: Path) -> None:
    workflow = dict(workflows(rendered))["ci.yml"]
    job = workflow["jobs"]["newest_rust"]
    assert "schedule" in workflow[True]
    assert "schedule" in job["if"]
    assert job["continue-on-error"] is True
    assert [step["run"].split("nox ")[-1] for step in job["steps"] if "run" in step] == [
        "rustup update --no-self-update stable",
        "-s lint -- stable",
    ]


class Machine:
    """A substitute for a session of nox on a machine with some toolchains of rustup."""

    def __init__(self, toolchains: list[str]) -> None:
        self.toolchains, self.env, self.ran, self.logged = (
            toolchains,
            dict[str, str](),
            list[str](),
            list[str](),
        )

    def run(self, *command: str, **_: object) -> str:
        self.ran.append(" ".join(command))
        return "".join(f"{each}-x86_64-unknown-linux-gnu\n" for each in self.toolchains)

    def log(self, text: str) -> None:
        self.logged.append(text)


@pytest.mark.parametrize("where", ["rendered", "reference"])
@pytest.mark.parametrize(
    ("rustup", "toolchains", "ci", "used"),
    [
        (True, ["stable", "1.95.0"], False, "1.95.0"),
        (True, ["stable"], True, "1.95.0"),
        (True, ["stable"], False, None),
        (False, [], False, None),
        (False, [], True, None),
    ],
)
def test_lints_run_with_the_pinned_rust_where_it_is_to_be_had(
    rendered: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    rustup: bool,
    toolchains: list[str],
    ci: bool,
    used: str | None,
) -> None:
    """Each new Rust has new lints: with the newest one, a package fails without an edit."""
    folder = rendered if where == "rendered" else ROOT / "reference"
    monkeypatch.chdir(folder)
    # Each noxfile adds its sessions to one list, where the other's have the same names.
    monkeypatch.setattr("nox.registry._REGISTRY", {})
    noxfile = runpy.run_path("noxfile.py")
    pinned = tomllib.loads(folder.joinpath(".github", "rust-toolchain.toml").read_text(encoding="utf-8"))
    assert noxfile["pinned_rust"]() == pinned["toolchain"]["channel"]
    monkeypatch.setattr("shutil.which", lambda _: "rustup" if rustup else None)
    monkeypatch.delenv("CI", raising=False)
    if ci:
        monkeypatch.setenv("CI", "true")
    machine = Machine(toolchains)
    noxfile["use_rust"](machine, "1.95.0")
    assert machine.env.get("RUSTUP_TOOLCHAIN") == used
    installs = [command for command in machine.ran if "toolchain install 1.95.0" in command]
    assert len(installs) == (ci and rustup)
    # One line says what differs, and which command to type.
    assert len(machine.logged) == (used is None)
    assert all(
        "Rust 1.95.0 is not installed" in line and "rustup toolchain install 1.95.0" in line
        for line in machine.logged
    )


def test_what_compares_the_words_of_the_compiler_uses_the_pinned_rust() -> None:
    """The tour records the compiler's messages, and the judges refuse every warning.

    With another Rust, both fail.
    """
    source = ROOT.joinpath("noxfile.py").read_text(encoding="utf-8")
    bodies = dict(re.findall(r"(?m)^def (\w+)\(.*\n((?:    .*\n|\n)+)", source))
    rust = re.compile(r'clippy|"cargo"|check_|\(session, "template\.(?:judge|bake)", ')
    about_rust = {name for name, body in bodies.items() if rust.search(body)}
    sessions = set(re.findall(r"@nox.session.*\ndef (\w+)", source)) & about_rust - {"lint"}
    assert {"test", "bake", "tour", "steps"} <= sessions
    assert [name for name in sorted(sessions) if "use_pinned_rust(session)" not in bodies[name]] == []


# The lints that clippy 1.99 reports, as far as a text shows them: that version need not be here.
REFUSED = {
    "double_must_use": r"#\[must_use\]\s+pub (?:const )?fn [^;{]*-> impl [^{]*Iterator",
    "assert_is_empty": r"\bassert!\(\s*!?[^;\"]*\.is_empty\(\)\s*,?\s*\);",
}


@pytest.mark.parametrize("lint", REFUSED)
def test_no_crate_has_what_a_newer_clippy_refuses(lint: str) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.rs"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    names = [name for name in listed.stdout.split("\0") if name and "/tour/refused/" not in name]
    assert len(names) > 80
    found = [
        f"{name}: {match[0]}"
        for name in names
        if (ROOT / name).is_file()
        for match in re.finditer(REFUSED[lint], (ROOT / name).read_text(encoding="utf-8"))
        if "ParallelIterator" not in match[0]
    ]
    assert found == []


# Hooks


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_hooks_run_the_tools_of_the_lock_file(rendered: Path, where: str) -> None:
    """Two bots would move a version in two files, and each of their pull requests failed."""
    folder = rendered if where == "rendered" else ROOT
    settings = yaml.safe_load(folder.joinpath(".pre-commit-config.yaml").read_text(encoding="utf-8"))
    lock = tomllib.loads(folder.joinpath("uv.lock").read_text(encoding="utf-8"))["package"]
    locked = {package["name"] for package in lock}
    project = tomllib.loads(folder.joinpath("pyproject.toml").read_text(encoding="utf-8"))
    ours = []
    for repository in settings["repos"]:
        for hook in repository["hooks"]:
            if "/pre-commit/p" in repository["repo"]:
                # These are not tools of lint, and are not in a lock file.
                assert "entry" not in hook
                continue
            words = hook["entry"].split()
            assert hook["language"] == "system"
            assert words[:4] == ["uv", "run", "--locked", "--only-group"]
            assert words[4] in project["dependency-groups"]
            assert words[5] in locked
            ours.append(hook["id"])
    # pre-commit.ci has no uv.
    assert settings["ci"]["skip"] == ours
    assert len(ours) >= 5


@pytest.mark.skipif(sys.platform == "win32", reason="commits a file that a program is made of")
def test_a_hook_runs_as_it_is_written(rendered: Path, tmp_path: Path) -> None:
    """The tool's own repository names another command, which must not run."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    theirs.joinpath(".pre-commit-hooks.yaml").write_text(
        "- {id: ruff-format, name: theirs, entry: 'false', language: python, types_or: [python, pyi]}\n",
        encoding="utf-8",
    )
    project = shutil.copytree(rendered, tmp_path / "project")
    commits(theirs)
    settings = yaml.safe_load(project.joinpath(".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (hook,) = [
        each
        for repository in settings["repos"]
        for each in repository["hooks"]
        if each["id"] == "ruff-format"
    ]
    revision = git(theirs, "rev-parse", "HEAD")
    settings = {"repos": [{"repo": theirs.as_uri(), "rev": revision, "hooks": [hook]}]}
    project.joinpath(".pre-commit-config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    file = project / "tests" / "test_ugly.py"
    file.write_text('"""Is ugly."""\n\nx  =  1\n', encoding="utf-8")
    commits(project)
    done = subprocess.run(
        [Path(sys.executable).parent / "prek", "run", "--all-files"],
        cwd=project,
        env={
            **shell.clean_environment({"PREK_HOME": str(tmp_path / "prek")}),
            "PATH": f"{Path(shell.uv()).parent}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert file.read_text(encoding="utf-8").endswith("\nx = 1\n"), done.stdout + done.stderr


def commits(folder: Path) -> None:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=all")


# Pages


@pytest.mark.skipif(sys.platform == "win32", reason="a program of sh stands for gh")
@pytest.mark.parametrize(
    ("gh", "on"),
    [
        ("echo workflow", "true"),
        # The site is published from a branch, so a deployment would fail.
        ("echo legacy", "false"),
        ('echo \'{"message": "Not Found"}\'; exit 1', "false"),
    ],
)
def test_the_site_is_published_where_pages_are_on_and_else_a_line_says_what_to_click(
    tmp_path: Path, gh: str, on: str
) -> None:
    jobs = dict(workflows(ROOT))["docs.yml"]["jobs"]
    (step,) = [step for step in jobs["build"]["steps"] if step.get("id") == "pages"]
    assert jobs["build"]["outputs"]["pages"] == "${{ steps.pages.outputs.on }}"
    assert jobs["deploy"]["if"] == "needs.build.outputs.pages == 'true'"
    tmp_path.joinpath("gh").write_text(f"#!/bin/sh\n{gh}\n", encoding="utf-8")
    tmp_path.joinpath("gh").chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        env={
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_REPOSITORY": "ada/fork",
        },
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert tmp_path.joinpath("output").read_text(encoding="utf-8") == f"on={on}\n"
    says = "::warning::" in done.stdout and "Settings → Pages → Source: GitHub Actions" in done.stdout
    assert says is (on == "false")


# Environments


@pytest.mark.parametrize("where", ["rendered", "top"])
def test_the_environment_of_a_workflow_is_plain_texts(rendered: Path, where: str) -> None:
    """Other programs read it, to run the tests as a runner would."""
    for name, workflow in workflows(rendered if where == "rendered" else ROOT):
        environment = workflow["env"]
        assert environment["FORCE_COLOR"] == "1", name
        assert all(isinstance(value, str) and "${{" not in value for value in environment.values()), name
