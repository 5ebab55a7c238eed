"""One measurement in a process of its own, so that none uses a cache that another has filled.

`measure_once.py encode NAME FORM ENCODING` or `train NAME SIZE FILE ...`; prints JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import encoders
import texts
import trainers

SHORT = "The quick brown fox jumps over the lazy dog, and 42 cats watch it: it's a good day, isn't it, friend?"
CALLS = 2000


def main() -> None:
    """Run the measurement in the arguments."""
    if os.environ.get("RAYON_NUM_THREADS") == "1" and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    kind, *arguments = sys.argv[1:]
    answer = {"encode": encode, "train": train, "worst": worst}[kind](*arguments)
    json.dump(answer, sys.stdout)


def timed(call: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Return what a call returns, and the seconds that it takes."""
    start = time.perf_counter()
    result = call(*arguments)
    return result, time.perf_counter() - start


def started(name: str, form: str, encoding: str) -> encoders.Encode:
    """Return a new tokenizer after the imports that its first call makes."""
    tokenize = encoders.ENCODERS[name][1](form, encoding)
    tokenize("a")
    return tokenize


def many(tokenize: encoders.Encode) -> None:
    """Tokenize a short text many times."""
    for _ in range(CALLS):
        tokenize(SHORT)


def encode(name: str, form: str, encoding: str) -> dict[str, Any]:
    """Return the speed on each text: cold, on similar text, on the same text again.

    It also returns the speed on short texts.
    """
    answer: dict[str, Any] = {}
    for kind, text_of in texts.TEXTS.items():
        text = text_of()
        first, second = text[: len(text) // 2], text[len(text) // 2 :]
        # A new one for each text, so that each starts cold.
        tokenize = started(name, form, encoding)
        _, cold = timed(tokenize, first)
        ids, steady = timed(tokenize, second)
        _, again = timed(tokenize, second)
        size = [len(half.encode()) / 1e6 for half in (first, second)]
        answer[kind] = {
            "cold": size[0] / cold,
            "steady": size[1] / steady,
            "again": size[1] / again,
            "ids": fingerprint(ids) if form != "count" else int(ids),
        }
        _, short = timed(many, tokenize)
        answer["short"] = short / CALLS * 1e6
    return answer


def worst(name: str, form: str, encoding: str) -> dict[str, Any]:
    """Return the seconds for each of the worst cases."""
    answer: dict[str, Any] = {}
    for kind, text in texts.worst_cases().items():
        ids, seconds = timed(started(name, form, encoding), text)
        answer[kind] = {"seconds": seconds, "ids": fingerprint(ids)}
    return answer


def train(name: str, size: str, *files: str) -> dict[str, Any]:
    """Return the seconds of a training, the most memory in use, and a fingerprint of the merges."""
    _, learn, merges_of = trainers.TRAINERS[name]
    trained, seconds = timed(learn, list(files), int(size))
    merges = merges_of(trained) if merges_of else None
    return {
        "seconds": seconds,
        "megabytes": most_memory() / 1e6,
        "merges": hashlib.sha256(repr(merges).encode()).hexdigest() if merges else None,
    }


def most_memory() -> int:
    """Return the maximum memory of this process in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # The value of getrusage includes the parent's memory at the time of the fork.
        (line,) = (
            line
            for line in status.read_text(encoding="utf-8").splitlines()
            if line.startswith("VmHWM:")
        )
        return int(line.split()[1]) * 1024
    if os.name == "nt":
        sys.exit("only Linux and macOS tell the most memory that a process had")
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def fingerprint(ids: Sequence[int]) -> str:
    """Return a checksum of ids in any form."""
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


if __name__ == "__main__":
    main()
