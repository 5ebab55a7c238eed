"""Measures how long other threads of Python wait during a call, and how long Ctrl-C does.

A thread that only ticks has the GIL for a moment each time it gets it. Its longest wait during a
call is the time during which a server would not have answered. Then Ctrl-C is sent during each
call. Both are measured and not tested, because a busy machine makes both wait.

    python benches/stalls.py            # a table, and benches/results/stalls.json
"""

import argparse
import gc
import json
import os
import pickle
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from machine import machine

from bytemerge import Tokenizer

RESULTS = Path(__file__).parent / "results"
# Long, with many distinct pieces, so that training has much to do.
LINES = [
    f"the cat's hat {number} caf\xe9 {number * 7919 % 10_007:x}\n" for number in range(700_000)
]


def calls(folder: Path) -> dict[str, Callable[[], object]]:
    """Return the calls to measure, each of which takes long."""
    text = "".join(LINES)[:20_000_000]
    texts = [f"the cat's hat {number}" for number in range(1_000_000)]
    tokenizer = Tokenizer.train(LINES[:20_000], 2000, special_tokens=["<end>"])
    array = np.tile(tokenizer.encode_numpy(text), 3)[:10_000_000]
    ids, batch = array.tolist(), tokenizer.encode_batch(texts)
    lists = [[1, 2, 3]] * 500_000
    ranks = {bytes([byte]): byte for byte in range(256)}
    ranks |= {f"{number:06}".encode(): number for number in range(256, 200_000)}
    large, twin = (Tokenizer.from_ranks(ranks, pattern="cl100k") for _ in range(2))
    learnt = Tokenizer.train(LINES, 50_000)
    path, pickled = folder / "model", pickle.dumps(large)
    large.save(path)
    learnt.to_huggingface(folder / "tokenizer.json")
    return {
        "encode": lambda: tokenizer.encode(text),
        "encode, threads=1": lambda: tokenizer.encode(text, threads=1),
        "encode_numpy": lambda: tokenizer.encode_numpy(text),
        "encode_bytes": lambda: tokenizer.encode_bytes(text.encode()),
        "encode_with_offsets": lambda: tokenizer.encode_with_offsets(text),
        "encode_batch": lambda: tokenizer.encode_batch(texts),
        "count": lambda: tokenizer.count(text),
        "decode, list": lambda: tokenizer.decode(ids),
        "decode, numpy": lambda: tokenizer.decode(array),
        "decode_bytes": lambda: tokenizer.decode_bytes(array),
        "decode_batch": lambda: tokenizer.decode_batch(batch),
        "decode_batch, lists": lambda: tokenizer.decode_batch(lists),
        "train, texts": lambda: Tokenizer.train(texts, 2000),
        "train, merges": lambda: Tokenizer.train(LINES, 50_000),
        "from_ranks": lambda: Tokenizer.from_ranks(ranks, pattern="cl100k"),
        "with_special_tokens": lambda: large.with_special_tokens({"<end>": 200_000}),
        "save": lambda: large.save(path),
        "load": lambda: Tokenizer.load(path),
        "pickle": lambda: pickle.dumps(large),
        "unpickle": lambda: pickle.loads(pickled),
        "to_tiktoken": lambda: learnt.to_tiktoken(folder / "ranks"),
        "to_huggingface": lambda: learnt.to_huggingface(folder / "again.json"),
        "from_huggingface": lambda: Tokenizer.from_huggingface(folder / "tokenizer.json"),
        "merges": lambda: learnt.merges,
        "==": lambda: large == twin,
        "hash": lambda: hash(large),
    }


def longest_wait(call: Callable[[], object]) -> tuple[float, float]:
    """Return the longest wait of another thread during a call, and the call's time, in seconds."""
    waits: list[float] = []
    started, finished = threading.Event(), threading.Event()

    def tick() -> None:
        last = time.perf_counter()
        while not finished.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            waits.append(now - last)
            last = now
            started.set()

    thread = threading.Thread(target=tick)
    thread.start()
    started.wait()
    waits.clear()
    start = time.perf_counter()
    result = call()
    took = time.perf_counter() - start
    finished.set()
    thread.join()
    # Freeing a result of millions of objects is not part of the call.
    del result
    return max(waits), took


def wait_for_ctrl_c(call: Callable[[], object]) -> float:
    """Return the seconds in which a repeated call ends after Ctrl-C."""
    sent = 0.0

    def send() -> None:
        nonlocal sent
        sent = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.1, send)
    try:
        timer.start()
        while True:
            call()
    except KeyboardInterrupt:
        return time.perf_counter() - sent


def main() -> None:
    """Measure all calls, or those named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="the calls to measure; without a name all")
    parser.add_argument("--times", type=int, default=3, help="runs of a call; the best one counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        all_calls = calls(Path(folder))
        # Python's collector would visit the millions of objects made here while all threads wait,
        # which is not part of the call.
        gc.collect()
        gc.freeze()
        for name, call in all_calls.items():
            if options.names and name not in options.names:
                continue
            # Other work of the machine makes waits longer, never shorter.
            wait, took = min(longest_wait(call) for _ in range(options.times))
            ctrl_c = min(wait_for_ctrl_c(call) for _ in range(options.times))
            row = {"call": name, "took": took, "wait": wait, "ctrl_c": ctrl_c}
            shown = [f"{1000 * seconds:5.0f} ms" for seconds in (took, wait, ctrl_c)]
            line = f"{name:20} {shown[0]}, others wait {shown[1]}, Ctrl-C {shown[2]}"
            rows.append(row)
            print(line, flush=True)
    RESULTS.mkdir(exist_ok=True)
    result = {"machine": machine(), "rows": rows}
    (RESULTS / "stalls.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
