"""Compares the messages of rustc and clippy about docs/tour/refused with the recorded ones.

`--write` records them. The wording depends on the version of Rust, which is recorded too. With a
different version, the same errors at the same lines are enough.
"""

import re
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from tools import ROOT
from tools.shell import end_of

FOLDER = ROOT / "docs" / "tour" / "refused"
VERSION = FOLDER / "version.txt"
# Programs that compile, and that only the linter refuses.
CLIPPY = {"index_loop"}
# A note on the standard library appears only where its source is installed, and names that folder.
IN_LIBRARY = re.compile(r"note: [^\n]*\n *--> [^\n]*/library/.*?\n\n", re.DOTALL)
SIGN = re.compile(r"\bE\d{4}\b|clippy::\w+|--> \w+\.rs:\d+")


def version() -> str:
    """Return the version of the compiler as the page writes it."""
    said = end_of(["rustc", "--version"], FOLDER).output
    return f"The messages on this page are those of `{said.strip()}`, recorded by `nox -s tour`.\n"


def refusal(program: Path) -> str:
    """Return the message of the compiler on a program, or of the linter if the program compiles."""
    compiler = "clippy-driver" if program.stem in CLIPPY else "rustc"
    with tempfile.TemporaryDirectory() as target:
        words = [compiler, "--edition=2024", "--color=never", "--emit=metadata", "--out-dir", target]
        said = end_of([*words, program.name], FOLDER).output
    return IN_LIBRARY.sub("\n", said)


def signs(said: str) -> list[str]:
    """Return the parts of a message that do not depend on the version of the compiler.

    They are the names of errors and lints, and the first line that each points to.
    """
    found = list(dict.fromkeys(SIGN.findall(said)))
    names, places = ([each for each in found if each.startswith("-->") is place] for place in (False, True))
    return [*sorted(names), *places[:1]]


def fault(recorded: str, said: str, same_version: bool) -> bool:
    """Return whether the messages differ from the recorded ones."""
    return recorded != said if same_version else signs(recorded) != signs(said)


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="record what the compiler of this machine says")
    write = parser.parse_args().write
    now = version()
    faults = []
    for program in sorted(FOLDER.glob("*.rs")):
        said, record = refusal(program), program.with_suffix(".txt")
        if not signs(said):
            faults.append(f"{program.name} was to be refused, and is not:\n{said}")
        elif write:
            record.write_text(said, encoding="utf-8", newline="\n")
        elif fault(record.read_text(encoding="utf-8"), said, VERSION.read_text(encoding="utf-8") == now):
            faults.append(f"{record.name} says something else than the compiler (`-- --write`):\n{said}")
    if write:
        VERSION.write_text(now, encoding="utf-8", newline="\n")
    sys.exit("\n".join(faults) or 0)
