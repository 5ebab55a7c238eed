"""The figures in the docs equal the measurements."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tools import ROOT
from tools.measure.formatting import time_of
from tools.measure.machine import MEASURED as FOLDER
from tools.site import bench, figures, fill, peers, tables

MEASURED = [*FOLDER.glob("*.json"), *tables.REFERENCE.glob("*.json")]

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("page", fill.pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_page_shows_what_was_measured(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert figures.filled(text) == text, "run nox -s fill"


def test_a_number_in_a_sentence_and_a_table_in_a_paragraph_are_filled() -> None:
    page = figures.filled(
        "<!-- figures\nlength = 2000\n-->\n\nIt has <!--= f'{length:,}' -->9<!--/--> letters.\n\n"
        "<!--= table('way | time', {'fast': 0.5}) -->\n\nold\n\n<!--/-->\n\nIt takes <!--= time_of(3e-3) --><!--/-->.\n"
    )
    assert "It has <!--= f'{length:,}' -->2,000<!--/--> letters.\n" in page
    assert "-->\n\n| way | time |\n| --- | ---: |\n| fast | 500 ms |\n\n<!--/-->\n\nIt takes" in page
    assert page.endswith("-->3.00 ms<!--/-->.\n")
    assert figures.filled(page) == page


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("So <!--= 1 -->1 times.\n", "a figure lacks its end"),
        ("So <!--= 1 -->1 and <!--= 2 -->2<!--/--> times.\n", "a figure lacks its end"),
        ("So <!--=1-->1<!--/--> times.\n", "a figure lacks its end"),
        ("So 1<!--/--> times.\n", "a figure lacks its end"),
        ("<!-- figures -->\n", "a figure lacks its end"),
        ("<!--= 1 -->1<!--/--> times.\n", "a line begins with a figure, which Markdown takes for HTML: 1"),
        ("So\n- <!--= 1 -->1<!--/--> times.\n", "a line begins with a figure"),
        ("So <!--= sped -->1<!--/--> times.\n", "sped: NameError"),
        ("<!-- figures\na = 1\nb = c\n-->\n", "b = c: NameError"),
        ("<!-- figures\n(\n-->\n", "SyntaxError"),
        (
            "<!-- figures\nslow, fast = 1, 2\nassert fast < slow\n-->\n\nRust is faster.\n",
            "the sentences below no longer say what was measured: assert fast < slow",
        ),
    ],
)
def test_a_comment_that_cannot_be_filled_is_a_fault(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=re.escape(fault)):
        figures.filled(text)


def test_every_measurement_is_shown() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in fill.pages())
    names = {*re.findall(r'measured\("([\w-]+)"\)', shown), *re.findall(r'<!--= source\("([\w-]+)"\)', shown)}
    assert {tables.file_of(name) for name in names} == {*MEASURED}


def test_a_changed_measurement_changes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = tables.measured("speed")
    measured["seconds"] = {"slow": 2.0, "fast": 0.5}
    measured["amount"] = 3.0
    (tmp_path / "speed.json").write_text(json.dumps(measured), encoding="utf-8")
    shutil.copy(ROOT / "docs" / "measured" / "made-of.json", tmp_path)
    monkeypatch.setattr(tables, "MEASURED", tmp_path)
    why = (ROOT / "docs" / "why.md").read_text(encoding="utf-8")
    page = figures.filled(why)
    assert "| slow | 2.00 s | 2 MB/s | 1.0 |\n| fast | 500 ms | 6 MB/s | 4.0 |\n" in page
    assert page != why


def test_a_command_of_the_reference_is_shown_as_it_is_typed_at_the_top() -> None:
    assert "with `nox -f reference/noxfile.py -s bench -- " in tables.source("bench")
    assert "with `nox -f reference/noxfile.py -s bench_peers" in tables.source("peers")
    assert "with `nox -s demo` on" in tables.source("speed")


def test_no_measurement_names_a_folder_of_the_machine() -> None:
    for measured in MEASURED:
        assert not re.search(r'"(/|[A-Z]:\\\\)', measured.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0000000571, "57 ns"), (0.0000038, "3.8 µs"), (0.0186, "19 ms"), (0.186, "186 ms"), (2.26, "2.3 s")],
)
def test_a_time_may_have_two_digits(seconds: float, shown: str) -> None:
    assert time_of(seconds, 2) == shown


def cells(table: str) -> list[list[str]]:
    """Return the rows of a table below its head."""
    return [row[2:-2].split(" | ") for row in table.splitlines()[2:]]


def test_what_is_slower_than_the_first_is_not_rounded_away() -> None:
    seconds = {"first": 0.02, "slower": 0.08, "faster": 0.001}
    assert tables.times_as_first(seconds) == {"first": "1.0", "slower": "0.25", "faster": "20"}


def test_a_row_without_a_cell_has_a_dash_and_a_name_of_two_parts_two_cells() -> None:
    shown = tables.table("a | b | c | d", {("x", "y"): 1, ("z", "y"): 2}, {("x", "y"): 0.5})
    assert cells(shown) == [["x", "y", "1", "500 ms"], ["z", "y", "2", "-"]]


@pytest.mark.parametrize(
    ("fast", "slow", "found"),
    [
        ({10: 2, 30: 1, 100: 1}, {10: 1, 30: 2, 100: 3}, 30),
        ({10: 1, 30: 1}, {10: 2, 30: 2}, 10),
        ({10: 1, 30: 9, 100: 1}, {10: 2, 30: 2, 100: 3}, 100),
        ({10: 1, 30: 3, 100: 1}, {10: 2, 30: 2}, float("inf")),
    ],
    ids=["from the middle", "everywhere", "with an exception", "not at the end"],
)
def test_where_a_curve_is_faster(fast: dict[float, float], slow: dict[float, float], found: float) -> None:
    assert tables.faster_from(fast, slow) == found


@pytest.fixture
def measured() -> dict[str, Any]:
    """A measurement of four encoders, three trainers, and one with other ids in the worst case."""

    def rounds(**medians: float) -> dict[str, list[float]]:
        return {
            name.replace("_", " "): [median, 0.5 * median, 2 * median] for name, median in medians.items()
        }

    states = {"cold": 0.03, "steady": 0.02, "again": 0.01}
    arrays = {
        f"{kind}, {state}": rounds(quick=time / 2, bytemerge=time, tiktoken=10 * time)
        for kind in ("English", "code")
        for state, time in states.items()
    }
    del arrays["code, again"]["tiktoken"]
    return {
        "machine": {
            "cores": 2,
            "date": "2026-11-24",
            "processor": "one",
            "python": "3.11",
            "rust": "rustc 1",
        },
        "command": "nox -s bench_peers",
        "rounds": 3,
        "texts": {"English": [900_000, 1_000_000], "code": [3_000_000, 2_000_000]},
        "groups": {
            "arrays": arrays,
            "short texts": {"lists, a loop": rounds(bytemerge=0.0101, Hugging_Face=0.4, quick=0.01)},
            "worst cases": {"spaces": rounds(bytemerge=0.01, tiktoken=0.5)},
            "training": {"English, 1 thread": rounds(bytemerge=1.0, Hugging_Face=8.0, other=1.01)},
            "training memory": {"English, 1 thread": rounds(bytemerge=10e6, other=5e6)},
            "import": {"import": rounds(bytemerge=0.01, tokenizers=0.02)},
            "nobody else": {"one": rounds(bytemerge=1.0)},
        },
        "wrong": [["worst cases", "spaces", "quick"], ["arrays", "code, steady", "other"]],
    }


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        (lambda of: peers.peers_speeds(of, "arrays"), 0, ["quick", "60 / 100 / 200", "200 / 200 / 400"]),
        (lambda of: peers.peers_speeds(of, "arrays"), 1, ["bytemerge", "30 / 50 / 100", "100 / 100 / 200"]),
        (lambda of: peers.peers_speeds(of, "arrays"), 2, ["tiktoken", "3 / 5 / 10", "10 / 10 / -"]),
        (lambda of: peers.peers_numbers(of, "short texts", "ms"), 1, ["bytemerge", "10 ms"]),
        (lambda of: peers.peers_numbers(of, "training", "s"), 2, ["Hugging Face", "8.0 s"]),
        (lambda of: peers.peers_numbers(of, "training memory", "MB"), 0, ["other", "5.0 MB"]),
        (lambda of: peers.peers_numbers(of, "import", "s"), 0, ["bytemerge", "0.01 s"]),
    ],
)
def test_the_tables_of_peers(
    measured: dict[str, Any], table: Callable[[dict[str, Any]], str], row: int, expected: list[str]
) -> None:
    assert cells(table(measured))[row] == expected


def test_each_comparison_names_the_best_other(measured: dict[str, Any]) -> None:
    rows = {row[0]: row[1:] for row in cells(peers.peers_ratios(measured))}
    assert rows["arrays, English, steady"] == ["10.0", "-", "0.50, quick", "0.12 to 2.00"]
    assert rows["arrays, code, again"][:2] == ["-", "-"]
    assert rows["worst cases, spaces"][2] == "50.00, tiktoken"
    assert rows["training, English, 1 thread"][:3] == ["-", "8.0", "1.01, other"]
    assert rows["import"][1] == "2.0"
    assert "nobody else, one" not in rows


def test_who_makes_other_ids_is_named(measured: dict[str, Any]) -> None:
    assert peers.other_ids(measured, "arrays") == "other (code)"
    assert peers.other_ids(measured, "lists") == "none"


def test_the_standings_follow_from_the_measurement(measured: dict[str, Any]) -> None:
    ahead, level, behind = map(peers.by_group, peers.standings(measured))
    assert "- arrays: English, cold (quick, 2.0x); English, steady (quick, 2.0x)" in behind
    assert "- training memory: English, 1 thread (other, 2.0x)" in behind
    assert "- worst cases: spaces (50.0x tiktoken)" in ahead
    assert level == "- short texts: lists, a loop (quick)\n- training: English, 1 thread (other)"
    assert ahead.endswith("- others: import (2.0x tokenizers)")
    for each in measured["groups"].values():
        for found in each.values():
            found["bytemerge"] = [1e-9, 1e-9, 1e-9]
    assert peers.by_group(peers.standings(measured)[2]) == "- none"


def test_it_is_said_what_other_programs_used() -> None:
    assert tables.source("peers").endswith("% of the cores meanwhile.")
    assert "meanwhile" not in tables.source("speed")


def test_the_curve_names_the_largest_vocabulary() -> None:
    measured = {
        "vocab_size": 9,
        "training seconds": {
            "Python, approximate": [[1, 1.0], [9, 1044.3]],
            "Rust, approximate": [[9, 71.6]],
            "Tokenizer": [[9, 0.05484]],
        },
        "tokens per second": {
            "Python": [[9, 2648.3]],
            "Rust": [[9, 138586.6]],
            "Tokenizer": [[9, 7241565.7]],
        },
    }
    assert cells(bench.curve(measured)) == [
        ["naive Python", "1,040 s", "1.00", "2,650", "1.00"],
        ["the same in Rust", "71.6 s", "14.6", "139,000", "52.3"],
        ["`Tokenizer`, for production", "0.0548 s", "19,000", "7,240,000", "2,730"],
    ]
