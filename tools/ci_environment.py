"""Prints the environment variables that the workflows set for all jobs, as lines for a shell.

`.ci/run` uses them. This runs before anything is installed, so it reads only plain mappings, not
all of YAML.
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

WORKFLOWS = Path(__file__).resolve().parent.parent / ".github" / "workflows"
# The repository's workflow, and the reference's, whose tests are part of the repository's.
READ = ("ci.yml", "reference.yml")
VARIABLE = re.compile(r"""  (?P<name>\w+): *(?P<quote>["']?)(?P<value>.*?)(?P=quote)(?: +#.*)?""")


def environment(workflows: Path = WORKFLOWS) -> dict[str, str]:
    """Return the variables of all workflows in `READ`, unless only GitHub knows the value.

    Raises:
        ValueError: A line is not the name and value of one variable, or two workflows differ.
    """
    variables: dict[str, str] = {}
    for name in READ:
        for variable, value in of_workflow(workflows / name).items():
            if variables.setdefault(variable, value) != value:
                raise ValueError(f"{name}: {variable} is {value!r} here and {variables[variable]!r} before")
    return {name: value for name, value in variables.items() if "${{" not in value}


def of_workflow(path: Path) -> dict[str, str]:
    """Return the top-level `env` of one workflow."""
    text = path.read_text(encoding="utf-8")
    block = re.search(r"^env:.*\n((?:(?: .*)?\n)*)", text, re.MULTILINE)
    variables = {}
    for line in block[1].splitlines() if block else []:
        if line.strip() and not line.lstrip().startswith("#"):
            found = VARIABLE.fullmatch(line)
            if not found:
                raise ValueError(f"{path.name}: not the name and the value of a variable: {line.strip()}")
            variables[found["name"]] = found["value"]
    return variables


if __name__ == "__main__":
    try:
        for name, value in environment().items():
            print(f"export {name}={shlex.quote(value)}")
    except ValueError as error:
        sys.exit(str(error))
