"""The measurement of crossing into Rust."""

from __future__ import annotations

import importlib

import pytest

from tools.measure import boundary


def test_the_law_of_amdahl() -> None:
    assert boundary.law(0.0, 100) == 1
    assert boundary.law(1.0, 100) == pytest.approx(100)
    assert boundary.law(0.5, 2) == pytest.approx(4 / 3)


def test_a_wrong_result_ends_the_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(boundary.PROJECT))
    measure = importlib.import_module("measure")
    assert measure.the_same({"one": lambda: 1.0, "other": lambda: 1.0 + 1e-12})
    with pytest.raises(SystemExit, match=r"one gives 1\.0, and other 2\.0"):
        measure.the_same({"one": lambda: 1.0, "other": lambda: 2.0})
