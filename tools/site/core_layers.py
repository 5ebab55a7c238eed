"""Finds the dependencies between the parts of bytemerge's core, from the paths in its code.

A test compares them with the order of the parts, and with docs/concepts/pictures/core.svg.
"""

import re
from graphlib import TopologicalSorter
from pathlib import Path

from tools import ROOT

CORE = ROOT / "reference" / "crates" / "bytemerge" / "src"
PICTURE = ROOT / "docs" / "concepts" / "pictures" / "core.svg"

# The files and folders of each part. The lowest part comes first; each may use the parts before it.
PARTS = {
    "pattern": ["pattern"],
    "normalizer.rs": ["normalizer"],
    "error.rs": ["error", "file_error", "key", "memory", "progress"],
    "model": ["model"],
    "train": ["train"],
    "encode": ["encode"],
    "tokenizer": ["tokenizer", "options"],
    "files": ["files"],
    "naive": ["naive"],
}
PART_OF = {name: part for part, names in PARTS.items() for name in names}


def code(path: Path) -> str:
    """Return a file without its comments and without the tests at its end."""
    text = path.read_text(encoding="utf-8").split("#[cfg(test)]\nmod ")[0]
    return re.sub(r"//.*", "", text)


def module(path: Path, core: Path) -> str:
    """Return the name of a file's module, such as `model::merge`."""
    parts = path.relative_to(core).with_suffix("").parts
    return "::".join(parts[:-1] if parts[-1] == "mod" else parts)


def uses(core: Path = CORE) -> dict[str, set[str]]:
    """Return the modules that each module of the core names.

    lib.rs is left out, because it names them all.
    """
    files = {module(path, core): path for path in sorted(core.rglob("*.rs")) if path != core / "lib.rs"}
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        parent = name if path.stem == "mod" else name.rpartition("::")[0]
        text = re.sub(r"\bsuper::", f"crate::{name.rpartition('::')[0]}::", code(path))
        text = re.sub(r"\bself::", f"crate::{parent}::", text).replace("crate::::", "crate::")
        found[name] = set()
        for used in re.findall(r"\bcrate::([\w:]*\w|\{)", text):
            known = [known for known in files if f"{used}::".startswith(f"{known}::")]
            # A name outside all modules comes from lib.rs: its names are for users of the crate.
            found[name].add(max(known, key=len, default="lib.rs"))
        found[name].discard(name)
    return found


def wrong(found: dict[str, set[str]]) -> list[str]:
    """Return the arrows that point up or sideways between parts."""
    order = list(PARTS)
    part = {
        name: PART_OF.get(name.split("::")[0], "lib.rs") for name in {*found, *set().union(*found.values())}
    }
    rank = {name: order.index(of) if of in order else len(order) for name, of in part.items()}
    # These two do not use each other.
    rank |= {name: order.index("model") for name, of in part.items() if of == "train"}
    return sorted(
        f"{name} -> {used}"
        for name, all_used in found.items()
        for used in all_used
        if part[name] != part[used] and rank[used] >= rank[name]
    )


def check_no_circle(found: dict[str, set[str]]) -> None:
    """Raise graphlib.CycleError where modules use each other in a circle."""
    TopologicalSorter(found).prepare()


def arrows(found: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return which part uses which, without the arrows that others imply."""
    direct: dict[str, set[str]] = {part: set() for part in PARTS}
    for name, all_used in found.items():
        part = PART_OF[name.split("::")[0]]
        direct[part] |= {PART_OF[used.split("::")[0]] for used in all_used} - {part}
    reached: dict[str, set[str]] = {}
    for part in TopologicalSorter(direct).static_order():
        reached[part] = direct[part].union(*(reached[used] for used in direct[part]))
    return [
        (part, used)
        for part in PARTS
        for used in PARTS
        if used in direct[part] and not any(used in reached[other] for other in direct[part])
    ]


def drawn(picture: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the parts and the arrows of a picture."""
    return (
        re.findall(r'<text x="\d+" y="\d+">(.+?)</text>', picture),
        re.findall(r'<path data-from="(.+?)" data-to="(.+?)"', picture),
    )
