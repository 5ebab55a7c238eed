"""Measures the rendered package on real text.

Runs in the package's own environment, and needs only Python and `tools`. Takes the name of the
package; prints one JSON object.
"""

import importlib
import json
import sys
from collections.abc import Callable
from pydoc_data.topics import topics
from statistics import median
from typing import Any

from tools.measure.turns import calls_in_turns

ROUNDS = 11
# The documentation is half a megabyte. Several copies make one call long enough to measure.
COPIES = 40


def main(package: str) -> None:
    rust, python = importlib.import_module(package), importlib.import_module(f"{package}.naive")
    texts = list(topics.values()) * COPIES
    text = "\n".join(texts)
    ways: dict[str, Callable[[], Any]] = {
        "pure Python": lambda: python.count_words(text),
        "Rust": lambda: rust.count_words(text),
        "Rust with rayon": lambda: rust.count_words_in_all(texts),
    }

    # A fast wrong answer is worth nothing.
    results = {name: dict(way()) for name, way in ways.items()}
    expected = results["pure Python"]
    for name, result in results.items():
        if result != expected:
            sys.exit(f"{name} counts other words than pure Python.")

    seconds = calls_in_turns(ways, ROUNDS)
    answer = {
        "text": "pydoc_data.topics",
        "copies": COPIES,
        "bytes": len(text.encode()),
        "words": sum(expected.values()),
        "distinct_words": len(expected),
        "seconds": seconds,
        "median": {name: median(each) for name, each in seconds.items()},
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
