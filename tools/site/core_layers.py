"""Draws the dependencies between the parts of bytemerge's core, from the paths in its code.

`python -m tools site.core_layers` writes docs/concepts/pictures/core.svg. A test checks the order
of the parts.
"""

import re
from argparse import ArgumentParser
from graphlib import TopologicalSorter
from pathlib import Path

from tools import ROOT

CORE = ROOT / "reference" / "crates" / "bytemerge" / "src"
PICTURE = ROOT / "docs" / "concepts" / "pictures" / "core.svg"

# The files and folders of each part, and its caption. The lowest part comes first; each may use the
# parts before it.
PARTS = {
    "pattern": (["pattern"], "cuts a text into pieces"),
    "error.rs": (["error", "file_error", "hasher", "memory", "progress"], "and four small helpers"),
    "model": (["model"], "bytes to ids, merges"),
    "train": (["train"], "learns merges"),
    "encode": (["encode"], "pieces to ids"),
    "tokenizer": (["tokenizer", "options"], "the class that users see"),
    "files": (["files"], "texts and models on disk"),
    "naive": (["naive"], "the second opinion"),
}
PART_OF = {name: part for part, (names, _) in PARTS.items() for name in names}


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


def picture(found: dict[str, set[str]]) -> str:
    """Return the picture: the parts from the highest to the lowest, and the arrows between them."""
    chain = [part for part in reversed(PARTS) if part != "train"]
    top = {part: 5 + 68 * row for row, part in enumerate(chain)} | {"train": 5 + 68 * chain.index("model")}
    left = dict.fromkeys(chain, 5) | {"train": 215}
    boxes, paths = [], []
    for part, (_, caption) in PARTS.items():
        x, y, middle = left[part], top[part], left[part] + 90
        boxes.append(
            f'<rect x="{x}" y="{y}" width="180" height="46" rx="8" fill="#ce6b3a" stroke="#ce6b3a"/>'
            f'<text x="{middle}" y="{y + 19}">{part}</text>'
            f'<text class="small" x="{middle}" y="{y + 37}">{caption}</text>'
        )
    for part, used in arrows(found):
        if left[part] == left[used]:
            paths.append(f'<path d="M{left[part] + 90},{top[part] + 46} V{top[used] - 2}"/>')
        elif part == "train":
            paths.append(f'<path d="M{left[part] + 90},{top[part] + 46} V{top[used] + 23} H187"/>')
        else:
            paths.append(f'<path d="M185,{top[part] + 23} H{left[used] + 90} V{top[used] - 2}"/>')
    height, body = max(top.values()) + 51, "\n".join([*boxes, *paths])
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="480" height="{height * 6 // 5}" viewBox="0 0 400 {height}" role="img">\
<title>The parts of the core, each above those that it uses</title>
<style>text{{font:15px sans-serif;fill:#767d86;text-anchor:middle}}.small{{font-size:13px}}\
rect{{fill-opacity:.16;stroke-width:1.5}}path{{stroke:#767d86;stroke-width:1.5;fill:none;marker-end:url(#tip)}}
@media(prefers-color-scheme:light){{text{{fill:#24292f}}}}@media(prefers-color-scheme:dark){{text{{fill:#e6edf3}}}}</style>
<defs><marker id="tip" markerWidth="9" markerHeight="9" refX="8" refY="4.5" orient="auto">\
<path d="M0,0 L9,4.5 L0,9" style="marker-end:none"/></marker></defs>
{body}
</svg>
"""


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    PICTURE.write_text(picture(uses()), encoding="utf-8")
