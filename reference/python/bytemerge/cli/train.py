"""``bytemerge train``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bytemerge.cli import options as shared
from bytemerge.cli.models import CLASSES, AnyTokenizer
from bytemerge.cli.options import RefusedError
from bytemerge.cli.reading import Reader
from bytemerge.cli.writing import check_output
from bytemerge.errors import EmptyCorpusError
from bytemerge.progress import ProgressBar
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

USAGE = "[OPTION ...] --vocab-size N --output MODEL [FILE ...]"
DESCRIPTION = """\
Each line is a text of its own: no token reaches from one line into the next. An existing model
stays as it is when training fails or is interrupted."""

OF_PRODUCTION = ("pattern", "special_token", "min_frequency", "threads")
"""Options that only the tokenizer for production has."""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_files(command)
    command.add_argument(
        *("-v", "--vocab-size"),
        metavar="N",
        required=True,
        type=shared.positive,
        help="the number of tokens",
    )
    command.add_argument(
        "-o", "--output", metavar="MODEL", required=True, help="where to save the tokenizer"
    )
    command.add_argument(
        "--tokenizer",
        choices=shared.TOKENIZERS,
        default="fast",
        help="plain Python, the same in Rust, or the one for production (default: fast)",
    )
    add_training(command)


def add_training(command: argparse.ArgumentParser) -> None:
    """Add the options of training."""
    command.add_argument(
        "--pattern",
        metavar="PATTERN",
        help=f"fast: what cuts texts into pieces: gpt2 (default), cl100k, o200k, "
        f"{shared.NO_PATTERN}, or a regular expression",
    )
    command.add_argument(
        "--special-token",
        metavar="TOKEN",
        action="append",
        help="fast: a special token; give it again for more",
    )
    command.add_argument(
        "--min-frequency",
        metavar="N",
        type=shared.natural,
        help="fast: how often a pair must occur to merge (default: 0)",
    )
    shared.add_threads(command)
    command.add_argument(
        "--exact-vocab-size",
        action="store_true",
        help="py, rs: count only tokens that are still in use",
    )


def run(options: argparse.Namespace) -> None:
    """Learn a tokenizer from text and save it."""
    check(options)
    check_output(options.output)
    with ProgressBar("bytes") as progress:
        reader = Reader(options.files, progress)
        texts = (
            text
            for some in reader.texts(whole=False, keep_ends=options.tokenizer == "fast")
            for text in some.texts
        )
        tokenizer = learn(options, not_empty(texts))
    tokenizer.save(options.output)
    if tokenizer.vocab_size < options.vocab_size and sys.stderr:
        what = f"{tokenizer.vocab_size:,} tokens, not {options.vocab_size:,}"
        print(f"note: {what}: there is nothing left to merge", file=sys.stderr)


def check(options: argparse.Namespace) -> None:
    """Refuse options that the tokenizer does not have."""
    fast = options.tokenizer == "fast"
    for name in ("exact_vocab_size",) if fast else OF_PRODUCTION:
        if getattr(options, name) not in (None, False):
            option = f"--{name.replace('_', '-')}"
            message = f"{option} is not for --tokenizer {options.tokenizer}"
            raise RefusedError(message)


def learn(options: argparse.Namespace, texts: Iterator[str]) -> AnyTokenizer:
    """Return a tokenizer that has learnt from texts, as the options say."""
    cls = CLASSES[options.tokenizer]
    with ProgressBar("merges" if cls is Tokenizer else "tokens") as progress:
        if issubclass(cls, Tokenizer):
            return cls.train(
                texts,
                options.vocab_size,
                pattern=shared.pattern_of(options, "gpt2"),
                special_tokens=options.special_token or (),
                min_frequency=options.min_frequency or 0,
                threads=options.threads,
                progress=progress,
            )
        exact = options.exact_vocab_size
        return cls.train(texts, options.vocab_size, exact_vocab_size=exact, progress=progress)


def not_empty(texts: Iterator[str]) -> Iterator[str]:
    """Yield texts, and raise at the end where there was nothing in them."""
    empty = True
    for text in texts:
        empty = empty and not text
        yield text
    if empty:
        message = "there is no text to learn from"
        raise EmptyCorpusError(message)
