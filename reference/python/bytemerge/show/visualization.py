"""Tokens of lines in colours: of naive tokenizers, and the base of ``TokenVisualization``."""

from __future__ import annotations

from itertools import cycle
from typing import ClassVar

from bytemerge.show.colours import COLOURS, TERMINAL_COLOURS, has_colours
from bytemerge.show.printable import html_of


class Visualization:
    """Lines of tokens, shown with colours in terminals and notebooks, and with dots elsewhere.

    Example:
        >>> from bytemerge import Visualization
        >>> print(Visualization([["programm", "ing", " ", "is", " "], ["f", "un", " "]]))
        programm·ing is
        f·un
    """

    def __init__(self, lines: list[list[str]]) -> None:
        """Take the tokens of each line as strings. The end of a word is a space."""
        self.lines = lines

    def __str__(self) -> str:
        """Return the plain text: dots between the tokens of a word, spaces between words."""
        return "\n".join(as_dotted(line) for line in self.lines)

    def as_terminal(self) -> str:
        r"""Return the text with the escape sequences of terminals.

        Example:
            >>> from bytemerge import Visualization
            >>> Visualization([["f", "un", " "]]).as_terminal()
            '\x1b[30;48;5;223mf\x1b[0m\x1b[30;48;5;157mun\x1b[0m '
        """
        colours = cycle(TERMINAL_COLOURS)
        return "\n".join(
            "".join(
                part if part == " " else f"\x1b[30;48;5;{next(colours)}m{part}\x1b[0m"
                for part in line
            )
            for line in self.lines
        )

    def as_html(self) -> str:
        """Return the text as a block of HTML.

        Example:
            >>> from bytemerge import Visualization
            >>> Visualization([["f", "un", " "]]).as_html().count("<span")
            2
        """
        colours = cycle(COLOURS)
        lines = (
            "".join(part if part == " " else as_span(part, next(colours)) for part in line)
            for line in self.lines
        )
        style = "font-family: monospace; white-space: pre-wrap; line-height: 1.7"
        return f'<div style="{style}">{"<br>".join(lines)}</div>'

    _repr_html_ = as_html

    def show(self) -> None:
        """Print the tokens, with colours if the output is a terminal that has them.

        Example:
            >>> from bytemerge import Visualization
            >>> Visualization([["f", "un", " "]]).show()  # doctest: +SKIP
            f·un
        """
        print(self.as_terminal() if has_colours() else self)

    def __eq__(self, other: object) -> bool:
        """Return whether both show the same lines."""
        if type(other) is not Visualization:
            return NotImplemented
        return self.lines == other.lines

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return how many there are."""
        return f"<Visualization of {sum(map(len, self.lines)):,} tokens>"


def as_dotted(line: list[str]) -> str:
    """Return the tokens of a line, with dots between the tokens of a word.

    Example:
        >>> from bytemerge.show.visualization import as_dotted
        >>> as_dotted(["programm", "ing", " ", "is", " "])
        'programm·ing is'
    """
    words = "·".join(line).split("· ")
    return " ".join(word.removeprefix("·") for word in words).rstrip(" ")


def as_span(token: str, colour: str) -> str:
    """Return a token as HTML, on its colour."""
    style = f"background: {colour}; color: #000; border-radius: 3px; padding: 1px 0"
    return f'<span style="{style}">{html_of(token)}</span>'
