"""Runs the steps of one job in a fresh clone, as a runner of GitHub does."""

import itertools
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.shell import clean_environment, end_of, run, uv
from tools.site import browser
from tools.workflows.expressions import Lenient, Unknown, condition, fill_all, shown

PASSED, FAILED, SKIPPED, NOT_RUN = "ok", "FAIL", "skipped", "not run"
# The command by which GitHub starts each shell of a workflow.
SHELLS = {None: "bash -e", "bash": "bash --noprofile --norc -eo pipefail", "sh": "sh -e"}
# Actions that do nothing here. A cache would be empty before a rehearsal, and unused afterwards.
NOTHING_TO_DO = {"actions/checkout", "actions/cache", "Swatinem/rust-cache"}
# Variables that a developer's terminal sets and a runner does not.
OF_A_TERMINAL = re.compile(
    r"(CI|COLORTERM|COLUMNS|FORCE_COLOR|GITHUB_\w+|LANG|LC_\w+|LINES|NO_COLOR|PYTHON\w+|RUST_BACKTRACE"
    r"|RUSTUP_TOOLCHAIN|TERM)"
)
FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
NOX = re.compile(r"(?m)^(.*\buv run .*\bnox)( -s \S+| --tags \S+)")
# Replaces rustup on PATH: a missing toolchain is noted, and not downloaded.
RUSTUP = """\
#!/bin/sh
case " $* " in
    *" install "* | *" --install "* | *" update "*) ;;
    *) exec {rustup} "$@" ;;
esac
if [ "$1" = run ] && {rustup} run "$3" rustc --version >/dev/null 2>&1; then exec {rustup} "$@"; fi
echo "not run: rustup $*" | tee -a "$REHEARSAL_NOTES"
"""


class Unrunnable(Exception):
    """The reason why a job or step cannot run on this machine."""


@dataclass
class Row:
    """A line of the table."""

    job: str
    step: str
    result: str
    seconds: float = 0.0
    why: str = ""


class Runner:
    """One job, its clone and its environment."""

    def __init__(self, repository: Path, folder: Path, names: dict[str, Any], session: str) -> None:
        self.folder, self.session = folder, session
        # Jobs hand files over to each other.
        self.artifacts = folder.parent / "artifacts"
        self.names = {**names, "steps": {}, "env": {}}
        self.clone = folder / repository.name
        folder.joinpath("home").mkdir()
        run(["git", "clone", "--quiet", repository, self.clone], folder)
        self.environment = self._environment()

    def _environment(self) -> dict[str, str]:
        """Return the variables that a runner sets.

        Those that say where this machine gets its packages are added.
        """
        ours, home, tools = clean_environment(), Path.home(), self.folder / "tools"
        tools.mkdir()
        # What setup-uv brings.
        tools.joinpath("uv").symlink_to(Path(uv()).resolve())
        if rustup := shutil.which("rustup", path=ours["PATH"]):
            tools.joinpath("rustup").write_text(RUSTUP.format(rustup=rustup), encoding="utf-8")
            tools.joinpath("rustup").chmod(0o755)
        return {
            "CARGO_HOME": str(home / ".cargo"),
            "RUSTUP_HOME": str(home / ".rustup"),
            "UV_CACHE_DIR": str(home / ".cache" / "uv"),
            **{name: value for name, value in ours.items() if not OF_A_TERMINAL.fullmatch(name)},
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": self.names["github"]["repository"],
            "GITHUB_WORKSPACE": str(self.clone),
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "PATH": f"{tools}{os.pathsep}{ours['PATH']}",
            "REHEARSAL_NOTES": str(self.folder / "notes"),
        }

    def run(self, title: str, job: dict[str, Any], tell: Callable[[Row], None]) -> str:
        """Runs the steps, calls `tell` after each, and returns the result of the job."""
        self.names["env"] |= texts(job["env"], self.names)
        defaults = job["defaults"].get("run", {})
        failed, stopped = False, ""
        outcome = {"always": lambda: True, "success": lambda: not failed, "failure": lambda: failed}
        for step in job["steps"]:
            label, start, why = name_of(step), time.perf_counter(), ""
            outputs: dict[str, str] = Lenient()
            try:
                result = PASSED
                if not condition(step.get("if"), self.names, outcome):
                    result = SKIPPED
                elif stopped:
                    raise Unrunnable(stopped)
                elif "run" in step:
                    outputs, why = self.command({**defaults, **step})
                else:
                    self.action(step)
            except Unrunnable as reason:
                result, why = NOT_RUN, str(reason)
                stopped = stopped or f"follows {label}"
            except (Unknown, OSError) as problem:
                result, why = FAILED, str(problem)
                failed = failed or not step.get("continue-on-error")
            if "id" in step:
                self.names["steps"][step["id"]] = {"outputs": outputs}
            tell(Row(title, label, result, time.perf_counter() - start, why))
        return FAILED if failed else NOT_RUN if stopped else PASSED

    def command(self, step: dict[str, Any]) -> tuple[dict[str, str], str]:
        """Runs a program; returns its outputs, and the parts that could not run here."""
        for word, (tool, is_here) in NEEDS.items():
            if word in step["run"] and not is_here():
                raise Unrunnable(f"needs {tool}")
        if step.get("shell") not in SHELLS:
            raise Unknown(f"the shell {step['shell']!r} is not known")
        script, report, notes = (self.folder / name for name in ("script", "nox.json", "notes"))
        # Nox stops if a Python is missing. Here it continues, and its report lists the skipped
        # sessions.
        options = f" --no-error-on-missing-interpreters --report {report}"

        def with_options(nox: re.Match[str]) -> str:
            # Of the sessions with a tag, nox runs only the one that was asked for.
            tagged = self.session and "--tags" in nox[2]
            return nox[1] + options + (f" -s {self.session}" if tagged else nox[2])

        text = NOX.sub(with_options, shown(fill_all(step["run"], self.names)))
        script.write_text(text, encoding="utf-8")
        report.unlink(missing_ok=True)
        files = {name: self.folder / name.lower() for name in FILES}
        for file in (notes, *files.values()):
            file.write_text("", encoding="utf-8")
        environment = {
            **self.environment,
            **self.names["env"],
            **texts(step.get("env", {}), self.names),
            **{name: str(file) for name, file in files.items()},
            # The network may be out of reach.
            "UV_PYTHON_DOWNLOADS": "never",
            "NOX_DOWNLOAD_PYTHON": "never",
        }
        shell, folder = SHELLS[step.get("shell")].split(), self.clone / step.get("working-directory", ".")
        ended = end_of([*shell, script], folder, environment)
        if ended.status:
            # The job's folder goes, and the cause may be far above the last lines.
            kept = Path(tempfile.mkdtemp(prefix="rehearsal-"), "log")
            kept.write_text(ended.output, encoding="utf-8")
            says = f"exit status {ended.status}, and the whole output is in {kept}"
            raise Unknown("\n".join([says, *ended.output.splitlines()[-40:]]))
        written = {name: file.read_text(encoding="utf-8") for name, file in files.items()}
        self.names["env"] |= assignments(written["GITHUB_ENV"])
        folders = [*reversed(written["GITHUB_PATH"].splitlines()), self.environment["PATH"]]
        self.environment["PATH"] = os.pathsep.join(folders)
        left_out = notes.read_text(encoding="utf-8").splitlines()
        if report.exists():
            left_out += [f"not run: nox -s {name}" for name in skipped_sessions(report)]
        return assignments(written["GITHUB_OUTPUT"]), "; ".join(left_out)

    def action(self, step: dict[str, Any]) -> None:
        """Imitates an action."""
        name, options = step["uses"].split("@")[0], texts(step.get("with", {}), self.names)
        if name == "astral-sh/setup-uv":
            if not (self.clone / options["version-file"]).is_file():
                raise Unknown(f"there is no {options['version-file']}")
        elif name == "actions/upload-artifact":
            found = [path for path in self.clone.glob(options["path"]) if path.is_file()]
            if not found and options.get("if-no-files-found") == "error":
                raise Unknown(f"there is no {options['path']} to upload")
            for path in found:
                self.artifacts.joinpath(options["name"]).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, self.artifacts / options["name"])
        elif name == "actions/download-artifact":
            folders = sorted(self.artifacts.glob(options["pattern"]))
            if not folders:
                raise Unknown(f"no artifact is called {options['pattern']}")
            for folder in folders:
                shutil.copytree(folder, self.clone / options["path"], dirs_exist_ok=True)
        elif name == "re-actors/alls-green":
            allowed = options.get("allowed-skips", "").replace(",", " ").split()
            for job, need in json.loads(options["jobs"]).items():
                if need["result"] == FAILED or (need["result"] == SKIPPED and job not in allowed):
                    raise Unknown(f"{job}: {need['result']}")
        elif name not in NOTHING_TO_DO:
            raise Unrunnable("only GitHub can run this action")


def name_of(step: dict[str, Any]) -> str:
    """Return the name of a step in the table."""
    return str(step.get("name") or step.get("uses", "").split("@")[0] or step["run"].splitlines()[0])


def texts(values: dict[str, Any], names: dict[str, Any]) -> dict[str, str]:
    """Return the values as a program sees them."""
    return {name: shown(value) for name, value in fill_all(values, names).items()}


def assignments(text: str) -> dict[str, str]:
    """Return the variables that a step wrote for later steps.

    They are NAME=VALUE, or NAME<<END and the lines down to END.
    """
    found: dict[str, str] = {}
    lines: Iterator[str] = iter(text.splitlines())
    for line in lines:
        name, sign, value = re.fullmatch(r"([^=<]*)(=|<<|)(.*)", line).groups()  # type: ignore[union-attr]
        if sign == "<<":
            value = "\n".join(itertools.takewhile(value.__ne__, lines))
        elif not sign:
            raise Unknown(f"{line!r} is written for later steps, and is no NAME=VALUE")
        found[name] = value
    return found


def skipped_sessions(report: Path) -> list[str]:
    """Return the sessions that nox skipped, from its report."""
    sessions = json.loads(report.read_text(encoding="utf-8"))["sessions"]
    return [name for each in sessions if each["result"] == "skipped" for name in each["signatures"]]


def has_docker() -> bool:
    """Return whether containers can be started."""
    return end_of(["docker", "info"], Path.cwd()).status == 0


# Words in a command, and the tool that they need beside Rust and Python.
NEEDS: dict[str, tuple[str, Callable[[], object]]] = {
    "cibuildwheel": ("Docker", has_docker),
    "site_test": ("Chromium or Chrome", browser.executable),
}
