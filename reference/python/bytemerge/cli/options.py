"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Literal, TypedDict

from bytemerge.arguments import IGNORABLE
from bytemerge.errors import BytemergeError

if TYPE_CHECKING:
    from collections.abc import Collection

TOKENIZERS = ("py", "rs", "fast")
"""Plain Python, the same in Rust, and the one for production."""

NO_PATTERN = "none"
"""The value for no pattern: a whole text is one piece."""

REMEDY = "add --allow-special, or --as-text"
"""Advice for a special token that is refused."""

MOST_DIGITS = 20
"""The most digits of a number. Python takes long to parse longer ones, and none is valid."""


class RefusedError(BytemergeError):
    """Options do not fit together, or do not fit the tokenizer."""


class Special(TypedDict):
    """The options for special tokens in a text, as ``Tokenizer.encode`` takes them."""

    allowed_special: Literal["all"] | Collection[str]
    disallowed_special: Literal["all"] | Collection[str]
    add_special_tokens: bool


def add_model(command: argparse.ArgumentParser) -> None:
    """Add the model, and the options for what a model file may lack."""
    command.add_argument("model", metavar="MODEL", type=named, help="a file, or a known name")
    command.add_argument(
        "--tokenizer",
        choices=TOKENIZERS,
        help="plain Python, the same in Rust, or the one for production (default: what the model is for)",
    )
    command.add_argument(
        "--pattern",
        metavar="PATTERN",
        help="the pattern for a file of ranks, which does not name one; values as for train",
    )
    command.add_argument(
        "--ignore",
        action="append",
        choices=IGNORABLE,
        default=[],
        metavar="PART",
        help="leave out a part of a tokenizer.json: post_processor, truncation or padding",
    )


def add_files(
    command: argparse.ArgumentParser, what: str = "text in UTF-8, plain or compressed"
) -> None:
    """Add the files to read."""
    command.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        type=named,
        default=["-"],
        help=f"{what} (default: standard input)",
    )


def add_special(command: argparse.ArgumentParser) -> None:
    """Add what to do with special tokens in a text."""
    group = command.add_mutually_exclusive_group()
    group.add_argument(
        "--allow-special",
        action="store_true",
        help="encode special tokens in the text as such, instead of refusing them",
    )
    group.add_argument(
        "--as-text", action="store_true", help="encode special tokens in the text as plain text"
    )
    command.add_argument(
        "--add-special",
        action="store_true",
        help="add the special tokens that a tokenizer.json puts around each document",
    )


def add_threads(command: argparse.ArgumentParser) -> None:
    """Add the number of threads."""
    command.add_argument(
        "--threads",
        metavar="N",
        type=positive,
        help="the most threads to use (default: all processors)",
    )


def add_json(command: argparse.ArgumentParser) -> None:
    """Add the output for other programs."""
    command.add_argument("--json", action="store_true", help="print JSON, for other programs")


def add_colour(command: argparse.ArgumentParser) -> None:
    """Add when to use colours."""
    command.add_argument(
        *("--colour", "--color"),
        dest="colour",
        metavar="WHEN",
        choices=("auto", "always", "never"),
        default="auto",
        help="auto (default), always or never",
    )


def special_of(options: argparse.Namespace) -> Special:
    """Return what to do with special tokens; by default the same as tiktoken."""
    return {
        "allowed_special": "all" if options.allow_special else (),
        "disallowed_special": () if options.allow_special or options.as_text else "all",
        "add_special_tokens": options.add_special,
    }


def pattern_of(options: argparse.Namespace, default: str | None) -> str | None:
    """Return the given pattern, or the default. None stands for no pattern."""
    if options.pattern is None:
        return default
    return None if options.pattern == NO_PATTERN else options.pattern


def named(text: str) -> str:
    """Return a text as the name of a file: an empty one would be the current folder."""
    if not text:
        message = "expected the name of a file, not ''"
        raise argparse.ArgumentTypeError(message)
    return text


def natural(text: str, least: int = 0) -> int:
    """Return a text as a number that is not lower than ``least``."""
    number = as_natural(text)
    if number is None or not least <= number <= sys.maxsize:
        given = repr(text[: 2 * MOST_DIGITS])
        message = f"expected a whole number from {least} to {sys.maxsize}, not {given}"
        raise argparse.ArgumentTypeError(message)
    return number


def positive(text: str) -> int:
    """Return a text as a number that is at least 1."""
    return natural(text, least=1)


def tokens(text: str) -> int:
    """Return a text as a number of tokens, at least 1. ``100k`` is 100,000."""
    thousands = text.removesuffix("k")
    in_thousands = thousands != text and as_natural(thousands) is not None
    return positive(f"{thousands}000" if in_thousands else text)


def as_natural(text: str) -> int | None:
    """Return a text of digits as a number, or None. ``int`` accepts much more."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None
