"""Runs the Linux jobs of a repository's workflows, and lists the steps that cannot run here.

Each job gets a fresh clone of the last commit, with the environment, matrix, shell and folder that
its workflow names, and without the settings of a developer's terminal. Other systems, Docker, a
Rust or Python that is not installed, and most actions are out of reach.
"""

import itertools
import re
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import yaml

from tools import ROOT, report
from tools.workflows.expressions import Lenient, Unknown, condition, fill, shown
from tools.workflows.runner import FAILED, NOT_RUN, PASSED, SKIPPED, Row, Runner, Unrunnable, name_of

EVENTS = ("push", "pull_request", "schedule", "workflow_dispatch", "tag")
LINUX = ("ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04")
WOULD_RUN = "would run"


@dataclass
class Rehearsal:
    """The workflows of a repository, and the result of each step."""

    folder: Path
    work: Path
    event: str | None
    only: str
    dry: bool
    rows: list[Row] = field(default_factory=list)

    def tell(self, row: Row) -> None:
        """Prints a line of the table."""
        self.rows.append(row)
        colour = {PASSED: "green", FAILED: "red"}.get(row.result, "yellow")
        seconds = f"{row.seconds:.1f} s" if row.seconds else ""
        report.console.print(f"[{colour}]{row.result:9}[/]{seconds:>10}  ", end="")
        why = f" ({row.why})" if row.why else ""
        report.console.print(f"{row.job:45} {row.step}{why}", markup=False)

    def run(self) -> None:
        """Runs every workflow with the requested event, or else with its first trigger."""
        only, _, only_job = self.only.partition("/")
        for path in sorted(self.folder.glob(f".github/workflows/{only or '*'}.yml")):
            workflow = read(path)
            events = [event for event in EVENTS if sets_off(workflow, event)]
            # Only a release has tags, and a release is not to be tried unless requested.
            event = self.event or next((event for event in events if event != "tag"), None)
            if event is None or event not in events:
                why = f"{', '.join(events) or 'another workflow'} sets it off"
                self.tell(Row(path.stem, "", NOT_RUN, why=why))
            else:
                self.workflow(path.stem, workflow, self.github(event), only_job)

    def github(self, event: str) -> dict[str, Any]:
        """Return the context `github`."""
        name = self.folder.name
        ref = {"pull_request": "refs/pull/1/merge", "tag": "refs/tags/v0"}.get(event, "refs/heads/main")
        return {
            "event_name": "push" if event == "tag" else event,
            "event": {"repository": {"name": name}},
            "ref": ref,
            "ref_name": ref.split("/", 2)[2],
            "repository": f"OWNER/{name}",
            "repository_owner": "OWNER",
            "token": "",
        }

    def workflow(
        self, title: str, workflow: dict[str, Any], github: dict[str, Any], only: str = ""
    ) -> list[str]:
        """Runs each job after those that it needs, and returns their results.

        With `only`, the name of a job, it runs that job and those that it needs.
        """
        jobs = workflow["jobs"]
        if only and only not in jobs:
            raise Unknown(f"{title} has no job {only}, but {', '.join(jobs)}")
        done: dict[str, dict[str, Any]] = {}
        order = [*TopologicalSorter({key: job["needs"] for key, job in jobs.items()}).static_order()]
        wanted = {only} if only else set(jobs)
        for key in reversed(order):
            wanted |= set(jobs[key]["needs"]) if key in wanted else set()
        for key in order:
            if key in wanted:
                # A job with its own defaults does not inherit those of the workflow.
                job = {"defaults": workflow.get("defaults", {}), **jobs[key]}
                job["env"] = workflow.get("env", {}) | job.get("env", {})
                names = {
                    "github": github | {"workflow": workflow["name"]},
                    "needs": {need: done[need] for need in job["needs"]},
                    "env": Lenient(),
                }
                outputs: dict[str, Any] = Lenient()
                done[key] = {"result": self.job(f"{title}/{key}", job, names, outputs), "outputs": outputs}
        return [each["result"] for each in done.values()]

    def job(self, title: str, job: dict[str, Any], names: dict[str, Any], outputs: dict[str, Any]) -> str:
        """Runs a job for its whole matrix, fills `outputs`, and returns the result."""
        before = [need["result"] for need in names["needs"].values()]
        bad = {FAILED, SKIPPED} & set(before)
        outcome = {"always": lambda: True, "success": lambda: not bad, "failure": lambda: FAILED in before}
        try:
            if not condition(job.get("if"), names, outcome):
                self.tell(Row(title, "", SKIPPED, why=str(job.get("if", "a job before it was not good"))))
                return SKIPPED
            if NOT_RUN in before and "always()" not in str(job.get("if")):
                raise Unrunnable("needs a job that was not run")
            if "uses" in job:
                results = self.called(title, job["uses"], names)
            else:
                runs = (names | {"matrix": matrix} for matrix in combinations(job, names))
                results = [self.one(title, job, each, outputs) for each in runs]
        except Unrunnable as why:
            self.tell(Row(title, "", NOT_RUN, why=str(why)))
            return NOT_RUN
        except Unknown as problem:
            self.tell(Row(title, "", FAILED, why=str(problem)))
            return FAILED
        if FAILED in results and not job.get("continue-on-error"):
            return FAILED
        return PASSED if set(results) - {NOT_RUN} else NOT_RUN

    def called(self, title: str, uses: str, names: dict[str, Any]) -> list[str]:
        """Runs a workflow of this repository that a job calls.

        `$/` is the commit that runs, `./` the same.
        """
        path = re.fullmatch(r"[$.]/(\.github/workflows/[\w-]+\.yml)", uses)
        if not path:
            raise Unrunnable(f"{uses} is in another repository")
        return self.workflow(f"{title} >", read(self.folder / path[1]), names["github"])

    def one(self, title: str, job: dict[str, Any], names: dict[str, Any], outputs: dict[str, Any]) -> str:
        """Runs a job for one combination of its matrix."""
        title = " ".join([title, *(shown(value) for value in names["matrix"].values())])
        system = fill(job["runs-on"], names)
        if system not in LINUX:
            self.tell(Row(title, "", NOT_RUN, why=f"needs {system}"))
            return NOT_RUN
        if self.dry:
            # Every expression is read, whatever its value.
            steps = {"steps": Lenient(), "env": Lenient()}
            fill(job, names | steps)
            for step in job["steps"]:
                condition(step.get("if"), names | steps, {"always": bool, "success": bool, "failure": bool})
                self.tell(Row(title, name_of(step), WOULD_RUN))
            return PASSED
        with tempfile.TemporaryDirectory(dir=self.work, ignore_cleanup_errors=True) as folder:
            runner = Runner(self.folder, Path(folder), names)
            result = runner.run(title, job, self.tell)
            if result == PASSED:
                outputs |= fill(job.get("outputs", {}), runner.names)
        return result


def read(path: Path) -> dict[str, Any]:
    """Return a workflow; its triggers are at "on", and the jobs that each job needs are a list."""
    workflow: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for job in workflow["jobs"].values():
        needed = job.get("needs", [])
        job["needs"] = [needed] if isinstance(needed, str) else needed
    # YAML reads "on" as the value true.
    return {"name": path.stem, "on": workflow.pop(True), **workflow}


def sets_off(workflow: dict[str, Any], event: str) -> bool:
    """Return whether an event triggers a workflow. Pushes are to main."""
    tags = "tags" in ((isinstance(workflow["on"], dict) and workflow["on"].get("push")) or {})
    if event in ("push", "tag"):
        return "push" in workflow["on"] and tags is (event == "tag")
    return event in workflow["on"]


def combinations(job: dict[str, Any], names: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the matrix of each run of a job."""
    matrix = fill(job.get("strategy", {}).get("matrix", {}), names)
    if set(matrix) > {"include"} or "exclude" in matrix:
        raise Unknown(f"a matrix of {', '.join(matrix)} is not known")
    if "include" in matrix:
        return list(matrix["include"])
    return [dict(zip(matrix, values, strict=True)) for values in itertools.product(*matrix.values())]


def rehearse(folder: Path, event: str | None = None, only: str = "", *, dry: bool = False) -> list[Row]:
    """Runs all steps that can run here; `dry` only reads. Prints the table, and returns it."""
    with tempfile.TemporaryDirectory(prefix="rehearse-", ignore_cleanup_errors=True) as work:
        rehearsal = Rehearsal(folder.resolve(), Path(work), event, only, dry)
        rehearsal.run()
    return rehearsal.rows


def main(parser: ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT, help="a repository (default: this one)")
    parser.add_argument(
        "--event", choices=EVENTS, help="default: for each workflow, the first that sets it off"
    )
    parser.add_argument(
        "--only", default="", metavar="WORKFLOW[/JOB]", help="this, and the jobs that it needs"
    )
    parser.add_argument("--list", action="store_true", help="say what would run, and run nothing")
    options = parser.parse_args()
    if sys.platform != "linux":
        sys.exit(f"rehearse runs jobs of Linux, and this is {sys.platform}")
    if not options.folder.joinpath(".git").exists():
        sys.exit(f"{options.folder} is no git repository, and a runner clones one")
    try:
        rows = rehearse(options.folder, options.event, options.only, dry=options.list)
    except Unknown as problem:
        sys.exit(str(problem))
    if not rows:
        sys.exit(f"{options.folder} has no workflow {options.only or 'at all'}")
    counts = Counter(row.result for row in rows)
    report.console.print(", ".join(f"{counts[result]} {result}" for result in counts), markup=False)
    sys.exit(FAILED in counts)
