"""The case studies, without the slow parts: their input, counting, figures and pages.

No time is asserted.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from case_studies import __main__ as case_studies
from case_studies import environments, others, polars, ruff, sources, tables, timing, tokenizers, uv
from tools import ROOT
from tools.measure import formatting, turns
from tools.measure.machine import MEASURED
from tools.shell import Failed
from tools.site.tables import apart

if TYPE_CHECKING:
    from pathlib import Path

PAGES = ROOT / "docs" / "case-studies"


@pytest.mark.parametrize("name", tables.STUDIES)
def test_a_study_has_its_page_its_plot_and_its_measurement(name: str) -> None:
    page = PAGES.joinpath(f"{name}.md").read_text(encoding="utf-8")
    assert f'source("case-{name}")' in page
    assert f"](../measured/case-{name}.svg)" in page
    assert f"({name}.md)" in PAGES.joinpath("index.md").read_text(encoding="utf-8")
    measured = json.loads(case_studies.stem(MEASURED, name).with_suffix(".json").read_text("utf-8"))
    assert "--quick" not in measured["command"]
    assert {"machine", "rounds", "versions", "input", "seconds"} <= {*measured}


@pytest.mark.parametrize("name", tables.STUDIES)
def test_a_plot_shows_what_was_measured(name: str) -> None:
    stem = case_studies.stem(MEASURED, name)
    svg = stem.with_suffix(".svg").read_text(encoding="utf-8")
    bars = case_studies.study(name).bars(json.loads(stem.with_suffix(".json").read_text(encoding="utf-8")))
    assert any(bar.best for bar in bars)
    assert not all(bar.best for bar in bars)
    for bar in bars:
        assert f">{bar.label}</text>" in svg
        assert f">{bar.text}</text>" in svg, "run nox -s plots"


def test_every_page_of_the_folder_is_in_the_index() -> None:
    index = PAGES.joinpath("index.md").read_text(encoding="utf-8").splitlines()
    assert {page.stem for page in PAGES.glob("*.md")} - {"index"} <= {*index}


@pytest.mark.parametrize(
    "pinned", sorted(environments.REQUIREMENTS.glob("*.txt")), ids=lambda path: path.stem
)
def test_every_version_is_pinned(pinned: Path) -> None:
    comment, *lines = pinned.read_text(encoding="utf-8").splitlines()
    assert comment.startswith("# Made with: ")
    assert lines
    assert all("==" in line for line in lines)


@pytest.mark.parametrize("rounds", ["0", "-1"])
def test_a_number_of_rounds_that_measures_nothing_is_refused(rounds: str) -> None:
    command = [sys.executable, "-m", "case_studies", "--rounds", rounds]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=ROOT)
    assert done.returncode == 2
    assert f"--rounds: {rounds} is not at least 1" in done.stderr


# what is read


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three files that are read, and three that are not."""
    for name, text in {
        "b.py": "2\n2\n",
        "a/c.py": "1\n",
        "d.py": "3\n",
        "test/e.py": "no\n",
        "a/tests/f.py": "no\n",
        "g.txt": "no\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_whole_files_are_read_in_the_order_of_their_names(library: Path) -> None:
    assert sources.files(library) == {"a/c.py": "1\n", "b.py": "2\n2\n", "d.py": "3\n"}
    assert [*sources.files(library, 3)] == ["a/c.py", "b.py"]
    assert [*sources.files(library, 2)] == ["a/c.py"], "the second one would make three lines"
    assert [*sources.files(library, longest=1)] == ["a/c.py", "d.py"]


def test_a_file_that_is_not_utf_8_is_left_out(library: Path) -> None:
    library.joinpath("a.py").write_bytes(b"\xe4\n")
    assert "a.py" not in sources.files(library)


def test_files_are_written_as_they_were_read(library: Path, tmp_path: Path) -> None:
    texts = sources.files(library)
    sources.write(texts, tmp_path / "out")
    assert sources.files(tmp_path / "out") == texts
    described = sources.described(texts)
    assert (described["files"], described["lines"], described["bytes"]) == (3, 4, 8)


def test_the_input_is_no_longer_than_what_is_said_of_it() -> None:
    described = sources.described(sources.files(sources.library()))
    assert 0.9 * sources.LINES < described["lines"] <= sources.LINES


MODULE = '''"""What it is."""

def f(a, /, b: int, *, c): "Does."

class C(list[int]):
    """Has."""
    async def g(self): ...
'''


def test_an_outline_names_what_is_in_a_module() -> None:
    (module,) = sources.outline({"package/module.py": MODULE})
    assert (module["name"], module["docstring"], module["lines"]) == ("package.module", "What it is.", 7)
    (function,) = module["functions"]
    assert [each["name"] for each in function["parameters"]] == ["a", "b", "c"]
    assert [each["annotation"] for each in function["parameters"]] == ["", "int", ""]
    assert [each["keyword_only"] for each in function["parameters"]] == [False, False, True]
    (class_,) = module["classes"]
    assert (class_["bases"], class_["methods"][0]["asynchronous"]) == (["list[int]"], True)
    assert [*tokenizers.docstrings(module)] == ["What it is.", "Does.", "Has."]


def test_a_row_is_a_token_on_one_line() -> None:
    rows = [*polars.rows({"m.py": 'x = """a\nb"""\ny\n'})]
    assert rows == [("m", "NAME", "x", 1, 0, 1), ("m", "OP", "=", 1, 2, 1), ("m", "NAME", "y", 3, 0, 1)]


def test_a_plan_names_no_folder_and_nothing_random(tmp_path: Path) -> None:
    file = tmp_path / "tokens.csv"
    explained = f"SORT [slice: (0, dynamic_pred: 918f39be-428a-4f1d-b7db-1a8cff626cda)]\n  Csv SCAN [{file}]"
    assert polars.plan(explained, file) == "SORT [slice: (0, dynamic_pred)]\n  Csv SCAN [tokens.csv]"


# how it is measured


def test_each_round_has_an_order_of_its_own_and_a_turn_of_every_way() -> None:
    calls: list[str] = []

    def call(name: str) -> float:
        calls.append(name)
        return float(len(calls))

    names = "abcd"
    seconds = turns.in_turns({name: partial(call, name) for name in names}, 5)
    rounds = ["".join(calls[start : start + 4]) for start in range(0, 20, 4)]
    assert ["".join(sorted(each)) for each in rounds] == [names] * 5
    assert len(set(rounds)) > 1
    # Each way has the seconds of its own calls.
    assert all(calls[int(each) - 1] == name for name, all_of in seconds.items() for each in all_of)


def test_rounds_of_several_processes_are_put_together() -> None:
    assert timing.together([{"a": [1.0], "b": [2.0]}, {"a": [3.0], "b": [4.0]}]) == {
        "a": [1.0, 3.0],
        "b": [2.0, 4.0],
    }


def test_the_first_call_is_not_counted() -> None:
    calls: list[int] = []
    seconds = turns.calls_in_turns({"a": lambda: calls.append(1)}, 3)
    assert len(calls) == 4
    assert [len(each) for each in seconds.values()] == [3]


def test_what_fails_has_no_time(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('why'); sys.exit(1)"]
    with pytest.raises(Failed, match="why"):
        timing.seconds_of(command, tmp_path)
    assert timing.seconds_of(command, tmp_path, statuses=(0, 1)) > 0


def test_what_other_programs_use_is_noted(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 0 50 900 10 0 0 0 0 0\ncpu0 1\n", encoding="utf-8")
    watch = others.Watch(stat)
    assert watch.share() == 0
    stat.write_text("cpu  100000 0 50 900 10 0 0 0 0 0\ncpu0 1\n", encoding="utf-8")
    assert watch.share() == 1, "no more than there is"
    assert others.Watch(tmp_path / "none").share() is None


# how results are compared


def test_flake8_names_file_line_and_rule() -> None:
    assert ruff.problems("./a/b.py:3:E501\n./c.py:1:F401\n") == {("a/b.py", 3, "E501"), ("c.py", 1, "F401")}


def test_lines_in_common_are_counted() -> None:
    assert ruff.common(["a", "b", "c"], ["a", "x", "c", "d"]) == 2


def folder(path: Path, text: str) -> Path:
    path.mkdir()
    path.joinpath("m.py").write_text(text, encoding="utf-8")
    return path


def test_too_many_lines_that_differ_end_the_study(tmp_path: Path) -> None:
    before, one = folder(tmp_path / "before", "a\nb\n"), folder(tmp_path / "one", "a\nc\n")
    assert ruff.same_lines(before, one, one) == {"lines": 3, "the same in both": 3, "not in the input": 1}
    with pytest.raises(SystemExit, match="one and before differ in 1 of 3 lines"):
        ruff.same_lines(before, one, before)


def test_what_installers_write_about_themselves_is_not_compared(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "site-packages"
    packages.mkdir(parents=True)
    for name in ("m.py", "m.pyc", "RECORD", "INSTALLER"):
        packages.joinpath(name).write_text("", encoding="utf-8")
    files, bytecode = uv.installed(tmp_path)
    assert [*files] == ["m.py"]
    assert bytecode == 1


# figures


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ns"),
        (1.2e-9, "1.20 ns"),
        (3.456e-6, "3.46 µs"),
        (0.0234, "23.4 ms"),
        (1, "1.00 s"),
        (1234, "1,230 s"),
    ],
)
def test_a_time_has_the_unit_that_fits(seconds: float, text: str) -> None:
    assert formatting.time_of(seconds) == text


def test_bytecode_is_compared_with_bytecode() -> None:
    installing = {
        "pip": [8.0],
        "pip --no-compile": [4.0],
        "uv cold: copy, bytecode": [2.0],
        "uv cold: copy": [1.0],
    }
    assert [*tables.uv_ratios(installing).values()] == ["1.00", "1.00", "4.00", "4.00"]


def test_the_speed_of_each_way_is_that_of_its_own_input() -> None:
    measured: dict[str, Any] = {
        "megabytes": {"naive Python": 1.0, "tokenizers": 10.0},
        "seconds": {
            "Python": {"naive Python": [100.0]},
            "tokenizers, one thread": {"encode": [2.0], "encode_batch": [4.0]},
            "tokenizers, all threads": {"encode": [2.0], "encode_batch": [1.0]},
        },
    }
    speeds = tables.tokenizer_speeds(measured)
    assert speeds == {
        "naive Python": 0.01,
        "tokenizers, encode, one thread": 5.0,
        "tokenizers, encode_batch, one thread": 2.5,
        "tokenizers, encode_batch, all threads": 10.0,
    }
    assert tables.fastest(speeds, "one thread") == 5.0
    assert formatting.long_time_of(tables.GIGABYTE / speeds["naive Python"]) == "27.8 hours"


def test_one_thread_is_compared_with_one_thread() -> None:
    measured = {
        "threads": 2,
        "seconds": {
            "sort": {"pandas": [4.0], "polars": [1.0]},
            "starting Python": {"pandas": [1.0], "polars": [1.0]},
        },
        "seconds, one thread": {"sort": {"pandas": [6.0], "polars": [3.0]}},
    }
    assert tables.ratios("polars", measured) == {"pandas, one thread": [2.0], "pandas, 2 threads": [4.0]}


def test_a_warm_cache_is_no_equal_work() -> None:
    installing = {"pip": [8.0], "pip --no-compile": [4.0], "uv cold: copy": [2.0], "uv warm: copy": [1.0]}
    assert tables.ratios("uv", {"seconds": {"installing": installing}}) == {
        "pip": [2.0],
        "pip, which has no warm cache": [4.0],
    }


def test_rounds_that_overlap_are_named() -> None:
    installing = {
        "pip": [9.0, 8.0],
        "pip --no-compile": [4.0, 3.0],
        "uv cold: copy": [1.0, 3.5],
        "uv cold: copy, bytecode": [2.0, 7.0],
    }
    assert tables.uv_near(installing) == ["uv cold: copy"]
    installing["uv cold: copy"][1] = 2.0
    assert tables.uv_near(installing) == []


def test_rounds_are_apart_where_the_slowest_beats_the_fastest() -> None:
    assert apart([3.0, 2.5, 4.0], [1.0, 2.0, 1.5])
    assert not apart([3.0, 2.5, 4.0], [1.0, 2.5, 1.5])


def test_each_call_begins_with_what_takes_no_part_of_its_time() -> None:
    calls: list[str] = []
    turns.calls_in_turns({"a": lambda: calls.append("a")}, 2, lambda: calls.append("before"))
    assert calls == ["before", "a"] * 3
