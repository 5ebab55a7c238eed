"""The measurement of the steps from the naive algorithm to the production one."""

from __future__ import annotations

import runpy

from tools import ROOT


def test_what_was_done_together_is_divided() -> None:
    found = {"rounds": 3, "long": {"heap": [{"at": 10, "times": 4, "seconds": [8.0, 4.0, 12.0]}]}}
    steps = runpy.run_path(str(ROOT / "docs" / "steps" / "plots.py"))
    assert steps["summarized"](found) == {
        "rounds": 3,
        "long": {"heap": [{"at": 10, "median": 2.0, "least": 1.0, "most": 3.0}]},
    }
