"""Runs the small measurements of the tutorial as its readers do. `--write` records the output.

A test compares the commands with the recorded ones. Their output differs from machine to machine.
"""

import sys
from argparse import ArgumentParser

from tools import ROOT
from tools.measure.machine import circumstances, machine
from tools.site.reader import type_in
from tools.site.start import tidied

SEEN = ROOT / "docs" / "tutorial" / "seen"
RUN = "uv run --no-editable"
BENCH = f"{RUN} bytemerge bench docs/design.md docs/peers.md"
STEP = "cargo run --release --quiet --manifest-path ../docs/steps/Cargo.toml --bin step --"
COMMANDS = {
    "python": f"{BENCH} --tokenizer py --vocab-size 1000",
    "fast": f"{RUN} python ../docs/tutorial/minute/fast.py",
    "rust": f"{BENCH} --tokenizer rs --vocab-size 1000",
    "parallel": f"{RUN} python ../docs/tutorial/minute/parallel.py",
    "learning": f"{BENCH} --vocab-size 5000 --threads 1",
    "learning-steps": f"{STEP} docs/design.md 2000",
}
"""The commands by the name of their page. They are typed in the folder `reference`."""
CHANGING = "The texts are pages of the documentation, which change, so your counts may differ."


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="record the commands and what they print")
    record = parser.parse_args().write
    folder = ROOT / "reference"
    # The first run builds the package, and its output is not the measurement's.
    type_in(f"{RUN} bytemerge --version", folder, {})
    seen = {}
    for name, command in COMMANDS.items():
        ended = type_in(command, folder, {"NO_COLOR": "1", "COLUMNS": "80", "UV_NO_PROGRESS": "1"})
        if ended.status:
            sys.exit(f"{command} ended with status {ended.status}\n{ended.output}")
        shown = f"$ {command}\n{tidied(ended.output, folder)}"
        print(shown, flush=True)
        seen[f"minute-{name}"] = shown
    here = circumstances(machine(), "nox -s minute", {})
    seen["minute-machine"] = f"What the commands print was recorded {here} {CHANGING}\n"
    if record:
        for name, text in seen.items():
            SEEN.joinpath(f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")
        print("recorded; now fill the pages: nox -s fill")
