"""Makes the tables that compare tokenizers, measured by `nox -s bench_peers` of the reference.

A measurement has groups of comparisons, and for each comparison the peers with the median, the
lowest and the highest number: seconds, or bytes of memory. Nothing here assumes which one is ahead.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.measure.formatting import digits
from tools.site.tables import grid

Measured = Mapping[str, Any]
Peers = Mapping[str, Sequence[float]]
OURS = "bytemerge"
NAMED = {"tiktoken": ("tiktoken",), "Hugging Face": ("Hugging Face", "tokenizers")}
"""The two best-known peers, with all their names. Each comparison names them."""
LEVEL = 1.05
"""A ratio below this counts as equal."""
STATES = ("cold", "steady", "again")
UNITS = {"s": 1.0, "ms": 1e3, "MB": 1e-6}
"""The factor of each unit: seconds for times, and bytes for memory."""


def in_unit(number: float, unit: str) -> str:
    """Return a number in a unit."""
    value = number * UNITS[unit]
    return f"{value:,.{0 if value >= 10 else 1 if value >= 1 else 2}f} {unit}"


def by_sum(cells: Mapping[str, Peers]) -> list[str]:
    """Return the peers: those with the most comparisons, then with the lowest numbers, first."""

    def rank(peer: str) -> tuple[int, float]:
        numbers = [cell[peer][0] for cell in cells.values() if peer in cell]
        return -len(numbers), sum(numbers)

    return sorted(dict.fromkeys(peer for cell in cells.values() for peer in cell), key=rank)


def peers_speeds(measured: Measured, group: str) -> str:
    """Return the table of the speeds of a group: each text in its three states."""
    cells = measured["groups"][group]

    def speed(kind: str, state: str, peer: str) -> str:
        found = cells[f"{kind}, {state}"].get(peer)
        size = measured["texts"][kind][state != "cold"]
        return f"{size / 1e6 / found[0]:.0f}" if found else "-"

    kinds = dict.fromkeys(cell.rpartition(", ")[0] for cell in cells)
    rows = {
        peer: {kind: " / ".join(speed(kind, state, peer) for state in STATES) for kind in kinds}
        for peer in by_sum(cells)
    }
    return grid(f"{group}: MB/s {' / '.join(STATES)}", rows)


def peers_numbers(measured: Measured, group: str, unit: str, turned: bool = False) -> str:
    """Return the table of the numbers of a group: comparisons are columns, or rows if `turned`."""
    cells = measured["groups"][group]
    rows = {
        peer: {cell: in_unit(peers[peer][0], unit) if peer in peers else "-" for cell, peers in cells.items()}
        for peer in by_sum(cells)
    }
    if turned:
        rows = {cell: {peer: row[cell] for peer, row in rows.items()} for cell in cells}
    return grid(group, rows)


def peers_families(measured: Measured) -> str:
    """Return the table of families: MB/s where a file loads and gives the right ids."""
    cells, size = measured["groups"]["families"], measured["texts"]["families"][1]
    wrong = {(cell, peer) for group, cell, peer in measured["wrong"] if group == "families"}

    def shown(family: str, peer: str) -> str:
        found = cells[family].get(peer)
        return digits(size / 1e6 / found[0], 2) if found else "other ids" if (family, peer) in wrong else "-"

    rows = {family: {peer: shown(family, peer) for peer in by_sum(cells)} for family in cells}
    return grid("family: MB/s", rows)


def other_ids(measured: Measured, kind: str) -> str:
    """Return the peers whose results in a group differ from the expected ones, and where."""
    found: dict[str, list[str]] = {}
    for group, cell, peer in measured["wrong"]:
        if group == kind:
            found.setdefault(peer, []).append(cell.removesuffix(", steady"))
    return "; ".join(f"{peer} ({', '.join(cells)})" for peer, cells in found.items()) or "none"


def comparisons(measured: Measured) -> dict[tuple[str, str], Peers]:
    """Return the numbers of each comparison that has bytemerge and another one."""
    return {
        (group, cell): peers
        for group, cells in measured["groups"].items()
        for cell, peers in cells.items()
        if OURS in peers and len(peers) > 1
    }


def best_other(peers: Peers) -> tuple[str, float]:
    """Return the best one of the others, and how many times as good bytemerge is."""
    name = min(sorted(peers.keys() - {OURS}), key=lambda peer: peers[peer][0])
    return name, peers[name][0] / peers[OURS][0]


def peers_ratios(measured: Measured) -> str:
    """Return the table of all comparisons."""
    rows = {}
    for both, peers in comparisons(measured).items():
        what = ", ".join(dict.fromkeys(both))
        ours, lowest, highest = peers[OURS]
        rows[what] = {
            head: next((f"{peers[name][0] / ours:.1f}" for name in names if name in peers), "-")
            for head, names in NAMED.items()
        }
        name, ratio = best_other(peers)
        rows[what]["the best other"] = f"{ratio:.2f}, {name}"
        rows[what]["of all rounds"] = f"{peers[name][1] / highest:.2f} to {peers[name][2] / lowest:.2f}"
    return grid(f"{OURS} over", rows)


def standings(measured: Measured) -> tuple[list[tuple[str, str]], ...]:
    """Return the comparisons in which bytemerge is ahead, level and behind.

    Each is a group, and what is said about a comparison in it.
    """
    found: tuple[list[tuple[str, str]], ...] = ([], [], [])
    for (group, cell), peers in comparisons(measured).items():
        name, ratio = best_other(peers)
        place = 0 if ratio >= LEVEL else 1 if ratio > 1 / LEVEL else 2
        said = (f"{ratio:.1f}x {name}", name, f"{name}, {1 / ratio:.1f}x")[place]
        found[place].append((group if group != cell else "others", f"{cell} ({said})"))
    return found


def by_group(items: Sequence[tuple[str, str]]) -> str:
    """Return a list with a line for each group of comparisons."""
    groups: dict[str, list[str]] = {}
    for group, said in items:
        groups.setdefault(group, []).append(said)
    return "\n".join(f"- {group}: {'; '.join(each)}" for group, each in groups.items()) or "- none"
