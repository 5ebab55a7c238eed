"""Tokens per second: against vocabulary size on one thread, and against threads."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bytemerge import NaiveRustTokenizer, NaiveTokenizer, Tokenizer

SLOWER = 40
"""About how many times slower Python is: it gets this many times fewer lines."""

SECONDS = 1.0
"""The approximate time of a measurement."""


def of_size(tokenizer: NaiveTokenizer, size: int) -> NaiveTokenizer:
    """Return the tokenizer as it was when it had learnt `size` tokens."""
    merges = list(tokenizer.merges.items())
    alphabet = len(tokenizer.tokens) - len(merges)
    return NaiveTokenizer(dict(merges[: size - alphabet]), tokenizer.tokens[:size])


def speed(tokenize: Callable[[str], list[int]], lines: list[str]) -> float:
    """Return the tokens per second of the processor, which only this thread uses."""
    start = time.process_time()
    tokens = sum(len(tokenize(line)) for line in lines)
    return tokens / (time.process_time() - start)


SIZES = (200, 500, 1000, 2000, 5000, 10_000)


def against_size(
    tokenizer: NaiveTokenizer, production: dict[int, Tokenizer], lines: list[str], rounds: int
) -> dict[str, list[tuple[int, float]]]:
    """Return the speed of each tokenizer at each size, on one thread, in alternation."""
    sizes = [size for size in SIZES if size <= tokenizer.vocab_size]
    curves: dict[str, list[tuple[int, float]]] = {"Python": [], "Rust": [], "Tokenizer": []}
    for size in sizes:
        python = of_size(tokenizer, size)
        rust = NaiveRustTokenizer(list(python.merges), python.tokens)
        # Spread over all of the text. A line is some 20 tokens.
        wanted = max(10, int(SECONDS * 30_000_000 / size / 20 / SLOWER))
        few = lines[:: max(1, len(lines) // wanted)]
        many = lines[:: max(1, len(lines) // (wanted * SLOWER))]
        assert [python.tokenize(line) for line in few] == [rust.tokenize(line) for line in few]
        speeds: dict[str, list[float]] = {"Python": [], "Rust": []}
        fast = production.get(size)
        if fast is not None:
            speeds["Tokenizer"] = []
        for _ in range(rounds):
            speeds["Python"].append(speed(python.tokenize, few))
            speeds["Rust"].append(speed(rust.tokenize, many))
            if fast is not None:
                speeds["Tokenizer"].append(speed(fast.tokenize, lines))
        for language, values in speeds.items():
            curves[language].append((size, statistics.median(values)))
        print(f"tokenizing, {size:>6} tokens", end="  ")
        print(*(f"{name} {curves[name][-1][1]:10.0f}/s" for name in speeds), sep="  ", flush=True)
    return curves


PROGRAM = """
import sys, time
from bytemerge import NaiveRustTokenizer
tokenizer = NaiveRustTokenizer.load(sys.argv[1])
text = open(sys.argv[2], encoding="utf-8").read()
tokenizer.tokenize_text(text[:10_000])  # the threads start here
start = time.perf_counter()
tokens = len(tokenizer.tokenize_text(text))
print(tokens / (time.perf_counter() - start))
"""


def against_threads(
    tokenizer: NaiveTokenizer, lines: list[str], rounds: int
) -> list[tuple[int, float]]:
    """Return the speed of Rust with each number of threads, in alternation."""
    processors = os.cpu_count() or 1
    counts = sorted({*(2**power for power in range(processors.bit_length())), processors})
    speeds: dict[int, list[float]] = {threads: [] for threads in counts}
    with tempfile.TemporaryDirectory() as folder:
        model, text = Path(folder, "model.json"), Path(folder, "text.txt")
        tokenizer.save(model)
        text.write_text("\n".join(lines[::20]), encoding="utf-8")
        for _ in range(rounds):
            for threads in counts:
                run = subprocess.run(
                    [sys.executable, "-c", PROGRAM, model, text],
                    env=os.environ | {"RAYON_NUM_THREADS": str(threads)},
                    stdout=subprocess.PIPE,
                    check=True,
                )
                speeds[threads].append(float(run.stdout))
    curve = [(threads, statistics.median(values)) for threads, values in speeds.items()]
    for threads, value in curve:
        print(f"tokenizing, {threads:>3} threads {value:10.0f}/s")
    return curve
