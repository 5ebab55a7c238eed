"""The tables and sentences about other tokenizers, from what `nox -s bench_peers` of the reference measured.

Who is ahead where is a result like any other: nothing here knows it beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Rows = list[list[str]]

OURS = "bytemerge"
NAMED = ("tiktoken", "Hugging Face")
"""Those that everybody knows: each comparison names them."""
LEVEL = 1.05
"""Who is less than this many times as fast is as fast."""
ENCODING = "cl100k_base"
FORMS = {"numpy": "arrays", "list": "lists", "count": "counts"}


def forms_of(table: Mapping[str, Any], form: str) -> dict[str, Any]:
    """What each peer does in one form, by its name."""
    split = {name: row for name, row in table.items() if name.rpartition(", ")[2] == form}
    return {name.rpartition(", ")[0]: row for name, row in split.items()}


def kinds(measured: Mapping[str, Any]) -> list[str]:
    """The kinds of text."""
    return [*measured["texts"]]


def peers_texts(measured: Mapping[str, Any]) -> str:
    """What the texts are, and how large."""
    sizes = ", ".join(f"{kind} {size / 1e6:.1f} MB" for kind, size in measured["texts"].items())
    return f"English is: {measured['English'].replace('_', ' ')}. The sizes are: {sizes}."


def _form(measured: Mapping[str, Any], form: str) -> Rows:
    rows = forms_of(measured["encode"][ENCODING], form)
    steady = {name: sum(row[kind]["steady"] for kind in kinds(measured)) for name, row in rows.items()}
    lines = [
        [
            name,
            *(
                " / ".join(f"{rows[name][kind][state]:.0f}" for state in ("cold", "steady", "again"))
                for kind in kinds(measured)
            ),
        ]
        for name in sorted(rows, key=steady.__getitem__, reverse=True)
    ]
    return [[f"{FORMS[form]}: MB/s cold / steady / again", *kinds(measured)], *lines]


def peers_arrays(measured: Mapping[str, Any]) -> Rows:
    """The rows of arrays of numpy, on one thread."""
    return _form(measured, "numpy")


def peers_lists(measured: Mapping[str, Any]) -> Rows:
    """The rows of lists of int, on one thread."""
    return _form(measured, "list")


def peers_counts(measured: Mapping[str, Any]) -> Rows:
    """The rows of numbers of tokens, on one thread."""
    return _form(measured, "count")


def peers_encodings(measured: Mapping[str, Any]) -> Rows:
    """The rows of arrays by encoding: ours, and the fastest other one."""
    lines = []
    for encoding, table in measured["encode"].items():
        rows = forms_of(table, "numpy")
        for kind in kinds(measured):
            speeds = {name: row[kind]["steady"] for name, row in rows.items()}
            ours = speeds.pop(OURS)
            name = max(speeds, key=speeds.__getitem__)
            lines.append(
                [encoding, kind, f"{ours:.0f}", f"{speeds[name]:.0f}, {name}", f"{ours / speeds[name]:.2f}"]
            )
    return [["arrays, steady: MB/s", "text", OURS, "the fastest other", "times as fast"], *lines]


def peers_threads(measured: Mapping[str, Any]) -> Rows:
    """The rows of all threads: each peer in its fastest form."""
    best: dict[str, dict[str, tuple[float, str]]] = {}
    for name, row in measured["threads"][ENCODING].items():
        peer, _, form = name.rpartition(", ")
        if form == "count":
            continue
        for kind in kinds(measured):
            found = (row[kind]["steady"], FORMS[form])
            best.setdefault(peer, {})[kind] = max(best.get(peer, {}).get(kind, found), found)
    order = sorted(best, key=lambda peer: sum(speed for speed, _ in best[peer].values()), reverse=True)
    lines = [
        [peer, *(f"{best[peer][kind][0]:.0f}, {best[peer][kind][1]}" for kind in kinds(measured))]
        for peer in order
    ]
    return [[f"{measured['machine']['cores']} threads, steady: MB/s", *kinds(measured)], *lines]


def peers_short(measured: Mapping[str, Any]) -> Rows:
    """The rows of short texts."""
    tables = {form: forms_of(measured["encode"][ENCODING], form) for form in FORMS}
    names = dict.fromkeys(name for table in tables.values() for name in table)
    lines = [
        [
            name,
            *(f"{table[name]['short']:.1f} µs" if name in table else "-" for table in tables.values()),
        ]
        for name in names
    ]
    return [["a text of 101 characters", *FORMS.values()], *lines]


def peers_worst(measured: Mapping[str, Any]) -> Rows:
    """The rows of worst cases."""
    cases = [*measured["worst"][OURS]]
    lines = [
        [
            name,
            *(
                f"{1000 * row[case]['seconds']:,.0f} ms{'' if row[case]['same'] else ', other ids'}"
                for case in cases
            ),
        ]
        for name, row in measured["worst"].items()
    ]
    return [["a megabyte of", *cases], *lines]


def _times_of_training(measured: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What is trained, in words, and the row of each trainer."""
    for name, table in measured["train"].items():
        what, _, threads = name.rpartition(", ")
        yield f"{what}, {threads} {'thread' if threads == '1' else 'threads'}", table


def peers_training(measured: Mapping[str, Any]) -> Rows:
    """The rows of training: seconds, and the most memory of the process."""
    tables = dict(_times_of_training(measured))
    names = dict.fromkeys(name for table in tables.values() for name in table)
    lines = []
    for name in names:
        rows = [table.get(name) for table in tables.values()]
        there = [row for row in rows if row]
        same = "yes" if all(row["same"] for row in there) else "no"
        lines.append(
            [
                name,
                *(f"{row['seconds']:.2f} s, {row['megabytes']:.0f} MB" if row else "-" for row in rows),
                same if all(row["merges"] for row in there) else "not compared",
            ]
        )
    return [["training", *tables, "the merges of Hugging Face"], *lines]


def peers_imports(measured: Mapping[str, Any]) -> Rows:
    """The rows of imports."""
    lines = [[f"`{name}`", f"{1000 * seconds:.1f} ms"] for name, seconds in _imports(measured).items()]
    return [["import", "over the start of Python"], *lines]


def _imports(measured: Mapping[str, Any]) -> dict[str, float]:
    return {name: seconds for name, seconds in measured["import"].items() if name != "python"}


@dataclass(frozen=True)
class Comparison:
    """One thing that several do, and how long it takes each: seconds, or anything that grows with them."""

    what: str
    times: Mapping[str, float]

    def fastest(self) -> str:
        """The fastest one of the others."""
        others = self.times.keys() - {OURS}
        return min(sorted(others), key=self.times.__getitem__)

    def ratio(self, name: str) -> float:
        """How many times as fast as another one we are."""
        return self.times[name] / self.times[OURS]


def comparisons(measured: Mapping[str, Any]) -> list[Comparison]:
    """All that is compared. Who makes other ids is in none, and who trains alone is compared with nobody."""
    found = []
    for form, called in FORMS.items():
        rows = forms_of(measured["encode"][ENCODING], form)
        for state in ("cold", "steady"):
            for kind in kinds(measured):
                times = {name: 1 / row[kind][state] for name, row in rows.items()}
                found.append(Comparison(f"{called}, {kind}, {state}", times))
        found.append(
            Comparison(f"{called}, a short text", {name: row["short"] for name, row in rows.items()})
        )
    threads: dict[str, dict[str, float]] = {}
    for name, row in measured["threads"][ENCODING].items():
        peer, _, form = name.rpartition(", ")
        for kind in kinds(measured) if form != "count" else ():
            times = threads.setdefault(kind, {})
            times[peer] = min(1 / row[kind]["steady"], times.get(peer, float("inf")))
    found += [Comparison(f"all threads, {kind}", times) for kind, times in threads.items()]
    for case in measured["worst"][OURS]:
        times = {name: row[case]["seconds"] for name, row in measured["worst"].items() if row[case]["same"]}
        found.append(Comparison(f"worst cases, {case}", times))
    for what, table in _times_of_training(measured):
        found.append(Comparison(f"training, {what}", {name: row["seconds"] for name, row in table.items()}))
    found.append(Comparison("import", _imports(measured)))
    return [each for each in found if OURS in each.times and len(each.times) > 1]


def peers_ratios(measured: Mapping[str, Any]) -> Rows:
    """The rows of all comparisons."""
    names = {"Hugging Face": ("Hugging Face", "tokenizers")}
    lines = []
    for each in comparisons(measured):
        known = (next((n for n in names.get(name, (name,)) if n in each.times), None) for name in NAMED)
        lines.append(
            [
                each.what,
                *(f"{each.ratio(name):.1f}" if name else "-" for name in known),
                f"{each.ratio(each.fastest()):.2f}, {each.fastest()}",
            ]
        )
    return [[f"{OURS} is so many times as fast as", *NAMED, "the fastest other"], *lines]


def peers_summary(measured: Mapping[str, Any]) -> str:
    """Where we are ahead, and where not."""
    found = comparisons(measured)
    ahead, level, behind = [], [], []
    for each in found:
        name = each.fastest()
        ratio = each.ratio(name)
        if ratio >= LEVEL:
            ahead.append(f"{each.what} ({ratio:.1f}x {name})")
        elif ratio > 1 / LEVEL:
            level.append(f"{each.what} ({name})")
        else:
            behind.append(f"{each.what} ({name}, {1 / ratio:.1f}x)")
    lines = [
        _sentence(f"{OURS} is **ahead** of all others in {{count}} of {len(found)} comparisons", ahead),
        _sentence("It is **as fast** as the fastest of them, within one part in twenty, in {count}", level),
        _sentence("Another one is **faster** in {count}", behind),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _sentence(start: str, items: list[str]) -> str:
    """What is said of some comparisons, and those of each group in a line of their own."""
    groups: dict[str, list[str]] = {}
    for item in items:
        group, comma, what = item.partition(", ")
        if not comma or " (" in group:
            group, what = "others", item
        groups.setdefault(group, []).append(what)
    said = start.format(count=len(items) or "none")
    lines = [f"  - {group}: {'; '.join(each)}" for group, each in groups.items()]
    return "\n".join([f"{said}:", *lines]) if lines else f"{said}."
