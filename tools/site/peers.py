"""Makes the tables that compare tokenizers, measured by `nox -s bench_peers` of the reference.

Nothing here assumes which one is ahead.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.site.tables import table

Measured = Mapping[str, Any]
OURS = "bytemerge"
NAMED = {"tiktoken": ("tiktoken",), "Hugging Face": ("Hugging Face", "tokenizers")}
"""The two best-known peers, with all their names. Each comparison names them."""
LEVEL = 1.05
"""A ratio below this counts as equally fast."""
ENCODING = "cl100k_base"
FORMS = {"numpy": "arrays", "list": "lists", "count": "counts"}


def forms_of(rows: Measured, form: str) -> dict[str, Any]:
    """Return the rows of one form, by the name of the peer."""
    return {name.removesuffix(f", {form}"): row for name, row in rows.items() if name.endswith(f", {form}")}


def peers_encode(measured: Measured, form: str) -> str:
    """Return the table of one form of results on one thread, the fastest peer first."""
    rows, kinds = forms_of(measured["encode"][ENCODING], form), [*measured["texts"]]
    order = sorted(rows, key=lambda name: sum(rows[name][kind]["steady"] for kind in kinds), reverse=True)
    states = ("cold", "steady", "again")
    columns = [
        {name: " / ".join(f"{rows[name][kind][state]:.0f}" for state in states) for name in order}
        for kind in kinds
    ]
    return table(" | ".join([f"{FORMS[form]}: MB/s cold / steady / again", *kinds]), *columns)


def peers_encodings(measured: Measured) -> str:
    """Return the table of arrays by encoding: bytemerge, and the fastest other one."""
    ours, other, ratios = {}, {}, {}
    for encoding, rows in measured["encode"].items():
        for kind in measured["texts"]:
            speeds = {name: row[kind]["steady"] for name, row in forms_of(rows, "numpy").items()}
            speed, row = speeds.pop(OURS), (encoding, kind)
            name = max(speeds, key=speeds.__getitem__)
            ours[row], other[row] = f"{speed:.0f}", f"{speeds[name]:.0f}, {name}"
            ratios[row] = f"{speed / speeds[name]:.2f}"
    head = f"arrays, steady: MB/s | text | {OURS} | the fastest other | times as fast"
    return table(head, ours, other, ratios)


def threads_of(measured: Measured, kind: str) -> dict[str, tuple[float, str]]:
    """Return the speed of each peer on all threads in its fastest form, and the form."""
    best: dict[str, tuple[float, str]] = {}
    for form in ("numpy", "list"):
        for peer, row in forms_of(measured["threads"][ENCODING], form).items():
            found = (row[kind]["steady"], FORMS[form])
            best[peer] = max(best.get(peer, found), found)
    return best


def peers_threads(measured: Measured) -> str:
    """Return the table of all threads: each peer in its fastest form."""
    best = {kind: threads_of(measured, kind) for kind in measured["texts"]}
    peers = next(iter(best.values()))
    order = sorted(peers, key=lambda peer: sum(each[peer][0] for each in best.values()), reverse=True)
    columns = [{peer: f"{each[peer][0]:.0f}, {each[peer][1]}" for peer in order} for each in best.values()]
    return table(" | ".join([f"{measured['machine']['cores']} threads, steady: MB/s", *best]), *columns)


def peers_short(measured: Measured) -> str:
    """Return the table of short texts."""
    forms = [forms_of(measured["encode"][ENCODING], form) for form in FORMS]
    columns = [{name: f"{row['short']:.1f} µs" for name, row in rows.items()} for rows in forms]
    return table(" | ".join(["a text of 101 characters", *FORMS.values()]), *columns)


def peers_worst(measured: Measured) -> str:
    """Return the table of worst cases."""

    def cell(found: Measured) -> str:
        return f"{1000 * found['seconds']:,.0f} ms{'' if found['same'] else ', other ids'}"

    worst = measured["worst"]
    columns = [{name: cell(row[case]) for name, row in worst.items()} for case in worst[OURS]]
    return table(" | ".join(["a megabyte of", *worst[OURS]]), *columns)


def trainings(measured: Measured) -> Iterator[tuple[str, Measured]]:
    """Yield what is trained, in words, and the row of each trainer."""
    for name, rows in measured["train"].items():
        yield f"{name} {'thread' if name.endswith(', 1') else 'threads'}", rows


def peers_training(measured: Measured) -> str:
    """Return the table of training: seconds, and the most memory of the process."""
    tables = dict(trainings(measured))
    same: dict[str, str] = {}
    for rows in tables.values():
        for name, row in rows.items():
            agrees = ("yes" if row["same"] else "no") if row["merges"] else "not compared"
            # The worst answer is the least: "no", then "not compared", then "yes".
            same[name] = min(agrees, same.get(name, agrees))
    columns = [
        {name: f"{row['seconds']:.2f} s, {row['megabytes']:.0f} MB" for name, row in rows.items()}
        for rows in tables.values()
    ]
    return table(" | ".join(["training", *tables, "the merges of Hugging Face"]), *columns, same)


def imports(measured: Measured) -> dict[str, float]:
    """Return the seconds of each import over the start of Python."""
    return {name: seconds for name, seconds in measured["import"].items() if name != "python"}


def fastest_other(times: Mapping[str, float]) -> tuple[str, float]:
    """Return the fastest one of the others, and how many times as fast bytemerge is."""
    name = min(sorted(times.keys() - {OURS}), key=times.__getitem__)
    return name, times[name] / times[OURS]


def comparisons(measured: Measured) -> dict[str, dict[str, float]]:
    """Return the times of each comparison: seconds, or anything that grows with them.

    They leave out peers whose ids differ, and trainings that only one peer supports.
    """
    found: dict[str, dict[str, float]] = {}
    kinds = [*measured["texts"]]
    for form, called in FORMS.items():
        rows = forms_of(measured["encode"][ENCODING], form)
        for state in ("cold", "steady"):
            for kind in kinds:
                found[f"{called}, {kind}, {state}"] = {
                    name: 1 / row[kind][state] for name, row in rows.items()
                }
        found[f"{called}, a short text"] = {name: row["short"] for name, row in rows.items()}
    for kind in kinds:
        speeds = threads_of(measured, kind)
        found[f"all threads, {kind}"] = {name: 1 / speed for name, (speed, _) in speeds.items()}
    for case in measured["worst"][OURS]:
        cases = {name: row[case] for name, row in measured["worst"].items() if row[case]["same"]}
        found[f"worst cases, {case}"] = {name: row["seconds"] for name, row in cases.items()}
    for what, trainers in trainings(measured):
        found[f"training, {what}"] = {name: row["seconds"] for name, row in trainers.items()}
    found["import"] = imports(measured)
    return {what: times for what, times in found.items() if OURS in times and len(times) > 1}


def peers_ratios(measured: Measured) -> str:
    """Return the table of all comparisons."""
    columns: list[dict[str, str]] = [{}, {}, {}]
    for what, times in comparisons(measured).items():
        for column, names in zip(columns, NAMED.values(), strict=False):
            ratios = (f"{times[name] / times[OURS]:.1f}" for name in names if name in times)
            column[what] = next(ratios, "-")
        name, ratio = fastest_other(times)
        columns[-1][what] = f"{ratio:.2f}, {name}"
    return table(" | ".join([f"speed of {OURS} over that of", *NAMED, "the fastest other"]), *columns)


def standings(measured: Measured) -> tuple[list[str], list[str], list[str]]:
    """Return the comparisons in which bytemerge is ahead, level and behind."""
    ahead, level, behind = [], [], []
    for what, times in comparisons(measured).items():
        name, ratio = fastest_other(times)
        if ratio >= LEVEL:
            ahead.append(f"{what} ({ratio:.1f}x {name})")
        elif ratio > 1 / LEVEL:
            level.append(f"{what} ({name})")
        else:
            behind.append(f"{what} ({name}, {1 / ratio:.1f}x)")
    return ahead, level, behind


def by_group(items: Sequence[str]) -> str:
    """Return a list with a line for each group of comparisons."""
    groups: dict[str, list[str]] = {}
    for item in items:
        group, comma, what = item.partition(", ")
        if not comma or " (" in group:
            group, what = "others", item
        groups.setdefault(group, []).append(what)
    return "\n".join(f"- {group}: {'; '.join(each)}" for group, each in groups.items()) or "- none"
