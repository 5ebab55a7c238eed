"""Makes the tables of the case studies, for their pages: see `tools.site.figures`."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from tools.measure.formatting import digits, time_of
from tools.site.tables import apart, measured, medians, table, times_as_fast

STUDIES = ("ruff", "uv", "polars", "pydantic", "tokenizers", "orjson")
Rounds = dict[str, list[float]]
VALIDATION = ("validate objects", "validate JSON", "to objects", "to JSON")
GIGABYTE = 1000  # MB


def documents(orjson: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tasks of orjson, read and written."""
    verbs, sizes = {"loads": "read", "dumps": "write"}, orjson["input"]["bytes"]
    tasks = ((*task.rpartition(", "), each) for task, each in orjson["seconds"].items())
    return {
        f"{verbs[verb]} {document}, {digits(sizes[document] / 1000)} kB": each
        for document, _, verb, each in tasks
        if verb in verbs
    }


def ruff_peers(seconds: Rounds) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the seconds of each peer and of ruff, by the task and the peer."""
    pairs = (way.split(": ") for way in seconds)
    return {
        (task, peer): (median(seconds[f"{task}: {peer}"]), median(seconds[f"{task}: ruff"]))
        for task, peer in pairs
        if peer != "ruff"
    }


def ruff_tasks(seconds: Rounds) -> str:
    """Return a table with a row for each task and each peer of ruff."""
    slow, fast = {}, {}
    for (task, peer), (theirs, ours) in ruff_peers(seconds).items():
        row = task, f"`{peer}`, {time_of(theirs)}"
        slow[row], fast[row] = theirs, ours
    return table("task | peer | ruff | times as fast", fast, times_as_fast(slow, fast))


def ruff_cores(ruff: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the seconds of each task on one core, and on all."""
    seconds, lines = ruff["seconds"], ruff["input"]["more files"]["lines"]
    one, more = medians(seconds["one process or thread"]), medians(seconds["ruff with more files"])
    ways = {f"{way}, {lines:,} lines": way for way in ("format: ruff", "lint: ruff")}
    every = {way: median(seconds["all cores"][way]) for way in one}
    return (
        one | {name: more[f"{way}, one"] for name, way in ways.items()},
        every | {name: more[f"{way}, all"] for name, way in ways.items()},
    )


def equal_work(installing: Rounds, way: str) -> list[float]:
    """Return the rounds of pip that do what a way does: with bytecode or without."""
    return installing["pip" if way == "pip" or "bytecode" in way else "pip --no-compile"]


def uv_ratios(installing: Rounds) -> dict[str, str]:
    """Return how many times as fast as pip with equal work each way is."""
    return {
        way: digits(median(equal_work(installing, way)) / median(each)) for way, each in installing.items()
    }


def uv_near(installing: Rounds) -> list[str]:
    """Return the ways of uv with rounds that overlap those of pip with equal work.

    Their figures are approximate.
    """
    return [
        way
        for way, each in installing.items()
        if way.startswith("uv") and not apart(equal_work(installing, way), each)
    ]


def polars_tasks(seconds: Mapping[str, Any], way: str) -> dict[str, Any]:
    """Return the tasks that a way does."""
    return {task: each for task, each in seconds.items() if way in each}


def tokenizer_speeds(tokenizers: Mapping[str, Any]) -> dict[str, float]:
    """Return the megabytes a second of each way, at the median."""
    sizes, seconds = tokenizers["megabytes"], tokenizers["seconds"]
    found = {way: sizes[way] / each for way, each in medians(seconds["Python"]).items()}
    for kind in ("one thread", "all threads"):
        for way, each in medians(seconds[f"tokenizers, {kind}"]).items():
            if kind == "one thread" or way != "encode":  # one text after the other has no use for threads
                found[f"tokenizers, {way}, {kind}"] = sizes["tokenizers"] / each
    return found


def fastest(speeds: Mapping[str, float], kind: str) -> float:
    """Return the highest speed of one kind of ways."""
    return max(speed for way, speed in speeds.items() if way.endswith(kind))


def speed_up(rounds: Rounds, slow: str, fast: str) -> float:
    """Return how many times as fast one way is as another, at the medians."""
    return median(rounds[slow]) / median(rounds[fast])


def ratios(name: str, study: Mapping[str, Any]) -> dict[str, list[float]]:
    """Return how many times as fast each task of a study is, by its peer."""
    seconds = study["seconds"]
    match name:
        case "ruff":
            found: dict[str, list[float]] = {}
            for (_, peer), (slow, fast) in ruff_peers(seconds["all cores"]).items():
                found.setdefault(peer.split()[0], []).append(slow / fast)
            return found
        case "uv":
            # pip has no cache of a folder's content, so a warm cache is unequal work, and has its
            # own row.
            peers = {"uv cold": "pip", "uv warm": "pip, which has no warm cache"}
            times = {way: float(each) for way, each in uv_ratios(seconds["installing"]).items()}
            ways = times.items()
            return {
                peer: [each for way, each in ways if way.startswith(ours)] for ours, peer in peers.items()
            }
        case "polars":
            counts = {"one thread": study["seconds, one thread"], f"{study['threads']} threads": seconds}
            return {
                f"pandas, {count}": [
                    speed_up(tasks[task], "pandas", "polars") for task in counts["one thread"]
                ]
                for count, tasks in counts.items()
            }
        case "pydantic":
            return {
                old: [speed_up(seconds[task], old, "2") for task in VALIDATION] for old in ("1.9", "1.10")
            }
        case "tokenizers":
            speeds = tokenizer_speeds(study)
            theirs = [speed for way, speed in speeds.items() if way.startswith("tokenizers")]
            return {python: [each / speeds[python] for each in theirs] for python in seconds["Python"]}
        case _:
            return {"json": [speed_up(each, "json", "orjson") for each in documents(study).values()]}


def overview() -> str:
    """Return the table of all studies: the tasks with the least and the greatest speed-up."""
    found = {
        (f"[{name}]({name}.md)", peer): times
        for name in STUDIES
        for peer, times in ratios(name, measured(f"case-{name}")).items()
    }
    return _least_and_most("study | compared with | tasks or ways | times as fast, least | most", found)


def studies_by_threads() -> str:
    """Return the table of the studies with threads: the speed-up of all threads over one."""
    ruff, uv, polars, tokenizers = (measured(f"case-{name}") for name in STUDIES[:3] + STUDIES[4:5])
    one, every = ruff_cores(ruff)
    installing, copies = uv["seconds"]["installing"], ("uv cold: copy, one thread", "uv cold: copy")
    tasks = polars["seconds, one thread"]
    encoding = [tokenizers["seconds"][f"tokenizers, {kind}"] for kind in ("one thread", "all threads")]
    found = {
        "ruff": [one[way] / every[way] for way in every if "ruff" in way],
        "uv": [speed_up(installing, *copies)],
        "polars": [
            median(each["polars"]) / median(polars["seconds"][task]["polars"]) for task, each in tasks.items()
        ],
        "tokenizers": [
            median(encoding[0][way]) / median(each) for way, each in encoding[1].items() if way != "encode"
        ],
    }
    rough = {} if apart(*map(installing.__getitem__, copies)) else {"uv": ", whose rounds overlap"}
    rows = {f"[{name}]({name}.md){rough.get(name, '')}": times for name, times in found.items()}
    head = "study | tasks or ways | faster with all threads | times as fast, least | most"
    faster = {row: sum(digits(each) != "1.00" and each > 1 for each in times) for row, times in rows.items()}
    return _least_and_most(head, rows, faster)


def _least_and_most(head: str, rows: Mapping[Any, Sequence[float]], *columns: Mapping[Any, int]) -> str:
    ends = [{name: digits(of(times)) for name, times in rows.items()} for of in (min, max)]
    return table(head, {name: len(times) for name, times in rows.items()}, *columns, *ends)
