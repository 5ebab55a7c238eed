"""Draws every plot of docs/measured again from the saved numbers. Measures nothing."""

import runpy
from argparse import ArgumentParser

from case_studies import __main__ as case_studies
from case_studies.tables import STUDIES
from tools import ROOT
from tools.measure import cores, demo, first_test, made_of
from tools.measure.machine import MEASURED
from tools.site.tables import measured


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    demo.draw(measured("speed"), MEASURED / "speed")
    first_test.draw(measured("first-test-warm"))
    cores.draw(measured("cores"))
    made_of.draw(measured("made-of"))
    for program in ("boundary/measure.py", "steps/plots.py", "steps/four_ways.py"):
        found = runpy.run_path(str(ROOT / "docs" / program))
        found["draw"](measured(found["NAME"]))
    for name in STUDIES:
        case_studies.draw(name, MEASURED)
