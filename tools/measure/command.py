"""Measures and draws, or only draws saved measurements again."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import ROOT


def main(
    name: str,
    description: str | None,
    path: Path,
    measure: Callable[[], dict[str, Any]],
    draw: Callable[[dict[str, Any]], None],
    *,
    drawn: str = "the plots",
) -> None:
    """Saves the result of `measure` as JSON and passes it to `draw`.

    With `--plots` it reads the saved file instead of measuring.
    """
    parser = argparse.ArgumentParser(prog=name, description=description and description.split("\n")[0])
    parser.add_argument("--plots", action="store_true", help=f"only draw {drawn} again")
    if not parser.parse_args().plots:
        path.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
        print(f"saved {path.relative_to(ROOT)}")
    draw(json.loads(path.read_text(encoding="utf-8")))
