"""Write the help of the commands into docs/command-line.md: ``python tools/command_line_page.py``.

A test holds the page to what the commands print.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "command-line.md"

COMMANDS = ("train", "encode", "decode", "count", "show", "explain", "info", "bench")
OF_THE_PROGRAM = ("train", "encode", "decode")

# As wide as a page, without colours.
ENVIRONMENT = os.environ | {"COLUMNS": "90", "NO_COLOR": "1"}


def help_of(*command: str) -> str:
    """Return the help of a command as a block of the page."""
    run = subprocess.run(
        [*command, "--help"], capture_output=True, encoding="utf-8", check=True, env=ENVIRONMENT
    )
    return f"```text\n{run.stdout.strip()}\n```\n"


def filled(page: str, mark: str, blocks: str) -> str:
    """Return the page with blocks between a mark and its end."""
    start = f"<!-- {mark} -->\n"
    between = re.compile(f"({re.escape(start)}).*?(<!-- end -->)", flags=re.DOTALL)
    return between.sub(lambda found: f"{found[1]}\n{blocks}\n{found[2]}", page, count=1)


def with_python(page: str) -> str:
    """Return the page with the help of ``bytemerge``."""
    program = [sys.executable, "-m", "bytemerge"]
    blocks = [help_of(*program)]
    blocks += [f"### {name}\n\n{help_of(*program, name)}" for name in COMMANDS]
    return filled(page, "help", "\n".join(blocks))


def without_python(page: str, program: str) -> str:
    """Return the page with the help of ``bytemerge-cli``."""
    blocks = [help_of(program)]
    blocks += [help_of(program, name) for name in OF_THE_PROGRAM]
    return filled(page, "help of bytemerge-cli", "\n".join(blocks))


if __name__ == "__main__":
    text = with_python(PAGE.read_text(encoding="utf-8"))
    if len(sys.argv) > 1:
        text = without_python(text, sys.argv[1])
    PAGE.write_text(text, encoding="utf-8")
