"""Draws a flame graph of py-spy's samples, as SVG for light and dark pages.

Run `flame_graph.py RAW SVG ROOT`. The names of Rust have no generics here, and directly recursive
calls are one box, so that the rest is readable. Samples without ROOT in them, such as imports, are
left out.
"""

import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

WIDTH, ROW, CHARACTER = 960, 19, 6.3
FEWEST = 5
"""The fewest characters that are more useful than no name."""

SMALLEST = 0.004
"""The share of all samples below which a box is not drawn."""

COLOURS = {"py": "#3a73a3", "rs": "#b3552a", "": "#6e6e6e"}
"""The colours of our code in each language, and of other code.

They are the colours of the plots, darker under white.
"""

FRAME = re.compile(r"(?P<name>.*) \((?P<path>.*?)(?::(?P<line>\d+))?\)")
OURS = re.compile(r"/(?:crates/bytemerge|python/bytemerge|site-packages/bytemerge)\b.*\.(py|rs)$")


@dataclass
class Box:
    """A function in its place of the call stack, with the number of its samples."""

    name: str
    language: str
    place: str = ""
    samples: int = 0
    inside: "dict[str, Box]" = field(default_factory=dict)


def box_of(frame: str) -> Box:
    """Return the box, still empty, of a frame as py-spy writes it."""
    found = FRAME.fullmatch(frame)
    assert found, frame
    ours = OURS.search(found["path"])
    name = found["name"]
    if name.startswith("0x"):
        name = Path(found["path"]).name  # a library without names
    elif not found["path"].endswith(".py"):
        name = short(name)
    if ours:
        name = f"{name.rpartition('.')[2]}:{found['line']}"
    return Box(name, ours[1] if ours else "", f"{Path(found['path']).name}:{found['line']}")


def short(name: str) -> str:
    """Return a name of Rust without generics, which nest.

    Example:
        >>> short("entry<(&str, Vec<u8>), u64>")
        'entry'
    """
    while (shorter := re.sub(r"<[^<>]*>", "", name)) != name:
        name = shorter
    return re.sub(r"\{(closure|impl).*?#\d+\}", r"\1", name)


def read(raw: str, root: str) -> Box:
    """Return all boxes, nested, from the function `root` on."""
    stacks: Counter[tuple[str, ...]] = Counter()
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        stacks[tuple(re.split(r";(?! )", stack))] += int(count)  # "[u8; 4]" is one type
    top = Box(root, "")
    for frames, samples in stacks.items():
        boxes = [box_of(frame) for frame in frames if frame]  # before Python starts, there is none
        names = [box.name.partition(":")[0] for box in boxes]
        if root not in names:
            continue
        top.language = boxes[names.index(root)].language
        top.samples += samples
        inside = top
        for box in boxes[names.index(root) :]:
            if box.name != inside.name:
                inside = inside.inside.setdefault(box.name, box)
                inside.samples += samples
    return top


def draw(box: Box, total: int, left: float = 0, row: int = 0) -> tuple[list[str], int]:
    """Return the shapes of a box and of all boxes in it, and the number of rows they need."""
    width = WIDTH * box.samples / total
    share = f"{box.samples / total:.1%}"
    title = escape(f"{box.name} ({box.place}): {share}")
    label = escape(fitting(box.name, share, int((width - 6) / CHARACTER)))
    size = f'width="{max(width - 0.7, 0.3):.1f}" height="{ROW - 1}" rx="2"'
    rectangle = f'<rect x="{left:.1f}" y="{row * ROW}" {size} fill="{COLOURS[box.language]}"/>'
    text = f'<text x="{left + 4:.1f}" y="{row * ROW + 13}">{label}</text>'
    shapes = [f"<g><title>{title}</title>{rectangle}{text}</g>"]
    rows = row + 1
    for inner in sorted(box.inside.values(), key=lambda inner: -inner.samples):
        if inner.samples >= SMALLEST * total:
            more, needed = draw(inner, total, left, row + 1)
            shapes += more
            rows = max(rows, needed)
        left += WIDTH * inner.samples / total
    return shapes, rows


def fitting(name: str, share: str, most: int) -> str:
    """Return the part of a name that fits, and the share if it fits as well."""
    if len(f"{name} {share}") <= most:
        return f"{name} {share}"
    if len(name) <= most:
        return name
    return f"{name[: most - 1]}…" if most >= FEWEST else ""


def main(raw: str, svg: str, root: str) -> None:
    """Draw the samples of a file."""
    top = read(Path(raw).read_text(encoding="utf-8"), root)
    if not top.samples:
        sys.exit(f"{raw}: no sample has {root} in it")
    shapes, rows = draw(top, top.samples)
    style = "text{font:10.5px ui-monospace,Menlo,Consolas,monospace;fill:#fff}"
    picture = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {rows * ROW}">',
        f"<style>{style}</style>",
        *shapes,
        "</svg>\n",
    ]
    Path(svg).write_text("\n".join(picture), encoding="utf-8")
    print(f"saved {svg}: {top.samples:,} samples")


if __name__ == "__main__":
    main(*sys.argv[1:])
