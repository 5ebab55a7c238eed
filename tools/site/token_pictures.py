"""Draws the tutorial's pictures of tokens with bytemerge itself. Runs in the site's environment.

Every build of the site draws `merges`. `main`, run by `nox -s pictures`, saves
docs/tutorial/pictures: the same text split by tokenizers of two sizes, which train on books.
"""

import html
import importlib
import itertools
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from tools import ROOT
from tools.measure.machine import save

PICTURES = ROOT / "docs" / "tutorial" / "pictures"
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
    words = Counter(SMALL_CORPUS)
    letters = sorted({*"".join(words)})
    colours = dict(zip(letters, itertools.cycle(COLOURS), strict=False))
    rows, tokens = [], dict[str, list[str]]()
    for step in range(STEPS + 1):
        tokenizer = _bytemerge().NaiveTokenizer.train(SMALL_CORPUS, 2 + len(letters) + step)
        if len(tokenizer.merges) < step:
            break
        before = tokens
        tokens = {word: tokenizer.tokens_as_strings(tokenizer.tokenize(word)) for word in words}
        what, count = "the letters", ""
        if step:
            left, right = pair = list(tokenizer.merges)[-1]
            pairs = {word: [*itertools.pairwise(each)] for word, each in before.items()}
            what = f"<code>{left}</code> + <code>{right}</code>"
            count = str(sum(times * pairs[word].count(pair) for word, times in words.items()))
            colours.setdefault(left + right, colours[left])
        cut = ("".join(_span(token, colours[token]) for token in tokens[word][:-1]) for word in words)
        rows.append("".join(f"<td>{cell}</td>" for cell in (what, count, *cut)))
    heads = "".join(f"<th scope='col'>{count} times {word}</th>" for word, count in words.items())
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        '<div class="table-wrapper container"><table class="docutils merges"><thead><tr><th scope="col">merge</th>'
        f'<th scope="col">count</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>\n'
    )


def _bytemerge() -> Any:
    """Return the package, which only the site's environment has."""
    return importlib.import_module("bytemerge")


def _span(token: str, colour: str) -> str:
    return f'<span class="token" style="background:{colour}">{html.escape(token)}</span>'


def coloured(tokens: list[str]) -> str:
    """Return a text in tokens, with alternating colours.

    The space before a word is part of its token.
    """
    return f'<p class="tokens">{"".join(map(_span, tokens, itertools.cycle(COLOURS)))}</p>\n'


def main(parser: ArgumentParser) -> None:
    parser.parse_args()
    sys.path.insert(0, str(ROOT / "reference" / "benches"))
    from corpus import corpus  # type: ignore[import-not-found]

    text = corpus()
    save("tutorial", {"text": text.name, "passage": draw_tokens(text.lines)})


def draw_tokens(lines: list[str]) -> dict[str, dict[str, int]]:
    """Draws the passage as each tokenizer splits it, and counts its tokens."""
    counts = {}
    PICTURES.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        tokenizer = _bytemerge().Tokenizer.train(lines, size)
        tokens = [tokenizer.token_bytes(token).decode() for token in tokenizer.encode(PASSAGE)]
        counts[str(size)] = {"characters": len(PASSAGE), "words": len(PASSAGE.split()), "tokens": len(tokens)}
        picture = PICTURES / f"tokens-{size}.html"
        picture.write_text(coloured(tokens), encoding="utf-8", newline="\n")
    return counts
