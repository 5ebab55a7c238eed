"""``bytemerge count``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bytemerge.cli import models
from bytemerge.cli import options as shared
from bytemerge.cli.encode import count_at
from bytemerge.cli.writing import check_standard_output
from bytemerge.progress import ProgressBar
from bytemerge.reading import Reader
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    import argparse

USAGE = "[OPTION ...] MODEL [FILE ...]"
DESCRIPTION = "A file is encoded as a whole, as with `encode --by file`."


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_model(command)
    shared.add_files(command)
    shared.add_special(command)
    shared.add_threads(command)
    shared.add_json(command)


def run(options: argparse.Namespace) -> None:
    """Count the tokens of files."""
    check_standard_output()
    tokenizer = models.load(options)
    special = shared.special_of(options)
    files: list[dict[str, Any]] = []
    with ProgressBar("bytes") as progress:
        reader = Reader(options.files, progress)
        before = 0
        for name, _, (text,) in reader.texts(whole=True):
            if isinstance(tokenizer, Tokenizer):
                tokens = count_at(tokenizer, text, special, name, options.threads)
            else:
                tokens = len(tokenizer.tokenize_text(text))
            files.append({"file": name, "tokens": tokens, "bytes": reader.done - before})
            before = reader.done
    total: dict[str, Any] = {
        "file": "total",
        "tokens": sum(file["tokens"] for file in files),
        "bytes": reader.done,
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


def cells(file: dict[str, Any]) -> tuple[str, str, str, str]:
    """Return the cells of the row of a file."""
    tokens, size = file["tokens"], file["bytes"]
    each = f"{size / tokens:.2f}" if tokens else "-"
    return f"{tokens:,}", f"{size:,}", each, file["file"]
