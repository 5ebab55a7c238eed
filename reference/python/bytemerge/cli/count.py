"""The command ``bytemerge count``: counts the tokens of files."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from bytemerge import columns, json_lines
from bytemerge.cli import models
from bytemerge.cli import options as shared
from bytemerge.cli.cluster import add_cluster, check_cluster, cluster, is_asked_for
from bytemerge.cli.encode import count_at
from bytemerge.cli.options import REMEDY
from bytemerge.cli.writing import check_standard_output
from bytemerge.errors import SpecialTokenError
from bytemerge.progress import ProgressBar
from bytemerge.reading import Reader, opened, total_size
from bytemerge.show.printable import one_line
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bytemerge.cli.models import AnyTokenizer

USAGE = "[OPTION ...] MODEL [FILE ...]"
DESCRIPTION = """\
A file is encoded as a whole, as with `encode --by file`. With --field, each row of Parquet, or each
line of JSON Lines, is a text, and the bytes are those of the texts.

With --workers or --scheduler, a FILE may also be a pattern in quotes, or an address such as
s3://bucket/*.jsonl.gz."""

BATCH = 1 << 13
"""The texts of JSON Lines that are counted together."""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_model(command)
    shared.add_files(command)
    command.add_argument(
        *("--field", "--column"),
        metavar="NAME",
        help="fast: the files are JSON Lines or Parquet, and this field or column has the texts",
    )
    shared.add_special(command)
    shared.add_threads(command)
    add_cluster(command)
    shared.add_json(command)


def run(options: argparse.Namespace) -> None:
    """Count the tokens of files."""
    check_standard_output()
    if is_asked_for(options):
        check_cluster(options)
    if options.field is None:
        columns.check_plain(options.files, "--field text")
    tokenizer = models.load(options)
    if is_asked_for(options):
        files = counted_on_cluster(options, models.for_production(tokenizer, "a cluster"))
    elif options.field is not None:
        files = list(counted_fields(options, models.for_production(tokenizer, "--field")))
    else:
        files = list(counted(options, tokenizer))
    total: dict[str, Any] = {
        "file": "total",
        "tokens": sum(file["tokens"] for file in files),
        "bytes": sum(file["bytes"] for file in files),
    }
    if options.json:
        print(json.dumps({"files": files, "tokens": total["tokens"], "bytes": total["bytes"]}))
        return
    rows = [*files, total] if len(files) > 1 else files
    table = [("tokens", "bytes", "bytes/token", "file"), *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)][:-1]
    for *numbers, name in table:
        aligned = [cell.rjust(width) for cell, width in zip(numbers, widths, strict=True)]
        print(*aligned, name, sep="  ")


def counted(options: argparse.Namespace, tokenizer: AnyTokenizer) -> Iterator[dict[str, Any]]:
    """Yield the row of each file, which is one text."""
    special = shared.special_of(options)
    with ProgressBar("bytes") as progress:
        reader = Reader(options.files, progress)
        before = 0
        for name, _, (text,) in reader.texts(whole=True):
            if isinstance(tokenizer, Tokenizer):
                tokens = count_at(tokenizer, text, special, name, options.threads)
            else:
                tokens = len(tokenizer.tokenize_text(text))
            yield {"file": name, "tokens": tokens, "bytes": reader.done - before}
            before = reader.done


def counted_fields(options: argparse.Namespace, tokenizer: Tokenizer) -> Iterator[dict[str, Any]]:
    """Yield the row of each file, whose column or field has the texts."""
    special = shared.special_of(options)
    with ProgressBar("bytes") as progress:
        total, done = total_size(options.files), 0
        for name in options.files:
            file: dict[str, Any] = {"file": name, "tokens": 0, "bytes": 0}
            for texts in texts_of(name, options.field):
                try:
                    counts = tokenizer.count_batch(texts, threads=options.threads, **special)
                except SpecialTokenError as error:
                    message = f"{name}: {error}: {REMEDY}"
                    raise SpecialTokenError(message) from None
                file["tokens"] += int(counts.sum())
                file["bytes"] += columns.length(texts)
            yield file
            done += total_size([name])
            progress(done, total)


def texts_of(name: str, field: str) -> Iterator[Any]:
    """Yield the texts in a field or a column, in lists or in Arrow arrays."""
    if columns.are_parquet(name):
        with opened(name) as file:
            yield from columns.column(file, name, field)
        return
    texts = json_lines.texts([name], field, lambda *_: None)
    while batch := list(islice(texts, BATCH)):
        yield batch


def counted_on_cluster(options: argparse.Namespace, tokenizer: Tokenizer) -> list[dict[str, Any]]:
    """Return the row of each file, counted by the workers of a cluster."""
    with ProgressBar("bytes") as progress, cluster(options) as (dask, where):
        files = dask.count_tokens(
            options.files,
            tokenizer,
            column=options.field,
            progress=progress,
            **shared.special_of(options),
            **where,
        )
    return [{"file": name, "tokens": tokens, "bytes": size} for name, tokens, size in files]


def cells(file: dict[str, Any]) -> tuple[str, str, str, str]:
    """Return the cells of the row of a file."""
    tokens, size = file["tokens"], file["bytes"]
    each = f"{size / tokens:.2f}" if tokens else "-"
    return f"{tokens:,}", f"{size:,}", each, one_line(file["file"])
