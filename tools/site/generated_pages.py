"""Writes the pages that each build of the site generates from the code.

`docs/_build/generated` gets the part that a page includes: a table of merges. `docs/bytemerge` gets
the reference's own docs. Neither is in git. `questions` and `tasks` make tables for
`tools.site.figures`. Runs in the site's environment, on the standard library.
"""

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tools.site import token_pictures
from tools.site.tables import table

# A path out of the reference's docs, in an include or a link.
OUT = re.compile(r"(?P<before>\]\(|include\} )\.\./")

# The options of a session in its docstring.
OPTION = re.compile(r"(?:-- )?--[\w-]+(?: [A-Z]+\b)?|-- (?!and\b)[\w \[\]-]+|--(?= )")


def write(root: Path, docs: Path) -> None:
    """Writes all generated pages.

    A page with the same text as before is not touched, so that Sphinx need not read it again.
    """
    generated = docs / "_build" / "generated"
    generated.mkdir(parents=True, exist_ok=True)
    _save(generated / "merges.md", f"```{{raw}} html\n{token_pictures.merges()}```\n")
    copy_docs(root / "reference" / "docs", docs / "bytemerge")


def questions(cookiecutter: str) -> str:
    """Return the table of the questions of a cookiecutter.json: the texts and the answers.

    The default answer is in bold.
    """
    settings = json.loads(cookiecutter)
    prompts, asked, answers = settings["__prompts__"], {}, {}
    for name, default in settings.items():
        if name.startswith("_"):
            continue
        prompt, row = prompts[name], f"`{name}`"
        asked[row] = prompt["__prompt__"] if isinstance(prompt, dict) else prompt
        match default:
            case bool():
                answers[row] = "**yes**, no" if default else "yes, **no**"
            case [first, *others]:
                answers[row] = ", ".join([f"**`{first}`**", *(f"`{each}`" for each in others)])
            case _:
                answers[row] = "text" if "{{=" in default else f"text: **`{default}`**"
    return table("question | what it asks | answers", asked, answers)


def tasks(noxfile: str) -> str:
    """Return the table of the sessions of a noxfile."""
    rows = {f"`nox -s {name}`": OPTION.sub(r"`\g<0>`", summary) for name, summary in sessions(noxfile)}
    return table("session | what it does", rows)


def sessions(noxfile: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each session of a noxfile, and the first line of its docstring."""
    for node in ast.parse(noxfile).body:
        if isinstance(node, ast.FunctionDef) and "@nox.session" in ast.unparse(node):
            yield node.name, (ast.get_docstring(node) or "").partition("\n")[0]


def copy_docs(source: Path, target: Path) -> None:
    """Copies a project's docs into the site, one folder deeper, without their configuration."""

    def copy(page: str, copied: str) -> None:
        if page.endswith(".md"):
            _save(
                Path(copied), OUT.sub(r"\g<before>../../reference/", Path(page).read_text(encoding="utf-8"))
            )
        else:
            shutil.copy2(page, copied)

    not_pages = shutil.ignore_patterns("_build", "__pycache__", "*.py")
    shutil.copytree(source, target, ignore=not_pages, copy_function=copy, dirs_exist_ok=True)
    for path in target.rglob("*"):
        if path.is_file() and not source.joinpath(path.relative_to(target)).exists():
            path.unlink()


def _save(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
