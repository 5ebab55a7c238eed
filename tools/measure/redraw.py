"""Draws every plot of docs/measured again, from the numbers that are there: nothing is measured."""

from __future__ import annotations

import json
from typing import Any

from case_studies import __main__ as case_studies
from tools.measure import boundary, cores, demo, first_test, steps
from tools.site.figures import MEASURED, STUDIES


def read(name: str) -> dict[str, Any]:
    """What was measured under a name."""
    found: dict[str, Any] = json.loads((MEASURED / f"{name}.json").read_text(encoding="utf-8"))
    return found


def main() -> None:
    for _, png in (
        demo.draw(read("speed"), MEASURED),
        first_test.draw(read("first-test-warm"), MEASURED / "first-test-warm"),
    ):
        png.unlink()  # the site shows the other
    for module in (boundary, cores, steps):
        module.draw(read(module.__name__.rpartition(".")[2]))
    for name in STUDIES:
        case_studies.draw(name, MEASURED)


if __name__ == "__main__":
    main()
