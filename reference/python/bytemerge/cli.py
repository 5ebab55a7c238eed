"""The command line: ``python -m bytemerge``, and the script ``bytemerge``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from bytemerge import __version__
from bytemerge.corpus import lines_of
from bytemerge.errors import BytemergeError
from bytemerge.naive import NaiveTokenizer
from bytemerge.naive_rust import NaiveRustTokenizer
from bytemerge.progress import ProgressBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TOKENIZERS: dict[str, type[NaiveTokenizer | NaiveRustTokenizer]] = {
    "py": NaiveTokenizer,
    "rs": NaiveRustTokenizer,
}

BENCH_VOCAB_SIZE = 500
"""Small enough for plain Python to show a figure in a minute."""

MOST_DIGITS = 20
"""Of an id; longer numbers take Python longer than they are worth."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; what is right stands under ``--help``."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit status 2."""
        self.exit(2, f"error: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status, 2 for bad input."""
    options = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # `| head` has read enough. Nothing is to be flushed into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return fail(f"{where}{error.strerror or error}")
    except (BytemergeError, UnicodeEncodeError) as error:
        return fail(str(error))
    return 0


def fail(message: str) -> int:
    """Print what is wrong, in one line; return the exit status for it."""
    # Names of files may hold anything, a terminal may not show it.
    line = f"error: {message}".encode(sys.stderr.encoding or "ascii", "backslashreplace")
    print(line.decode(sys.stderr.encoding or "ascii"), file=sys.stderr)
    return 2


def parser() -> Parser:
    """Return the commands and their options."""
    top = Parser(prog="bytemerge", description="Byte-pair encoding.", allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"bytemerge {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(run: Callable[[argparse.Namespace], None], files: str) -> Parser:
        summary = (run.__doc__ or "").rstrip(".")
        new: Parser = commands.add_parser(
            run.__name__, help=summary, description=summary, allow_abbrev=False
        )
        new.set_defaults(run=run)
        new.add_argument(
            "--tokenizer", choices=TOKENIZERS, default="rs", help="plain Python or Rust (default)"
        )
        if run not in (train, bench):
            new.add_argument("model", help="the file of the tokenizer")
        if files:
            new.add_argument("files", nargs="*", default=["-"], help=files)
        return new

    text = 'files of UTF-8 text; standard input where there are none, or for "-"'
    new = command(train, text)
    new.add_argument("-o", "--output", required=True, help="where to save the tokenizer")
    new.add_argument("-v", "--vocab-size", required=True, type=int, help="the number of tokens")
    new.add_argument(
        "--exact-vocab-size", action="store_true", help="count only tokens that are still in use"
    )
    command(encode, text)
    command(decode, text.replace("UTF-8 text", "tokens"))
    command(show, text)
    command(info, "")
    new = command(bench, text)
    new.add_argument(
        *("-v", "--vocab-size"),
        default=BENCH_VOCAB_SIZE,
        type=int,
        help=f"the number of tokens (default: {BENCH_VOCAB_SIZE})",
    )
    return top


def train(options: argparse.Namespace) -> None:
    """Learn a tokenizer from text and save it."""
    with ProgressBar("tokens") as progress:
        tokenizer = TOKENIZERS[options.tokenizer].train(
            lines_of(options.files),
            options.vocab_size,
            exact_vocab_size=options.exact_vocab_size,
            progress=progress,
        )
    tokenizer.save(options.output)


def encode(options: argparse.Namespace) -> None:
    """Print the tokens of each line of text."""
    tokenizer = TOKENIZERS[options.tokenizer].load(options.model)
    for line in lines_of(options.files):
        print(*tokenizer.tokenize(line))


def decode(options: argparse.Namespace) -> None:
    """Print the text of each line of tokens."""
    tokenizer = TOKENIZERS[options.tokenizer].load(options.model)
    for line in lines_of(options.files):
        print(tokenizer.tokens_as_string(map(as_token, line.split())))


def show(options: argparse.Namespace) -> None:
    """Print text cut into coloured tokens, with dots between them where there is no colour."""
    tokenizer = TOKENIZERS[options.tokenizer].load(options.model)
    for line in lines_of(options.files):
        tokenizer.visualize(line).show()


def info(options: argparse.Namespace) -> None:
    """Print what there is to know about a tokenizer."""
    tokenizer = TOKENIZERS[options.tokenizer].load(options.model)
    longest = sorted(tokenizer.tokens, key=lambda token: (-len(token), token))[:10]
    print(f"kind    naive\ntokens  {tokenizer.vocab_size}\nmerges  {len(tokenizer.merges)}")
    print(f"longest {' '.join(longest)}")


def bench(options: argparse.Namespace) -> None:
    """Measure how fast a tokenizer trains, and how fast it makes tokens."""
    lines = list(lines_of(options.files))
    start = time.perf_counter()
    with ProgressBar("tokens") as progress:
        tokenizer = TOKENIZERS[options.tokenizer].train(
            lines, options.vocab_size, progress=progress
        )
    trained = time.perf_counter()
    tokens = len(tokenizer.tokenize_text("\n".join(lines)))
    seconds = time.perf_counter() - trained
    print(f"{tokenizer.vocab_size} tokens learnt in {trained - start:.2f} s")
    print(f"{tokens} tokens made in {seconds:.2f} s: {tokens / seconds:.0f} tokens/s")


def as_token(text: str) -> int:
    """Return the id that a text is."""
    if text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS:
        return int(text)
    message = f'not a token: "{text}"'
    raise BytemergeError(message)
