"""The tables and sentences of the case studies, from what `nox -s case_studies` measured."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from tools.measure.formatting import digits, time_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Measured = dict[str, Any]
Rows = list[list[str]]


def beside(seconds: Mapping[str, Mapping[str, Sequence[float]]], head: str, *ways: str) -> Rows:
    """A row for each task: the medians of the ways, and how many times as fast the last is as the first."""
    rows = []
    for task, each in seconds.items():
        medians = [median(each[way]) for way in ways]
        rows.append([task, *map(time_of, medians), digits(medians[0] / medians[-1])])
    return [[head, *ways, "times as fast"], *rows]


def reach(seconds: Sequence[float]) -> str:
    """The shortest and the longest of all rounds."""
    return f"{time_of(min(seconds))} to {time_of(max(seconds))}"


def all_of(seconds: Mapping[str, Sequence[float]], head: str) -> Rows:
    """A row for each way: the median, the least and the most of all rounds."""
    rows = [[way, time_of(median(each)), reach(each)] for way, each in seconds.items()]
    return [[head, "median", "of all rounds"], *rows]


# orjson


def case_orjson(measured: Measured) -> Rows:
    """The rows of all documents, read and written."""
    sizes = measured["input"]["bytes"]
    names = {"loads": "read", "dumps": "write"}
    tasks = {}
    for task, each in measured["seconds"].items():
        document, _, verb = task.rpartition(", ")
        if verb in names:
            tasks[f"{names[verb]} {document}, {digits(sizes[document] / 1000)} kB"] = each
    return beside(tasks, "task", "json", "orjson")


def case_orjson_objects(measured: Measured) -> Rows:
    """The rows of reading beside making the same objects without reading JSON."""
    tasks = {
        task.removesuffix(", loads"): each
        for task, each in measured["seconds"].items()
        if task.endswith(", loads")
    }
    return [row[:-1] for row in beside(tasks, "read", "json", "orjson", "marshal")]


def case_orjson_start(measured: Measured) -> Rows:
    """The rows of what it costs to have it."""
    return all_of(measured["seconds"]["starting Python"], "start Python, and import")


# ruff


def case_ruff(measured: Measured) -> Rows:
    """The rows of what takes its time on all cores."""
    return ruff_tasks(measured["seconds"]["all cores"])


def case_ruff_one_file(measured: Measured) -> Rows:
    """The rows of the same for one file."""
    return ruff_tasks(measured["seconds"]["one file"])


def ruff_tasks(seconds: Mapping[str, Sequence[float]]) -> Rows:
    """A row for each task and each peer."""
    rows = []
    for way, each in seconds.items():
        task, _, peer = way.partition(": ")
        if peer == "ruff":
            continue
        slow, fast = median(each), median(seconds[f"{task}: ruff"])
        rows.append([task, f"`{peer}`, {time_of(slow)}", time_of(fast), digits(slow / fast)])
    return [["task", "peer", "ruff", "times as fast"], *rows]


def case_ruff_threads(measured: Measured) -> Rows:
    """The rows of one core and of all."""
    seconds = measured["seconds"]
    rows = []
    for way, each in seconds["one process or thread"].items():
        one, every = median(each), median(seconds["all cores"][way])
        rows.append([way, time_of(one), time_of(every), digits(one / every)])
    more, lines = seconds["ruff with more files"], measured["input"]["more files"]["lines"]
    for way in ("format: ruff", "lint: ruff"):
        one, every = (median(more[f"{way}, {threads}"]) for threads in ("one", "all"))
        rows.append([f"{way}, {lines:,} lines", time_of(one), time_of(every), digits(one / every)])
    return [["task", "one process or thread", "all cores", "times as fast"], *rows]


def case_ruff_start(measured: Measured) -> Rows:
    """The rows of starting the programs."""
    return all_of(measured["seconds"]["starting"], "`--version` of")


def case_ruff_parsing(measured: Measured) -> Rows:
    """The rows of reading alone, beside all that ruff does."""
    seconds = measured["seconds"]
    one = seconds["one process or thread"]
    return all_of(
        {
            **seconds["parsing"],
            "ruff, all of linting": one["lint: ruff"],
            "ruff, all of formatting": one["format: ruff"],
        },
        "one thread",
    )


def case_ruff_agreement(measured: Measured) -> str:
    """The sentences of how far the results are the same."""
    found = measured["agreement"]
    formatted, imports, lint = found["format"], found["sort imports"], found["lint"]
    return "\n".join(
        [
            (
                f"- **Format.** Of the {formatted['lines']:,} lines that black writes, ruff writes "
                f"{percent(formatted['the same in both'], formatted['lines'])} as well; {formatted['not in the input']:,} of the lines differ from "
                f"the input. By black's own check, all {formatted['files of the same meaning']} files that ruff writes mean the same as before."
            ),
            (
                f"- **Sort imports.** {percent(imports['the same in both'], imports['lines'])} of {imports['lines']:,} lines are the same; "
                f"{imports['not in the input']:,} of them differ from the input."
            ),
            (
                f"- **Lint.** Both apply the {found['rules']} rules of pycodestyle and Pyflakes that ruff has. Both find the same {lint['both']:,} "
                f"problems; flake8 alone finds {lint['flake8 only']:,} more, and ruff alone {lint['ruff only']:,}."
            ),
        ]
    )


def case_ruff_input(measured: Measured) -> str:
    """The sentence of what is read."""
    read = measured["input"]
    return (
        f"The input is {read['files']} files of Python's standard library with {read['lines']:,} lines. The single file below has "
        f"{read['one file']['lines']:,} lines."
    )


# uv


def case_uv(measured: Measured) -> Rows:
    """The rows of each way to install."""
    installing = measured["seconds"]["installing"]
    rows = []
    for way, each in installing.items():
        # Bytecode against bytecode, none against none.
        compiles = way == "pip" or "bytecode" in way
        equal = installing["pip" if compiles else "pip --no-compile"]
        compiled = "yes" if compiles else "no"
        rows.append([way, time_of(median(each)), reach(each), compiled, digits(median(equal) / median(each))])
    return [["way", "time", "of all rounds", "bytecode", "times as fast as pip with equal work"], *rows]


def case_uv_rounds(measured: Measured) -> str:
    """The sentence about the ways whose rounds are not all apart from those of pip: their figures are rough."""
    installing = measured["seconds"]["installing"]
    near = [
        f"*{way}*"
        for way, each in installing.items()
        if way.startswith("uv")
        and max(each) >= min(installing["pip" if "bytecode" in way else "pip --no-compile"])
    ]
    if not near:
        return f"In none of the {measured['rounds']} rounds was uv as slow as pip was in its best round of equal work."
    return (
        f"In {measured['rounds']} rounds, the slowest of {', '.join(near)} took at least as long as the best of pip with equal work: "
        "their figures are rough."
    )


def case_uv_threads(measured: Measured) -> str:
    """The sentences about what several threads bring to an installation, and whether the rounds show it."""
    one, every = uv_threads(measured)
    took_one, took_every = (f"{time_of(median(each))} ({reach(each)})" for each in (one, every))
    said = f"With one thread, *uv cold: copy* takes {took_one}. Without this limit it takes {took_every}"
    if are_apart(one, every):
        return f"{said}, which is {digits(median(one) / median(every))} times as fast."
    return f"{said}. The two ranges overlap, so these rounds do not show what threads bring."


def are_apart(one: Sequence[float], every: Sequence[float]) -> bool:
    """Whether every round with all threads took less time than any with one."""
    return max(every) < min(one)


def uv_threads(measured: Measured) -> tuple[Sequence[float], Sequence[float]]:
    """The seconds of one thread, and of as many as uv likes."""
    installing = measured["seconds"]["installing"]
    return installing["uv cold: copy, one thread"], installing["uv cold: copy"]


def case_uv_parts(measured: Measured) -> Rows:
    """The rows of the parts of the work that can be had alone."""
    parts = {
        f"{part}: {way}": each
        for part in ("starting", "resolving", "bytecode alone")
        for way, each in measured["seconds"][part].items()
    }
    return all_of(parts, "part")


def case_uv_agreement(measured: Measured) -> str:
    """The sentences of what is installed."""
    found = measured["agreement"]
    return (
        f"There are {measured['input']['packages']} packages with {found['files']:,} files, {found['bytes'] / 1e6:,.0f} MB. Every way installs "
        f"the same files, with the same checksums, except for the records that each installer keeps about itself. Where bytecode is "
        f"compiled, pip makes {found['files of bytecode, pip']:,} files of it and uv {found['files of bytecode, uv']:,}."
    )


# pydantic

PYDANTIC = ("1.9", "1.10", "2")
VALIDATION = ("validate objects", "validate JSON", "to objects", "to JSON")


def case_pydantic(measured: Measured) -> Rows:
    """The rows of what is done with models, and how much faster 2 is than 1.10."""
    rows = []
    for task in VALIDATION:
        medians = [median(measured["seconds"][task][version]) for version in PYDANTIC]
        old, before, now = medians
        rows.append([task, *map(time_of, medians), digits(old / now), digits(before / now)])
    return [["task", *PYDANTIC, "2 against 1.9", "2 against 1.10"], *rows]


def case_pydantic_start(measured: Measured) -> Rows:
    """The rows of what is paid once."""
    tasks = {task: measured["seconds"][task] for task in ("importing", "defining", "importing and defining")}
    return [row[:-1] for row in beside(tasks, "once a process", *PYDANTIC)]


def case_pydantic_json(measured: Measured) -> str:
    """The sentence of what reading JSON takes by itself."""
    seconds = measured["seconds"]
    loads = median(seconds["json.loads alone"]["2"])
    read = measured["input"]
    return (
        f"The input is {digits(read['bytes of JSON'] / 1e6)} MB of JSON: an outline of {read['files']} modules of the standard library. "
        f"`json.loads` alone takes {time_of(loads)}. To read and validate it, pydantic 2 takes "
        f"{time_of(median(seconds['validate JSON']['2']))}, and pydantic 1.10 takes {time_of(median(seconds['validate JSON']['1.10']))}."
    )


# polars

POLARS_ALONE = {"starting Python"}
"""What is no task of both."""


def polars_tasks(measured: Measured) -> dict[str, Any]:
    """The tasks that both libraries do."""
    return {task: each for task, each in measured["seconds"].items() if task not in POLARS_ALONE}


def case_polars(measured: Measured) -> Rows:
    """The rows of all tasks, with one thread and with all."""
    rows = [
        [*one, *every[1:]]
        for one, every in zip(
            *(beside(tasks, "", "pandas", "polars")[1:] for tasks in polars_threads(measured)), strict=True
        )
    ]
    threads = f"{measured['threads']} threads"
    columns = [
        f"{way}, {count}"
        for count in ("one thread", threads)
        for way in ("pandas", "polars", "times as fast")
    ]
    return [[f"{measured['input']['rows']:,} rows", *columns], *rows]


def polars_threads(measured: Measured) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tasks with one thread, and with all. The pandas of each is that of the same processes."""
    return measured["seconds, one thread"], polars_tasks(measured)


def case_polars_input(measured: Measured) -> str:
    """The sentences about the table."""
    read = measured["input"]
    copies = read.get("copies", 1)
    again = (
        f" The table repeats them {copies} times, since data frames are made for many rows."
        if copies > 1
        else ""
    )
    return (
        f"A row is a token of the source code of Python's standard library: its module, its kind, its text, its line, its column and its length. "
        f"The tokens come from {read['lines']:,} lines.{again}"
    )


def case_polars_threads(measured: Measured) -> Rows:
    """The rows of polars with one thread and with all."""
    one, every = polars_threads(measured)
    tasks = {task: {"one": one[task]["polars"], "all": every[task]["polars"]} for task in every}
    _, *rows = beside(tasks, "", "one", "all")
    return [["task", "polars, one thread", f"{measured['threads']} threads", "times as fast"], *rows]


def case_polars_layout(measured: Measured) -> Rows:
    """The rows of texts as Python's objects and as one block of memory."""
    ways = ("pandas, Python objects", "pandas", "polars")
    tasks = {task: each for task, each in polars_tasks(measured).items() if ways[0] in each}
    memory = measured["bytes in memory"]
    return [
        ["task", *ways],
        ["memory of the table", *(f"{memory[way] / 1e6:,.0f} MB" for way in ways)],
        *(row[:-1] for row in beside(tasks, "task", *ways)[1:]),
    ]


def case_polars_csv(measured: Measured) -> Rows:
    """The rows of reading the file with each engine."""
    return all_of(
        measured["seconds"]["read CSV"], f"{measured['input']['bytes of CSV'] / 1e6:,.0f} MB of CSV"
    )


def case_polars_explain(measured: Measured) -> str:
    """The plan of the last task, as it was written and as it is run."""
    return "\n".join(
        f"{title}\n\n```text\n{measured[name]}\n```\n"
        for title, name in (
            ("As it was written:", "explain, not optimised"),
            ("As polars runs it:", "explain"),
        )
    ).rstrip("\n")


def case_polars_start(measured: Measured) -> Rows:
    """The rows of importing them."""
    return all_of(measured["seconds"]["starting Python"], "start Python, and import")


# tokenizers

GIGABYTE = 1000  # MB
CLAIM = 20  # seconds for a GB


def tokenizer_speeds(measured: Measured) -> dict[str, float]:
    """MB a second of each way, at the median."""
    sizes, seconds = measured["megabytes"], measured["seconds"]
    found = {way: sizes[way] / median(each) for way, each in seconds["Python"].items()}
    for kind in ("one thread", "all threads"):
        for way, each in seconds[f"tokenizers, {kind}"].items():
            if kind == "one thread" or way != "encode":  # one text after the other has no use for threads
                found[f"tokenizers, {way}, {kind}"] = sizes["tokenizers"] / median(each)
    return found


def case_tokenizers(measured: Measured) -> Rows:
    """The rows of each way, and what a GB would take."""
    speeds = tokenizer_speeds(measured)
    rows = [
        [way, f"{digits(speed)} MB/s", duration(GIGABYTE / speed), digits(speed / speeds["naive Python"])]
        for way, speed in speeds.items()
    ]
    return [["way", "speed", "a GB would take", "times as fast"], *rows]


def case_tokenizers_claim(measured: Measured) -> str:
    """The sentences about a GB in 20 seconds."""
    speeds = tokenizer_speeds(measured)
    one = max(speed for way, speed in speeds.items() if way.endswith("one thread"))
    every = max(speed for way, speed in speeds.items() if way.endswith("all threads"))
    needed = GIGABYTE / CLAIM
    return (
        f"A GB in {CLAIM} seconds is {needed:.0f} MB/s. Here the fastest way reaches {digits(one)} MB/s on one thread and {digits(every)} MB/s on "
        f"{measured['threads']}. So the claim would take at least {digits(needed / one)} of these cores, if every core added as much as the first. "
        f"That is a server, and not the machine of this measurement."
    )


def case_tokenizers_language(measured: Measured) -> str:
    """The sentence about what is left for the language, on one thread."""
    speeds = tokenizer_speeds(measured)
    naive, rank, cached = (speeds[way] for way in measured["seconds"]["Python"])
    one = max(speed for way, speed in speeds.items() if way.endswith("one thread"))
    return (
        f"Looking only at the pairs that occur makes Python {digits(rank / naive)} times as fast, and remembering pieces makes it another "
        f"{digits(cached / rank)} times as fast. The fastest way of tokenizers on one thread is {digits(one / cached)} times as fast as that."
    )


def case_tokenizers_input(measured: Measured) -> str:
    """The sentences about the texts."""
    read, sizes = measured["input"], measured["megabytes"]
    return (
        f"The input is {read['texts']:,} texts with {digits(read['bytes'] / 1e6)} MB: the topics of Python's documentation and the docstrings of "
        f"its standard library, {read['ids']:,} tokens. Naive Python gets only the first {digits(sizes['naive Python'] * 1000)} kB of them, "
        f"and Python by rank the first {digits(sizes['Python, by rank'] * 1000)} kB. The times for a GB are extrapolated from these."
    )


def duration(seconds: float) -> str:
    """A long time, as people say it."""
    for unit, size in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{digits(seconds / size)} {unit}"
    return f"{digits(seconds)} s"


# all of them


def ratios(name: str, measured: Measured) -> dict[str, list[float]]:
    """By peer, how many times as fast each task of a study is."""
    match name:
        case "ruff":
            found: dict[str, list[float]] = {}
            for _, peer, _, times in case_ruff(measured)[1:]:
                found.setdefault(peer.split("`")[1].split()[0], []).append(number(times))
            return found
        case "uv":
            # pip has no cache of what is in a folder: a warm one is no equal work, and has its own row.
            return {
                peer: [number(row[-1]) for row in case_uv(measured)[1:] if row[0].startswith(way)]
                for way, peer in (("uv cold", "pip"), ("uv warm", "pip, which has no warm cache"))
            }
        case "polars":
            _, *rows = case_polars(measured)
            return {
                "pandas, one thread": [number(row[3]) for row in rows],
                f"pandas, {measured['threads']} threads": [number(row[6]) for row in rows],
            }
        case "pydantic":
            rows = case_pydantic(measured)[1:]
            return {"1.9": [number(row[-2]) for row in rows], "1.10": [number(row[-1]) for row in rows]}
        case "tokenizers":
            speeds = tokenizer_speeds(measured)
            return {
                python: [
                    speed / speeds[python] for way, speed in speeds.items() if way.startswith("tokenizers")
                ]
                for python in measured["seconds"]["Python"]
            }
        case _:
            return {"json": [number(row[-1]) for row in case_orjson(measured)[1:]]}


def case_overview(studies: Mapping[str, Measured]) -> Rows:
    """The rows of all studies: the task that gains least, and the one that gains most."""
    rows = [
        [f"[{name}]({name}.md)", peer, str(len(times)), digits(min(times)), digits(max(times))]
        for name, measured in studies.items()
        for peer, times in ratios(name, measured).items()
    ]
    return [["study", "compared with", "tasks or ways", "times as fast, least", "most"], *rows]


def case_threads(studies: Mapping[str, Measured]) -> Rows:
    """The rows of the studies with threads: how many times as fast all of them are as one."""
    one, every = (
        studies["tokenizers"]["seconds"][f"tokenizers, {kind}"] for kind in ("one thread", "all threads")
    )
    uv = uv_threads(studies["uv"])
    found = {
        "ruff": [number(row[-1]) for row in case_ruff_threads(studies["ruff"])[1:] if "ruff" in row[0]],
        "uv": [median(uv[0]) / median(uv[1])],
        "polars": [number(row[-1]) for row in case_polars_threads(studies["polars"])[1:]],
        "tokenizers": [median(one[way]) / median(every[way]) for way in every if way != "encode"],
    }
    rough = {} if are_apart(*uv) else {"uv": ", whose rounds overlap"}
    rows = [
        [
            f"[{name}]({name}.md){rough.get(name, '')}",
            str(len(times)),
            str(sum(each > 1 for each in times)),
            digits(min(times)),
            digits(max(times)),
        ]
        for name, times in found.items()
    ]
    return [["study", "tasks or ways", "faster with all threads", "times as fast, least", "most"], *rows]


def number(text: str) -> float:
    """A number that `digits` wrote."""
    return float(text.replace(",", ""))


def percent(part: float, whole: float) -> str:
    """A share with as many digits as say something near 100."""
    return f"{100 * part / whole:.1f} %"


ALL = (
    case_orjson,
    case_orjson_objects,
    case_orjson_start,
    case_ruff,
    case_ruff_agreement,
    case_ruff_input,
    case_ruff_one_file,
    case_ruff_parsing,
    case_ruff_start,
    case_ruff_threads,
    case_uv,
    case_uv_agreement,
    case_uv_parts,
    case_uv_rounds,
    case_uv_threads,
    case_polars,
    case_polars_csv,
    case_polars_explain,
    case_polars_input,
    case_polars_layout,
    case_polars_start,
    case_polars_threads,
    case_pydantic,
    case_pydantic_json,
    case_pydantic_start,
    case_tokenizers,
    case_tokenizers_claim,
    case_tokenizers_input,
    case_tokenizers_language,
)
"""Each, named after its study."""
