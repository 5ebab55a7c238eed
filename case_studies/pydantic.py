"""pydantic 2 (its core is Rust) beside 1.10 and 1.9 (Python, compiled by Cython).

Each has its own environment.
"""

from __future__ import annotations

import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from case_studies import environments, sources
from tools.measure.drawing import Bar
from tools.measure.formatting import time_of
from tools.measure.turns import in_turns
from tools.shell import run

if TYPE_CHECKING:
    from case_studies.study import Options

TITLE = "Validation: pydantic 2 beside 1.10 and 1.9"
AXIS = "milliseconds, shorter is better"
ROUNDS = 5
CALLS = 5
"""The number of calls in each process, after one that is not counted."""
PYTHON = "3.10"
"""The last version for which 1.9 was compiled. All use the same interpreter."""
VERSIONS = ("1.9", "1.10", "2")
TASKS = ("validate objects", "validate JSON", "to objects", "to JSON")


def measure(options: Options) -> dict[str, Any]:
    pythons = {version: environments.python_of(f"pydantic-{version}", PYTHON) for version in VERSIONS}
    texts = sources.files(sources.library(), options.lines)
    text = json.dumps({"modules": sources.outline(texts)}, ensure_ascii=False, separators=(",", ":"))
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary, "outline.json")
        file.write_text(text, encoding="utf-8", newline="\n")

        def answer(version: str, calls: int = CALLS) -> dict[str, Any]:
            found: dict[str, Any] = json.loads(
                environments.inside(pythons[version], "models", file, str(calls))
            )
            return found

        agree({version: answer(version, 1) for version in VERSIONS})
        answers: dict[str, list[dict[str, Any]]] = {version: [] for version in VERSIONS}

        def turn(version: str) -> float:
            answers[version].append(answer(version))
            return sum(float(answers[version][-1][part]) for part in ("importing", "defining"))

        starting = in_turns({version: partial(turn, version) for version in VERSIONS}, options.rounds)
    seconds = {
        task: {version: [median(each["seconds"][task]) for each in answers[version]] for version in VERSIONS}
        for task in (*TASKS, "json.loads alone")
    }
    for part in ("importing", "defining"):
        seconds[part] = {version: [each[part] for each in answers[version]] for version in VERSIONS}
    say = "import platform; print(platform.python_version())"
    return {
        "versions": {
            "pydantic": ", ".join(
                environments.versions(pythons[version], ["pydantic"])["pydantic"] for version in VERSIONS
            )
        },
        "python": run([pythons["2"], "-c", say], environments.HOME).strip(),
        "input": {**sources.described(texts), "bytes of JSON": len(text.encode())},
        "calls": CALLS,
        "seconds": {**seconds, "importing and defining": starting},
    }


def agree(answers: dict[str, dict[str, Any]]) -> None:
    """Ends the program if the versions give different results.

    It also ends it if one of them is interpreted.
    """
    for version, found in answers.items():
        if not found["compiled"]:
            sys.exit(f"pydantic {version} is not compiled here: it would be another peer.")
        for result in ("written", "faults"):
            if found[result] != answers["2"][result]:
                sys.exit(f"pydantic {version} and 2 disagree about what is {result}.")


def bars(measured: dict[str, Any]) -> list[Bar]:
    """Return the lines of the plot."""
    return [
        Bar(f"{task}: {version}", seconds * 1000, time_of(seconds), version == "2")
        for task in TASKS
        for version in VERSIONS
        for seconds in [median(measured["seconds"][task][version])]
    ]
