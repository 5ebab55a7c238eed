"""The measurement of crossing into Rust."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest

from tools import ROOT

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "boundary"))
    return importlib.import_module("measure")


def test_the_law_of_amdahl(measure: ModuleType) -> None:
    assert measure.law(0.0, 100) == 1
    assert measure.law(1.0, 100) == pytest.approx(100)
    assert measure.law(0.5, 2) == pytest.approx(4 / 3)


def test_a_wrong_result_ends_the_measurement(measure: ModuleType) -> None:
    assert measure.the_same({"one": lambda: 1.0, "other": lambda: 1.0 + 1e-12})
    with pytest.raises(SystemExit, match=r"one gives 1\.0, and other 2\.0"):
        measure.the_same({"one": lambda: 1.0, "other": lambda: 2.0})
