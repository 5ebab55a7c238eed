"""The parts of bytemerge's core use each other one way, as the picture of them shows."""

import shutil
from graphlib import CycleError
from pathlib import Path

import pytest

from tools.site import core_layers

ROOT = Path(__file__).parents[1]


def test_every_arrow_points_down() -> None:
    assert core_layers.wrong(core_layers.uses()) == []


def test_no_modules_use_each_other_in_a_circle() -> None:
    core_layers.check_no_circle(core_layers.uses())


def test_every_file_of_the_core_is_in_a_part() -> None:
    files = {path.stem for path in core_layers.CORE.iterdir()} - {"lib"}
    assert files == set(core_layers.PART_OF)


def test_the_picture_is_up_to_date() -> None:
    parts, arrows = core_layers.drawn(core_layers.PICTURE.read_text(encoding="utf-8"))
    assert parts == list(core_layers.PARTS)
    assert arrows == core_layers.arrows(core_layers.uses())
    assert core_layers.PICTURE.name in (ROOT / "docs" / "concepts" / "layers.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("model/vocabulary.rs", "use crate::encode::shared::Shared;", "model::vocabulary -> encode::shared"),
        ("train/counts.rs", "use crate::model::special::Segment;", "train::counts -> model::special"),
        ("model/mod.rs", "use crate::train::counts::PieceCounts;", "model -> train::counts"),
        ("pattern/mod.rs", "use super::error::Error;", "pattern -> error"),
        ("encode/table.rs", "use crate::{Error, Tokenizer};", "encode::table -> lib.rs"),
        ("encode/encoder.rs", "use crate::Tokenizer;", "encode::encoder -> lib.rs"),
        ("tokenizer/mod.rs", "fn f() { crate::naive::count_words() }", "tokenizer -> naive"),
    ],
)
def test_a_planted_arrow_is_found(tmp_path: Path, file: str, line: str, expected: str) -> None:
    core = tmp_path / "src"
    shutil.copytree(core_layers.CORE, core)
    code = (core / file).read_text(encoding="utf-8")
    (core / file).write_text(f"// {line}\n{code}\n#[cfg(test)]\nmod tests {{ {line} }}\n", encoding="utf-8")
    assert core_layers.wrong(core_layers.uses(core)) == []
    (core / file).write_text(f"{line}\n{code}", encoding="utf-8")
    assert core_layers.wrong(core_layers.uses(core)) == [expected]


def test_a_planted_circle_is_found(tmp_path: Path) -> None:
    core = tmp_path / "src"
    shutil.copytree(core_layers.CORE, core)
    table = core / "encode" / "table.rs"
    table.write_text(f"use super::shared::Shared;\n{table.read_text(encoding='utf-8')}", encoding="utf-8")
    assert core_layers.wrong(core_layers.uses(core)) == []
    with pytest.raises(CycleError, match="encode::table"):
        core_layers.check_no_circle(core_layers.uses(core))
