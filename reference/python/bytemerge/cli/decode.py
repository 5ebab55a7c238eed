"""The command ``bytemerge decode``: turns tokens into text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bytemerge.cli import models
from bytemerge.cli import options as shared
from bytemerge.cli.ids import rows_of
from bytemerge.cli.writing import has_rows, output
from bytemerge.errors import UnknownTokenError
from bytemerge.progress import ProgressBar
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    import argparse

    from bytemerge.cli.ids import Row
    from bytemerge.cli.models import AnyTokenizer

USAGE = "[OPTION ...] MODEL [FILE ...]"
DESCRIPTION = """\
A FILE is what encode writes: .npy, .arrow, .feather, .parquet, or else text, a line of ids for each
document. Bytes are written as they are, whether they are UTF-8 or not. With the same --by as for
encode, what comes back is what was encoded: lines, with an end after each, or files, with nothing
between them."""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_model(command)
    shared.add_files(command, "files of ids")
    command.add_argument(
        *("-o", "--output"),
        metavar="OUT",
        type=shared.named,
        help="where to write (default: standard output)",
    )
    command.add_argument(
        "--by",
        choices=("line", "file"),
        help="what a document is: the end of a line follows each line (default: line; file for .npy)",
    )


def run(options: argparse.Namespace) -> None:
    """Turn tokens into text."""
    tokenizer = models.load(options)
    with (
        ProgressBar("bytes") as progress,
        output(options.output, [options.model, *options.files]) as out,
    ):
        if options.output is None and progress.is_beside_standard_output():
            progress.shown = False
        for name in options.files:
            by = options.by or ("line" if has_rows(name) else "file")
            end = b"\n" if by == "line" else b""
            for row in rows_of(name, progress):
                out.write(decoded(tokenizer, row) + end)


def decoded(tokenizer: AnyTokenizer, row: Row) -> bytes:
    """Return the bytes of some ids.

    Raises:
        UnknownTokenError: no token has an id; the message says in which row.
    """
    try:
        if isinstance(tokenizer, Tokenizer):
            return tokenizer.decode_bytes(row.ids)
        return tokenizer.tokens_as_string(map(int, row.ids)).encode()
    except UnknownTokenError as error:
        message = f"{row.location}: {error}"
        raise UnknownTokenError(message) from None
