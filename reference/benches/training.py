"""Training time against vocabulary size.

The curves are both languages, both ways to count, and the production tokenizer.
"""

import time

from agreement import assert_same

from bytemerge import NaiveRustTokenizer, NaiveTokenizer, Tokenizer

Curve = list[tuple[int, float]]

POINTS = 200
"""The number of points of each curve."""


def train(
    lines: list[str], vocab_size: int, exact: bool
) -> tuple[dict[str, Curve], NaiveTokenizer]:
    """Return the curve of each language, and the trained tokenizer.

    One training gives the whole curve: on the way to the last size, it passes all others. Both
    languages use one thread, so the time is the processor's: a busy machine does not spoil it.
    """
    curves: dict[str, Curve] = {}
    for language, cls in (("Rust", NaiveRustTokenizer), ("Python", NaiveTokenizer)):
        curve: Curve = []
        start = time.process_time()

        def progress(size: int, _total: int, curve: Curve = curve, start: float = start) -> None:
            curve.append((size, time.process_time() - start))

        tokenizer = cls.train(lines, vocab_size, exact_vocab_size=exact, progress=progress)
        last = (tokenizer.vocab_size, time.process_time() - start)
        name = f"{language}, {'exact' if exact else 'approximate'}"
        curves[name] = [*curve[:: max(1, len(curve) // POINTS)], last]
        print(f"training, {name:<20} {last[1]:9.2f} s", flush=True)
    assert isinstance(tokenizer, NaiveTokenizer)
    # Python reports the size of the vocabulary after each merge.
    assert_same(lines, tokenizer, [size for size, _ in curve], exact)
    return curves, tokenizer


def train_production(lines: list[str], sizes: list[int]) -> tuple[Curve, dict[int, Tokenizer]]:
    """Return the time of each size, also on one thread, and the trained tokenizers."""
    curve: Curve = []
    tokenizers: dict[int, Tokenizer] = {}
    for size in sizes:
        start = time.process_time()
        tokenizers[size] = Tokenizer.train(lines, size, threads=1)
        curve.append((size, time.process_time() - start))
    print(f"training, {'Tokenizer':<20} {curve[-1][1]:9.2f} s", flush=True)
    return curve, tokenizers
