"""Makes tables of what a file lists: the questions of the template, and the tasks of a noxfile."""

import ast
import json
import re
from collections.abc import Iterator

from tools.site.tables import table

# The options of a session in its docstring.
OPTION = re.compile(r"(?:-- )?--[\w-]+(?: [A-Z]+\b)?|-- (?!and\b)[\w \[\]-]+|--(?= )")


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
    for node in ast.walk(ast.parse(noxfile)):
        if isinstance(node, ast.FunctionDef) and "@nox.session" in ast.unparse(node):
            yield node.name, (ast.get_docstring(node) or "").partition("\n")[0]
