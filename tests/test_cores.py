"""The shares of time that follow from samples of each thread."""

from __future__ import annotations

import runpy

import pytest

from tools import ROOT


@pytest.mark.parametrize(
    ("before", "after", "busy"),
    [
        ({"a": 1_000_000_000}, {"a": 1_010_000_000}, 0.5),
        ({}, {"a": 20_000_000}, 1.0),
        ({"a": 5}, {"a": 5}, 0.0),
        ({"a": 5}, {}, 0.0),
        ({"a": 0}, {"a": 90_000_000}, 1.0),
    ],
)
def test_the_share_of_an_interval(before: dict[str, int], after: dict[str, int], busy: float) -> None:
    cores = runpy.run_path(str(ROOT / "docs" / "tutorial" / "cores.py"))
    assert cores["share"]("a", (1.0, before), (1.02, after)) == busy
