"""Trains or tokenizes for a while, for a profiler to watch: `hot_loop.py train|tokenize py|rs`."""

import sys
import threading
import time

from corpus import corpus

from bytemerge import NaiveRustTokenizer, NaiveTokenizer

SECONDS = 30
SIZE = 500


class TimeIsUpError(Exception):
    """The time is up."""


def main(step: str, language: str) -> None:
    """Do one thing until the time is up."""
    cls = {"py": NaiveTokenizer, "rs": NaiveRustTokenizer}[language]
    lines = corpus().lines
    end = time.monotonic() + SECONDS

    def progress(_size: int, _total: int) -> None:
        if time.monotonic() > end:
            raise TimeIsUpError

    if step == "train":
        try:
            cls.train(lines, sys.maxsize, progress=progress)
        except TimeIsUpError:
            return
    tokenizer = cls.train(lines[:: len(lines) // 2000 or 1], SIZE)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for line in lines[:200]:
            tokenizer.tokenize(line)


if __name__ == "__main__":
    # The profiler sees Python's threads. In the main thread, Rust would move its training to
    # another thread.
    work = threading.Thread(target=main, args=sys.argv[1:])
    work.start()
    work.join()
