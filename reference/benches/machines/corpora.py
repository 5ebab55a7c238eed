"""Texts to count: real ones, and a gigabyte drawn from the statistics of a real one."""

from __future__ import annotations

import random
import re
import sys
from dataclasses import dataclass
from html import unescape
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "peers")]

import numpy as np
import texts

from bytemerge import WordCounts

DRAWN = 1_000_000
"""The pieces that are drawn at a time."""
TAG = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
"""A part of a page that is not text."""
KEPT = 1 - np.exp(-2)
"""The share of n invented pieces that occur at least once if 2n slots each take one at random."""


@dataclass(frozen=True)
class Law:
    """Heaps' law: a text of n bytes has about `factor * n ** power` distinct pieces."""

    factor: float
    power: float

    def pieces(self, size: float) -> float:
        """Return the number of distinct pieces in a text."""
        return float(self.factor * size**self.power)


def real(folder: Path | None, *, first: bool) -> dict[str, list[str]]:
    """Return the lines of each file of a folder, or of texts that come with packages.

    With `first`, only the first is read.
    Their order is random, always the same, so that a part of a corpus is like the whole.
    """
    if folder is None:
        kinds = dict([*texts.TEXTS.items()][: 1 if first else None])
        found = {kind: "\n".join(parts()).splitlines() for kind, parts in kinds.items()}
    else:
        files = sorted(folder.glob("*.txt"))[: 1 if first else None]
        found = {file.stem: file.read_text(encoding="utf-8").splitlines() for file in files}
    for lines in found.values():
        random.Random(1).shuffle(lines)
    return found


def write(lines: list[str], size: int, folder: Path, files: int) -> list[Path]:
    """Write about `size` bytes of the lines into files, and return them."""
    total, last = 0, len(lines)
    for index, line in enumerate(lines):
        total += len(line.encode()) + 1
        if total > size:
            last = index
            break
    paths = [folder / f"{index}.txt" for index in range(files)]
    for index, path in enumerate(paths):
        content = "".join(f"{line}\n" for line in lines[index:last:files])
        path.write_text(content, encoding="utf-8", newline="")
    return paths


def generate(counts: WordCounts, law: Law, size: int, folder: Path, files: int) -> list[Path]:
    """Write files with `size` bytes of the pieces of a real text, and return them.

    A piece is drawn as often as it occurs there. New ones, made of the halves of two others, appear
    at the rate of the law.
    """
    random_ = np.random.default_rng(1)
    # Only those that stay pieces whatever stands before them.
    drawn = {piece: count for piece, count in counts.items() if starts_a_piece(piece)}
    pieces = np.array([*drawn], dtype=object)
    chances = np.array([*drawn.values()]) / sum(drawn.values())
    written, made = 0, []
    for index in range(files):
        path = folder / f"{index}.txt"
        until = size * (index + 1) // files
        with path.open("wb") as file:
            while written < until:
                block = pieces[random_.choice(len(pieces), DRAWN, p=chances)]
                length = sum(map(len, block))
                new = round((law.pieces(written + length) - law.pieces(written)) / KEPT)
                if written and new:  # the first block has the pieces of the real text
                    invented = np.array(invent(pieces, new, random_), dtype=object)
                    slots = random_.integers(0, DRAWN, 2 * new)
                    block[slots] = invented[random_.integers(0, new, 2 * new)]
                file.write(b"".join(block))
                written += length
        made.append(path)
    return made


def starts_a_piece(piece: bytes) -> bool:
    """Return whether a piece is a word after a space, or a line end."""
    return piece == b"\n" or (piece[:1] == b" " and piece[1:].decode(errors="ignore").isalpha())


def invent(pieces: np.ndarray, number: int, random_: np.random.Generator) -> list[bytes]:
    """Return words, each of the first half of one and the second half of another."""
    words = [piece.decode() for piece in pieces[random_.integers(0, len(pieces), 2 * number)]]
    halves = zip(words[:number], words[number:], strict=True)
    return [
        f"{a[: len(a) // 2 + 1]}{b[len(b) // 2 :]}".rstrip().encode() or b"\n" for a, b in halves
    ]


def gather(folder: Path, out: Path, suffix: str) -> None:
    """Write the text of all files in a folder that have a suffix into one file.

    Pages of HTML lose their tags, and what each repeats, such as menus.
    """
    lines: list[str] = []
    for file in sorted(folder.rglob(f"*{suffix}")):
        if file.is_file() and not file.is_symlink():
            text = file.read_text(encoding="utf-8", errors="ignore")
            lines += (unescape(TAG.sub("", text)) if suffix == ".html" else text).splitlines()
    out.write_text(
        "\n".join(dict.fromkeys(lines) if suffix == ".html" else lines), encoding="utf-8"
    )


if __name__ == "__main__":
    gather(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
