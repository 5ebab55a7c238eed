"""Takes the time of calls, in turns. Every environment of the case studies runs this, whatever its Python is."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def in_turns(
    ways: Mapping[str, Callable[[], Any]], rounds: int, before: Callable[[], Any] = lambda: None
) -> dict[str, list[float]]:
    """The seconds of each call, one number a round. The first call is not counted: it fills caches. `before` each call
    is done what takes no part of its time.

    The garbage collector stays on, as it is in most programs. It starts from nothing each time, lest a call pays for the
    objects of the one before.
    """
    for way in ways.values():
        before()
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            before()
            gc.collect()
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    return seconds
