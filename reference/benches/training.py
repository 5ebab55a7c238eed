"""Training time against vocabulary size: both languages, both ways to count, and the production tokenizer."""

import time

from bytemerge import NaiveRustTokenizer, NaiveTokenizer, Tokenizer

Curve = list[tuple[int, float]]
Tokenizers = dict[str, NaiveTokenizer | NaiveRustTokenizer]

POINTS = 200
"""Of each curve."""


def train(lines: list[str], vocab_size: int) -> tuple[dict[str, Curve], Tokenizers]:
    """Return the curve of each way to train, and what was trained.

    One training gives the whole curve: on the way to the last size, it passes all others. Both
    languages use one thread, so the time is the processor's: a busy machine does not spoil it.
    """
    curves: dict[str, Curve] = {}
    tokenizers: Tokenizers = {}
    for exact in (False, True):
        for language, cls in (("Rust", NaiveRustTokenizer), ("Python", NaiveTokenizer)):
            name = f"{language}, {'exact' if exact else 'approximate'}"
            curve: Curve = []
            start = time.process_time()

            def progress(
                size: int, _total: int, curve: Curve = curve, start: float = start
            ) -> None:
                curve.append((size, time.process_time() - start))

            tokenizers[name] = cls.train(
                lines, vocab_size, exact_vocab_size=exact, progress=progress
            )
            curve.append((tokenizers[name].vocab_size, time.process_time() - start))
            curves[name] = curve[:: max(1, len(curve) // POINTS)] + curve[-1:]
            print(f"training, {name:<20} {curve[-1][1]:9.2f} s", flush=True)
        same = [tokenizers[f"{language}, {name.split(', ')[1]}"] for language in ("Python", "Rust")]
        assert list(same[0].merges) == list(same[1].merges), "the merges differ"
        assert same[0].tokens == same[1].tokens, "the tokens differ"
    return curves, tokenizers


def train_production(lines: list[str], sizes: list[int]) -> tuple[Curve, dict[int, Tokenizer]]:
    """Return the time of each size, on one thread as well, and what was trained."""
    curve: Curve = []
    tokenizers: dict[int, Tokenizer] = {}
    for size in sizes:
        start = time.process_time()
        tokenizers[size] = Tokenizer.train(lines, size, threads=1)
        curve.append((size, time.process_time() - start))
    print(f"training, {'Tokenizer':<20} {curve[-1][1]:9.2f} s", flush=True)
    return curve, tokenizers
