"""Draws every plot of docs/measured again from the saved numbers. Measures nothing."""

import runpy
from argparse import ArgumentParser

from case_studies import __main__ as case_studies
from case_studies.tables import STUDIES
from tools import ROOT
from tools.measure import demo, first_test
from tools.measure.machine import MEASURED
from tools.site.tables import measured

PROGRAMS = (
    "boundary/measure.py",
    "steps/four_ways.py",
    "steps/plots.py",
    "tutorial/cores.py",
    "why/made_of.py",
)
"""The programs below docs that measure for a page: each has a `NAME` and a function `draw`."""


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    demo.draw(measured("speed"), MEASURED / "speed")
    first_test.draw(measured("first-test-warm"))
    for program in PROGRAMS:
        found = runpy.run_path(str(ROOT / "docs" / program))
        found["draw"](measured(found["NAME"]))
    for name in STUDIES:
        case_studies.draw(name, MEASURED)
