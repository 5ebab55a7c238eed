"""Ends the rendering: removes what the answers leave out, makes the first commit, and says what to type next.

cookiecutter runs a rendered copy of this file in the project's folder, with the Python it runs in itself. The answers
arrive as hexadecimal digits, which no quotation mark can break, so the file is plain Python before it is rendered too.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ANSWERS: dict[str, Any] = json.loads(bytes.fromhex("{{= cookiecutter | packed =}}"))
LEFT_OUT: list[str] = json.loads(bytes.fromhex("{{= left_out(cookiecutter) | packed =}}"))
# Those among them that were in the project's folder before this rendering.
THERE_BEFORE: list[str] = json.loads(os.environ["PAIRFORGE_THERE_BEFORE"])


def main() -> None:
    project = Path.cwd()
    remove_left_out(project)
    # cruft renders into temporary folders, twice for an update, and wants neither a repository nor a message there.
    if "_commit" not in ANSWERS:
        inside = git(project, "rev-parse", "--is-inside-work-tree")
        committed = ANSWERS["git"] and not inside and commit(project)
        show(message(project, committed, wanted=ANSWERS["git"] and not inside))
    # cookiecutter leaves the copy of this file in the folder for temporary files.
    Path(__file__).unlink()


def remove_left_out(project: Path) -> None:
    """Removes the files that the answers have no use for, and the folders that are empty then.

    What was there before stays: it may be the user's own.
    """
    for name in LEFT_OUT:
        if name in THERE_BEFORE:
            continue
        file = project / name
        file.unlink(missing_ok=True)
        for folder in file.relative_to(project).parents[:-1]:
            if any((project / folder).iterdir()):
                break
            (project / folder).rmdir()


def commit(project: Path) -> bool:
    """Makes the project a git repository with a first commit, and tells whether that went well.

    It does not where git or its identity is missing. That is no failure: the project is complete without.
    """
    return (
        # Without the option, git would make up an identity from the names of the user and the machine.
        all(
            git(project, "-c", "user.useConfigOnly=true", "var", f"GIT_{who}_IDENT")
            for who in ("AUTHOR", "COMMITTER")
        )
        and git(project, "init", "--quiet")
        # For every git and whatever the user calls first branches: the workflows say main.
        and git(project, "symbolic-ref", "HEAD", "refs/heads/main")
        # Files that the user has git ignore everywhere are part of this project.
        and git(project, "-c", f"core.excludesFile={os.devnull}", "add", "--all")
        # Nobody is asked for a passphrase, and the user's hooks know nothing about this project yet.
        and git(
            project,
            *("-c", "commit.gpgSign=false", "-c", f"core.hooksPath={os.devnull}"),
            *("commit", "--quiet", "--message=First commit, rendered from pairforge"),
        )
    )


def git(project: Path, *arguments: str) -> bool:
    """Runs git, and tells whether it is there and succeeded. It cannot ask anything."""
    # A cookiecutter that was itself started by git, from a hook for instance, has that repository in its environment.
    environment = {name: value for name, value in os.environ.items() if name not in REPOSITORY}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=project,
            env=environment | {"GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
)


def message(project: Path, committed: bool, wanted: bool) -> str:
    """Says what was made, and what to type next.

    A first commit that was wanted and could not be made is worth a line. In a repository that is there already, it is not expected.
    """
    crate, package = ANSWERS["__crate"], ANSWERS["__package"]
    parts = [
        (f"crates/{crate}", "the core, in Rust alone"),
        (f"crates/{crate}-py", "the core's door to Python"),
        (f"crates/{crate}-cli", "the command-line program"),
        (f"python/{package}", "the Python package"),
        ("tests", "tests of both implementations"),
        ("benches", "their speed, compared and plotted"),
        ("docs", "the documentation site" if ANSWERS["docs"] else "the guide"),
        ("fuzz", "fuzzing of the core"),
        (".git", "a repository with a first commit") if committed else ("", ""),
    ]
    parts = [(part, what) for part, what in parts if part and (project / part).exists()]
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
    if wanted and not committed:
        missing.append(
            "No first commit was made: git is missing, or user.name and user.email are not set in it."
        )
    return "\n".join(
        [
            "",
            bold(f"{project.name} is there: a Python package with a Rust core."),
            "",
            *table(parts),
            "",
            "Type next:",
            "",
            *table(steps),
            "",
            *missing,
            "Then open README.md: it says how to work on the project.",
            "",
        ]
    )


def shown_folder(project: Path) -> str:
    """Names the folder as `cd` takes it: shortly where it was made in the folder of the shell, in full elsewhere."""
    # cookiecutter has changed its working directory; only the shell's own variable still tells where the user is.
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


# A terminal of Windows may show the codes themselves, unless it is one of the newer ones, which say so.
COLOUR = (
    sys.stdout.isatty() and not os.environ.get("NO_COLOR") and (os.name != "nt" or "WT_SESSION" in os.environ)
)


def show(text: str) -> None:
    # A folder can have characters that the terminal's encoding lacks.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    print(text)


main()
