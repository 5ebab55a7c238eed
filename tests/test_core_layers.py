"""The parts of bytemerge's core use each other one way, as the picture of them shows.

The paths in the code say what uses what.
"""

import re
import shutil
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "reference" / "crates" / "bytemerge" / "src"
PICTURE = ROOT / "docs" / "concepts" / "pictures" / "core.svg"

# The files and folders of each part. The lowest part comes first; each may use the parts before it.
PARTS = {
    "pattern": ["pattern", "shown"],
    "error.rs": ["error", "file_error", "key", "memory", "progress"],
    "normalizer.rs": ["normalizer", "pre_tokenizer"],
    "model": ["model"],
    "train": ["train"],
    "encode": ["encode"],
    "tokenizer": ["tokenizer", "options"],
    "files": ["files"],
    "naive": ["naive"],
}
PART_OF = {name: part for part, names in PARTS.items() for name in names}
RANK = {part: rank for rank, part in enumerate(PARTS)}
# These two do not use each other.
RANK["train"] = RANK["model"]

# A pattern may be a sequence of patterns, so these two types contain each other.
SEQUENCE = ("pattern::sequence", "pattern")

TESTS = re.compile(r"#\[cfg\(test\)\]\nmod \w+ \{")
"""The start of the tests at the end of a file."""


def code(path: Path) -> str:
    """Return a file without its comments and without the tests at its end."""
    text = TESTS.split(path.read_text(encoding="utf-8"))[0]
    text = re.sub(r"//.*|\bpub\(in .*?\)|#\[cfg\(test\)\]\nmod \w+;", "", text)
    # In a module in the file, `super` is the file.
    block = re.compile(r"^(?:pub.* )?mod \w+ \{.*?^\}", re.MULTILINE | re.DOTALL)
    return block.sub(lambda inner: inner[0].replace("super::", ""), text)


def module(path: Path, core: Path) -> str:
    """Return the name of a file's module, such as `model::merge`."""
    parts = path.relative_to(core).with_suffix("").parts
    return "::".join(parts[:-1] if parts[-1] == "mod" else parts)


def part(name: str) -> str:
    """Return the part of a module. lib.rs is in no part: its names are for users of the crate."""
    return PART_OF.get(name.split("::")[0], "lib.rs")


def expanded(text: str) -> str:
    """Return code with a path for each name of a group, such as `a::{b, c::D}`."""
    group = re.compile(r"((?:\w+::)+)\{([^{}]*)\}")
    while group.search(text):
        text = group.sub(
            lambda found: "; ".join(found[1] + name.strip() for name in found[2].split(",")), text
        )
    return text


def uses(core: Path = CORE) -> dict[str, set[str]]:
    """Return the modules that each module of the core names, except for lib.rs, which names all."""
    files = {module(path, core): path for path in sorted(core.rglob("*.rs")) if path != core / "lib.rs"}
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        parent = name if path.stem == "mod" else name.rpartition("::")[0]
        text = re.sub(r"\bsuper::", f"crate::{name.rpartition('::')[0]}::", expanded(code(path)))
        # A module names those in it without a path.
        for inner in re.findall(r"\bmod (\w+);", text):
            text = re.sub(rf"(?<!::)\b(?={inner}::)", f"crate::{parent}::", text)
        text = re.sub(r"\bself::", f"crate::{parent}::", text).replace("crate::::", "crate::")
        found[name] = set()
        for used in re.findall(r"\bcrate::([\w:]*\w)", text):
            known = [known for known in files if f"{used}::".startswith(f"{known}::")]
            found[name].add(max(known, key=len, default="lib.rs"))
        found[name].discard(name)
    return found


def wrong(found: dict[str, set[str]]) -> list[str]:
    """Return the arrows that point up or sideways between parts."""
    return sorted(
        f"{name} -> {used}"
        for name, all_used in found.items()
        for used in all_used
        if part(name) != part(used) and RANK.get(part(used), len(RANK)) >= RANK[part(name)]
    )


def arrows(found: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return which part uses which, without the arrows that others imply."""
    direct: dict[str, set[str]] = {name: set() for name in PARTS}
    for name, all_used in found.items():
        direct[part(name)] |= set(map(part, all_used)) - {part(name)}
    reached: dict[str, set[str]] = {}
    for name in TopologicalSorter(direct).static_order():
        reached[name] = direct[name].union(*(reached[used] for used in direct[name]))
    return [
        (name, used)
        for name in PARTS
        for used in PARTS
        if used in direct[name] and not any(used in reached[other] for other in direct[name])
    ]


def test_every_arrow_points_down() -> None:
    assert wrong(uses()) == []


def in_order(found: dict[str, set[str]]) -> None:
    """Raise CycleError if modules use each other in a circle."""
    user, used = SEQUENCE
    TopologicalSorter(found | {user: found[user] - {used}}).prepare()


def test_no_modules_use_each_other_in_a_circle() -> None:
    found = uses()
    assert SEQUENCE[1] in found[SEQUENCE[0]]
    in_order(found)


def test_every_file_of_the_core_is_in_a_part() -> None:
    assert {path.stem for path in CORE.iterdir()} - {"lib"} == set(PART_OF)


def test_the_picture_is_up_to_date() -> None:
    picture = PICTURE.read_text(encoding="utf-8")
    assert re.findall(r'<text x="\d+" y="\d+">(.+?)</text>', picture) == list(PARTS)
    assert re.findall(r'<path data-from="(.+?)" data-to="(.+?)"', picture) == arrows(uses())
    assert PICTURE.name in (ROOT / "docs" / "concepts" / "layers.md").read_text(encoding="utf-8")


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
    shutil.copytree(CORE, core)
    code = (core / file).read_text(encoding="utf-8")
    (core / file).write_text(f"// {line}\n{code}\n#[cfg(test)]\nmod tests {{ {line} }}\n", encoding="utf-8")
    assert wrong(uses(core)) == []
    for planted in (f"{line}\n{code}", before_the_tests(code, line)):
        (core / file).write_text(planted, encoding="utf-8")
        assert wrong(uses(core)) == [expected]


def before_the_tests(code: str, line: str) -> str:
    """Return code with a line after all declarations of modules, before the tests at its end."""
    tests = TESTS.search(code)
    end = tests.start() if tests else len(code)
    return f"{code[:end]}{line}\n{code[end:]}"


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("encode/table.rs", "use super::shared::Shared;"),
        ("pattern/block.rs", "use super::cl100k::Cl100k;"),
        # The module names `windows` without a path.
        ("model/merge/windows.rs", "use super::apply;"),
        ("pattern/class.rs", "use super::{Kind, Pattern};"),
    ],
)
def test_a_planted_circle_is_found(tmp_path: Path, file: str, line: str) -> None:
    core = tmp_path / "src"
    shutil.copytree(CORE, core)
    code = (core / file).read_text(encoding="utf-8")
    (core / file).write_text(f"{line}\n{code}", encoding="utf-8")
    assert wrong(uses(core)) == []
    with pytest.raises(CycleError, match=module(core / file, core)):
        in_order(uses(core))
