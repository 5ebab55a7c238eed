"""Loads the tokenizer that a user names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bytemerge.cli.options import NO_PATTERN, RefusedError, pattern_of
from bytemerge.errors import ModelError
from bytemerge.files import open_file
from bytemerge.formats import model_file, naive_model, pretrained
from bytemerge.naive import NaiveTokenizer
from bytemerge.naive_rust import NaiveRustTokenizer
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    import argparse

AnyTokenizer = NaiveTokenizer | NaiveRustTokenizer | Tokenizer

CLASSES: dict[str, type[AnyTokenizer]] = {
    "py": NaiveTokenizer,
    "rs": NaiveRustTokenizer,
    "fast": Tokenizer,
}

HEAD = 1 << 12
"""Bytes from the start of a file that tell its format."""


def load(options: argparse.Namespace) -> AnyTokenizer:
    """Return the tokenizer of a model.

    Raises:
        OSError: the model cannot be read.
        ModelError: it is not a model, or cannot be downloaded.
        RefusedError: it does not fit these options.
    """
    name: str = options.model
    if not Path(name).is_file() and pretrained.find(name):
        only_for_production(options, "a known name")
        no_pattern(options)
        return from_pretrained(name)
    kind = kind_of(name)
    if kind == "ranks":
        only_for_production(options, "a file of ranks")
        if options.pattern is None:
            message = f"{name}: ranks need --pattern: gpt2, cl100k, o200k, {NO_PATTERN}, or a regular expression"
            raise RefusedError(message)
        return Tokenizer.from_tiktoken(name, pattern=pattern_of(options, None))
    no_pattern(options)
    if kind == "huggingface":
        only_for_production(options, "a file of Hugging Face")
        return Tokenizer.from_huggingface(name, ignore=options.ignore)
    if options.ignore:
        message = f"--ignore is for a tokenizer.json of Hugging Face, and {name} is not one"
        raise RefusedError(message)
    return CLASSES[options.tokenizer or ("rs" if kind == "naive" else "fast")].load(name)


def kind_of(name: str) -> Literal["naive", "tokenizer", "huggingface", "ranks"]:
    """Return the format that the start of a file looks like."""
    try:
        with open_file(Path(name)) as file:
            head = file.read(HEAD)
    except FileNotFoundError:
        message = f"{name}: no such file, nor a known name: {', '.join(pretrained.PRETRAINED)}"
        raise ModelError(message) from None
    first = head.partition(b"\n")[0]
    if head.startswith(model_file.START):
        header = model_file.from_json(first)
        is_naive = isinstance(header, dict) and header.get("kind") == naive_model.KIND
        return "naive" if is_naive else "tokenizer"
    if head.lstrip().startswith(b"{"):
        return "huggingface"
    if re.fullmatch(rb"[A-Za-z0-9+/]+=* [0-9]+\r?", first):
        return "ranks"
    message = f"{name}: not a bytemerge model, nor one of Hugging Face or tiktoken"
    raise ModelError(message)


def from_pretrained(name: str) -> Tokenizer:
    """Return a published tokenizer, downloaded if need be."""
    try:
        return Tokenizer.from_pretrained(name)
    except OSError as error:
        if error.filename:
            raise
        message = f"{name}: {error}"
        raise ModelError(message) from None


def only_for_production(options: argparse.Namespace, what: str) -> None:
    """Refuse `--tokenizer py` and `rs` for a model that is not naive."""
    if options.tokenizer not in (None, "fast"):
        message = f"--tokenizer {options.tokenizer} is for naive models: {options.model} is {what}"
        raise RefusedError(message)


def no_pattern(options: argparse.Namespace) -> None:
    """Refuse a pattern if the model has its own."""
    if options.pattern is not None:
        message = f"--pattern is for ranks: {options.model} has its own"
        raise RefusedError(message)


def for_production(tokenizer: AnyTokenizer, option: str) -> Tokenizer:
    """Return the tokenizer for production, or refuse an option that only it has."""
    if not isinstance(tokenizer, Tokenizer):
        message = f"{option} is not for naive models"
        raise RefusedError(message)
    return tokenizer
