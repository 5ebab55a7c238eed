"""Shows the merges of a piece as a table, in terminals and in HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bytemerge.show.colours import END, FAINT
from bytemerge.show.printable import html_of, printable, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bytemerge.show.explanation import ExplainedPiece

SPACE = "␣"
"""The sign for a space, which could not be told from the spaces of the table."""

MERGED = "\x1b[1;7m"
"""Bold and reversed: the new token of a row."""

HEADS = ["step", "pair", "rank", "id", "tokens"]

RIGHT = {0, 2, 3}
"""The columns of numbers, which are aligned to the right."""

CELL = "padding: 1px 1.5em 1px 0;"


def label(token: bytes) -> str:
    """Return a token as it is shown, with a sign for each space."""
    return printable(token).replace(" ", SPACE)


def each_byte(piece: bytes) -> Iterable[bytes]:
    """Return the single bytes of a piece."""
    return (piece[index : index + 1] for index in range(len(piece)))


def counted(number: int, what: str) -> str:
    """Return a number and its noun, in the plural if need be."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def title(piece: ExplainedPiece) -> str:
    """Return a summary of a piece in one line."""
    numbers = (
        counted(len(piece.piece), "byte"),
        counted(len(piece.steps), "merge"),
        counted(len(piece.ids), "token"),
    )
    summary = f"{label(piece.piece)}: {', '.join(numbers)}"
    if piece.is_looked_up:
        summary += f"; the piece is the token {piece.ids[0]}, and is looked up instead"
    return summary


def rows_of(piece: ExplainedPiece, emphasis: Callable[[str], str]) -> list[list[str]]:
    """Return the cells of the table."""
    rows = [["0", "", "", "", "|".join(map(label, each_byte(piece.piece)))]]
    for number, step in enumerate(piece.steps, start=1):
        after = list(map(label, step.after))
        after[step.offset] = emphasis(after[step.offset])
        pair = " + ".join(map(label, step.pair))
        rows.append([str(number), pair, str(step.rank), str(step.id), "|".join(after)])
    return rows


def as_table(piece: ExplainedPiece, *, coloured: bool = False) -> str:
    """Return the title and an aligned table."""
    rows = [HEADS, *rows_of(piece, lambda token: f"{MERGED}{token}{END}" if coloured else token)]
    widths = [max(width(row[column]) for row in rows) for column in range(4)]
    lines = []
    for row in rows:
        cells = []
        for column, size in enumerate(widths):
            gap = " " * (size - width(row[column]))
            cells.append(gap + row[column] if column in RIGHT else row[column] + gap)
        lines.append("  ".join([*cells, row[4]]))
    if coloured:
        lines[0] = f"{FAINT}{lines[0]}{END}"
    return "\n".join([title(piece), "", *lines])


def as_html_table(piece: ExplainedPiece) -> str:
    """Return the table as HTML."""
    heads = "".join(f'<th style="{CELL} text-align: left">{head}</th>' for head in HEADS)
    # Neither character is printable, so no label contains it. They become tags.
    rows = rows_of(piece, lambda token: f"\0{token}\1")
    body = "".join(f"<tr>{''.join(map(as_cell, range(len(row)), row))}</tr>" for row in rows)
    return (
        '<table style="white-space: pre; border-collapse: collapse">'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def as_cell(column: int, cell: str) -> str:
    """Return a cell as HTML, with its emphasis."""
    side = "right" if column in RIGHT else "left"
    content = html_of(cell).replace("\0", "<b>").replace("\1", "</b>")
    return f'<td style="{CELL} text-align: {side}">{content}</td>'
