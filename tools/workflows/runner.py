"""Runs the steps of one job in a fresh clone, as a runner of GitHub does."""

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.shell import browser, clean_environment, end_of, run, uv
from tools.workflows.expressions import Lenient, Unknown, condition, fill, shown

PASSED, FAILED, SKIPPED, NOT_RUN = "ok", "FAIL", "skipped", "not run"
# The command by which GitHub starts each shell of a workflow.
SHELLS = {None: "bash -e", "bash": "bash --noprofile --norc -eo pipefail"}
# Actions that do nothing here. A cache would be empty before a rehearsal, and unused afterwards.
NOTHING_TO_DO = {"actions/checkout", "actions/cache", "Swatinem/rust-cache"}
# Variables that a developer's terminal sets and a runner does not.
OF_A_TERMINAL = re.compile(
    r"(CI|COLORTERM|COLUMNS|FORCE_COLOR|GITHUB_\w+|LANG|LC_\w+|LINES|NO_COLOR|PYTHON\w+|RUST_BACKTRACE"
    r"|RUSTUP_TOOLCHAIN|TERM)"
)
NOX = re.compile(r"(?m)^(.*\buv run .*\bnox)(?= -s | --tags )")
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

    def __init__(self, repository: Path, folder: Path, names: dict[str, Any]) -> None:
        self.folder = folder
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
            # The network may be out of reach.
            "UV_PYTHON_DOWNLOADS": "never",
        }

    def run(self, title: str, job: dict[str, Any], tell: Callable[[Row], None]) -> str:
        """Runs the steps, calls `tell` after each, and returns the result of the job."""
        self.names["env"] |= texts(job["env"], self.names)
        defaults = job["defaults"].get("run", {})
        failed, stopped = False, ""
        status = {"always": lambda: True, "success": lambda: not failed, "failure": lambda: failed}
        for step in job["steps"]:
            label, start, why = name_of(step), time.perf_counter(), ""
            outputs: dict[str, str] = Lenient()
            try:
                result = PASSED
                if not condition(step.get("if"), self.names, status):
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
        script, report, notes, output = (
            self.folder / name for name in ("script", "nox.json", "notes", "output")
        )
        # Nox stops if a Python is missing. Here it continues, and its report lists the skipped
        # sessions.
        options = rf"\1 --no-error-on-missing-interpreters --report {report}"
        text = NOX.sub(options, fill(step["run"], self.names))
        for file, content in ((script, text), (notes, ""), (output, "")):
            file.write_text(content, encoding="utf-8")
        report.unlink(missing_ok=True)
        environment = {
            **self.environment,
            **self.names["env"],
            **texts(step.get("env", {}), self.names),
            "GITHUB_OUTPUT": str(output),
            # The workflows ask for downloads.
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
        left_out = notes.read_text(encoding="utf-8").splitlines()
        if report.exists():
            left_out += [f"not run: nox -s {name}" for name in skipped_sessions(report)]
        return assignments(output.read_text(encoding="utf-8")), "; ".join(left_out)

    def action(self, step: dict[str, Any]) -> None:
        """Imitates an action."""
        name, options = step["uses"].split("@")[0], texts(step.get("with", {}), self.names)
        if name == "astral-sh/setup-uv":
            if not (self.clone / options["version-file"]).is_file():
                raise Unknown(f"there is no {options['version-file']}")
        elif name == "actions/upload-artifact":
            found, kept = [*self.clone.glob(options["path"])], self.artifacts / options["name"]
            if not found and options.get("if-no-files-found") == "error":
                raise Unknown(f"there is no {options['path']} to upload")
            kept.mkdir(parents=True, exist_ok=True)
            for path in found:
                shutil.copy(path, kept)
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
    return {name: shown(value) for name, value in fill(values, names).items()}


def assignments(text: str) -> dict[str, str]:
    """Return the outputs that a step wrote, each as NAME=VALUE on a line."""
    lines = text.splitlines()
    if strange := [line for line in lines if not re.match(r"\w[\w-]*=", line)]:
        raise Unknown(f"{strange[0]!r} is written for later steps, and is no NAME=VALUE")
    return dict(line.split("=", 1) for line in lines)


def skipped_sessions(report: Path) -> list[str]:
    """Return the sessions that nox skipped, from its report."""
    sessions = json.loads(report.read_text(encoding="utf-8"))["sessions"]
    return [name for each in sessions if each["result"] == "skipped" for name in each["signatures"]]


# Words in a command, and the tool that they need beside Rust and Python.
NEEDS: dict[str, tuple[str, Callable[[], object]]] = {
    "cibuildwheel": ("Docker", lambda: end_of(["docker", "info"], Path.cwd()).status == 0),
    "site_test": ("Chromium or Chrome", browser),
}
