"""Renders projects with many combinations of answers, and checks each of them.

Every combination is rendered and checked without building. A set with every pair of answers is also
built, tested with the project's own sessions, and judged.
"""

import os
import re
import shutil
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools import ROOT, report
from tools.shell import Failed, clean_environment, end_of, run, uv
from tools.template import answers, own_code, reproduce
from tools.template.answers import Answers
from tools.template.judge import judge_built, take
from tools.template.render import render
from tools.template.static_checks import StaticChecks

WORK = ROOT / ".bake"
JOBS = min(2, os.cpu_count() or 1)
# The project's own tasks, each with arguments that make it fast.
SESSIONS: dict[str, list[str]] = {
    **{name: [] for name in ("test", "lint", "typecheck", "stubs", "docs", "doctor")},
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


@dataclass(frozen=True)
class Project:
    """A project to build."""

    name: str
    answers: Answers
    # Whether to run the sessions that compile everything in yet another way, and all sessions
    # offline.
    slow: bool
    # Whether the example is replaced, as the guide says.
    own_code: bool = False


def check_statically(combinations: list[Answers], *, slow: bool) -> list[str]:
    """Renders every combination, and returns what is wrong with them."""
    checks, problems = StaticChecks(slow=slow), []
    work = WORK / "rendered"
    shutil.rmtree(work, ignore_errors=True)
    targets = (work / str(number) for number in range(len(combinations)))
    with ProcessPoolExecutor(JOBS) as pool:
        rendered = pool.map(_render_outside_git, combinations, targets)
        for combination, folder in zip(combinations, rendered, strict=True):
            problems += [f"{answers.label(combination)}: {problem}" for problem in checks.problems(folder)]
            shutil.rmtree(folder.parent)
    return problems


def _render_outside_git(combination: Answers, into: Path) -> Path:
    """Render as if `into` were outside of any git repository, although it lies in ours.

    Needs a process of its own.
    """
    os.environ |= IDENTITY | {"GIT_CEILING_DIRECTORIES": str(into)}
    return render(AUTHOR | combination, into)


def build_all(projects: list[Project]) -> int:
    """Builds, tests and judges the projects, and returns how many of them have problems."""
    for project in projects:
        shutil.rmtree(WORK / project.name, ignore_errors=True)
    with ProcessPoolExecutor(JOBS) as renderers:
        named = [{"project_name": project.name, **project.answers} for project in projects]
        list(renderers.map(_render_outside_git, named, [WORK] * len(named)))
    for project in projects:
        if project.own_code:
            own_code.put_in(WORK / project.name)
            # The tools look at the files that git knows.
            run(["git", "add", "--all"], WORK / project.name, clean_environment(IDENTITY))
    with ThreadPoolExecutor(JOBS, thread_name_prefix="target") as builders:
        return [*builders.map(_is_sound, projects)].count(False)


def _is_sound(project: Project) -> bool:
    """Builds, tests and judges one project, and returns whether it has no problem."""
    # Projects that are built one after the other share the compiled dependencies. Two simultaneous
    # builds in one folder would overwrite each other's libraries.
    target = WORK / threading.current_thread().name.replace("_", "-")
    environment = clean_environment(
        IDENTITY
        | {
            "CARGO_TARGET_DIR": str(target),
            "CARGO_INCREMENTAL": "0",
            # A project without git must not find our repository, in which it lies.
            "GIT_CEILING_DIRECTORIES": str(WORK),
            "NO_COLOR": "1",
        }
    )
    problems, begin = [], time.perf_counter()
    for name, stage in _stages(project, environment):
        start = time.perf_counter()
        try:
            stage()
        except Failed as failed:
            problems.append(f"{name}: {failed}")
        report.console.print(f"     {project.name}: {name} [dim]{time.perf_counter() - start:.1f} s[/]")
    title = f"{project.name} ({answers.label(project.answers)})"
    if problems:
        report.fail(title, "\n\n".join(problems))
    else:
        report.good(title, time.perf_counter() - begin)
    return not problems


def _stages(project: Project, environment: Mapping[str, str]) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the stages of a project in order."""
    folder = WORK / project.name

    def session(name: str, *arguments: str, optional: bool = False, **variables: str) -> Callable[[], object]:
        command = [uv(), "run", "--quiet", "--locked", "nox", "--session", name, "--", *arguments]

        def stage() -> None:
            ended = end_of(command, folder, {**environment, **variables})
            # No package provides some tools. Without such a tool, the session must say so.
            asks = optional and re.search(r"(\S.* is missing: .+|.*llvm-tools.*)", ended.output)
            if ended.status and not asks:
                raise Failed(command, ended.output)
            if ended.status and asks:
                report.console.print(f"[yellow]skip[/] {asks[1]}")

        return stage

    for name, arguments in SESSIONS.items():
        # The first project shows once that all kinds of wheels can be built, and runs the tests on
        # the other Pythons.
        quick = [] if name == "wheel" and project.name.endswith("-00") else arguments
        yield f"nox -s {name}", session(name, *quick)
    if project.slow:
        yield "nox -s coverage", session("coverage", optional=True)
        briefly = "-max_total_time=5" if project.answers["fuzz"] else "2000"
        yield "nox -s fuzz", session("fuzz", briefly, optional=True)
        if project.answers["example"] == "words":
            # One round.
            yield "nox -s trust", session("trust", "0")
        if (folder / ".git").exists():
            yield "two builds", lambda: reproduce.check(folder, environment)
        for name, arguments in SESSIONS.items():
            yield f"nox -s {name} offline", session(name, *arguments, optional=False, **OFFLINE)

    # The session `wheel` has built the sdist, unpacked it elsewhere, built the wheel there, and run
    # the tests there.
    if any(folder.glob("dist/*.whl")):
        yield "judges", lambda: _judge(folder, environment)


def _judge(folder: Path, environment: Mapping[str, str]) -> None:
    aside = folder.with_name(f"{folder.name}-built")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    verdicts = judge_built(take(folder, folder / "dist", aside, environment), aside, environment)
    if said := [f"{each.judge.name}:\n{each.ended.output}" for each in verdicts if not each.clean]:
        raise Failed(["judges"], "\n".join(said))


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


def main(parser: ArgumentParser) -> None:
    parser.add_argument(
        "how_many",
        choices=["two", "all"],
        help="two: the default and the most different answers; all: every combination, and every pair built",
    )
    everything = parser.parse_args().how_many == "all"
    pythons = _pythons()
    combinations = list(answers.every_combination()) if everything else answers.every_pair()
    named = [{"project_name": "baked", **each} for each in combinations] + answers.every_length_of_name()
    combinations = [each for each in named if each["lowest_python"] in pythons]
    with report.step(f"render and check {len(combinations)} combinations"):
        if problems := check_statically(combinations, slow=everything):
            raise Failed(["static checks"], "\n".join(problems))

    projects = []
    to_build = answers.every_pair() if everything else [answers.default(), answers.most_different()]
    for number, each in enumerate(to_build):
        python = each["lowest_python"] if each["lowest_python"] in pythons else pythons[-1]
        # Of two, the smaller one, which takes half as long.
        slow = number < 2 if everything else number == 1
        projects.append(Project(f"baked-{number:02}", {**each, "lowest_python": python}, slow=slow))
    if everything:
        projects += [
            Project(f"bakedown{number}", each, slow=True, own_code=True)
            for number, each in enumerate((answers.default(), answers.fullest()))
        ]
    failed = build_all(projects)
    report.console.print(f"{len(projects) - failed} passed, {failed} failed")
    sys.exit(failed > 0)
