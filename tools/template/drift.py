"""Compares the reference with what the template renders.

The reference is rendered from the template and grows. Every file that the template renders is in
exactly one class of `reference/drift.toml`:

- exact: the same bytes in both.
- tables: the same TOML at some keys. The reference may have more keys and more entries of lists
  there, but no differing ones. It may lack only the keys in `without`.
- seeded: began as the template's file, and is now the reference's own, which may also have
  removed it.
- derived: a lock file, or made from one. It must exist; `--locked`, or the session that makes it,
  finds out whether it fits.

GitHub reads only the workflows at the top of a repository, so a copy of the reference's workflows
is there, adapted to its folder. Links to a repository of the reference's own lead to that folder,
too.

Dependabot renews actions and Rust at the top and in the reference; the template follows.

`--write` repairs what the template determines. It keeps comments, and deletes nothing.
"""

import re
import sys
import tempfile
import textwrap
import tomllib
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from typing import Any

import tomlkit

from tools import ROOT, report
from tools.template.render import TEMPLATE, render

CLASSES = ("exact", "tables", "seeded", "derived")
REPOSITORY = "pairforge"


@dataclass(frozen=True)
class Drift:
    """One difference between the two."""

    place: str
    what: str
    # Makes the change; None if a person has to decide.
    mend: Callable[[], object] | None = None


def drifts(repository: Path, rendered: Path) -> Iterator[Drift]:
    """Compare the repository with what its template renders with the reference's answers."""
    reference = repository / "reference"
    classes = tomllib.loads((reference / "drift.toml").read_text(encoding="utf-8"))
    files = sorted(path.relative_to(rendered).as_posix() for path in rendered.rglob("*") if path.is_file())
    yield from _classified(classes, files)
    for file in files:
        source, copy = rendered / file, reference / file
        if file in classes["exact"]:
            yield from _exact(file, source.read_bytes(), copy)
        elif file in classes["tables"]:
            without = classes.get("without", {}).get(file, [])
            yield from _tables(file, source, copy, classes["tables"][file], without)
        elif file in classes["derived"] and not copy.exists():
            yield Drift(file, "is not there")
    yield from _workflows(repository, rendered)


def _classified(classes: Mapping[str, Any], files: list[str]) -> Iterator[Drift]:
    """Yield the files without exactly one class, and the classified files that are not rendered."""
    known = [file for name in CLASSES for file in classes[name]]
    for file in sorted({*files, *known}):
        if file not in known:
            yield Drift(file, "is in no class of reference/drift.toml: choose one")
        elif file not in files:
            yield Drift(file, "is not rendered any more: take it out of reference/drift.toml")
        elif known.count(file) > 1:
            yield Drift(file, "is in several classes of reference/drift.toml: keep one")


def _exact(name: str, expected: bytes, copy: Path) -> Iterator[Drift]:
    if not copy.exists() or copy.read_bytes() != expected:
        what = "is not what the template renders" if copy.exists() else "is not there"
        yield Drift(name, what, partial(_write, copy, expected))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _tables(name: str, source: Path, copy: Path, keys: list[str], without: list[str]) -> Iterator[Drift]:
    if not copy.exists():
        yield from _exact(name, source.read_bytes(), copy)
        return
    template = tomllib.loads(source.read_text(encoding="utf-8"))
    # Parsed with comments and order, because it may be written back.
    document = tomlkit.parse(copy.read_text(encoding="utf-8"))
    for key in (*without, *keys):
        *tables, last = key.split(".")
        table = reduce(lambda table, part: table.get(part, {}), tables, template)
        if last not in table:
            yield Drift(name, f"has no {key} in the template: take it out of reference/drift.toml")
        elif key in without:
            del table[last]
        else:
            nested = reduce(lambda value, part: {part: value}, reversed(tables), {last: table[last]})
            for where, value in _completed(document, nested):
                # Each repair of a file includes those before it.
                mend = partial(_write, copy, tomlkit.dumps(document).encode())
                yield Drift(f"{name}, {where}", f"lacks {textwrap.shorten(repr(value), 100)}", mend)


def _completed(table: Any, expected: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Adds the values and list entries that a table lacks, and yields each with its key."""
    for name, value in expected.items():
        found = table.unwrap().get(name)
        if isinstance(value, dict) and isinstance(found, dict):
            yield from ((f"{name}.{key}", added) for key, added in _completed(table[name], value))
        elif isinstance(value, list) and isinstance(found, list):
            if missing := [entry for entry in value if entry not in found]:
                table[name].extend(missing)
                yield name, missing
        elif value != found or type(value) is not type(found):
            table[name] = value
            yield name, value


# The names of the reference's workflows at the top, where the repository's workflows have the plain
# names.
CALLED = {"ci": "reference", "wheels": "reference-wheels", "release": "reference-release"}


def _workflows(repository: Path, rendered: Path) -> Iterator[Drift]:
    """Yield the differences between the template's workflows and their copies at the top."""
    top = repository / ".github" / "workflows"
    expected = {
        f"{CALLED[path.stem]}.yml": _in_reference(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((rendered / ".github" / "workflows").glob("*.yml"))
    }
    for name, text in expected.items():
        yield from _exact(f".github/workflows/{name}", text, top / name)
    for path in sorted(top.glob("reference*.yml")):
        if path.name not in expected:
            yield Drift(f".github/workflows/{path.name}", "is not rendered any more: delete it")


# Patterns in a workflow of the template, and their replacements in a workflow of the reference.
ADAPTED = {
    # Actions ignore `working-directory`: their inputs name the folder.
    r"(?m)^( +(?:path|packages-dir|version-file): )(?=dist|uv\.lock)": r"\1reference/",
    r"(?m)^( +workspaces: )\.$": r"\1reference",
    # A job with its own defaults does not inherit those of the workflow.
    r"(?m)^(    defaults:\n      run:\n)": r"\1        working-directory: reference\n",
    # GitHub distinguishes required checks by their names alone.
    r"(?m)^    name: done$": "    name: reference done",
    # The reference has its own groups and tags: tags with only a version belong to the repository.
    r"(?m)^(  group: )(?=wheels-|release-)": r"\1reference-",
    r'tags: \["v\*"\]': 'tags: ["bytemerge-v*"]',
}


def _in_reference(name: str, workflow: str) -> bytes:
    """Return the template's workflow for a project in the folder `reference`."""
    folder = "permissions: {}\n\ndefaults:\n  run:\n    working-directory: reference\n"
    title = "Reference" if name == "ci" else f"Reference, {name}"
    workflow, names = re.subn(r"(?m)^name: \w+$", f"name: {title}", workflow, count=1)
    workflow, places = re.subn(r"(?m)^permissions: \{\}\n", folder, workflow, count=1)
    if (names, places) != (1, 1):
        raise ValueError(f"the template's {name}.yml has another name or other permissions than expected")
    for pattern, new in ADAPTED.items():
        workflow = re.sub(pattern, new, workflow)
    # The paths that trigger a workflow are those of the repository.
    workflow = re.sub(
        r"(?m)^    paths:\n(?:      - .+\n)+",
        lambda paths: re.sub(r'(?m)^(      - "?)(?!\.github/|")', r"\1reference/", paths[0]),
        workflow,
    )
    workflow = re.sub(
        r"(\.github/workflows/)(\w+)(?=\.yml)", lambda found: found[1] + CALLED[found[2]], workflow
    )
    note = "# Rendered from the template by `nox -s drift -- --write`: change the template instead.\n"
    return (note + workflow).encode()


# What dependabot renews: an action with its version, and the Rust of lints and wheels.
PIN = re.compile(r'(?m)(uses: \S+@|^channel = )("?(?:[0-9a-f]{40} # v)?([\d.]+)"?)$')


def pins(repository: Path) -> Iterator[Drift]:
    """Yield the files with pins that are older than the same pins elsewhere.

    Dependabot sees the top of the repository and the reference, but not the template.
    """
    (template,) = repository.joinpath("template").glob("*/.github")
    top = sorted(repository.joinpath(".github", "workflows").glob("*.yml"))
    copies = [path for path in top if path.stem in CALLED.values()]
    # Rendered files get their pins from the template.
    written = sorted(template.glob("workflows/*.yml")) + [path for path in top if path not in copies]
    rust = [folder / "rust-toolchain.toml" for folder in (template, repository / "reference" / ".github")]
    if all(path.exists() for path in rust):
        written, copies = [*written, rust[0]], [*copies, rust[1]]
    texts = {path: path.read_text(encoding="utf-8") for path in [*written, *copies]}
    found = [pin for text in texts.values() for pin in PIN.findall(text)]
    # If two pins have the same version, the last wins, which dependabot sees.
    found.sort(key=lambda pin: [int(part) for part in pin[2].split(".")])
    newest = {what: pin for what, pin, _ in found}
    for path in written:
        renewed = PIN.sub(lambda found: found[1] + newest[found[1]], texts[path])
        if renewed != texts[path]:
            whose = "the template's " if path.is_relative_to(template) else ""
            what = "has older actions, or an older Rust, than another file"
            yield Drift(f"{whose}{path.name}", what, partial(_write, path, renewed.encode()))


def check(repository: Path, *, write: bool) -> list[Drift]:
    """Return all drift, or with `write` the drift that could not be mended."""
    # The pins come first, because rendered files take theirs from the template.
    left = _settled(pins(repository), write=write)
    with tempfile.TemporaryDirectory() as folder:
        settings = repository.joinpath("reference", "drift.toml").read_text(encoding="utf-8")
        answers = tomllib.loads(settings)["answers"]
        rendered = render({**answers, "git": False}, Path(folder), template=repository / TEMPLATE.name)
        _links_lead_here(rendered, answers)
        return left + _settled(drifts(repository, rendered), write=write)


def _settled(found: Iterable[Drift], *, write: bool) -> list[Drift]:
    """Return the drift that remains after the repair that was asked for."""
    left = []
    for drift in found:
        if write and drift.mend:
            drift.mend()
            report.console.print(f"mended  {drift.place}: it {drift.what}", markup=False)
        else:
            left.append(drift)
    return left


def _links_lead_here(rendered: Path, answers: Mapping[str, Any]) -> None:
    """Change links to the reference's own repository into links to its folder here."""
    owner = f"https://github.com/{answers['github_owner']}"
    there, here = f"{owner}/{answers['project_name']}".encode(), f"{owner}/{REPOSITORY}".encode()
    for path in rendered.rglob("*"):
        if path.is_file() and there in (content := path.read_bytes()):
            content = content.replace(there + b"/blob/main/", here + b"/blob/main/reference/")
            path.write_bytes(content.replace(there, here))


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="mend what can be mended from the template")
    left = check(ROOT, write=parser.parse_args().write)
    for drift in left:
        hint = " (nox -s drift -- --write)" if drift.mend else ""
        report.console.print("[red]DRIFT[/] ", end="")
        report.console.print(f"{drift.place} {drift.what}{hint}", markup=False)
    if left:
        sys.exit(1)
    report.console.print("The template and the reference agree.")
