"""Runs the small measurements on the pages as their readers do. `--write` records the output.

A test compares the commands with the recorded ones. Their output differs from machine to machine.
"""

from argparse import ArgumentParser

from tools import ROOT
from tools.site.reader import record, seen, type_in

SEEN = ROOT / "docs" / "tutorial" / "seen"
RUN = "uv run --no-editable"
BENCH = f"{RUN} bytemerge bench docs/design.md docs/peers.md"
STEP = "cargo run --release --quiet --manifest-path ../docs/steps/Cargo.toml --bin"
STUDY = "uv run --quiet docs/case-studies/minute"
IN_REFERENCE = {
    "python": f"{BENCH} --tokenizer py --vocab-size 1000",
    "fast": f"{RUN} python ../docs/tutorial/minute/fast.py",
    "rust": f"{BENCH} --tokenizer rs --vocab-size 1000",
    "parallel": f"{RUN} python ../docs/tutorial/minute/parallel.py",
    "learning": f"{BENCH} --vocab-size 5000 --threads 1",
    "learning-steps": f"{STEP} step -- docs/design.md 2000",
    "encoding": f"{STEP} encode -- docs/design.md 2000",
    "when": f"{RUN} python ../docs/boundary/calling.py",
}
"""The commands that are typed in the folder `reference`, by the name of their page."""

IN_ROOT = {
    "ruff": f"{STUDY}/formatting.py",
    "uv": f"{STUDY}/installing.py",
    "polars": f"{STUDY}/grouping.py",
    "pydantic": f"{STUDY}/validating.py",
    "tokenizers": f"{STUDY}/tokenizing.py",
    "orjson": f"{STUDY}/json_text.py",
}
"""The commands that are typed at the top. Each script says what it needs, and uv brings it."""

COMMANDS = IN_REFERENCE | IN_ROOT
CHANGING = "Texts and packages change from version to version, so your counts may differ."


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="record the commands and what they print")
    options = parser.parse_args()
    # The first run builds the package or brings packages, and its output is not the measurement's.
    type_in(f"{RUN} bytemerge --version", ROOT / "reference", {})
    for command in IN_ROOT.values():
        type_in(command, ROOT, {})
    shown = {}
    for name, command in COMMANDS.items():
        folder = ROOT if name in IN_ROOT else ROOT / "reference"
        shown[name] = seen(command, folder, folder)
    if options.write:
        record(shown, SEEN, "minute-", "minute", CHANGING)
