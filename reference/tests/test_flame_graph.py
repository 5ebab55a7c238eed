"""The flame graph of a profiler's samples."""

import re
from pathlib import Path

import flame_graph
import pytest

MAIN = "<module> (/home/me/benches/hot_loop.py:40)"
TRAIN = "train_on_counts (/home/me/crates/bytemerge/src/naive/mod.rs:{})"
HASH = "hash<(&str, [u8; 4]), Fx<u64>> (/rustc/5980/library/core/src/hash/mod.rs:943)"
LIBRARY = "0x7f6631f81961 (/usr/lib/libc.so.6)"

RAW = f"""\
{MAIN};import_all (/usr/lib/python3.11/os.py:1) 70
{MAIN};{TRAIN.format(165)};{HASH};{HASH.replace("943", "895")};{LIBRARY} 20
{MAIN};{TRAIN.format(165)};{HASH};{LIBRARY.replace("961", "967")} 10
{MAIN};{TRAIN.format(170)} 10
 24
"""


def test_the_boxes_are_what_was_called_below_the_root() -> None:
    top = flame_graph.read(RAW, "train_on_counts")
    assert top.samples == 40  # but not the imports
    assert {name: box.samples for name, box in top.inside.items()} == {
        "train_on_counts:165": 30,
        "train_on_counts:170": 10,
    }
    (called,) = top.inside["train_on_counts:165"].inside.values()
    assert (called.name, called.samples, called.language) == ("hash", 30, "")
    assert {name: box.samples for name, box in called.inside.items()} == {"libc.so.6": 30}


def test_the_picture_has_the_names_and_the_shares(tmp_path: Path) -> None:
    raw, svg = tmp_path / "raw.txt", tmp_path / "picture.svg"
    raw.write_text(RAW, encoding="utf-8", newline="")
    flame_graph.main(str(raw), str(svg), "train_on_counts")
    picture = svg.read_text(encoding="utf-8")
    assert "train_on_counts:165 75.0%</text>" in picture
    assert "<title>hash (mod.rs:943): 75.0%</title>" in picture
    colours = re.findall(r"train_on_counts.*fill=\"(.*?)\"", picture)
    assert colours == [flame_graph.COLOURS["rs"]] * 3
    widths = [float(width) for width in re.findall(r'<rect .*? width="(.*?)"', picture)]
    assert widths == pytest.approx(
        [share * flame_graph.WIDTH - 0.7 for share in (1, 0.75, 0.75, 0.75, 0.25)], abs=0.1
    )


def test_functions_of_python_have_their_names_and_lines() -> None:
    naive = "(/home/me/site-packages/bytemerge/naive.py:{})"
    train, inner = "NaiveTokenizer.train", "NaiveTokenizer.train.<locals>.<listcomp>"
    counter = "Counter.__init__ (/usr/lib/python3.11/collections/__init__.py:599)"
    raw = f"{train} {naive.format(98)};{inner} {naive.format(99)} 3\n{train} {naive.format(80)};{counter} 1\n"
    top = flame_graph.read(raw, "train")
    assert (top.samples, top.language) == (4, "py")
    assert [*top.inside] == ["train:98", "train:80"]
    assert [*top.inside["train:98"].inside] == ["<listcomp>:99"]
    assert [*top.inside["train:80"].inside] == ["Counter.__init__"]


def test_nothing_to_draw_is_one_line(tmp_path: Path) -> None:
    raw, svg = tmp_path / "raw.txt", tmp_path / "picture.svg"
    raw.write_text(RAW, encoding="utf-8", newline="")
    with pytest.raises(SystemExit, match="no sample has tokenize_word in it"):
        flame_graph.main(str(raw), str(svg), "tokenize_word")
    assert not svg.exists()
