"""The command line: ``python -m bytemerge``, and the script ``bytemerge``.

Each command is a file with USAGE, DESCRIPTION, add_options and run, and is listed in COMMANDS. The
other files serve one or several commands.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from bytemerge import __version__
from bytemerge.cli import bench, count, decode, encode, explain, info, show, train
from bytemerge.errors import BytemergeError
from bytemerge.files import words
from bytemerge.show.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

COMMANDS = (train, encode, decode, count, show, explain, info, bench)

ABOUT_MODELS = """\
A MODEL is a file that `train` has saved, a tokenizer.json of Hugging Face, a file of ranks as
tiktoken keeps them (with --pattern), or the name of an encoding or a model of OpenAI, such as
o200k_base or gpt-4o, whose ranks are downloaded once. A FILE is text in UTF-8, plain or
compressed by gzip, zstd, bzip2 or xz; without one, and for "-", standard input is read."""

ENDING = ("SIGTERM", "SIGHUP")
"""Signals that ask a program to end."""

WIDTH = 96
"""The most characters of a line of help."""


class HelpFormatter(argparse.HelpFormatter):
    """Writes help in the same words for every version of Python."""

    def __init__(self, prog: str) -> None:
        """Take the name of the program."""
        super().__init__(prog, max_help_position=30)
        self._width = min(self._width, WIDTH)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        paragraphs = text.split("\n\n")
        return "\n\n".join(
            super(HelpFormatter, self)._fill_text(each, width, indent) for each in paragraphs
        )

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, action.dest.upper())
        return f"{', '.join(action.option_strings)} {value}"


class Parser(argparse.ArgumentParser):
    """Reports an error in one line, without the usage that ``--help`` shows."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit status 2."""
        sys.exit(fail(message))

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse ignores errors of writing, such as a full disk.
        output = file or sys.stderr
        if output:
            output.write(message)
            output.flush()


class Command(Parser):
    """Takes options before, between and behind files, which argparse alone does not."""

    takes_them_apart: bool = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse twice, options first. Older versions of Python call this method again for that."""
        if self.takes_them_apart:
            return super().parse_known_args(args, namespace)
        self.takes_them_apart = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self.takes_them_apart = False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status, 2 for bad input."""
    if sys.stdout:
        # Escape characters that the terminal cannot show, instead of failing.
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    top = parser()
    try:
        options = top.parse_args(arguments)
        if "run" not in options:
            top.error(
                f"a command is missing: {', '.join(map(name_of, COMMANDS))}; --help says more"
            )
        run: Callable[[argparse.Namespace], None] = options.run
        with signals_raised():
            run(options)
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        # A reader such as `head` has read enough.
        close_standard_output()
    except (KeyboardInterrupt, TerminatedError) as stopped:
        close_standard_output()
        return 128 + (stopped.number if isinstance(stopped, TerminatedError) else signal.SIGINT)
    except OSError as error:
        close_standard_output()
        if error.errno is None:  # an error of the file's content, not of the system
            return fail(str(error))
        name = "standard output" if error.filename is None else error.filename
        return fail(f"{name}: {words(error)}")
    except MemoryError:
        return fail("not enough memory")
    except (BytemergeError, UnicodeEncodeError) as error:
        return fail(str(error))
    return 0


class TerminatedError(BaseException):
    """A signal asks the program to end: it removes incomplete files, as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        """Take the number of the signal."""
        super().__init__(number)
        self.number: int = number


@contextmanager
def signals_raised() -> Iterator[None]:
    """Turn the signals that end the program into exceptions, also where an import hides them."""
    heard: list[BaseException] = []

    def stop(number: int, _: object) -> NoReturn:
        heard.append(KeyboardInterrupt() if number == signal.SIGINT else TerminatedError(number))
        raise heard[-1]

    # Only this thread may set handlers.
    is_main = threading.current_thread() is threading.main_thread()
    known = [getattr(signal, name) for name in ("SIGINT", *ENDING) if hasattr(signal, name)]
    # A signal that is ignored, as under nohup, stays ignored.
    before = {each: signal.getsignal(each) for each in known if is_main}
    usual = (signal.SIG_DFL, signal.default_int_handler)
    changed = {each: handler for each, handler in before.items() if handler in usual}
    for each in changed:
        signal.signal(each, stop)
    try:
        yield
    except Exception:
        # Imports raise their own, and C code in between may have lost ours.
        if heard:
            raise heard[-1] from None
        raise
    finally:
        for each, handler in changed.items():
            signal.signal(each, handler)


def close_standard_output() -> None:
    """Flush standard output, or replace it so that nothing is flushed to it at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except AttributeError:
        pass  # it was closed from the start


def fail(message: str) -> int:
    """Print an error message in one line; return the exit status for it."""
    if sys.stderr:
        # File names may contain ends of lines, and characters that the terminal cannot show.
        encoding = sys.stderr.encoding or "ascii"
        line = f"error: {one_line(message)}"
        print(line.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)
    return 2


def name_of(command: ModuleType) -> str:
    """Return the name of a command, as the user types it."""
    return command.__name__.rpartition(".")[2]


def parser() -> Parser:
    """Return the commands and their options."""
    top = Parser(
        prog="bytemerge",
        usage="%(prog)s COMMAND ...",
        description="Byte-pair encoding: train tokenizers, and turn text into tokens and back.",
        epilog=ABOUT_MODELS,
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"bytemerge {__version__}")
    commands = top.add_subparsers(
        metavar="COMMAND", title="commands", prog=top.prog, parser_class=Command
    )
    for command in COMMANDS:
        summary = (command.run.__doc__ or "").partition("\n")[0].rstrip(".")
        new = commands.add_parser(
            name_of(command),
            help=summary,
            usage=f"%(prog)s {command.USAGE}",
            description=f"{summary}.\n\n{command.DESCRIPTION}".rstrip(),
            formatter_class=HelpFormatter,
            allow_abbrev=False,
        )
        command.add_options(new)
        new.set_defaults(run=command.run)
    return top
