"""Trains on the documentation of Python in both languages; prints figures and a sample as JSON.

The demo of the repository shows it.
"""

from __future__ import annotations

import json
import sys
import time
from pydoc_data.topics import topics

from bytemerge import NaiveRustTokenizer, NaiveTokenizer

# Enough for most of the short words, and few enough for plain Python.
VOCAB_SIZE = 1000
# Lines to train on, and some of the longest to show.
LINES = [line for text in topics.values() for line in text.split("\n")]
SHOWN = "\n".join(sorted(LINES, key=len)[len(LINES) * 9 // 10 :][:4])


def main() -> None:
    """Measure both languages, and compare the results of their training."""
    seconds: dict[str, dict[str, float]] = {}
    learnt, made = [], []
    for name, cls in (("pure Python", NaiveTokenizer), ("Rust", NaiveRustTokenizer)):
        start = time.perf_counter()
        tokenizer = cls.train(LINES, VOCAB_SIZE)
        trained = time.perf_counter()
        made.append([tokenizer.tokenize(line) for line in LINES])
        seconds[name] = {"training": trained - start, "tokenizing": time.perf_counter() - trained}
        learnt.append(list(tokenizer.merges))
    # A fast wrong answer is worth nothing.
    if learnt[0] != learnt[1] or made[0] != made[1]:
        sys.exit("Rust learns or makes other tokens than pure Python.")
    visualization = tokenizer.visualize(SHOWN)
    answer = {
        "text": "pydoc_data.topics",
        "vocab_size": VOCAB_SIZE,
        "tokens": sum(map(len, made[0])),
        "seconds": seconds,
        "shown": {"colours": visualization.as_terminal(), "plain": str(visualization)},
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
