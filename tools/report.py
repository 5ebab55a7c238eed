"""Prints one line for each step of a tool: animated on a terminal, plain elsewhere."""

import contextlib
import io
import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape

from tools.shell import Failed

# Lines are not wrapped: a file and a CI log have no width. Without a terminal, Windows' console
# functions must not be used for colours.
console = Console(highlight=False, soft_wrap=True, legacy_windows=None if sys.stdout.isatty() else False)
# Characters that a file or terminal cannot show, as on Windows, are escaped.
if isinstance(sys.stdout, io.TextIOWrapper):
    sys.stdout.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Prints the title of the work inside, whether it succeeded, and how long it took.

    Ends the program if it failed.
    """
    start = time.perf_counter()
    # FORCE_COLOR asks for colours, but does not make a pipe a terminal. A spinner of characters
    # that every terminal has.
    moving = sys.stdout.isatty() and not console.is_dumb_terminal
    try:
        with console.status(escape(title), spinner="line") if moving else contextlib.nullcontext():
            yield
    except Failed as failed:
        fail(title, str(failed))
        sys.exit(1)
    good(title, time.perf_counter() - start)


def good(title: str, seconds: float) -> None:
    console.print(f"[green]ok  [/] {escape(title)} [dim]{seconds:.1f} s[/]")


def fail(title: str, why: str) -> None:
    """Print the title in red, and below it the output of the program that failed, unchanged."""
    console.print(f"[red]FAIL[/] {escape(title)}")
    console.print(why, markup=False)
