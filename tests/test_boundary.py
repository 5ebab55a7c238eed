"""What is made of the measurements of crossing into Rust."""

from __future__ import annotations

import pytest

from tools.measure import boundary
from tools.site import boundary_figures


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0000000571, "57 ns"), (0.0000038, "3.8 µs"), (0.0186, "19 ms"), (0.9996, "1000 ms"), (2.26, "2.3 s")],
)
def test_a_time_has_the_unit_that_fits(seconds: float, shown: str) -> None:
    assert boundary_figures.duration(seconds) == shown


def test_what_is_slower_than_the_first_is_not_rounded_away() -> None:
    measured = {"numbers": 9, "chatty": {"first": 0.02, "slower": 0.08, "faster": 0.001}}
    assert boundary_figures.chatty(measured)[1:] == [
        ["first", "20 ms", "1.0"],
        ["slower", "80 ms", "0.25"],
        ["faster", "1.0 ms", "20"],
    ]


def test_the_law_of_amdahl() -> None:
    assert boundary.law(0.0, 100) == 1
    assert boundary.law(1.0, 100) == pytest.approx(100)
    assert boundary.law(0.5, 2) == pytest.approx(4 / 3)


def test_the_sentences_follow_from_the_measurement() -> None:
    times = {"records": 7, "Python, all": 10.0, "Python, loop": 8.0, "Rust, all": 2.5, "Rust, loop": 0.4}
    said = boundary_figures.amdahl({"amdahl": times})
    assert "takes 80 % of its 10 s" in said
    assert "20 times as fast. The program then takes 2.5 s: it is 4.0 times as fast, not 20." in said
    assert "no time at all, it would be only 5.0 times" in said


def test_a_wrong_result_ends_the_measurement() -> None:
    assert boundary.the_same({"one": lambda: 1.0, "other": lambda: 1.0 + 1e-12})
    with pytest.raises(SystemExit, match=r"one gives 1\.0, and other 2\.0"):
        boundary.the_same({"one": lambda: 1.0, "other": lambda: 2.0})
