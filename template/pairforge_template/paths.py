"""The template's folders and files, and which files the answers leave out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEMPLATE = Path(__file__).absolute().parents[1]
QUESTIONS = TEMPLATE / "cookiecutter.json"
HOOKS = TEMPLATE / "hooks"
LOCKS = TEMPLATE / "locks"


def project_files() -> Iterator[Path]:
    """Yields the template's files of the project, relative to the project's folder."""
    for folder in TEMPLATE.glob("{{=*=}}"):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path.relative_to(folder)


def left_out(cookiecutter: Mapping[str, Any]) -> dict[str, list[Path]]:
    """Returns the template's files that these answers do not need.

    Each is listed with the project's folders that would contain only such files. The files are not
    rendered, so in an existing project (`--overwrite-if-exists`) they stay as they are.
    """
    if cookiecutter["license"] == "MIT OR Apache-2.0":
        unwanted = ["LICENSE"]
    else:
        unwanted = ["LICENSE-MIT", "LICENSE-APACHE"]
    unwanted += _of_other_example(cookiecutter)
    if not cookiecutter["cli"]:
        unwanted += [f"crates/{cookiecutter['__crate']}-cli"]
    if not cookiecutter["docs"]:
        # The guide stays: a project without a site has documentation, too.
        site = ("conf.py", "index.md", "reference.md", "changelog.md")
        unwanted += [".readthedocs.yml", *(f"docs/{page}" for page in site)]
    if not cookiecutter["fuzz"]:
        unwanted += ["fuzz"]
    files = {
        path.as_posix(): Path(_VARIABLE.sub(lambda name: cookiecutter[name[1]], path.as_posix()))
        for path in project_files()
    }
    idle = {path: file for path, file in files.items() if any(file.is_relative_to(part) for part in unwanted)}
    needed = {folder for path in files.keys() - idle.keys() for folder in files[path].parents}
    return {path: [folder for folder in file.parents if folder not in needed] for path, file in idle.items()}


def _of_other_example(cookiecutter: Mapping[str, Any]) -> list[str]:
    crate, package = (f"crates/{cookiecutter['__crate']}", f"python/{cookiecutter['__package']}")
    if cookiecutter["example"] == "words":
        return [
            f"{crate}/src/edit_distance.rs",
            f"{crate}/tests/edit_distance.rs",
            "tests/test_edit_distance.py",
        ]
    machinery = [f"{crate}-py/src/{name}.rs" for name in ("error", "pool", "text", "without_gil", "words")]
    return [
        *machinery,
        *(f"{crate}/{file}.rs" for file in ("src/error", "src/save", "src/words", "tests/words")),
        f"{package}/errors.py",
        "tests/conftest.py",
        "tests/test_concurrency.py",
        "tests/test_error_table.py",
        "tests/test_save.py",
        "tests/test_words.py",
    ]


# The only kind of expression in the names of the template's files and folders.
_VARIABLE = re.compile(r"\{\{= cookiecutter\.(\w+) =\}\}")
