"""Draws the tutorial's pictures of tokens with bytemerge itself, into docs/tutorial/pictures.

They show the same text split by tokenizers of two sizes, which train on books. Runs in the site's
environment.
"""

import html
import importlib
import itertools
import sys
from argparse import ArgumentParser

from tools import ROOT
from tools.measure.machine import save

PICTURES = ROOT / "docs" / "tutorial" / "pictures"
SIZES = (1000, 5000)
PASSAGE = (
    "Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or "
    "twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it."
)
# The colours of bytemerge.show.colours.
COLOURS = ("#ffd6a5", "#caffbf", "#9bf6ff", "#bdb2ff", "#ffc6ff", "#fdffb6")


def span(token: str, colour: str) -> str:
    """Return a token with its colour as HTML."""
    return f'<span class="token" style="background:{colour}">{html.escape(token)}</span>'


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    sys.path.insert(0, str(ROOT / "reference" / "benches"))
    books = importlib.import_module("corpus").corpus()
    counts = {}
    PICTURES.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        tokenizer = importlib.import_module("bytemerge").Tokenizer.train(books.lines, size)
        tokens = [tokenizer.token_bytes(token).decode() for token in tokenizer.encode(PASSAGE)]
        counts[size] = {"characters": len(PASSAGE), "words": len(PASSAGE.split()), "tokens": len(tokens)}
        # The space before a word is part of its token.
        coloured = "".join(map(span, tokens, itertools.cycle(COLOURS)))
        picture = PICTURES / f"tokens-{size}.html"
        picture.write_text(f'<p class="tokens">{coloured}</p>\n', encoding="utf-8", newline="\n")
    save("tutorial", {"text": books.name, "passage": counts})
