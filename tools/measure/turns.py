"""Measures several ways of one task in turns, so that other work of the machine slows all alike.

Every environment of the case studies and the demo runs this: Python 3.10 is enough, with nothing
installed.
"""

import gc
import random
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

Name = TypeVar("Name")
Result = TypeVar("Result")


def in_turns(ways: Mapping[Name, Callable[[], Result]], rounds: int) -> dict[Name, list[Result]]:
    """Return the results of each way, one per round: most ways return seconds.

    Each round has its own order, the same in every run. Otherwise each way would always find the
    caches of memory and disk as the same other way leaves them.
    """
    results: dict[Name, list[Result]] = {name: [] for name in ways}
    order, shuffled = list(ways), random.Random(1)
    for _ in range(rounds):
        shuffled.shuffle(order)
        for name in order:
            results[name].append(ways[name]())
    return results


def calls_in_turns(
    ways: Mapping[Name, Callable[[], Any]], rounds: int, before: Callable[[], Any] = lambda: None
) -> dict[Name, list[float]]:
    """Return the seconds of each call, one number per round.

    `before` runs before each call, and is not measured. The first call is not counted: it fills
    caches. The garbage collector stays on, as in most programs. It starts empty each time, so no
    call pays for the objects of another.
    """

    def seconds(call: Callable[[], Any]) -> float:
        before()
        gc.collect()
        start = time.perf_counter()
        result = call()
        took = time.perf_counter() - start
        # Freeing a million numbers takes as long as making them, and is not measured.
        del result
        return took

    for call in ways.values():
        before()
        call()
    return in_turns({name: partial(seconds, call) for name, call in ways.items()}, rounds)
