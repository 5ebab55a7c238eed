"""What a person sees while a tool works: one line for each step, moving on a terminal, plain elsewhere."""

from __future__ import annotations

import contextlib
import io
import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from tools.shell import Failed

if TYPE_CHECKING:
    from collections.abc import Iterator

# A line is as long as its text: a file and a CI log have no width to wrap at.
# And a pipe is no console of Windows, whose functions would colour it.
console = Console(highlight=False, soft_wrap=True, legacy_windows=None if sys.stdout.isatty() else False)
# What a file or a terminal cannot show, as on Windows, is no reason to show nothing.
if isinstance(sys.stdout, io.TextIOWrapper):
    sys.stdout.reconfigure(errors="backslashreplace")


def can_move() -> bool:
    """Return whether what is shown can change. FORCE_COLOR asks for colours, and makes no terminal of a pipe."""
    return sys.stdout.isatty() and console.is_terminal and not console.is_dumb_terminal


def spinner() -> str:
    """Return the name of a spinner that the terminal has the characters of."""
    return "line" if console.options.ascii_only else "dots"


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Prints the title of the work inside, whether it went well, and how long it took. Ends the program if not."""
    start = time.perf_counter()
    try:
        with console.status(escape(title), spinner=spinner()) if can_move() else contextlib.nullcontext():
            yield
    except Failed as failed:
        fail(title, str(failed))
        sys.exit(1)
    good(title, time.perf_counter() - start)


def good(title: str, seconds: float) -> None:
    console.print(f"[green]ok  [/] {escape(title)} [dim]{seconds:.1f} s[/]")


def fail(title: str, why: str) -> None:
    """The title in red, and below it the words of the program that failed, untouched."""
    console.print(f"[red]FAIL[/] {escape(title)}")
    console.print(why, markup=False)
