"""The two algorithms in the two languages: the measurement and its table."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tools.measure import four_ways
from tools.site import four_ways as shown

if TYPE_CHECKING:
    from pathlib import Path

RESULT = {"merges": [["t", "h"]], "ids": [[3, 1]], "tokens": 100}


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """Programs in place of the real ones: each prints a result, and takes the time that it says."""

    def saying(seconds: float) -> list[Any]:
        times = {"counting": 0.5, "training": seconds, "tokenizing": seconds / 10}
        return [sys.executable, "-c", f"print({json.dumps(RESULT | times)!r})"]

    made = {
        "naive, Python": saying(100.0),
        "naive, Rust": saying(20.0),
        "better, Python": saying(2.0),
        "better, Rust": saying(0.1),
        "naive, Rust, plain": saying(40.0),
    }

    def programs(_folder: Path, text: Path) -> tuple[dict[str, list[Any]], str]:
        text.write_text("the\nthe\n", encoding="utf-8")
        return made, "a text"

    monkeypatch.setattr(four_ways, "programs", programs)
    return made


@pytest.mark.usefixtures("commands")
def test_slow_python_has_few_rounds_and_the_table_shows_what_each_change_gains() -> None:
    found = four_ways.measure(10_000, 3, 1, 0)
    rounds = {way: len(each["training"]) for way, each in found["ways"].items()}
    assert rounds == {way: 1 if way == four_ways.SLOW else 3 for way in found["ways"]}
    assert shown.four_ways(found).splitlines()[2:] == [
        "| training, naive | 100 s | 20.0 s | 5.0x |",
        "| training, better | 2.00 s | 100 ms | 20x |",
        "| training: gained by the algorithm | 50x | 200x |  |",
        "| tokenizing, naive | 10.0 tokens/s | 50.0 tokens/s | 5.0x |",
        "| tokenizing, better | 500 tokens/s | 10,000 tokens/s | 20x |",
        "| tokenizing: gained by the algorithm | 50x | 200x |  |",
    ]
    assert shown.four_ways_rounds(found).endswith("of 3 rounds, in turns; naive Python was measured once.")
    assert shown.gain(found, "training", "naive, Rust, plain", "naive, Rust") == 2


def test_other_tokens_end_the_measurement(commands: dict[str, list[Any]]) -> None:
    other = RESULT | {"ids": [[4, 1]], "counting": 1.0, "training": 1.0, "tokenizing": 1.0}
    commands["better, Rust"] = [sys.executable, "-c", f"print({json.dumps(other)!r})"]
    with pytest.raises(SystemExit, match="learns or makes other tokens than the others"):
        four_ways.measure(10_000, 1, 1, 0)


def test_the_command_names_what_differs_from_the_defaults() -> None:
    assert four_ways.command(four_ways.OPTIONS) == "nox -s four_ways"
    trial = {**four_ways.OPTIONS, "rounds": 2, "lines": 9}
    assert four_ways.command(trial) == "nox -s four_ways -- --rounds=2 --lines=9"


def test_the_programs_in_both_languages_take_the_same_arguments() -> None:
    program = (four_ways.STEPS / "src" / "bin" / "four_ways.rs").read_text(encoding="utf-8")
    for name in RESULT.keys() | {"counting", "training", "tokenizing"}:
        assert f'"{name}": {name}' in program
        assert f"{name}=" in four_ways.PROGRAM
