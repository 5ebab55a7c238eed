"""Draws the merges of a piece: bytes at the top, and each merge below the two that it joins."""

from __future__ import annotations

from itertools import accumulate, cycle
from typing import TYPE_CHECKING, NamedTuple

from bytemerge.show.colours import COLOURS
from bytemerge.show.merge_table import each_byte, label, title
from bytemerge.show.printable import html_of, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bytemerge.show.explanation import ExplainedPiece

ROW, LETTER, MARGIN = 34, 9, 12
"""Pixels: the height of a row, the width of a letter, the space around a label."""


class Brick(NamedTuple):
    """A token in the picture, below the two tokens that it consists of."""

    label: str

    first: int
    """The column where it starts."""

    last: int
    """The column after its end."""

    level: int
    """The number of merges on the longest way to it."""

    step: int
    """The number of the merge that makes it; 0 for a byte."""


def as_svg(piece: ExplainedPiece) -> str:
    """Return the picture as SVG.

    A token reaches down to the merge that takes it. The tokens that are left at the end are
    coloured.
    """
    leaves = list(map(label, each_byte(piece.piece)))
    row = [Brick(leaf, column, column + 1, 0, 0) for column, leaf in enumerate(leaves)]
    drawn: list[tuple[Brick, int]] = []  # a brick, and the level where the next one starts
    for number, step in enumerate(piece.steps, start=1):
        left, right = row[step.offset : step.offset + 2]
        level = max(left.level, right.level) + 1
        drawn += [(left, level), (right, level)]
        row[step.offset : step.offset + 2] = [
            Brick(label(step.token), left.first, right.last, level, number)
        ]
    if piece.is_looked_up:
        level = max(brick.level for brick in row) + 1
        drawn += [(brick, level) for brick in row]
        row = [Brick(label(piece.piece), 0, len(leaves), level, 0)]
    bottom = max(brick.level for brick in row) + 1
    edges = list(accumulate((width(leaf) * LETTER + MARGIN for leaf in leaves), initial=0))
    colours = cycle(COLOURS)
    bricks = [as_rect(brick, until, edges) for brick, until in drawn]
    bricks += [as_rect(brick, bottom, edges, next(colours)) for brick in row]
    size = f'width="{edges[-1] + 2}" height="{bottom * ROW + 2}"'
    font = 'font-family="ui-monospace, monospace" font-size="14" text-anchor="middle"'
    name = f"<title>{html_of(title(piece))}</title>"
    return f'<svg role="img" {size} {font} style="max-width: none">{name}{"".join(bricks)}</svg>'


def as_rect(brick: Brick, until: int, edges: Sequence[int], colour: str = "") -> str:
    """Return a brick as SVG. Without a colour it takes the colour of the page's text."""
    left, right = edges[brick.first] + 1, edges[brick.last] + 1
    top, height = brick.level * ROW + 1, (until - brick.level) * ROW
    fill = f'fill="{colour}"' if colour else 'fill="currentColor" fill-opacity="0.08"'
    ink = f'fill="{"#000" if colour else "currentColor"}"'
    middle = f'x="{(left + right) / 2:g}"'
    rect = (
        f'<rect x="{left + 1}" y="{top + 1}" width="{right - left - 2}" height="{height - 2}" '
        f'rx="3" {fill} stroke="currentColor" stroke-opacity="0.3"/>'
    )
    name = html_of(brick.label)
    text = f'<text {middle} y="{top + 18}" {ink} xml:space="preserve">{name}</text>'
    if not brick.step:
        return rect + text
    small = 'fill-opacity="0.75" font-size="9"'
    return f'{rect}{text}<text {middle} y="{top + 29}" {ink} {small}>{brick.step}</text>'
