"""The merges of a word, step by step: as data, as a table, and as a picture."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from bytemerge.arguments import check_type
from bytemerge.show.colours import has_colours
from bytemerge.show.merge_picture import as_svg
from bytemerge.show.merge_table import as_html_table, as_table, counted, each_byte, title
from bytemerge.show.printable import html_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bytemerge import _core

LONGEST = 1000
"""The most bytes of an explained text. Each step holds all tokens: memory is quadratic."""


class MergeStep(NamedTuple):
    """One merge: two neighbours become one token.

    Example:
        >>> from bytemerge import Tokenizer
        >>> step = Tokenizer.train(["the the"], 258).explain("the").steps[-1]
        >>> step.before, step.pair, step.token, step.after
        ((b't', b'he'), (b't', b'he'), b'the', (b'the',))
        >>> step.offset, step.rank, step.id
        (0, 257, 257)
    """

    before: tuple[bytes, ...]
    """The tokens of the piece before the merge."""

    offset: int
    """The index of the pair's left token in ``before``."""

    rank: int
    """The rank of the pair. Lower ranks merge first. By ranks it is the id of the new token, by a
    list of merges the index in the list."""

    id: int
    """The id of the new token."""

    @property
    def pair(self) -> tuple[bytes, bytes]:
        """The two tokens that merge."""
        left, right = self.before[self.offset : self.offset + 2]
        return left, right

    @property
    def token(self) -> bytes:
        """The new token."""
        return b"".join(self.pair)

    @property
    def after(self) -> tuple[bytes, ...]:
        """The tokens of the piece after the merge."""
        return (*self.before[: self.offset], self.token, *self.before[self.offset + 2 :])


class ExplainedPiece(NamedTuple):
    """The merges of one piece of a text. No merge crosses the end of a piece.

    Example:
        >>> from bytemerge import Tokenizer
        >>> first, second = Tokenizer.train(["the the"], 258).explain("the he").pieces
        >>> second.piece, second.ids, second.tokens, len(second.steps), second.is_looked_up
        (b' he', (32, 256), (b' ', b'he'), 1, False)
    """

    piece: bytes
    """The bytes of the piece. Single bytes are its first tokens."""

    steps: tuple[MergeStep, ...]
    """The merges, in order."""

    ids: tuple[int, ...]
    """The ids of the piece."""

    tokens: tuple[bytes, ...]
    """The bytes of each id."""

    @property
    def is_looked_up(self) -> bool:
        """True if the piece is a token that its merges do not lead to, and is looked up instead."""
        merged = self.steps[-1].after if self.steps else tuple(each_byte(self.piece))
        return len(self.tokens) == 1 and merged != self.tokens


class Explanation(NamedTuple):
    """How a text becomes tokens: printed it is a table, in a notebook also a picture.

    Spaces are shown as ``␣``, and characters that cannot be seen are escaped.

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
    """The text that is explained."""

    pieces: tuple[ExplainedPiece, ...]
    """The pieces of the text, as the pattern cuts them."""

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
        r"""Return the tables with the escape sequences of terminals, which mark each new token.

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
        """Print the tables, with colours if the output is a terminal that has them.

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
        """Return the text and the numbers of merges and tokens."""
        merges, tokens = counted(len(self.steps), "merge"), counted(len(self.ids), "token")
        return f"<Explanation of {self.text!r}: {merges}, {tokens}>"


def explain(
    text: str,
    merges_of: Callable[[str], list[tuple[bytes, list[_core._Step], list[int]]]],
    bytes_of: Callable[[int], bytes],
) -> Explanation:
    """Return the explanation of a text, from the merges of each piece and the bytes of each id.

    Raises:
        ValueError: the text is longer than ``LONGEST`` bytes.
        UnicodeEncodeError: the text contains a lone surrogate.
        TypeError: ``text`` is not a str.
    """
    check_type(text, str)
    size = len(text.encode())
    if size > LONGEST:
        message = f"a text of {size:,} bytes is too long to explain: {LONGEST:,} are possible"
        raise ValueError(message)
    pieces = []
    for piece, merges, ids in merges_of(text):
        tokens, steps = tuple(each_byte(piece)), []
        for index, _, _, rank, id in merges:
            steps.append(MergeStep(tokens, index, rank, id))
            tokens = steps[-1].after
        pieces.append(ExplainedPiece(piece, tuple(steps), tuple(ids), tuple(map(bytes_of, ids))))
    return Explanation(text, tuple(pieces))


def piece_as_html(piece: ExplainedPiece) -> str:
    """Return the title, the picture and the table of a piece."""
    return (
        '<div style="font-family: ui-monospace, monospace; direction: ltr; overflow-x: auto">'
        f'<p style="white-space: pre-wrap">{html_of(title(piece))}</p>'
        f"{as_svg(piece)}{as_html_table(piece)}</div>"
    )
