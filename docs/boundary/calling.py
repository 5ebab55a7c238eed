"""Times calls of Rust with more and more work in each, and a call of Python."""

from functools import partial
from timeit import repeat

from bytemerge import Tokenizer


def python(_text: str) -> int:
    """Do nothing."""
    return 0


tokenizer = Tokenizer.train([], 256)
for letters in (0, 10, 100, 1000):
    text = ("to be or not to be, " * 50)[:letters]
    calls = partial(python, text), partial(tokenizer.count, text)
    times = [f"{min(repeat(call, number=10_000)) * 1e5:.0f} ns" for call in calls]
    print(f"{letters:>5,} letters: Python, which does nothing, {times[0]}; Rust {times[1]}")
