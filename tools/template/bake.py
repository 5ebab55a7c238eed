"""Renders projects with many combinations of answers, and checks each of them.

Every combination is rendered and checked without building. A set with every pair of answers is also
built, tested with the project's own sessions, and judged.
"""

import argparse
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from tools import ROOT, report
from tools.shell import Failed, clean_environment, end_of, run, uv
from tools.template import answers, own_code, reproduce
from tools.template.answers import Answers
from tools.template.build import take
from tools.template.judge import judge_built
from tools.template.render import render
from tools.template.static_checks import StaticChecks

WORK = ROOT / ".bake"
# The project's own tasks, each with arguments that make it fast.
SESSIONS: dict[str, list[str]] = {
    "test": [],
    "lint": [],
    "typecheck": [],
    "stubs": [],
    "docs": [],
    "doctor": [],
    "bench": ["--rounds=1", "--copies=1"],
    "notices": [],
    "wheel_manifest": [],
    # The list of known vulnerabilities is on a server that not every machine reaches.
    "deny": ["licenses", "bans", "sources"],
    "wheel": ["--quick"],
}
# By now all packages are installed, so no session needs the network. No server listens at this
# port, so programs that ignore both variables fail as well.
OFFLINE = {"UV_OFFLINE": "1", "CARGO_NET_OFFLINE": "true"} | dict.fromkeys(
    ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"), "http://127.0.0.1:9"
)
# The author of every bake and of its first commit. The user's git may lack an e-mail address, which
# pyroma requires.
NAME, EMAIL = "Pair Forge", "pair.forge@example.org"
AUTHOR: Answers = {"author": f"{NAME} <{EMAIL}>", "github_owner": "pairforge"}
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", NAME), ("EMAIL", EMAIL))
}


@dataclass
class Project:
    """A project to build, and its results."""

    name: str
    answers: Answers
    # Whether to run the sessions that compile everything in yet another way, and all sessions
    # offline.
    slow: bool
    # Whether the example is replaced, as the guide says.
    own_code: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def check_statically(combinations: list[Answers], work: Path, jobs: int, *, slow: bool) -> list[str]:
    """Renders every combination, and returns what is wrong with them."""
    checks, problems = StaticChecks(slow=slow), []
    shutil.rmtree(work, ignore_errors=True)
    with _progress() as progress, ProcessPoolExecutor(jobs) as pool:
        task = progress.add_task("render and check", total=len(combinations))
        places = [work / str(number) for number in range(len(combinations))]
        folders = pool.map(_render_outside_git, combinations, places)
        for combination, folder in zip(combinations, folders, strict=True):
            problems += [f"{answers.label(combination)}: {problem}" for problem in checks.problems(folder)]
            shutil.rmtree(folder.parent)
            progress.advance(task)
    return problems


def _render_outside_git(combination: Answers, into: Path) -> Path:
    """Render as if `into` were outside of any git repository, although it lies in ours.

    Needs a process of its own.
    """
    os.environ |= IDENTITY | {"GIT_CEILING_DIRECTORIES": str(into)}
    return render(AUTHOR | combination, into)


def build_all(projects: list[Project], work: Path, jobs: int) -> None:
    """Builds, tests and judges the projects, `jobs` of them at a time."""
    # Projects that are built one after the other share the compiled dependencies. Two simultaneous
    # builds in one folder would overwrite each other's libraries.
    targets: SimpleQueue[Path] = SimpleQueue()
    for number in range(jobs):
        targets.put(work / f"target-{number}")

    def bake(project: Project) -> None:
        target = targets.get()
        try:
            _bake(project, work, target, progress)
        finally:
            targets.put(target)
        progress.advance(task)

    for project in projects:
        shutil.rmtree(work / project.name, ignore_errors=True)
    with ProcessPoolExecutor(jobs) as renderers:
        named = [{"project_name": project.name, **project.answers} for project in projects]
        list(renderers.map(_render_outside_git, named, [work] * len(named)))
    for project in projects:
        if project.own_code:
            own_code.put_in(work / project.name)
            # The tools look at the files that git knows.
            run(["git", "add", "--all"], work / project.name, clean_environment(IDENTITY))
    with _progress() as progress, ThreadPoolExecutor(jobs) as builders:
        task = progress.add_task("build and judge", total=len(projects))
        list(builders.map(bake, projects))


def _bake(project: Project, work: Path, target: Path, progress: Progress) -> None:
    environment = clean_environment(
        IDENTITY
        | {
            "CARGO_TARGET_DIR": str(target),
            "CARGO_INCREMENTAL": "0",
            # A project without git must not find our repository, in which it lies.
            "GIT_CEILING_DIRECTORIES": str(work),
            "NO_COLOR": "1",
        }
    )
    folder, aside = work / project.name, work / f"{project.name}-built"
    log = work / f"{project.name}.log"
    log.write_text("", encoding="utf-8")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    task = progress.add_task("", total=None)
    for name, stage in _stages(project, folder, aside, environment, log):
        progress.update(task, description=f"  {project.name}: {name}")
        start = time.perf_counter()
        try:
            stage()
        except Failed as failed:
            project.problems.append(f"{name}: {failed}")
        project.seconds[name] = round(time.perf_counter() - start, 1)
        if not report.can_move():
            report.console.print(f"     {project.name}: {name} [dim]{project.seconds[name]} s[/]")
    progress.remove_task(task)
    title = f"{project.name} ({answers.label(project.answers)})"
    if project.problems:
        report.fail(title, "\n\n".join(project.problems))
    else:
        report.good(title, sum(project.seconds.values()))


def _stages(
    project: Project, folder: Path, aside: Path, environment: Mapping[str, str], log: Path
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the stages of a project in order."""

    def session(name: str, arguments: list[str], extra: Mapping[str, str]) -> Callable[[], object]:
        command = [uv(), "run", "--quiet", "--locked", "nox", "--session", name, "--", *arguments]
        return lambda: run(command, folder, {**environment, **extra}, keep=log)

    for name, arguments in SESSIONS.items():
        # The first project shows once that all kinds of wheels can be built, and runs the tests on
        # the other Pythons.
        quick = [] if name == "wheel" and project.name.endswith("-00") else arguments
        yield f"nox -s {name}", session(name, quick, {})
    if project.slow:
        briefly = "-max_total_time=5" if project.answers["fuzz"] else "2000"
        for name, arguments in {"coverage": [], "fuzz": [briefly]}.items():
            yield f"nox -s {name}", _where_tools_are_there(session(name, arguments, {}))
        if (folder / ".git").exists():
            yield "two builds", lambda: reproduce.check(folder, environment)
        for name, arguments in SESSIONS.items():
            yield f"nox -s {name} offline", session(name, arguments, OFFLINE)

    # The session `wheel` has built the sdist, unpacked it elsewhere, built the wheel there, and run
    # the tests there.
    if any(folder.glob("dist/*.whl")):
        yield "judges", lambda: _judge(folder, aside, environment)


def _where_tools_are_there(session: Callable[[], object]) -> Callable[[], object]:
    """Return a session that may need a tool that no package provides.

    Without the tool, the session must say so.
    """

    def run_or_skip() -> None:
        try:
            session()
        except Failed as failed:
            if not (asks := re.search(r"(\S.* is missing: .+|.*llvm-tools.*)", failed.output)):
                raise
            report.console.print(f"[yellow]skip[/] {asks[1]}", markup=True)

    return run_or_skip


def _judge(folder: Path, aside: Path, environment: Mapping[str, str]) -> None:
    built = take(folder, folder / "dist", aside, environment)
    unclean = [verdict for verdict in judge_built(built, aside, environment) if not verdict.clean]
    if unclean:
        names = [verdict.judge.name for verdict in unclean]
        raise Failed(
            names, "\n".join(f"{verdict.judge.name}:\n{verdict.ended.output}" for verdict in unclean)
        )


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(report.spinner()),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=report.console,
        transient=True,
        disable=not report.can_move(),
    )


def _pythons() -> list[str]:
    """Return the lowest Pythons that this machine can try.

    Each is an installed Python of that version or a later one, or a Python that uv can install.
    """
    found = []
    for version in answers.choices()["lowest_python"]:
        # A machine that cannot download uv's own Pythons tries only briefly, and only once.
        ways = (["find", "--no-project", f">={version}"], ["install", "--quiet", str(version)])
        if any(end_of([uv(), "python", *way], ROOT).status == 0 for way in ways):
            found.append(str(version))
        else:
            report.console.print(f"[yellow]skip[/] lowest Python {version}: not installed, and not available")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="bake", description=__doc__)
    parser.add_argument(
        "how_many",
        choices=["two", "all"],
        help="two: the default and the most different answers; all: every combination, and every pair built",
    )
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="projects at a time")
    parser.add_argument("--work", type=Path, default=WORK, help="the folder for all of it")
    options = parser.parse_args()
    work: Path = options.work.resolve()

    everything = options.how_many == "all"
    combinations = list(answers.every_combination()) if everything else answers.every_pair()
    combinations = [
        {"project_name": "baked", **each} for each in combinations
    ] + answers.every_length_of_name()
    pythons = _pythons()
    combinations = [each for each in combinations if each["lowest_python"] in pythons]
    start = time.perf_counter()
    problems = check_statically(combinations, work / "rendered", options.jobs, slow=everything)
    title = f"{len(combinations)} combinations rendered and checked"
    if problems:
        report.fail(title, "\n".join(problems))
        sys.exit(1)
    report.good(title, time.perf_counter() - start)

    to_build = answers.every_pair() if everything else [answers.default(), answers.most_different()]
    newest = pythons[-1]
    projects = [
        Project(
            f"baked-{number:02}",
            each if each["lowest_python"] in pythons else {**each, "lowest_python": newest},
            slow=number < 2,
        )
        for number, each in enumerate(to_build)
    ]
    if everything:
        projects += [
            Project(f"baked-own-{number}", each, slow=True, own_code=True)
            for number, each in enumerate((answers.default(), answers.fullest()))
        ]
    build_all(projects, work, options.jobs)

    work.joinpath("report.json").write_text(
        json.dumps([vars(project) for project in projects], indent=2) + "\n", encoding="utf-8"
    )
    failed = [project for project in projects if project.problems]
    report.console.print(f"{len(projects) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
