"""What is made of the measurements of the steps from the naive algorithm to the production one."""

from __future__ import annotations

from typing import Any

import pytest

from tools.measure import steps
from tools.site import steps_figures


def curve(**seconds: float) -> list[dict[str, float]]:
    """The points of a curve, at lengths or numbers of merges."""
    return [{"at": int(at[1:]), "median": each} for at, each in seconds.items()]


@pytest.fixture
def measured() -> dict[str, Any]:
    """A measurement with round numbers."""
    return {
        "rounds": 3,
        "versions": {"fancy-regex": "1.2"},
        "bytes": {"encode": 2_000_000},
        "pieces": {"learn": 9000, "distinct": 500, "encode": 8000},
        "counting": {"all": curve(_1=1.0, _50=8.0), "distinct": curve(_1=1.0, _50=0.5)},
        "training": {
            "recount": curve(_10=1.0, _70=60.0),
            "updated": curve(_10=1.0, _70=8.0),
            "queue": curve(_10=1.0, _70=2.0),
            "bytemerge": curve(_10=0.5, _70=0.4),
        },
        "encoding": {
            name: {"median": seconds}
            for name, seconds in (("rescan", 1.0), ("look", 0.5), ("cache", 0.4), ("bytemerge", 0.01))
        },
        "long": {
            "rescan": curve(_10=0.001, _100=0.1),
            "heap": curve(_10=0.002, _100=0.05, _1000=0.8),
            "linear": curve(_10=0.003, _100=0.04, _1000=0.4),
            "bytemerge": curve(_10=0.003, _100=0.04, _1000=0.2),
        },
        "splitting": {
            name: {"median": seconds}
            for name, seconds in (("engine", 2.0), ("scanner", 0.5), ("bytemerge", 0.1))
        },
    }


def test_the_sentences_follow_from_the_measurement(measured: dict[str, Any]) -> None:
    said = steps_figures.steps_distinct(measured)
    assert (
        "Learning 50 merges takes 8.00 s from all pieces, and 500 ms from the distinct ones: it is 16 times"
        in said
    )
    assert steps_figures.steps_updated(measured) == (
        "Learning 70 merges takes 8.00 s instead of 60.0 s: it is 7.5 times as fast."
    )
    assert "bytemerge takes 400 ms: that is 5.0 times as fast as the heap, and 150 times" in (
        steps_figures.steps_queue(measured)
    )
    assert steps_figures.steps_all(measured).startswith(
        "The engine takes 2.00 s to split the text. bytemerge takes 10.0 ms"
    )


def test_the_tables_follow_from_the_measurement(measured: dict[str, Any]) -> None:
    assert steps_figures.steps_cache(measured)[1:] == [
        ["every pair again", "1.00 s", "2 MB/s", "1.0"],
        ["one look first", "500 ms", "4 MB/s", "2.0"],
        ["one look, and a cache", "400 ms", "5 MB/s", "2.5"],
        ["bytemerge", "10.0 ms", "200 MB/s", "100"],
    ]
    assert steps_figures.steps_scanner(measured)[1] == [
        "an engine, fancy-regex 1.2",
        "2.00 s",
        "1 MB/s",
        "1.0",
    ]
    assert steps_figures.steps_heap(measured)[1:] == [
        ["10", "1.00 ms", "2.00 ms", "3.00 ms"],
        ["100", "100 ms", "50.0 ms", "40.0 ms"],
        ["1,000", "-", "800 ms", "200 ms"],
    ]


def test_where_bytemerge_is_slower_is_said(measured: dict[str, Any]) -> None:
    assert steps_figures.steps_lengths(measured) == (
        "The heap is faster than the look at every pair from 100 letters on, and 2.0 times as fast at 100. "
        "bytemerge is 4.0 times as fast as the heap at 1,000 letters. It is slower than the heap at 10 letters."
    )
    measured["long"]["bytemerge"][0]["median"] = 0.002
    assert "slower" not in steps_figures.steps_lengths(measured)


def test_what_a_letter_takes_in_linear_time_is_said(measured: dict[str, Any]) -> None:
    assert steps_figures.steps_linear(measured) == (
        "In a piece of 10 letters, a letter takes 200 µs with the heap, and 300 µs in linear time. In one of 1,000 letters, it takes "
        "800 µs and 400 µs; bytemerge takes 200 µs. "
        "Linear time is faster than the heap from 100 letters on, and 2.0 times as fast at 1,000."
    )


@pytest.mark.parametrize(
    ("heap", "said"),
    [
        (
            curve(_10=0.002, _100=0.4),
            "The heap is not faster than the look at every pair: at 100 letters it takes 4.0 times as long.",
        ),
        (
            curve(_10=0.0001, _100=0.2),
            "The heap is not faster than the look at every pair: at 100 letters it takes 2.0 times as long.",
        ),
        (
            curve(_10=0.0005, _100=0.05),
            "The heap is faster than the look at every pair at every length, and 2.0 times as fast at 100.",
        ),
    ],
    ids=["nowhere", "only before", "everywhere"],
)
def test_a_heap_may_win_nowhere_or_everywhere(
    measured: dict[str, Any], heap: list[dict[str, float]], said: str
) -> None:
    measured["long"]["heap"] = heap
    assert steps_figures.steps_lengths(measured).startswith(said)


def test_what_was_done_together_is_divided() -> None:
    found = {"rounds": 3, "long": {"heap": [{"at": 10, "times": 4, "seconds": [8.0, 4.0, 12.0]}]}}
    assert steps.summarized(found) == {
        "rounds": 3,
        "long": {"heap": [{"at": 10, "median": 2.0, "least": 1.0, "most": 3.0}]},
    }
