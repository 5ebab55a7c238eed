"""The command ``bytemerge train``: learns a tokenizer from text and saves it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from bytemerge import _core, columns
from bytemerge.arguments import checked_merges, checked_threads
from bytemerge.cli import models
from bytemerge.cli import options as shared
from bytemerge.cli.cluster import add_cluster, check_cluster, cluster, is_asked_for
from bytemerge.cli.options import RefusedError
from bytemerge.cli.writing import check_output
from bytemerge.errors import EmptyCorpusError
from bytemerge.initial_tokenizer import initial_pattern
from bytemerge.naive import NaiveTokenizer
from bytemerge.naive_rust import NaiveRustTokenizer
from bytemerge.progress import ProgressBar
from bytemerge.reading import Reader, check_standard_input, total_size
from bytemerge.tokenizer import Tokenizer
from bytemerge.word_counts import WordCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bytemerge.cli.models import AnyTokenizer

USAGE = "[OPTION ...] --vocab-size N --output MODEL [FILE ...]"
DESCRIPTION = """\
The tokenizer for production treats each file, and standard input, as one text, as
WordCounts.count_files does. The naive ones treat each line as a text of its own. An existing model
stays as it is when training fails or is interrupted.

With --workers or --scheduler, a FILE may also be a pattern in quotes, an address such as
s3://bucket/*.jsonl.gz, or Parquet, of which --field names the column."""

OF_PRODUCTION = (
    "pattern",
    "field",
    "initial",
    "special_token",
    "min_frequency",
    "max_token_length",
    "threads",
    "workers",
    "scheduler",
)
"""Options that only the tokenizer for production has."""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_files(command)
    command.add_argument(
        *("-v", "--vocab-size"),
        metavar="N",
        required=True,
        type=shared.tokens,
        help="the number of tokens; 100k is 100,000",
    )
    command.add_argument(
        *("-o", "--output"),
        metavar="MODEL",
        type=shared.named,
        required=True,
        help="where to save the tokenizer",
    )
    add_training(command)
    add_cluster(command)


def add_training(command: argparse.ArgumentParser) -> None:
    """Add the tokenizer, and the options of its training."""
    command.add_argument(
        "--tokenizer",
        choices=shared.TOKENIZERS,
        default="fast",
        help="plain Python, the same in Rust, or the one for production (default: fast)",
    )
    command.add_argument(
        "--pattern",
        metavar="PATTERN",
        help=f"fast: what cuts texts into pieces: gpt2 (default), cl100k, o200k, "
        f"{shared.NO_PATTERN}, or a regular expression",
    )
    command.add_argument(
        *("--field", "--column"),
        metavar="NAME",
        help="fast: the files are JSON Lines or Parquet, and this field or column has the texts",
    )
    command.add_argument(
        "--initial",
        metavar="MODEL",
        type=shared.named,
        help="fast: the model to go on from, whose tokens and ids stay",
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
    command.add_argument(
        "--max-token-length",
        metavar="N",
        type=shared.positive,
        help="fast: how many bytes a token may have (default: any number)",
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
    if options.output == "-":
        message = "--output -: a model is not written to standard output; name a file"
        raise RefusedError(message)
    check_output(options.output, options.files)
    tokenizer = (
        learn_from_files(options) if options.tokenizer == "fast" else learn_from_lines(options)
    )
    tokenizer.save(options.output)
    if tokenizer.vocab_size < options.vocab_size and sys.stderr:
        what = f"{tokenizer.vocab_size:,} tokens, not {options.vocab_size:,}"
        print(f"note: {what}: there is nothing left to merge", file=sys.stderr)


def check(options: argparse.Namespace) -> None:
    """Refuse options that the tokenizer does not have."""
    fast = options.tokenizer == "fast"
    for name in ("exact_vocab_size",) if fast else OF_PRODUCTION:
        if getattr(options, name, None) not in (None, False):
            option = f"--{name.replace('_', '-')}"
            message = f"{option} is not for --tokenizer {options.tokenizer}"
            raise RefusedError(message)


def learn_from_files(options: argparse.Namespace) -> Tokenizer:
    """Return the tokenizer for production, learnt from files."""
    initial = initial_of(options)
    size = initial.vocab_size if initial else None
    checked_merges(options.vocab_size, options.special_token or (), size)
    pattern = initial_pattern(initial, shared.pattern_of(options, "gpt2"))
    if is_asked_for(options):
        return learn_from_counts(options, counted_on_cluster(options, pattern), initial)
    if "-" in options.files:
        check_standard_input()
    total, threads = total_size(options.files), options.threads
    if options.field is None:
        columns.check_plain(options.files, "--field text")
    with ProgressBar("bytes") as progress:
        if options.field is not None:
            counts = WordCounts.sum(
                WordCounts._of_fields(options.files, options.field, pattern, threads, progress)
            )
            return learn_from_counts(options, counts, initial)
        counts = WordCounts._of(
            _core.WordCounts.count_files(
                [None if name == "-" else name for name in options.files],
                pattern,
                checked_threads(threads),
                lambda done, _: progress(done, total),
            )
        )
    return learn_from_counts(options, counts, initial)


def counted_on_cluster(
    options: argparse.Namespace, pattern: str | Sequence[str] | None
) -> WordCounts:
    """Return the counts of files or patterns of files, which workers count."""
    check_cluster(options)
    with ProgressBar("bytes") as progress, cluster(options) as (dask, where):
        counts: WordCounts = dask.count(
            options.files, pattern=pattern, column=options.field, progress=progress, **where
        )
    if sys.stderr:
        what = f"{len(counts):,} pieces, {counts.total:,} in all"
        print(f"note: the workers counted {what}", file=sys.stderr)
    return counts


def initial_of(options: argparse.Namespace) -> Tokenizer | None:
    """Return the tokenizer to go on from, if there is one."""
    if options.initial is None:
        return None
    if options.pattern is not None:
        message = f"--pattern is that of the model to go on from: {options.initial}"
        raise RefusedError(message)
    names = argparse.Namespace(model=options.initial, tokenizer=None, pattern=None, ignore=[])
    return models.for_production(models.load(names), "--initial")


def learn_from_counts(
    options: argparse.Namespace, counts: WordCounts, initial: Tokenizer | None = None
) -> Tokenizer:
    """Return the tokenizer for production, learnt from counts."""
    if not counts:
        message = "there is no text to learn from"
        raise EmptyCorpusError(message)
    with ProgressBar("merges") as progress:
        return Tokenizer.train_from_counts(
            counts,
            options.vocab_size,
            initial=initial,
            special_tokens=options.special_token or (),
            min_frequency=options.min_frequency or 0,
            max_token_length=options.max_token_length,
            progress=progress,
        )


def learn_from_lines(options: argparse.Namespace) -> AnyTokenizer:
    """Return a naive tokenizer, learnt from the lines of files."""
    with ProgressBar("bytes") as progress:
        some = Reader(options.files, progress).texts(whole=False)
        return learn_naive(options, (line for texts in some for line in texts.texts))


def learn_naive(options: argparse.Namespace, lines: Iterable[str]) -> AnyTokenizer:
    """Return a naive tokenizer, learnt from lines."""
    cls = NaiveTokenizer if options.tokenizer == "py" else NaiveRustTokenizer
    with ProgressBar("tokens") as progress:
        exact = options.exact_vocab_size
        return cls.train(lines, options.vocab_size, exact_vocab_size=exact, progress=progress)
