"""The interface of a study: its options, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tools.measure.drawing import Bar


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    rounds: int
    lines: int
    """Of the standard library, where that is the input."""
    quick: bool = False
    """Whether it only shows that the study works."""


class Study(Protocol):
    """A module that measures one peer beside others."""

    TITLE: str
    """Of its plot."""
    AXIS: str
    ROUNDS: int
    """That make its figures steady, unless `--rounds` says otherwise."""

    def measure(self, options: Options, /) -> dict[str, Any]:
        """Return the versions, the input, and seconds by task and way, each round; ends the program where results differ."""

    def bars(self, measured: dict[str, Any], /) -> list[Bar]:
        """Return the lines of the plot."""
