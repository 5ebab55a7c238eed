"""Fills the figures in the docs from measurements: nobody types them, so none is out of date.

`docs/measured` holds what `nox -s demo` and `nox -s first_test` measured. Between `<!-- NAME -->` and `<!-- end -->`,
README.md and the pages of docs/ show the table of docs/measured/NAME.json.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from statistics import median
from typing import TYPE_CHECKING, Any

from tools.render import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MEASURED = ROOT / "docs" / "measured"
PLACE = re.compile(r"(?<=<!-- )(?P<name>[\w-]+)(?P<open> -->\n\n).*?(?=<!-- end -->)", re.DOTALL)


def speed(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of what `nox -s demo` measured."""
    medians: dict[str, float] = measured["median"]
    slowest = max(medians.values())
    rows = [
        [
            name,
            f"{seconds * 1000:.0f} ms",
            f"{measured['bytes'] / 1e6 / seconds:.0f} MB/s",
            f"{slowest / seconds:.1f}",
        ]
        for name, seconds in medians.items()
    ]
    return [["counting the words", "time", "speed", "times as fast"], *rows]


def first_test(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of what `nox -s first_test` measured, the quickest first."""
    rows = [
        [
            rival["name"],
            f"{median(rival['first']):.1f} s",
            f"{min(rival['first']):.1f} to {max(rival['first']):.1f} s",
            f"{median(rival['all']):.1f} s",
            str(rival["passed"] or "none: an import"),
        ]
        for rival in sorted(measured["rivals"], key=lambda rival: median(rival["first"]))
    ]
    return [["start with", "first test passes after", "of all turns", "all tests after", "tests"], *rows]


ROWS = {"speed": speed, "first-test-warm": first_test, "first-test-cold": first_test}
COMMANDS = {
    "speed": "nox -s demo",
    "first-test-warm": "nox -s first_test",
    "first-test-cold": "nox -s first_test -- --cold",
}


def table(name: str) -> str:
    """The table of a measurement in Markdown, and where its numbers come from."""
    measured = json.loads((MEASURED / f"{name}.json").read_text(encoding="utf-8"))
    head, *rows = ROWS[name](measured)
    rule = ["---"] + ["---:"] * (len(head) - 1)
    lines = [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]
    machine = measured["machine"]
    source = (
        f"Measured on {machine['date'][:10]} with `{COMMANDS[name]}` on {machine['cores']} cores ("
        f"{machine['processor']}), Python {machine['python']}, {machine['rust'].split(' (')[0]}."
    )
    return "\n".join([*lines, "", source, ""]) + "\n"


def filled(text: str) -> str:
    """A page with the tables of today's measurements."""
    return PLACE.sub(lambda place: f"{place['name']}{place['open']}{table(place['name'])}", text)


def pages() -> list[Path]:
    """The pages that may show figures."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def main() -> None:
    parser = argparse.ArgumentParser(prog="figures", description=__doc__ and __doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say which pages are out of date")
    check = parser.parse_args().check
    stale = {
        page: new
        for page in pages()
        if (new := filled(page.read_text(encoding="utf-8"))) != page.read_text("utf-8")
    }
    for page, text in stale.items():
        if not check:
            page.write_text(text, encoding="utf-8", newline="\n")
        print(f"{page.relative_to(ROOT)} {'is out of date: run nox -s figures' if check else 'is filled'}")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
