"""Runs after the rendering: makes the first commit, looks for workspaces around the project, and
says what to type next.

cookiecutter runs a rendered copy of this file in the project's folder, with its own Python. The
answers arrive as hexadecimal digits, which need no quoting, so that this file is valid Python
before it is rendered, too.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ANSWERS: dict[str, Any] = json.loads(bytes.fromhex("{{= cookiecutter | packed =}}"))


def main() -> None:
    project = Path.cwd()
    # cruft renders into temporary folders, which need neither a repository nor a message.
    if "_commit" not in ANSWERS:
        repository, notes = make_repository(project)
        show(message(project, repository, [*notes, *workspaces(project)]))
    # cookiecutter leaves the copy of this file in the folder for temporary files.
    Path(__file__).unlink()


def make_repository(project: Path) -> tuple[str, list[str]]:
    """Makes the project a git repository with a first commit, if that is wanted and possible.

    Returns how the message describes the repository ("" if none was made), and notes for the user.
    A missing git or identity is not a failure: the project is complete without a repository.
    """
    around = next((folder for folder in (project, *project.parents) if (folder / ".git").exists()), None)
    if around == project:
        return "", []
    if around:
        ignored, trouble = git(project, "check-ignore", "--quiet", ".")
        if not ANSWERS["git"]:
            return "", [UNSEEN.format(around)] if ignored else []
        if not ignored:
            return "", [
                f"No repository was made: {trouble or f'this folder belongs to the one in {around}'}."
            ]
    if not ANSWERS["git"]:
        return "", []
    made, trouble = git(project, "init", "--quiet")
    if not made:
        return "", [f"No repository was made: {trouble}."]
    committed, trouble = commit(project)
    if not committed:
        return "a repository, without a commit", [f"No first commit was made: {trouble}."]
    return "a repository with a first commit", []


UNSEEN = "The repository in {} ignores this folder, so ruff and other tools find no file here until you type `git init`."


def commit(project: Path) -> tuple[bool, str]:
    """Makes the first commit in a new repository; returns whether it succeeded, and if not, why."""
    name, address = ANSWERS["__author_name"], ANSWERS["__author_email"]
    # The package's author makes the commit. If the answer has no address, git's settings decide.
    user = {}
    if address:
        user = {
            f"GIT_{who}_{what}": text
            for who in ("AUTHOR", "COMMITTER")
            for what, text in (("NAME", name), ("EMAIL", address))
        }
    settings = {
        # The user's global ignore file must not leave out files of the project.
        "core.excludesFile": os.devnull,
        # The user's hooks know nothing about this project yet.
        "core.hooksPath": os.devnull,
        # Signing could ask for a passphrase.
        "commit.gpgSign": "false",
        # git must not invent an identity from the names of the user and the machine.
        "user.useConfigOnly": "true",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    for step in (
        # The workflows name main. This works with every version of git and any default branch.
        ("symbolic-ref", "HEAD", "refs/heads/main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message=First commit, rendered from pairforge"),
    ):
        done, trouble = git(project, *options, *step, **user)
        if not done:
            return False, trouble or f"git {step[0]} failed"
    return True, ""


def git(project: Path, *arguments: str, **variables: str) -> tuple[bool, str]:
    """Runs git without prompts; returns whether it succeeded, and its error line."""
    # If git started cookiecutter, as in a hook, the environment names git's own repository.
    environment = {name: value for name, value in os.environ.items() if name not in REPOSITORY}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=project,
            env=environment | variables | {"GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            timeout=30,
            check=False,
        )
    except FileNotFoundError:
        return False, "git was not found"
    except (OSError, subprocess.SubprocessError) as error:
        return False, str(error)
    lines = done.stderr.split("\n")
    said = next(
        (line for line in lines if line.startswith("fatal: ")), "\n".join(lines).strip().split("\n")[-1]
    )
    return done.returncode == 0, f'git said "{said.strip()}"' if said else ""


REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
)


def workspaces(project: Path) -> list[str]:
    """Says how to keep the project out of workspaces around it, which claim their subfolders."""
    notes = []
    for tool, name, table in (
        ("cargo", "Cargo.toml", "workspace"),
        ("uv", "pyproject.toml", "tool.uv.workspace"),
    ):
        header = re.compile(rf"^\s*\[{re.escape(table)}\]", re.MULTILINE)
        for folder in project.parents:
            text = read(folder / name)
            inner = project.relative_to(folder).as_posix()
            if header.search(text) and not re.search(rf'\bexclude\s*=\s*\[[^]]*"{re.escape(inner)}"', text):
                notes.append(
                    f'There is a {tool} workspace around this folder: add exclude = ["{inner}"] to [{table}] in {folder / name}.'
                )
    return notes


def read(file: Path) -> str:
    """Returns the text of a file, or "" if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return ""


def message(project: Path, repository: str, notes: list[str]) -> str:
    """Says what was made, what the user should know about it, and what to type next."""
    crate, package = ANSWERS["__crate"], ANSWERS["__package"]
    parts = [
        (f"crates/{crate}", "the core, in Rust alone"),
        (f"crates/{crate}-py", "the Python bindings of the core"),
        (f"crates/{crate}-cli", "the command-line program"),
        (f"python/{package}", "the Python package"),
        ("tests", "tests of both implementations"),
        ("benches", "their speed, compared and plotted"),
        ("docs", "the documentation site" if ANSWERS["docs"] else "the guide"),
        ("fuzz", "fuzzing of the core"),
        (".git", repository),
    ]
    parts = [(part, what) for part, what in parts if what and (project / part).exists()]
    steps = [
        (f"cd {shown_folder(project)}", ""),
        ("uv run pytest", "builds the package and tests it"),
        ("uv run nox -s test", "tests everything, in both languages"),
    ]
    missing = [
        f"Not found on this machine: {tool}. How to get it: {address}"
        for tool, address in (("uv", "https://docs.astral.sh/uv"), ("cargo", "https://rustup.rs"))
        if shutil.which(tool) is None
    ]
    return "\n".join(
        [
            "",
            bold(f"{project.name} is ready: a Python package with a Rust core."),
            "",
            *table(parts),
            "",
            "Next steps:",
            "",
            *table(steps),
            "",
            "Then open README.md: it says how to work on the project.",
            "",
            *missing,
            *notes,
        ]
    )


def shown_folder(project: Path) -> str:
    """Returns the argument of `cd`: a name if the shell is in the parent folder, else a path."""
    # cookiecutter has changed its working directory; only PWD still says where the user is.
    here = os.environ.get("PWD")
    folder = project.name if here and Path(here) == project.parent else str(project)
    if os.name != "nt":
        return shlex.quote(folder)
    return f'"{folder}"' if " " in folder else folder


def table(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(left) for left, right in rows if right)
    return [f"  {bold(left)}{' ' * (width - len(left))}  {dim(right)}".rstrip() for left, right in rows]


def bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if COLOUR else text


def dim(text: str) -> str:
    return f"\033[2m{text}\033[0m" if COLOUR and text else text


# Older Windows terminals print the codes as text; the newer one sets WT_SESSION.
COLOUR = (
    sys.stdout.isatty() and not os.environ.get("NO_COLOR") and (os.name != "nt" or "WT_SESSION" in os.environ)
)


def show(text: str) -> None:
    # A folder's name can contain characters that the terminal's encoding lacks.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    print(text)


main()
