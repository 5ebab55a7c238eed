"""Naive tokenizers in model files. A file may come from anybody, so its content is checked."""

from __future__ import annotations

import os
from typing import Any

from bytemerge.errors import ModelError
from bytemerge.formats import model_file
from bytemerge.formats.refusals import shown

Merges = dict[tuple[str, str], str]

KIND = "naive"
"""The name of these models in their files."""


def save(path: str | os.PathLike[str], merges: Merges, tokens: list[str]) -> None:
    """Write merges and tokens into a file, which Rust reads too."""
    model = {"merges": [[pair, joined] for pair, joined in merges.items()], "tokens": tokens}
    model_file.save(path, KIND, model)


def load(path: str | os.PathLike[str]) -> tuple[Merges, list[str]]:
    """Return the merges and tokens in a file, after checking that training can lead to them."""
    match model_file.load(path, KIND):
        case {"merges": list(rows), "tokens": list(tokens)} if all(map(is_merge, rows)) and all(
            isinstance(token, str) for token in tokens
        ):
            merges = {(left, right): joined for (left, right), joined in rows}
            reason = flaw(merges, tokens)
        case _:
            reason = "it has no merges or no tokens"
    if reason:
        message = f"{os.fspath(path)}: not a valid model: {reason}"
        raise ModelError(message)
    return merges, tokens


def is_merge(row: Any) -> bool:
    """Return whether a value has the shape of a merge."""
    match row:
        case [[str(), str()], str()]:
            return True
    return False


def flaw(merges: Merges, tokens: list[str]) -> str | None:
    """Return why training cannot lead to this tokenizer, or None."""
    if tokens[:2] != ["UNK", " "]:
        return "its first tokens are not UNK and the end of a word"
    known: set[str] = set()

    def is_known(string: str) -> bool:
        return (len(string) == 1 and string != " ") or string in known

    for (left, right), joined in merges.items():
        if not (is_known(left) and is_known(right)):
            return f"{shown(left)} and {shown(right)} merge before they are tokens"
        if joined != left + right:
            return f"{shown(left)} and {shown(right)} become {shown(joined)}"
        known.add(joined)
    return next(
        (f"nothing merges into {shown(token)}" for token in tokens[2:] if not is_known(token)),
        None,
    )
