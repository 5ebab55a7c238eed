"""The tables and the sentences of what `nox -s steps` measured."""

from __future__ import annotations

from typing import Any

from tools.measure.formatting import time_of

Rows = list[list[str]]
# Each way as the plots, the tables and the sentences call it.
NAMES = {
    "all": "every piece",
    "distinct": "each distinct piece",
    "recount": "counted again",
    "updated": "kept up to date",
    "queue": "with a heap",
    "rescan": "every pair again",
    "look": "one look first",
    "cache": "one look, and a cache",
    "heap": "a heap",
    "linear": "linear time",
    "engine": "an engine",
    "scanner": "a scanner",
    "bytemerge": "bytemerge",
}


def steps_distinct(measured: dict[str, Any]) -> str:
    """The sentences of how much there is to learn from, and of what it brings to count words once."""
    pieces, at = measured["pieces"], measured["counting"]["all"][-1]["at"]
    slow, fast = _last(measured["counting"], "all", "distinct")
    return (
        f"The text is one half of Python's documentation. It has {pieces['learn']:,} pieces, and {pieces['distinct']:,} distinct ones. "
        f"Learning {at:,} merges takes {time_of(slow)} from all pieces, and {time_of(fast)} from the distinct ones: it is "
        f"{_times(slow, fast)} times as fast. All times on this page are medians of {measured['rounds']} rounds, on one thread."
    )


def steps_updated(measured: dict[str, Any]) -> str:
    """The sentence of what counts bring that are kept up to date."""
    return _training(measured, "recount", "updated")


def steps_queue(measured: dict[str, Any]) -> str:
    """The sentences of what the heap brings, and of what is left to bytemerge."""
    queue, production, naive = _last(measured["training"], "queue", "bytemerge", "recount")
    return (
        f"{_training(measured, 'updated', 'queue')} bytemerge takes {time_of(production)}: that is {_times(queue, production)} times "
        f"as fast as the heap, and {_times(naive, production)} times as fast as counting again."
    )


def steps_cache(measured: dict[str, Any]) -> Rows:
    """The rows of encoding a text."""
    head = f"encoding {measured['pieces']['encode']:,} pieces"
    return _rows(head, measured["encoding"], measured["bytes"]["encode"])


def steps_heap(measured: dict[str, Any]) -> Rows:
    """The rows of one long piece."""
    ways = ("rescan", "heap", "bytemerge")
    curves = _by_length(measured, *ways)
    rows = [
        [f"{length:,}", *(time_of(curve[length]) if length in curve else "-" for curve in curves)]
        for length in max(curves, key=len)
    ]
    return [["letters", *(NAMES[name] for name in ways)], *rows]


def steps_lengths(measured: dict[str, Any]) -> str:
    """The sentences of which way is the fastest for which length."""
    rescan, heap, production = _by_length(measured, "rescan", "heap", "bytemerge")
    last = max(heap)
    said = (
        f"{_compared('The heap', heap, 'the look at every pair', rescan)} "
        f"bytemerge is {_times(heap[last], production[last])} times as fast as the heap at {last:,} letters."
    )
    if slower := [f"{length:,}" for length in heap if production[length] > heap[length]]:
        *first, at = slower
        at = f"{', '.join(first)} and {at}" if first else at
        said += f" It is slower than the heap at {at} letters."
    return said


def steps_linear(measured: dict[str, Any]) -> str:
    """The sentences of what a letter takes in short pieces and in long ones."""
    heap, linear, production = _by_length(measured, "heap", "linear", "bytemerge")
    first, *_, last = heap
    short, long = ([time_of(way[length] / length) for way in (heap, linear)] for length in (first, last))
    return (
        f"In a piece of {first:,} letters, a letter takes {short[0]} with the heap, and {short[1]} in linear time. In one of {last:,} "
        f"letters, it takes {long[0]} and {long[1]}; bytemerge takes {time_of(production[last] / last)}. "
        f"{_compared('Linear time', linear, 'the heap', heap)}"
    )


def steps_scanner(measured: dict[str, Any]) -> Rows:
    """The rows of splitting a text."""
    head = f"splitting {measured['bytes']['encode']:,} bytes"
    engine = f"{NAMES['engine']}, fancy-regex {measured['versions']['fancy-regex']}"
    return _rows(head, measured["splitting"], measured["bytes"]["encode"], engine=engine)


def steps_all(measured: dict[str, Any]) -> str:
    """The sentence that compares splitting with an engine with all that bytemerge does."""
    engine, all_of_it = (
        measured["splitting"]["engine"]["median"],
        measured["encoding"]["bytemerge"]["median"],
    )
    return f"The engine takes {time_of(engine)} to split the text. bytemerge takes {time_of(all_of_it)} to split it and to give all ids."


ALL = (
    steps_distinct,
    steps_updated,
    steps_queue,
    steps_cache,
    steps_heap,
    steps_lengths,
    steps_linear,
    steps_scanner,
    steps_all,
)


def _training(measured: dict[str, Any], before: str, after: str) -> str:
    merges = measured["training"][after][-1]["at"]
    slow, fast = _last(measured["training"], before, after)
    return f"Learning {merges:,} merges takes {time_of(fast)} instead of {time_of(slow)}: it is {_times(slow, fast)} times as fast."


def _by_length(measured: dict[str, Any], *names: str) -> list[dict[int, float]]:
    """The seconds of some ways by the length of the piece."""
    return [{point["at"]: point["median"] for point in measured["long"][name]} for name in names]


def _compared(name: str, seconds: dict[int, float], other: str, others: dict[int, float]) -> str:
    """The sentence of where one way is faster than another."""
    lengths = sorted(seconds.keys() & others.keys())
    *_, longest = lengths
    slower = [length for length in lengths if seconds[length] >= others[length]]
    if longest in slower:
        times = _times(seconds[longest], others[longest])
        return f"{name} is not faster than {other}: at {longest:,} letters it takes {times} times as long."
    since = [length for length in lengths if length > max(slower, default=0)]
    where = f"from {since[0]:,} letters on" if slower else "at every length"
    times = _times(others[longest], seconds[longest])
    return f"{name} is faster than {other} {where}, and {times} times as fast at {longest:,}."


def _last(curves: dict[str, Any], *names: str) -> list[float]:
    """The seconds at the ends of some curves."""
    return [curves[name][-1]["median"] for name in names]


def _rows(head: str, found: dict[str, Any], size: int, **labels: str) -> Rows:
    """The rows of some ways to do a thing to so many bytes, the first of them the measure of all."""
    seconds = {name: found[name]["median"] for name in NAMES if name in found}
    first, *_ = seconds.values()
    rows = [
        [labels.get(name, NAMES[name]), time_of(each), f"{size / 1e6 / each:.0f} MB/s", _times(first, each)]
        for name, each in seconds.items()
    ]
    return [[head, "time", "speed", "times as fast"], *rows]


def _times(slow: float, fast: float) -> str:
    """How many times as fast, with two digits or all before the point."""
    ratio = slow / fast
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"
