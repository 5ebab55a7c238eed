# /// script
# requires-python = ">=3.11"
# dependencies = ["unicodedata2==16.0.0"]
# ///
"""Write the table of character classes that the patterns use: `uv run tools/unicode_tables.py`.

The version is that of regex-syntax, the crate through which tiktoken's engine knows Unicode.
Python's own `unicodedata` has the version of the interpreter; `unicodedata2` has the version that
it is pinned to.
"""

import sys
from pathlib import Path

import unicodedata2  # type: ignore[import-not-found]  # only where uv runs this script

PATH = Path(__file__).parent.parent / "crates" / "bytemerge" / "src" / "pattern" / "tables.rs"

# General categories by their first letters. White space is not among them: it is a property.
CLASSES = {
    "Lu": "U",
    "Lt": "U",
    "Ll": "l",
    "Lm": "c",
    "Lo": "c",
    "M": "m",
    "N": "d",
}
NEWLINES = {"\n", "\r"}
# The property White_Space: the categories Z, and these controls.
CONTROLS = {"\t", "\v", "\f", "\x85"}

# The number of values of a byte of UTF-8 after the first.
BLOCK = 64

HEADER = """\
//! The class of every character of Unicode {version}.
//!
//! Written by `tools/unicode_tables.py`, from the data of the Python package `unicodedata2`. Not to
//! be edited.

/// The version of Unicode that the known patterns follow: that of the engine of tiktoken.
pub const UNICODE_VERSION: &str = "{version}";

/// The characters beyond `INDEX` that are marks. All the others there are unassigned, private or
/// tags.
pub(super) const MARKS_BEYOND: std::ops::RangeInclusive<u32> = 0x{first:X}..=0x{last:X};

/// The block of each {block} characters.
#[rustfmt::skip]
pub(super) const INDEX: [u16; {index_len}] = [
{index}
];

/// A letter for the class of each character. U: letter in upper or title case, l: letter in lower
/// case, c: letter without case, m: mark, d: number, n: newline, s: other white space, o: any
/// other.
#[rustfmt::skip]
pub(super) const BLOCKS: [&[u8; {block}]; {blocks_len}] = [
{blocks}
];
"""


def class_of(character: str) -> str:
    """Return the letter that stands for the class of a character."""
    category = unicodedata2.category(character)
    if character in NEWLINES:
        return "n"
    if character in CONTROLS or category.startswith("Z"):
        return "s"
    return CLASSES.get(category) or CLASSES.get(category[0]) or "o"


def tables() -> str:
    """Return the Rust file."""
    classes = "".join(class_of(chr(code)) for code in range(sys.maxunicode + 1))
    # The variation selectors in plane 14 would make the index four times as long.
    first = classes.index("m", 0xE0000)
    last = classes.rindex("m")
    rest = classes[0xE0000:first] + classes[last + 1 :]
    if set(classes[first : last + 1]) != {"m"} or set(rest) != {"o"}:
        message = "plane 14 and beyond have more than one range of marks"
        raise SystemExit(message)
    used = len(classes[:0xE0000].rstrip("o"))
    blocks: dict[str, int] = {}
    index = [
        blocks.setdefault(classes[start : start + BLOCK], len(blocks))
        for start in range(0, used, BLOCK)
    ]
    rows = [index[start : start + 16] for start in range(0, len(index), 16)]
    return HEADER.format(
        version=unicodedata2.unidata_version,
        first=first,
        last=last,
        block=BLOCK,
        index_len=len(index),
        index="\n".join(f"    {', '.join(map(str, row))}," for row in rows),
        blocks_len=len(blocks),
        blocks="\n".join(f'    b"{block}",' for block in blocks),
    )


def main(arguments: list[str]) -> int:
    """Write the file; with --check, only say whether it is up to date."""
    if arguments == ["--check"]:
        current = PATH.read_text(encoding="utf-8") == tables()
        if not current:
            print(f"{PATH.name} is stale: uv run tools/unicode_tables.py", file=sys.stderr)
        return int(not current)
    if arguments:
        print("usage: unicode_tables.py [--check]", file=sys.stderr)
        return 2
    PATH.write_text(tables(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
