"""A few cases of each promise of ``nox -s trust``, and each case that failed once."""

import argparse
import secrets
from importlib import import_module
from pathlib import Path

import pytest
from trust import checks
from trust.__main__ import PARTS, name_and_cases

for part in PARTS:
    import_module(f"trust.{part}")

BY_NAME = {each.name: each for each in checks.CHECKS}

SHARE = 0.01
"""The part of the cases of a usual run."""


@pytest.mark.parametrize("name", [each.name for each in checks.CHECKS if each.in_tests])
def test_a_promise(name: str) -> None:
    """The seed is new in each run; the failure has the case."""
    each = BY_NAME[name]
    result = checks.run(each, secrets.randbelow(2**32), max(1, round(each.usual * SHARE)))
    assert not result.failures
    if result.skipped:
        pytest.skip(result.skipped)
    assert result.tried


@pytest.mark.parametrize("failed", checks.kept(), ids=lambda failed: str(failed["check"]))
def test_a_case_that_failed_once(failed: dict[str, object]) -> None:
    try:
        BY_NAME[str(failed["check"])].holds(failed["case"])
    except checks.SkippedError as reason:
        pytest.skip(str(reason))


def test_a_broken_promise_is_found_and_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def holds(case: int) -> float | None:
        if case == 3:
            raise OSError(case)
        if case == 5:
            raise checks.SkippedError
        return float(case)

    broken = checks.Check("part", "name", "promise", lambda _: range(9), holds, 9, "", True)
    result = checks.run(broken, 7, 9)
    assert (result.tried, result.highest, result.worst) == (5, 4.0, 4)
    assert result.failures == [{"check": "name", "case": 3, "error": "OSError: 3", "seed": 7}]
    monkeypatch.setattr(checks, "FAILURES", tmp_path / "failures.jsonl")
    assert checks.kept() == []
    checks.keep(result.failures)
    checks.keep(result.failures)
    assert checks.kept() == result.failures


def test_a_check_may_have_a_number_of_cases() -> None:
    assert name_and_cases("full_disk") == ("full_disk", None)
    assert name_and_cases("full_disk=12") == ("full_disk", 12)
    for wrong in ("", "0", "-1", "many"):
        with pytest.raises(argparse.ArgumentTypeError, match=f"not '{wrong}'"):
            name_and_cases(f"full_disk={wrong}")
