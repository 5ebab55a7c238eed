"""The interface of a study: its options, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tools.measure.drawing import Bar


@dataclass(frozen=True)
class Options:
    """The size of a measurement."""

    rounds: int
    lines: int
    """The number of lines of the standard library, if that is the input."""
    quick: bool = False
    """Whether the run only shows that the study works."""


class Study(Protocol):
    """A module that measures one peer beside others."""

    TITLE: str
    """The title of its plot."""
    AXIS: str
    ROUNDS: int
    """The number of rounds that makes its figures steady, unless `--rounds` sets another."""

    def measure(self, options: Options, /) -> dict[str, Any]:
        """Return the versions, the input, and the seconds of each round by task and way.

        It ends the program if results differ.
        """

    def bars(self, measured: dict[str, Any], /) -> list[Bar]:
        """Return the lines of the plot."""
