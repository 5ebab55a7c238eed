"""The command ``bytemerge bench``: measures how fast a tokenizer learns and encodes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from bytemerge.cli import options as shared
from bytemerge.cli import train
from bytemerge.cli.writing import check_standard_output
from bytemerge.progress import ProgressBar
from bytemerge.reading import Reader
from bytemerge.tokenizer import Tokenizer
from bytemerge.word_counts import WordCounts

if TYPE_CHECKING:
    import argparse

    from bytemerge.cli.models import AnyTokenizer

USAGE = "[OPTION ...] [FILE ...]"
DESCRIPTION = """\
It learns from the files, encodes them, and decodes the tokens, once each. Files are read before the
clock starts."""

VOCAB_SIZE = 500
"""Small enough for plain Python to show a figure in a minute."""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_files(command)
    command.add_argument(
        *("-v", "--vocab-size"),
        metavar="N",
        default=VOCAB_SIZE,
        type=shared.tokens,
        help=f"the number of tokens (default: {VOCAB_SIZE})",
    )
    train.add_training(command)
    shared.add_json(command)


def run(options: argparse.Namespace) -> None:
    """Measure how fast a tokenizer learns, and how fast it makes tokens."""
    check_standard_output()
    train.check(options)
    with ProgressBar("bytes") as progress:
        reader = Reader(options.files, progress)
        files = [text for some in reader.texts(whole=True) for text in some.texts]
    text = "".join(files)
    clock = time.perf_counter()
    tokenizer: AnyTokenizer
    if options.tokenizer == "fast":
        pattern = shared.pattern_of(options, "gpt2")
        counts = WordCounts.count(files, pattern=pattern, threads=options.threads)
        tokenizer = train.learn_from_counts(options, counts)
    else:
        lines = (line for file in files for line in file.split("\n"))
        tokenizer = train.learn_naive(options, lines)
    learnt = time.perf_counter()
    if isinstance(tokenizer, Tokenizer):
        ids = tokenizer.encode(text, disallowed_special=(), threads=options.threads)
        encoded = time.perf_counter()
        tokenizer.decode_bytes(ids)
    else:
        ids = tokenizer.tokenize_text(text)
        encoded = time.perf_counter()
        tokenizer.tokens_as_string(ids)
    decoded = time.perf_counter()
    report = {
        "tokenizer": options.tokenizer,
        "vocab_size": tokenizer.vocab_size,
        "bytes": reader.done,
        "tokens": len(ids),
        "train_seconds": learnt - clock,
        "encode_seconds": encoded - learnt,
        "decode_seconds": decoded - encoded,
    }
    if options.json:
        print(json.dumps(report))
        return
    print(
        f"{tokenizer.vocab_size:,} tokens learnt from {reader.done:,} bytes in {learnt - clock:.2f} s"
    )
    for what, seconds in (("made", encoded - learnt), ("read", decoded - encoded)):
        rates = f"{len(ids) / seconds:,.0f} tokens/s, {reader.done / seconds / 1e6:,.1f} MB/s"
        print(f"{len(ids):,} tokens {what} in {seconds:.2f} s: {rates}")
