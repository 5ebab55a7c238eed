"""The figures in the docs equal the measurements."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tools import ROOT
from tools.measure.formatting import time_of
from tools.site import bench, figures, pages, peers, tables

MEASURED = [*tables.MEASURED.glob("*.json"), *tables.REFERENCE.glob("*.json")]

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("page", pages.pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_page_shows_what_was_measured(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert figures.filled(text) == text, "run nox -s figures"


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
    shown = "".join(page.read_text(encoding="utf-8") for page in pages.pages())
    names = {*re.findall(r'measured\("([\w-]+)"\)', shown), *re.findall(r'<!--= source\("([\w-]+)"\)', shown)}
    assert {tables.file_of(name) for name in names} == {*MEASURED}


def test_a_changed_measurement_changes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = tables.measured("speed")
    measured["median"] = {"slow": 2.0, "fast": 0.5}
    measured["bytes"] = 3_000_000
    (tmp_path / "speed.json").write_text(json.dumps(measured), encoding="utf-8")
    monkeypatch.setattr(tables, "MEASURED", tmp_path)
    why = (ROOT / "docs" / "why.md").read_text(encoding="utf-8")
    page = figures.filled(why)
    assert "| slow | 2000 ms | 2 MB/s | 1.0 |\n| fast | 500 ms | 6 MB/s | 4.0 |\n" in page
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


def speeds(speed: float, *, short: float = 1.0) -> dict[str, object]:
    """Return the measurement of a tokenizer at some speed, three times as fast the second time."""
    return {
        kind: {"cold": speed / 3, "steady": speed, "again": 2 * speed, "ids": "same"}
        for kind in ("English", "code")
    } | {"short": short}


@pytest.fixture
def measured() -> dict[str, Any]:
    """A measurement of three encoders, two trainers, and one with other ids in the worst case."""
    encode = {
        "bytemerge, numpy": speeds(100.0),
        "bytemerge, list": speeds(50.0, short=2.0),
        "quick, numpy": speeds(200.0),
        "tiktoken, numpy": speeds(10.0, short=8.0),
        "tiktoken, list": speeds(5.0, short=4.0),
        "Hugging Face, list": speeds(1.0, short=40.0),
    }
    return {
        "machine": {
            "cores": 2,
            "date": "2026-11-24",
            "processor": "one",
            "python": "3.11",
            "rust": "rustc 1",
        },
        "command": "nox -s bench_peers",
        "texts": {"English": 1_000_000, "code": 2_500_000},
        "English": "moby_dick, tom_sawyer",
        "encode": {"cl100k_base": encode},
        "threads": {"cl100k_base": encode},
        "worst": {
            "bytemerge": {"spaces": {"seconds": 0.01, "same": True}},
            "quick": {"spaces": {"seconds": 0.001, "same": False}},
            "tiktoken": {"spaces": {"seconds": 0.5, "same": True}},
        },
        "train": {
            "English, 10 tokens, 1": {
                "bytemerge": {"seconds": 1.0, "megabytes": 10.0, "merges": "a", "same": True},
                "Hugging Face": {"seconds": 8.0, "megabytes": 90.0, "merges": "a", "same": True},
                "other": {"seconds": 1.01, "megabytes": 50.0, "merges": None, "same": False},
            }
        },
        "import": {"python": 0.0, "bytemerge": 0.01, "tokenizers": 0.02},
    }


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        (lambda of: peers.peers_encode(of, "numpy"), 0, ["quick", "67 / 200 / 400", "67 / 200 / 400"]),
        (lambda of: peers.peers_encode(of, "numpy"), 1, ["bytemerge", "33 / 100 / 200", "33 / 100 / 200"]),
        (peers.peers_encodings, 0, ["cl100k_base", "English", "100", "200, quick", "0.50"]),
        (peers.peers_threads, 0, ["quick", "200, arrays", "200, arrays"]),
        (peers.peers_short, 0, ["bytemerge", "1.0 µs", "2.0 µs", "-"]),
        (peers.peers_short, 3, ["Hugging Face", "-", "40.0 µs", "-"]),
        (peers.peers_worst, 1, ["quick", "1 ms, other ids"]),
        (peers.peers_training, 0, ["bytemerge", "1.00 s, 10 MB", "yes"]),
        (peers.peers_training, 1, ["Hugging Face", "8.00 s, 90 MB", "yes"]),
        (peers.peers_training, 2, ["other", "1.01 s, 50 MB", "not compared"]),
    ],
)
def test_the_tables_of_peers(
    measured: dict[str, Any], table: Callable[[dict[str, Any]], str], row: int, expected: list[str]
) -> None:
    assert cells(table(measured))[row] == expected


def test_each_comparison_names_the_fastest_other(measured: dict[str, Any]) -> None:
    rows = {row[0]: row[1:] for row in cells(peers.peers_ratios(measured))}
    assert rows["arrays, English, steady"] == ["10.0", "-", "0.50, quick"]
    assert rows["lists, code, cold"] == ["10.0", "50.0", "10.00, tiktoken"]
    assert rows["worst cases, spaces"] == ["50.0", "-", "50.00, tiktoken"], "other ids are no rival"
    assert rows["training, English, 10 tokens, 1 thread"] == ["-", "8.0", "1.01, other"]
    assert rows["import"] == ["-", "2.0", "2.00, tokenizers"]


def test_the_standings_follow_from_the_measurement(measured: dict[str, Any]) -> None:
    ahead, level, behind = map(peers.by_group, peers.standings(measured))
    assert (
        "- arrays: English, cold (quick, 2.0x); code, cold (quick, 2.0x); English, steady (quick, 2.0x)"
        in behind
    )
    assert "English, steady (10.0x tiktoken)" in ahead
    assert level == "- arrays: a short text (quick)\n- training: English, 10 tokens, 1 thread (other)"
    assert "\n- others: import (2.0x tokenizers)" in ahead
    for row in ("bytemerge, numpy", "bytemerge, list"):
        measured["encode"]["cl100k_base"][row] = speeds(1000.0, short=0.1)
    ahead, _, behind = map(peers.by_group, peers.standings(measured))
    assert "English, steady (5.0x quick)" in ahead
    assert behind == "- none"


def test_it_is_said_what_other_programs_used() -> None:
    assert tables.others_had(0.031) == " Other programs used 3% of the cores meanwhile."
    assert "was not recorded" in tables.others_had(None)


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
