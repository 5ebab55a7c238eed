"""Draws every plot of docs/measured again from the saved numbers. Measures nothing."""

from argparse import ArgumentParser

from case_studies import __main__ as case_studies
from case_studies.tables import STUDIES
from tools.measure import boundary, cores, demo, first_test, steps
from tools.measure.machine import MEASURED
from tools.site.tables import measured


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    demo.draw(measured("speed"), MEASURED / "speed")
    first_test.draw(measured("first-test-warm"))
    for module in (boundary, cores, steps):
        module.draw(measured(module.__name__.rpartition(".")[2]))
    for name in STUDIES:
        case_studies.draw(name, MEASURED)
