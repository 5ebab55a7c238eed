"""Training time against vocabulary size.

The curves are both languages, both ways to count, and the production tokenizer. Each is the middle
one of some rounds, in which they take turns.
"""

import time

from agreement import assert_same

from bytemerge import NaiveRustTokenizer, NaiveTokenizer, Tokenizer

Curve = list[tuple[int, float]]

POINTS = 200
"""The number of points of each curve."""

ROUNDS = 3
"""The most rounds of naive training, since one takes minutes in Python."""


def train(
    lines: list[str], vocab_size: int, exact: bool, rounds: int
) -> tuple[dict[str, Curve], NaiveTokenizer]:
    """Return the curve of each language, and the trained tokenizer.

    One training gives the whole curve: on the way to the last size, it passes all others. Both
    languages use one thread, so the time is the processor's: a busy machine does not spoil it.
    """
    kind = "exact" if exact else "approximate"
    curves: dict[str, list[Curve]] = {f"Rust, {kind}": [], f"Python, {kind}": []}
    for _ in range(min(rounds, ROUNDS)):
        for cls, found in zip((NaiveRustTokenizer, NaiveTokenizer), curves.values(), strict=True):
            curve: Curve = []
            start = time.process_time()

            def progress(
                size: int, _total: int, curve: Curve = curve, start: float = start
            ) -> None:
                curve.append((size, time.process_time() - start))

            tokenizer = cls.train(lines, vocab_size, exact_vocab_size=exact, progress=progress)
            last = (tokenizer.vocab_size, time.process_time() - start)
            found.append([*curve[:: max(1, len(curve) // POINTS)], last])
    # Python, which was the last, reports the size of the vocabulary after each merge.
    assert isinstance(tokenizer, NaiveTokenizer)
    assert_same(lines, tokenizer, [size for size, _ in curve], exact)
    return {name: middle(name, found) for name, found in curves.items()}, tokenizer


def train_production(
    lines: list[str], sizes: list[int], rounds: int
) -> tuple[Curve, dict[int, Tokenizer]]:
    """Return the time of each size, also on one thread, and the trained tokenizers."""
    curves: list[Curve] = []
    tokenizers: dict[int, Tokenizer] = {}
    for _ in range(rounds):
        curve: Curve = []
        for size in sizes:
            start = time.process_time()
            tokenizers[size] = Tokenizer.train(lines, size, threads=1)
            curve.append((size, time.process_time() - start))
        curves.append(curve)
    return middle("Tokenizer", curves), tokenizers


def middle(name: str, curves: list[Curve]) -> Curve:
    """Return the curve that ends in the middle of all, and print its end.

    Rust reports its progress now and then, so the points of two rounds are not at the same sizes.
    """
    ordered = sorted(curves, key=lambda curve: curve[-1][1])
    curve = ordered[len(ordered) // 2]
    first, last = ordered[0][-1][1], ordered[-1][-1][1]
    print(
        f"training, {name:<20} {curve[-1][1]:9.2f} s",
        f"({first:.2f} to {last:.2f} in {len(ordered)} rounds)",
        flush=True,
    )
    return curve
