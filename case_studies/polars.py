"""polars (Rust) beside pandas (Python over C and Cython).

The table has all tokens of the standard library.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import token
import tokenize
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from case_studies import environments, sources, timing
from tools.measure.drawing import Bar
from tools.measure.formatting import time_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from case_studies.study import Options

TITLE = "polars beside pandas"
AXIS = "milliseconds on all cores, shorter is better"
ROUNDS = 7
COLUMNS = ("module", "kind", "text", "line", "column", "length")
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""One thread for both.

The second variable is for pyarrow, with which pandas reads in the last task.
"""
COPIES = 5
"""The number of copies of the tokens in the table: data frames are made for many rows."""
FILE = "tokens.csv"


def rows(texts: dict[str, str]) -> Iterator[tuple[str, str, str, int, int, int]]:
    """Yield a row for each token of a Python file that is on one line.

    A row of a table is on one line too.
    """
    for name, text in texts.items():
        for each in tokenize.generate_tokens(io.StringIO(text).readline):
            string = each.string.strip()
            if string and "\n" not in string:
                kind = token.tok_name[each.type]
                yield name.removesuffix(".py"), kind, string, *each.start, len(string)


def measure(options: Options) -> dict[str, Any]:
    python = environments.python_of("polars")
    texts = sources.files(sources.library(), options.lines)
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary, FILE)
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            for _ in range(COPIES):
                writer.writerows(rows(texts))
        size = file.stat().st_size

        def run(rounds: int, check: str = "", **variables: str) -> dict[str, Any]:
            answer = environments.inside(python, "frames", file, str(rounds), check, **variables)
            found: dict[str, Any] = json.loads(answer)
            return found

        # In turns, with a process for each round: a running process cannot change its number of
        # threads.
        checked = run(1, "check")
        every, one = [], []
        for _ in range(options.rounds):
            every.append(run(1))
            one.append(run(1, **ONE_THREAD))
        starting = timing.importing(python, ["pandas", "polars"], Path(temporary), options.rounds)
    return {
        "versions": environments.versions(python, ["polars", "pandas", "pyarrow", "numpy"]),
        "input": {
            **sources.described(texts),
            "copies": COPIES,
            "rows": every[0]["rows"],
            "bytes of CSV": size,
        },
        "rows of results": checked["rows of results"],
        "type of texts": every[0]["type of texts"],
        "bytes in memory": every[0]["bytes"],
        **{name: plan(every[0][name], file) for name in ("explain", "explain, not optimised")},
        "threads": every[0]["threads"],
        "seconds": {
            **{
                task: timing.together([each["seconds"][task] for each in every])
                for task in every[0]["seconds"]
            },
            "starting Python": starting,
        },
        "seconds, one thread": {
            task: timing.together([each["seconds"][task] for each in one]) for task in one[0]["seconds"]
        },
    }


def plan(explained: str, file: Path) -> str:
    """Return the output of `explain` without the folder and the random names.

    Those differ each time.
    """
    return re.sub(r"dynamic_pred: [0-9a-f-]{36}", "dynamic_pred", explained.replace(str(file), FILE))


def bars(measured: dict[str, Any]) -> list[Bar]:
    """Return the lines of the plot."""
    return [
        Bar(f"{task}: {way}", seconds * 1000, time_of(seconds), way == "polars")
        for task, ways in measured["seconds"].items()
        if "polars" in ways and task != "starting Python"
        for way in ("pandas", "polars")
        for seconds in [median(ways[way])]
    ]
