"""Draws the tutorial's pictures of tokens with bytemerge itself. Runs in the site's environment.

Every build of the site draws `merges`. `main`, run by `nox -s pictures`, saves
docs/tutorial/pictures: the same text split by tokenizers of two sizes, which train on books.
"""

import html
import importlib
import itertools
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from tools import ROOT
from tools.measure.machine import machine

PICTURES = ROOT / "docs" / "tutorial" / "pictures"
MEASURED = ROOT / "docs" / "measured" / "tutorial.json"
# The example of the paper that brought byte-pair encoding to words: Sennrich, Haddow and Birch,
# 2016.
SMALL_CORPUS = ["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3
STEPS = 10
SIZES = (1000, 5000)
PASSAGE = (
    "Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or "
    "twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it."
)
# The colours of bytemerge.show.colours.
COLOURS = ("#ffd6a5", "#caffbf", "#9bf6ff", "#bdb2ff", "#ffc6ff", "#fdffb6")


def merges() -> str:
    """Return a table of the merges of a small corpus, one per row.

    Each row has the words after its merge.
    """
    train = _bytemerge().NaiveTokenizer.train

    words = {word: SMALL_CORPUS.count(word) for word in dict.fromkeys(SMALL_CORPUS)}
    first = 2 + len(set("".join(words)))
    colour = {letter: COLOURS[index % len(COLOURS)] for index, letter in enumerate(sorted({*"".join(words)}))}
    rows, before = [], train(SMALL_CORPUS, first)
    for step in range(STEPS + 1):
        tokenizer = train(SMALL_CORPUS, first + step)
        if step and len(tokenizer.merges) < step:
            break
        cut = {word: tokenizer.tokens_as_strings(tokenizer.tokenize(word))[:-1] for word in words}
        if step:
            left, right = list(tokenizer.merges)[-1]
            count = sum(
                times * _occurrences(before.tokens_as_strings(before.tokenize(word)), left, right)
                for word, times in words.items()
            )
            colour.setdefault(left + right, colour[left])
            what = f"<code>{left}</code> + <code>{right}</code>"
        else:
            what, count = "the letters", 0
        cells = "".join(f"<td>{_tokens(cut[word], colour)}</td>" for word in words)
        rows.append(f"<tr><td>{what}</td><td>{count or ''}</td>{cells}</tr>")
        before = tokenizer
    heads = "".join(f"<th scope='col'>{count} times {word}</th>" for word, count in words.items())
    return (
        '<div class="table-wrapper container"><table class="docutils merges"><thead><tr><th scope="col">merge</th>'
        f'<th scope="col">count</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>\n'
    )


def _bytemerge() -> Any:
    """Return the package, which only the site's environment has."""
    return importlib.import_module("bytemerge")


def _occurrences(tokens: list[str], left: str, right: str) -> int:
    return sum(pair == (left, right) for pair in itertools.pairwise(tokens))


def _tokens(tokens: list[str], colour: dict[str, str]) -> str:
    return "".join(
        f'<span class="token" style="background:{colour[token]}">{html.escape(token)}</span>'
        for token in tokens
    )


def coloured(tokens: list[str]) -> str:
    """Return a text in tokens, with alternating colours.

    The space before a word is part of its token.
    """
    colours = itertools.cycle(COLOURS)
    parts = [
        f'<span class="token" style="background:{colour}">{html.escape(token)}</span>'
        for token, colour in zip(tokens, colours, strict=False)
    ]
    return f'<p class="tokens">{"".join(parts)}</p>\n'


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    sys.path.insert(0, str(ROOT / "reference" / "benches"))
    from corpus import corpus  # type: ignore[import-not-found]

    text = corpus()
    measured = {"machine": machine(), "text": text.name, "passage": draw_tokens(text.lines)}
    _save(MEASURED, json.dumps(measured, indent=1) + "\n")


def draw_tokens(lines: list[str]) -> dict[str, dict[str, int]]:
    """Draws the passage as each tokenizer splits it, and counts its tokens."""
    counts = {}
    for size in SIZES:
        tokenizer = _bytemerge().Tokenizer.train(lines, size)
        tokens = [tokenizer.token_bytes(token).decode() for token in tokenizer.encode(PASSAGE)]
        counts[str(size)] = {"characters": len(PASSAGE), "words": len(PASSAGE.split()), "tokens": len(tokens)}
        _save(PICTURES / f"tokens-{size}.html", coloured(tokens))
    return counts


def _save(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"saved {path.relative_to(ROOT)}")
