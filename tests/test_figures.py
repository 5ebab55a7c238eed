"""The figures in the docs are those that were measured."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tools import ROOT
from tools.site import figures, filling, peer_figures

MEASURED = [
    *figures.MEASURED.glob("*.json"),
    *figures.BENCH.parent.glob("*.json"),
]

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", filling.pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_page_shows_what_was_measured(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert figures.faults(text) == []
    assert figures.filled(text) == text, "run nox -s figures"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<!-- sped -->\n\nold\n\n<!-- end -->\n", "no figures are called sped"),
        ("<!-- speed -->\nold\n\n<!-- end -->\n", "what is called speed lacks"),
        ("<!-- speed -->\n\nold\n\n<!--end-->\n", "what is called speed lacks"),
        ("<!--speed-->\n\nold\n\n<!-- end -->\n", "what is called speed lacks"),
        (
            "<!-- speed -->\n\nold\n\ntext\n\n<!-- curve -->\n\nold\n\n<!-- end -->\n",
            "what is called speed lacks",
        ),
    ],
)
def test_a_comment_that_is_no_place_is_a_fault(text: str, fault: str) -> None:
    (found,) = figures.faults(text)
    assert found.startswith(fault)


def test_every_measurement_is_shown() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in filling.pages())
    shown_files = {each.measured for name, each in figures.TABLES.items() if f"<!-- {name} -->" in shown}
    assert shown_files == {*MEASURED, figures.QUESTIONS, *figures.NOXFILES.values()}


def test_a_changed_measurement_changes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = json.loads((figures.MEASURED / "speed.json").read_text(encoding="utf-8"))
    measured["median"] = {"slow": 2.0, "fast": 0.5}
    measured["bytes"] = 3_000_000
    (tmp_path / "speed.json").write_text(json.dumps(measured), encoding="utf-8")
    changed = replace(figures.TABLES["speed"], measured=tmp_path / "speed.json")
    monkeypatch.setitem(figures.TABLES, "speed", changed)
    page = figures.filled("before\n\n<!-- speed -->\n\nold\n\n<!-- end -->\nafter\n")
    assert "| slow | 2000 ms | 2 MB/s | 1.0 |\n| fast | 500 ms | 6 MB/s | 4.0 |\n" in page
    assert page.startswith("before\n")
    assert page.endswith("<!-- end -->\nafter\n")
    assert "old" not in page


def test_a_command_of_the_reference_is_shown_as_it_is_typed_at_the_top() -> None:
    assert "with `nox -f reference/noxfile.py -s bench -- " in figures.table("curve")
    assert "with `nox -f reference/noxfile.py -s bench_peers" in figures.table("peers-summary")
    assert "with `nox -s demo` on" in figures.table("speed")


def test_no_measurement_names_a_folder_of_the_machine() -> None:
    for measured in MEASURED:
        assert not re.search(r'"(/|[A-Z]:\\\\)', measured.read_text(encoding="utf-8"))


def speeds(speed: float, *, short: float = 1.0) -> dict[str, object]:
    """What is measured of a tokenizer that encodes at some speed, and is three times as fast the second time."""
    return {
        kind: {"cold": speed / 3, "steady": speed, "again": 2 * speed, "ids": "same"}
        for kind in ("English", "code")
    } | {"short": short}


@pytest.fixture
def peers() -> dict[str, Any]:
    """A measurement of three that encode, two that train, and one that makes other ids in the worst case."""
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


def test_the_tables_of_peers(peers: dict[str, Any]) -> None:
    assert peer_figures.peers_texts(peers) == (
        "English is: moby dick, tom sawyer. The sizes are: English 1.0 MB, code 2.5 MB."
    )
    assert peer_figures.peers_arrays(peers)[1:3] == [
        ["quick", "67 / 200 / 400", "67 / 200 / 400"],
        ["bytemerge", "33 / 100 / 200", "33 / 100 / 200"],
    ]
    assert peer_figures.peers_encodings(peers)[1] == ["cl100k_base", "English", "100", "200, quick", "0.50"]
    assert peer_figures.peers_threads(peers)[1] == ["quick", "200, arrays", "200, arrays"]
    assert peer_figures.peers_short(peers)[1] == ["bytemerge", "1.0 µs", "2.0 µs", "-"]
    assert peer_figures.peers_worst(peers)[2] == ["quick", "1 ms, other ids"]
    assert peer_figures.peers_training(peers)[1:] == [
        ["bytemerge", "1.00 s, 10 MB", "yes"],
        ["Hugging Face", "8.00 s, 90 MB", "yes"],
        ["other", "1.01 s, 50 MB", "not compared"],
    ]
    assert peer_figures.peers_imports(peers)[1:] == [["`bytemerge`", "10.0 ms"], ["`tokenizers`", "20.0 ms"]]


def test_each_comparison_names_the_fastest_other(peers: dict[str, Any]) -> None:
    rows = {row[0]: row[1:] for row in peer_figures.peers_ratios(peers)[1:]}
    assert rows["arrays, English, steady"] == ["10.0", "-", "0.50, quick"]
    assert rows["lists, code, cold"] == ["10.0", "50.0", "10.00, tiktoken"]
    assert rows["worst cases, spaces"] == ["50.0", "-", "50.00, tiktoken"], "other ids are no rival"
    assert rows["training, English, 10 tokens, 1 thread"] == ["-", "8.0", "1.01, other"]
    assert rows["import"] == ["-", "2.0", "2.00, tokenizers"]


def test_the_sentences_follow_from_the_measurement(peers: dict[str, Any]) -> None:
    ahead, level, behind = peer_figures.peers_summary(peers).split("\n- ")
    assert (
        "\n  - arrays: English, cold (quick, 2.0x); code, cold (quick, 2.0x); English, steady (quick, 2.0x)"
        in behind
    )
    assert "English, steady (10.0x tiktoken)" in ahead
    assert level.endswith(
        "in 2:\n  - arrays: a short text (quick)\n  - training: English, 10 tokens, 1 thread (other)"
    )
    assert "\n  - others: import (2.0x tokenizers)" in ahead
    for row in ("bytemerge, numpy", "bytemerge, list"):
        peers["encode"]["cl100k_base"][row] = speeds(1000.0, short=0.1)
    ahead, _, behind = peer_figures.peers_summary(peers).split("\n- ")
    assert "English, steady (5.0x quick)" in ahead
    assert behind == "Another one is **faster** in none."


def test_it_is_said_what_other_programs_used() -> None:
    assert figures.others_had(0.031) == " Other programs used 3% of the cores meanwhile."
    assert "was not recorded" in figures.others_had(None)


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
    assert figures.curve(measured)[1:] == [
        ["naive Python", "1,040 s", "1.00", "2,650", "1.00"],
        ["the same in Rust", "71.6 s", "14.6", "139,000", "52.3"],
        ["`Tokenizer`, for production", "0.0548 s", "19,000", "7,240,000", "2,730"],
    ]
