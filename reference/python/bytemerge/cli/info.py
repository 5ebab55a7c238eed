"""The command ``bytemerge info``: prints what there is to know about a tokenizer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bytemerge.arguments import BYTES
from bytemerge.cli import models
from bytemerge.cli import options as shared
from bytemerge.cli.writing import check_standard_output
from bytemerge.show.printable import quoted
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from bytemerge.cli.models import AnyTokenizer

USAGE = "[OPTION ...] MODEL"
DESCRIPTION = ""

LONGEST = 10
"""The number of tokens that are shown."""

WIDTH = 60
"""The most characters of a token that are shown, except in JSON."""

RANKS = "by rank: any two neighbours that together are a token, the lowest id first"
LIST = "by a list of pairs, in its order"


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_model(command)
    shared.add_json(command)


def run(options: argparse.Namespace) -> None:
    """Print what there is to know about a tokenizer."""
    check_standard_output()
    facts = facts_of(models.load(options))
    if options.json:
        print(json.dumps({"model": options.model} | facts))
        return
    merging = {"ranks": RANKS, "list": LIST}[facts["merging"]]
    rows = [
        ("kind", facts["kind"]),
        ("tokens", f"{facts['vocab_size']:,}"),
        ("merges", f"{facts['merges']:,}, {merging}"),
    ]
    if facts["kind"] == "tokenizer":
        pattern = facts["pattern"]
        special = (f"{id}  {quoted(name)}" for name, id in facts["special_tokens"].items())
        none = "none: a text is one piece"
        rows += titled("pattern", pattern if isinstance(pattern, tuple) else [pattern or none])
        rows += titled("changes", (json.dumps(change) for change in facts["normalizer"]))
        rows += titled("special", special)
        added = (f"{id}  {quoted(name)}" for name, id in facts["added_tokens"].items())
        rows += titled("added", added)
    rows += titled("longest", (f"{each['id']}  {shown(each['text'])}" for each in facts["longest"]))
    for title, value in rows:
        print(f"{title:<8} {value}".rstrip())


def titled(title: str, lines: Any) -> list[tuple[str, str]]:
    """Return rows of which the first has a title."""
    return [("" if number else title, line) for number, line in enumerate(lines)]


def facts_of(tokenizer: AnyTokenizer) -> dict[str, Any]:
    """Return the facts about a tokenizer, as JSON shows them."""
    if not isinstance(tokenizer, Tokenizer):
        return {
            "kind": "naive",
            "vocab_size": tokenizer.vocab_size,
            "merges": len(tokenizer.merges),
            "merging": "list",
            "longest": longest(
                (len(token), id, token) for id, token in enumerate(tokenizer.tokens) if id > 1
            ),
        }
    special = dict(sorted(tokenizer.special_tokens.items(), key=lambda item: item[1]))
    rust = tokenizer._rust
    return {
        "kind": "tokenizer",
        "vocab_size": tokenizer.vocab_size,
        "merges": len(rust.tokens) - BYTES if rust.by_ranks else len(rust.merges),
        "merging": "ranks" if rust.by_ranks else "list",
        "pattern": tokenizer.pattern,
        "normalizer": tokenizer.normalizer,
        "special_tokens": special,
        "added_tokens": tokenizer.added_tokens,
        "longest": longest(
            (len(token), id, token.decode(errors="replace")) for token, id in rust.tokens
        ),
    }


def longest(tokens: Iterable[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """Return the longest merged tokens; of equally long ones, the oldest come first."""
    merged = (token for token in tokens if token[0] > 1)
    chosen = sorted(merged, key=lambda token: (-token[0], token[1]))[:LONGEST]
    return [{"id": id, "text": text} for _, id, text in chosen]


def shown(text: str) -> str:
    """Return a token in quotes, shortened if it is long."""
    return (
        quoted(text) if len(text) <= WIDTH else f"{quoted(text[:WIDTH])}... {len(text)} characters"
    )
