"""The command ``bytemerge encode``: turns text into tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bytemerge.cli import models
from bytemerge.cli import options as shared
from bytemerge.cli.cluster import add_cluster, check_cluster, cluster, is_asked_for
from bytemerge.cli.options import REMEDY, RefusedError
from bytemerge.cli.writing import has_rows, writer
from bytemerge.errors import SpecialTokenError
from bytemerge.progress import ProgressBar
from bytemerge.reading import Reader, total_size
from bytemerge.token_batch import TokenBatch
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bytemerge.cli.models import AnyTokenizer
    from bytemerge.cli.options import Special
    from bytemerge.reading import Texts

USAGE = "[OPTION ...] MODEL [FILE ...]"
DESCRIPTION = """\
A document is a line, without its end, or a whole file. As text, each document becomes one line of
ids, and so it does on standard output. Arrow (.arrow, .feather) and Parquet (.parquet) have one row
of ids for each document, in the column "ids". An array of numpy (.npy) has no rows: it holds all ids
one after the other.

With --workers or --scheduler, OUT is a folder of shards of Parquet, and a FILE may also be a pattern
in quotes, an address such as s3://bucket/*.jsonl.gz, or Parquet itself. The same command starts again
where an earlier run ended.

Special tokens in the text are refused, as tiktoken does, unless an option says otherwise."""

GROUP = 1 << 24
"""Bytes of files that are encoded together; a larger file is encoded alone."""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_model(command)
    shared.add_files(command)
    command.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=shared.named,
        help="where to write: .npy, .arrow, .feather, .parquet, or text (default: standard output)",
    )
    command.add_argument(
        "--by",
        choices=("line", "file"),
        help="what a document is (default: line; file for .npy, unless there is a separator)",
    )
    command.add_argument(
        "--separator", metavar="TOKEN", help="a special token to put after each document"
    )
    command.add_argument(
        *("--field", "--column"),
        metavar="NAME",
        help="with a cluster: the field of JSON Lines, or the column of Parquet, that has the text",
    )
    shared.add_special(command)
    shared.add_threads(command)
    add_cluster(command)


def run(options: argparse.Namespace) -> None:
    """Turn text into tokens."""
    if is_asked_for(options):
        encode_on_cluster(options)
        return
    if options.field is not None:
        message = "--field goes together with --workers or --scheduler"
        raise RefusedError(message)
    flat = not has_rows(options.output)
    by = options.by or ("file" if flat and not options.separator else "line")
    if flat and by == "line" and not options.separator:
        message = (
            f"{options.output}: an array of numpy keeps no lines apart: --by file, or a --separator"
        )
        raise RefusedError(message)
    tokenizer = models.load(options)
    separator = separator_of(tokenizer, options.separator)
    special = shared.special_of(options)
    with (
        ProgressBar("bytes") as progress,
        writer(options.output, [options.model, *options.files]) as out,
    ):
        if options.output is None and progress.is_beside_standard_output():
            progress.shown = False  # the printed tokens show the progress
        if by == "file" and isinstance(tokenizer, Tokenizer) and "-" not in options.files:
            for group in grouped(options.files, progress):
                out.write(encoded_files(tokenizer, group, options))
            return
        for texts in Reader(options.files, progress).texts(whole=by == "file"):
            batch = encoded(tokenizer, texts, special, options.threads)
            out.write(batch if separator is None else separated(batch, separator))


def encode_on_cluster(options: argparse.Namespace) -> None:
    """Turn files into shards of tokens, on the workers of a cluster."""
    check_cluster(options)
    if options.output is None:
        message = "name the folder of the shards: --output"
        raise RefusedError(message)
    tokenizer = models.for_production(models.load(options), "a cluster")
    separator_of(tokenizer, options.separator)
    with ProgressBar("bytes") as progress, cluster(options) as (dask, where):
        manifest = dask.encode_files(
            options.files,
            options.output,
            tokenizer,
            column=options.field,
            documents=options.by or "line",
            separator=options.separator,
            progress=progress,
            **shared.special_of(options),
            **where,
        )
    new = sum(shard.is_new for shard in manifest.shards)
    print(
        f"{manifest.rows:,} documents, {manifest.tokens:,} tokens in {len(manifest.shards):,} shards,"
        f" of which {new:,} are new"
    )


def separator_of(tokenizer: AnyTokenizer, name: str | None) -> int | None:
    """Return the id of a special token."""
    if name is None:
        return None
    known = models.for_production(tokenizer, "--separator").special_tokens
    if name not in known:
        listed = ", ".join(known) or "there are none"
        message = f"--separator {name}: not a special token of this model: {listed}"
        raise RefusedError(message)
    return known[name]


def encoded(
    tokenizer: AnyTokenizer, texts: Texts, special: Special, threads: int | None
) -> TokenBatch:
    """Return the tokens of some texts.

    Raises:
        SpecialTokenError: a text contains a disallowed special token; the message says where.
    """
    if not isinstance(tokenizer, Tokenizer):
        tokenize = tokenizer.tokenize if texts.first_line else tokenizer.tokenize_text
        return TokenBatch.from_lists(map(tokenize, texts.texts))
    try:
        return tokenizer.encode_batch(texts.texts, threads=threads, **special)
    except SpecialTokenError:
        for index, text in enumerate(texts.texts):
            count_at(tokenizer, text, special, texts.location(index))
        raise


def grouped(files: list[str], progress: ProgressBar) -> Iterator[list[str]]:
    """Yield groups of files, each large enough for several threads, and report progress."""
    total = total_size(files)
    done, size, group = 0, 0, []
    for name in files:
        group.append(name)
        size += total_size([name])
        if size >= GROUP:
            yield group
            done, size, group = done + size, 0, []
            progress(done, total)
    yield group


def encoded_files(
    tokenizer: Tokenizer, files: list[str], options: argparse.Namespace
) -> TokenBatch:
    """Return the tokens of files, each of which is a document."""
    special = shared.special_of(options)
    try:
        return tokenizer.encode_files(
            files, separator=options.separator, threads=options.threads, **special
        )
    except SpecialTokenError as error:
        message = f"{error}: {REMEDY}"
        raise SpecialTokenError(message) from None


def count_at(
    tokenizer: Tokenizer, text: str, special: Special, where: str, threads: int | None = None
) -> int:
    """Return the number of tokens of a text. An error names where the text is."""
    try:
        return tokenizer.count(text, threads=threads, **special)
    except SpecialTokenError as error:
        message = f"{where}: {error}: {REMEDY}"
        raise SpecialTokenError(message) from None


def separated(batch: TokenBatch, separator: int) -> TokenBatch:
    """Return a batch with one more id at the end of each text."""
    import numpy as np  # noqa: PLC0415  # slow to import

    ids = np.insert(batch.ids, batch.offsets[1:].astype(np.int64), separator)
    return TokenBatch(ids, batch.offsets + np.arange(len(batch.offsets), dtype=np.uint64))
