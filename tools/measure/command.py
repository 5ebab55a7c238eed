"""Saves measurements, and draws them or only draws saved ones again."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.measure.machine import machine


def main(
    parser: ArgumentParser, path: Path, measure: Callable[[], dict[str, Any]], draw: Callable[[Any], object]
) -> None:
    """Saves the result of `measure` and passes it to `draw`.

    With `--plots` it reads the saved file instead of measuring.
    """
    parser.add_argument("--plots", action="store_true", help="only draw the plots again")
    if not parser.parse_args().plots:
        save(path, measure())
    draw(json.loads(path.read_text(encoding="utf-8")))
    print(f"drew the plots in {path.parent}")


def save(path: Path, found: dict[str, Any]) -> dict[str, Any]:
    """Saves measurements as JSON, with the machine that they were made on, and returns both."""
    measured = {"machine": machine(), **found}
    path.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8", newline="\n")
    print(f"saved {path}")
    return measured
