"""The merges of a word, step by step: as data, as a table, and as a picture."""

from __future__ import annotations

from itertools import accumulate, chain, cycle
from typing import TYPE_CHECKING, NamedTuple

from bytemerge.abstract import check_type
from bytemerge.printable import html_of, printable, width
from bytemerge.visualize import COLOURS, has_colours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bytemerge.tokenizer import Tokenizer

LONGEST = 1000
"""Bytes of a text that can be explained: the steps hold all tokens, so they take the square of it."""

ROW, LETTER, MARGIN = 34, 9, 12
"""The picture's measures: height of a row, width of a letter, room around a text."""

MERGED, FAINT, END = "\x1b[1;7m", "\x1b[38;5;243m", "\x1b[0m"


SPACE = "␣"
"""A space, which would not be seen between others."""


class MergeStep(NamedTuple):
    """One merge: two neighbours become one token.

    Example:
        >>> from bytemerge import Tokenizer
        >>> step = Tokenizer.train(["the the"], 258).explain("the").steps[-1]
        >>> step.before, step.pair, step.token, step.after
        ((b't', b'he'), (b't', b'he'), b'the', (b'the',))
        >>> step.place, step.rank, step.id
        (0, 257, 257)
    """

    before: tuple[bytes, ...]
    """The tokens of the piece before it."""

    place: int
    """How many tokens are to the left of the pair."""

    rank: int
    """The rank of the pair, of which lower ones merge first. By ranks it is the id that the pair becomes, else the place in the list of merges."""

    id: int
    """The id of the token that the pair becomes."""

    @property
    def pair(self) -> tuple[bytes, bytes]:
        """The two that merge."""
        left, right = self.before[self.place : self.place + 2]
        return left, right

    @property
    def token(self) -> bytes:
        """What they become."""
        return b"".join(self.pair)

    @property
    def after(self) -> tuple[bytes, ...]:
        """The tokens of the piece after it."""
        return (*self.before[: self.place], self.token, *self.before[self.place + 2 :])


class ExplainedPiece(NamedTuple):
    """The merges of one piece of a text: no merge reaches from one into the next.

    Example:
        >>> from bytemerge import Tokenizer
        >>> first, second = Tokenizer.train(["the the"], 258).explain("the he").pieces
        >>> second.piece, second.ids, second.tokens, len(second.steps), second.is_looked_up
        (b' he', (32, 256), (b' ', b'he'), 1, False)
    """

    piece: bytes
    """Its bytes, which are the first tokens."""

    steps: tuple[MergeStep, ...]
    """The merges, in order."""

    ids: tuple[int, ...]
    """The ids that it is encoded to."""

    tokens: tuple[bytes, ...]
    """Their bytes."""

    @property
    def is_looked_up(self) -> bool:
        """Whether the piece is a token that its merges do not lead to. By ranks, it becomes that all the same."""
        merged = self.steps[-1].after if self.steps else tuple(each_byte(self.piece))
        return merged != self.tokens


class Explanation(NamedTuple):
    """How a text becomes tokens: printed it is a table, in a notebook a picture too.

    Spaces are shown as ``␣``, and what cannot be seen is escaped.

    Example:
        >>> from bytemerge import Tokenizer
        >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 260)
        >>> explanation = tokenizer.explain(" at")
        >>> print(explanation)
        ␣at: 3 bytes, 1 merge, 2 tokens
        <BLANKLINE>
        step  pair   rank   id  tokens
           0                    ␣|a|t
           1  a + t   256  256  ␣|at
        >>> [(step.pair, step.rank) for step in explanation.steps]
        [((b'a', b't'), 256)]
    """

    text: str
    """The text that was asked about."""

    pieces: tuple[ExplainedPiece, ...]
    """Its pieces, as the pattern cuts them."""

    @property
    def steps(self) -> tuple[MergeStep, ...]:
        """The merges of all pieces."""
        return tuple(chain.from_iterable(piece.steps for piece in self.pieces))

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of the text."""
        return tuple(chain.from_iterable(piece.ids for piece in self.pieces))

    def __str__(self) -> str:
        """Return a table for each piece."""
        return "\n\n".join(map(as_table, self.pieces)) or "no tokens"

    def as_terminal(self) -> str:
        r"""Return the tables with the escape sequences of terminals: each new token stands out.

        Example:
            >>> from bytemerge import Tokenizer
            >>> explanation = Tokenizer.train(["the the"], 258).explain("he")
            >>> explanation.as_terminal().splitlines()[-1]
            '   1  h + e   256  256  \x1b[1;7mhe\x1b[0m'
        """
        return "\n\n".join(as_table(piece, coloured=True) for piece in self.pieces) or "no tokens"

    def as_html(self) -> str:
        """Return a picture and a table for each piece, as HTML.

        Example:
            >>> from bytemerge import Tokenizer
            >>> html = Tokenizer.train(["the the"], 258).explain("the he").as_html()
            >>> html.count("<svg"), html.count("<table")
            (2, 2)
        """
        return "".join(map(piece_as_html, self.pieces)) or "<p>no tokens</p>"

    def _repr_html_(self) -> str:
        return self.as_html()

    def show(self) -> None:
        """Print it, with colours where the output is a terminal that has them.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).explain("he").show()  # doctest: +SKIP
            he: 2 bytes, 1 merge, 1 token
            <BLANKLINE>
            step  pair   rank   id  tokens
               0                    h|e
               1  h + e   256  256  he
        """
        print(self.as_terminal() if has_colours() else self)

    def __repr__(self) -> str:
        """Return the text and the numbers."""
        return f"<Explanation of {self.text!r}: {counted(len(self.steps), 'merge')}, {counted(len(self.ids), 'token')}>"


def explain(tokenizer: Tokenizer, text: str) -> Explanation:
    """Return the merges of a text.

    Raises:
        ValueError: it is longer than a word may be.
        UnicodeEncodeError: it has a lone surrogate.
        TypeError: it is not a str.
    """
    check_type(text, str)
    size = len(text.encode())
    if size > LONGEST:
        message = f"a text of {size:,} bytes is too long to explain: {LONGEST:,} are possible"
        raise ValueError(message)
    pieces = []
    for piece, merges, ids in tokenizer._rust.explain(text):
        tokens, steps = tuple(each_byte(piece)), []
        for place, _, _, rank, id in merges:
            steps.append(MergeStep(tokens, place, rank, id))
            tokens = steps[-1].after
        made = tuple(map(tokenizer.token_bytes, ids))
        pieces.append(ExplainedPiece(piece, tuple(steps), tuple(ids), made))
    return Explanation(text, tuple(pieces))


def label(token: bytes) -> str:
    """Return what to show of a token, with spaces that can be seen."""
    return printable(token).replace(" ", SPACE)


def each_byte(piece: bytes) -> Iterable[bytes]:
    """Return the bytes of a piece, each by itself."""
    return (piece[place : place + 1] for place in range(len(piece)))


def counted(number: int, what: str) -> str:
    """Return a number of things."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def title(piece: ExplainedPiece) -> str:
    """Return what there is to say of a piece in one line."""
    numbers = (
        counted(len(piece.piece), "byte"),
        counted(len(piece.steps), "merge"),
        counted(len(piece.ids), "token"),
    )
    said = f"{label(piece.piece)}: {', '.join(numbers)}"
    if piece.is_looked_up:
        said += f"; the piece is the token {piece.ids[0]}, and is looked up instead"
    return said


def rows_of(piece: ExplainedPiece, emphasis: Callable[[str], str]) -> list[list[str]]:
    """Return the cells of the table."""
    rows = [["0", "", "", "", "|".join(map(label, each_byte(piece.piece)))]]
    for number, step in enumerate(piece.steps, start=1):
        after = list(map(label, step.after))
        after[step.place] = emphasis(after[step.place])
        pair = " + ".join(map(label, step.pair))
        rows.append([str(number), pair, str(step.rank), str(step.id), "|".join(after)])
    return rows


HEADS = ["step", "pair", "rank", "id", "tokens"]
RIGHT = {0, 2, 3}
"""Columns of numbers."""
CELL = "padding: 1px 1.5em 1px 0;"


def as_table(piece: ExplainedPiece, *, coloured: bool = False) -> str:
    """Return the merges of a piece as an aligned table."""
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


def piece_as_html(piece: ExplainedPiece) -> str:
    """Return the picture and the table of a piece."""
    heads = "".join(f'<th style="{CELL} text-align: left">{head}</th>' for head in HEADS)
    rows = rows_of(piece, lambda token: f"\0{token}\1")  # neither is printable: they become tags
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="{CELL} text-align: {"right" if column in RIGHT else "left"}">{in_html(cell)}</td>'
            for column, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        '<div style="font-family: ui-monospace, monospace; direction: ltr; overflow-x: auto">'
        f'<p style="white-space: pre-wrap">{html_of(title(piece))}</p>{as_svg(piece)}'
        f'<table style="white-space: pre; border-collapse: collapse"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def in_html(cell: str) -> str:
    """Return a cell with its emphasis."""
    return html_of(cell).replace("\0", "<b>").replace("\1", "</b>")


class Brick(NamedTuple):
    """A token in the picture, below the two that it is made of."""

    label: str
    first: int
    """The column where it starts."""
    last: int
    """The column after its end."""
    level: int
    """How many merges are on the longest way to it."""
    step: int
    """The number of the merge that makes it; none makes a byte."""


def as_svg(piece: ExplainedPiece) -> str:
    """Return the picture: bytes at the top, and each merge below the two that it joins.

    A token reaches down to the merge that takes it. Those that are left at the end are coloured.
    """
    leaves = list(map(label, each_byte(piece.piece)))
    row = [Brick(leaf, place, place + 1, 0, 0) for place, leaf in enumerate(leaves)]
    drawn: list[tuple[Brick, int]] = []  # a brick, and the level where another one takes over
    for number, step in enumerate(piece.steps, start=1):
        left, right = row[step.place : step.place + 2]
        level = max(left.level, right.level) + 1
        drawn += [(left, level), (right, level)]
        row[step.place : step.place + 2] = [
            Brick(label(step.token), left.first, right.last, level, number)
        ]
    if piece.is_looked_up:
        level = max(brick.level for brick in row) + 1
        drawn += [(brick, level) for brick in row]
        row = [Brick(label(piece.piece), 0, len(leaves), level, 0)]
    bottom = max(brick.level for brick in row) + 1
    places = list(accumulate((width(leaf) * LETTER + MARGIN for leaf in leaves), initial=0))
    colours = cycle(COLOURS)
    bricks = [as_rect(brick, until, places) for brick, until in drawn]
    bricks += [as_rect(brick, bottom, places, next(colours)) for brick in row]
    size = f'width="{places[-1] + 2}" height="{bottom * ROW + 2}"'
    font = 'font-family="ui-monospace, monospace" font-size="14" text-anchor="middle"'
    name = f"<title>{html_of(title(piece))}</title>"
    return f'<svg role="img" {size} {font} style="max-width: none">{name}{"".join(bricks)}</svg>'


def as_rect(brick: Brick, until: int, places: Sequence[int], colour: str = "") -> str:
    """Return a brick as SVG, in the colour of the page's text where it has none of its own."""
    left, right = places[brick.first] + 1, places[brick.last] + 1
    top, height = brick.level * ROW + 1, (until - brick.level) * ROW
    fill = f'fill="{colour}"' if colour else 'fill="currentColor" fill-opacity="0.08"'
    ink = "#000" if colour else "currentColor"
    rect = (
        f'<rect x="{left + 1}" y="{top + 1}" width="{right - left - 2}" height="{height - 2}" rx="3" {fill} '
        'stroke="currentColor" stroke-opacity="0.3"/>'
    )
    middle = (left + right) / 2
    text = f'<text x="{middle:g}" y="{top + 18}" fill="{ink}" xml:space="preserve">{html_of(brick.label)}</text>'
    number = (
        f'<text x="{middle:g}" y="{top + 29}" fill="{ink}" fill-opacity="0.75" font-size="9">{brick.step}</text>'
        if brick.step
        else ""
    )
    return rect + text + number
