"""Makes tables of what was measured, for the pages: see `tools.site.figures`."""

import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tools import ROOT
from tools.measure.formatting import digits, time_of
from tools.measure.machine import MEASURED, circumstances

REFERENCE = ROOT / "reference" / "docs" / "measured"
# The commands of measurements that do not name their own, and that have another name.
COMMANDS = {
    "bench": "nox -s bench -- --vocab-size={vocab_size} --rounds={rounds}",
    "first-test-warm": "nox -s first_test",
    "speed": "nox -s demo",
    "tutorial": "nox -s pictures",
}
Column = Mapping[Any, Any]
"""The cells of a column by the name of the row.

Numbers are seconds. A name may be a tuple, for several cells.
"""


def file_of(name: str) -> Path:
    """Return the file of a measurement: of this repository, or of the reference."""
    path = MEASURED / f"{name}.json"
    return path if path.exists() else REFERENCE / path.name


def measured(name: str) -> Any:
    """Return what was measured."""
    return json.loads(file_of(name).read_text(encoding="utf-8"))


def read(path: str) -> str:
    """Return a file of the repository."""
    return ROOT.joinpath(path).read_text(encoding="utf-8")


def source(name: str) -> str:
    """Return the sentences that say where the numbers of a measurement come from."""
    found = measured(name)
    machine = found["machine"]
    command = found.get("command") or COMMANDS.get(name, f"nox -s {name}").format(**found)
    if file_of(name).parent == REFERENCE:
        # The command is for the root of the repository, where the reader of any page may be.
        command = command.replace("nox -s", "nox -f reference/noxfile.py -s", 1)
    # A case study may have a Python of its own. It compiles nothing: its versions are those of the
    # packages.
    machine |= {"python": found.get("python", machine["python"])}
    versions = {} if "rust" in machine else found["versions"]
    said = f"Measured {circumstances(machine, command, versions)}"
    # The measurement could not use the cores that others used. Only Linux reports their share.
    others = found.get("others")
    return said if others is None else f"{said} Other programs used {others:.0%} of the cores meanwhile."


def table(head: str, *columns: Column, significant: int = 3) -> str:
    """Return a table in Markdown, with a row for each name in its columns, and dashes in gaps.

    Bars separate the cells of `head`.
    """

    def cell(value: Any) -> str:
        return time_of(value, significant) if isinstance(value, float) else str(value)

    rows = []
    for name in dict.fromkeys(itertools.chain(*columns)):
        names = name if isinstance(name, tuple) else [f"{name:,}" if isinstance(name, int) else name]
        rows.append([*map(str, names), *(cell(each.get(name, "-")) for each in columns)])
    heads = head.split(" | ")
    rule = ["---", *(aligned(column) for column in list(zip(*rows, strict=True))[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rule, *rows))


def grid(corner: str, rows: Mapping[Any, Mapping[str, Any]]) -> str:
    """Return a table of rows that have their cells by the heads of the columns."""
    heads = dict.fromkeys(itertools.chain(*rows.values()))
    columns = ({name: cells[head] for name, cells in rows.items() if head in cells} for head in heads)
    return table(" | ".join([corner, *heads]), *columns)


LONGEST_NUMBER = 30
"""The most characters of a number with its unit or its range. A longer cell is a sentence."""


def aligned(column: Sequence[str]) -> str:
    """Return the rule above a column: right-aligned if most of its cells begin with a number.

    The site does not wrap such cells, so a sentence keeps a column on the left.
    """
    said = [cell for cell in column if cell not in {"", "-"}]
    are_numbers = 2 * sum(cell[0].isdigit() for cell in said) > len(said)
    return "---:" if are_numbers and all(len(cell) <= LONGEST_NUMBER for cell in said) else "---"


def medians(seconds: Mapping[str, Any], way: str = "") -> dict[str, float]:
    """Return the median of each row; `way` chooses one way of each task."""
    return {name: median(each[way] if way else each) for name, each in seconds.items()}


def ranges(seconds: Mapping[str, Sequence[float]]) -> dict[str, str]:
    """Return the shortest and the longest of all rounds of each row."""
    return {name: reach(each) for name, each in seconds.items()}


def all_rounds(seconds: Mapping[str, Sequence[float]], head: str) -> str:
    """Return a table with a row for each way: the median, the least and the most of all rounds."""
    return table(f"{head} | median | of all rounds", medians(seconds), ranges(seconds))


def reach(seconds: Sequence[float]) -> str:
    """Return the shortest and the longest of all rounds."""
    return f"{time_of(min(seconds))} to {time_of(max(seconds))}"


def times_as_fast(slow: Column | float, fast: Column, significant: int = 3) -> dict[str, str]:
    """Return how many times as fast each row is, as another column or one number."""
    return {
        name: digits((slow if isinstance(slow, float) else slow[name]) / each, significant)
        for name, each in fast.items()
    }


def times_as_first(seconds: Column) -> dict[str, str]:
    """Return how many times as fast each row is as the first one."""
    return times_as_fast(next(iter(seconds.values())), seconds, 2)


def speeds(seconds: Column, size: float) -> dict[str, str]:
    """Return megabytes a second, for some bytes."""
    return {name: f"{size / 1e6 / each:.0f} MB/s" for name, each in seconds.items()}


def apart(slow: Sequence[float], fast: Sequence[float]) -> bool:
    """Return whether every round of one way took less time than any of the other."""
    return max(fast) < min(slow)


def faster_from(fast: Mapping[float, float], slow: Mapping[float, float]) -> float:
    """Return the length from which one curve stays faster than another.

    It is infinity if the curve is not faster at the end.
    """
    both = sorted(fast.keys() & slow.keys(), reverse=True)
    slower = next((index for index, length in enumerate(both) if fast[length] >= slow[length]), len(both))
    return both[slower - 1] if slower else float("inf")
