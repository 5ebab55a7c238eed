"""Shows how the tokenizer for production cuts a text: tokens in colours, each with its id."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, ClassVar

from bytemerge.show.colours import COLOURS, END, FAINT, TERMINAL_COLOURS, has_colours
from bytemerge.show.printable import fragments, html_of, printable, width
from bytemerge.show.visualization import Visualization

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STYLE = """<style>
.bytemerge-tokens { font-family: ui-monospace, monospace; line-height: 1.4; direction: ltr }
.bytemerge-tokens > span { display: inline-flex; flex-direction: column; align-items: center;
  vertical-align: top; margin: 0 1px 4px 0; max-width: 100% }
.bytemerge-tokens bdi { white-space: break-spaces; overflow-wrap: anywhere; border-radius: 3px;
  color: #000; min-width: 0.5em; min-height: 1.4em }
.bytemerge-tokens bdi.special { background: #444; color: #fff; font-weight: bold; padding: 0 0.3em }
.bytemerge-tokens i { font-style: normal; color: #555 }
.bytemerge-tokens small { font-size: 0.65em; opacity: 0.7; padding: 0 0.25em }
</style>"""
"""Black on light colours is readable on light and dark pages. The rest has the page's colour."""

ESCAPED, NORMAL = "\x1b[38;5;240m", "\x1b[30m"
"""A grey for escaped characters, and black for the others."""

SPECIAL = "\x1b[1;97;48;5;238m"


class TokenVisualization(Visualization):
    r"""Tokens with their ids, in colours in terminals and notebooks, and with bars elsewhere.

    Invisible characters are escaped: control characters, marks of direction, unusual spaces, and
    the bytes of a character that is cut into several tokens. So no text can do anything to the
    terminal or the page. A token with a newline ends a line.

    Example:
        >>> from bytemerge import Tokenizer
        >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 260)
        >>> print(tokenizer.visualize("the hat\n\u202ecat"))
        the| |h|at|\n
        \xe2|\x80|\xae|cat
    """

    def __init__(
        self, tokens: Iterable[bytes], ids: Iterable[int], special: Iterable[int] = ()
    ) -> None:
        """Take the bytes and the id of each token, and the ids of special tokens."""
        self.tokens: tuple[bytes, ...] = tuple(tokens)
        self.ids: tuple[int, ...] = tuple(ids)
        self.special: frozenset[int] = frozenset(special)
        super().__init__(
            [[printable(self.tokens[index]) for index in line] for line in self._lines()]
        )

    def __str__(self) -> str:
        """Return the tokens with bars between them."""
        lines = (
            "|".join(printable(self.tokens[index]) for index in line) for line in self._lines()
        )
        return "\n".join(lines)

    def as_terminal(self, *, ids: bool = True, columns: int | None = None) -> str:
        r"""Return the tokens with the escape sequences of terminals, and their ids below.

        Lines are broken to fit into ``columns``, by default those of the terminal.

        Example:
            >>> from bytemerge import Tokenizer
            >>> shown = Tokenizer.train(["the the"], 258).visualize("the")
            >>> shown.as_terminal(ids=False)
            '\x1b[30;48;5;223mthe\x1b[0m'
        """
        columns = columns or terminal_columns()
        colours = cycle(TERMINAL_COLOURS)
        rows: list[str] = []
        for line in self._lines():
            upper, lower, used = "", "", 0
            for index in line:
                label = str(self.ids[index]) if ids else ""
                seen = width(printable(self.tokens[index]))
                taken = max(seen, len(label)) + ids  # a gap between two ids
                if used and used + taken > columns:
                    rows += finished(upper, lower)
                    upper, lower, used = "", "", 0
                is_special = self.ids[index] in self.special
                start = SPECIAL if is_special else f"\x1b[30;48;5;{next(colours)}m"
                upper += coloured(self.tokens[index], start) + " " * (taken - seen)
                lower += label.ljust(taken)
                used += taken
            rows += finished(upper, lower)
        return "\n".join(rows)

    def as_html(self) -> str:
        """Return the tokens as HTML, with their ids below and their bytes in the tooltip.

        Example:
            >>> from bytemerge import Tokenizer
            >>> html = Tokenizer.train(["the the"], 258).visualize("the").as_html()
            >>> html.partition("</style>")[2].count("<small>257</small>")
            1
        """
        colours = cycle(COLOURS)
        lines = ("".join(self._as_span(index, colours) for index in line) for line in self._lines())
        return f'{STYLE}<div class="bytemerge-tokens">{"<br>".join(lines)}</div>'

    _repr_html_ = as_html

    def show(self, *, ids: bool = True) -> None:
        """Print the tokens, with colours if the output is a terminal that has them.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).visualize("the he").show()  # doctest: +SKIP
            the| |he
        """
        print(self.as_terminal(ids=ids) if has_colours() else self)

    def __eq__(self, other: object) -> bool:
        """Return whether both show the same tokens."""
        if not isinstance(other, TokenVisualization):
            return NotImplemented
        mine, theirs = ((each.tokens, each.ids, each.special) for each in (self, other))
        return mine == theirs

    __hash__: ClassVar[None] = None

    def __repr__(self) -> str:
        """Return the number of tokens in words."""
        return f"<TokenVisualization of {len(self.ids):,} tokens>"

    def _lines(self) -> list[list[int]]:
        """Return the indices of the tokens of each line."""
        lines: list[list[int]] = [[]]
        for index, token in enumerate(self.tokens):
            lines[-1].append(index)
            if b"\n" in token:
                lines.append([])
        return lines if lines[-1] or len(lines) == 1 else lines[:-1]

    def _as_span(self, index: int, colours: Iterator[str]) -> str:
        token, id = self.tokens[index], self.ids[index]
        shown = "".join(
            f"<i>{fragment.text}</i>" if fragment.escaped else html_of(fragment.text)
            for fragment in fragments(token)
        )
        look = 'class="special"' if id in self.special else f'style="background:{next(colours)}"'
        title = html_of(f"{id}: {token!r}")
        return f'<span title="{title}"><bdi {look}>{shown}</bdi><small>{id}</small></span>'


def terminal_columns() -> int:
    """Return the width of the terminal."""
    import shutil  # noqa: PLC0415  # slow to import

    return shutil.get_terminal_size().columns


def finished(upper: str, lower: str) -> list[str]:
    """Return a row of tokens, and the row of their ids below it, if there are any."""
    ids = lower.rstrip(" ")
    return [upper.rstrip(" "), f"{FAINT}{ids}{END}"] if ids else [upper]


def coloured(token: bytes, start: str) -> str:
    """Return a token with escape sequences of terminals, and escaped characters in grey."""
    parts = fragments(token)
    if start == SPECIAL:
        return start + "".join(part.text for part in parts) + END
    shown = "".join(
        f"{ESCAPED}{part.text}{NORMAL}" if part.escaped else part.text for part in parts
    )
    return start + shown.removesuffix(NORMAL) + END
