"""Draws every plot of docs/measured again from the saved numbers. Measures nothing."""

from case_studies import __main__ as case_studies
from tools.measure import boundary, cores, demo, first_test, steps
from tools.site.studies import STUDIES
from tools.site.tables import MEASURED, measured


def main() -> None:
    for _, png in (
        demo.draw(measured("speed"), MEASURED),
        first_test.draw(measured("first-test-warm"), MEASURED / "first-test-warm"),
    ):
        png.unlink()  # the site shows the other
    for module in (boundary, cores, steps):
        module.draw(measured(module.__name__.rpartition(".")[2]))
    for name in STUDIES:
        case_studies.draw(name, MEASURED)


if __name__ == "__main__":
    main()
