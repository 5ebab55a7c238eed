"""bytemerge beside other tokenizers, in one run on one machine.

Each measurement runs in a new process, the peers in turn, several rounds; the figure of each is its
median, with the lowest and the highest. A peer with other ids than tiktoken is named and left out:
a fast wrong answer is worth nothing. One with other merges than Hugging Face is only named, since
more than one way to train is right. Writes benches/results/peers.json and plots of it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import encoders
import families
import machine
import plots
import texts
import trainers
from corpus import corpus

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results"
REPORT = RESULTS / "peers.json"
ENCODINGS = ("cl100k_base", "o200k_base", "r50k_base")
FORMS = {
    "arrays": ("bytemerge", "gigatoken", "snaptokens", "toktok", "tiktoken"),
    "lists": tuple(encoders.PEERS),
    "counts": ("bytemerge", "toktok", "rs_bpe"),
}
"""The peers that have each form of result."""
RIGHT = {"train": "Hugging Face", "family": "Hugging Face"}
"""The peer whose results are right, if it is not tiktoken."""
SLOW = {"tiktoken", "Hugging Face", "rs_bpe"}
"""Peers so slow that few rounds tell enough."""
FEW = 2
"""The rounds of slow peers, of vocabularies but the first, and of families."""
PATIENCE = 300
"""The seconds for one measurement: a peer that takes longer is left out."""
RANKS = [folder / "shared" / "data" / "tiktoken" for folder in HERE.parents[2:4]]
"""The folders that may have files of ranks, beside the repository.

Otherwise, the rules of tiktoken apply.
"""

Files = Mapping[str, Path]
Cells = dict[str, dict[str, Any]]
Groups = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """Measurements by the same peers."""

    groups: Groups
    """The groups whose cells are filled, and the number of each: "cpu", "wall" or "bytes"."""
    kind: str
    """The function of `measure_once.py`."""
    peers: tuple[str, ...]
    arguments: tuple[str, ...]
    threads: int = 1


def encoding(files: Files, encodings: tuple[str, ...]) -> Iterator[Part]:
    """Encode each text on one thread."""
    for name in encodings:
        of = "" if name == ENCODINGS[0] else f" of {name}"
        for form in ("arrays",) if of else FORMS:
            groups = ((f"{form}{of}", "cpu"),)
            for kind, file in files.items():
                yield Part(groups, "encode", FORMS[form], (form, name, kind, str(file)))


def rest(files: Files) -> Iterator[Part]:
    """Do everything else."""
    for kind, file in files.items():
        peers = ("bytemerge", "gigatoken", "snaptokens", "toktok")
        groups: Groups = (("all threads", "wall"),)
        yield Part(groups, "parallel", peers, (kind, str(file)), cores())
    for form, peers in FORMS.items():
        groups = (("short texts", "cpu"),)
        yield Part(groups, "short", peers, (form, str(files["English"])))
        groups = (("short texts, by method", "cpu"),)
        yield Part(groups, "by_method", ("bytemerge",), (form, str(files["English"])))
    yield Part((("worst cases", "cpu"),), "worst", FORMS["lists"], ())
    peers = tuple(encoders.PEERS)
    yield Part((("decoding", "cpu"),), "decode", peers, (str(files["many languages"]),))
    for name in ENCODINGS[:2]:
        peers = ("bytemerge", "gigatoken", "tiktoken", "Hugging Face")
        yield Part((("loading", "cpu"),), "load", peers, (name,))
    for threads in sorted({1, cores()}):
        for what, size, kinds in (("English", 10_000, ["English"]), ("all texts", 32_000, files)):
            words = f"{what}, {size:,} tokens, {threads} {'thread' if threads == 1 else 'threads'}"
            names = tuple(str(files[kind]) for kind in kinds)
            groups = (("training", "wall"), ("training memory", "bytes"))
            peers = tuple(trainers.TRAINERS)
            yield Part(groups, "train", peers, (words, str(size), *names), threads)
    peers = ("bytemerge", "gigatoken", "fastokens", "snaptokens", "Hugging Face")
    for name in families.FAMILIES:
        yield Part((("families", "cpu"),), "family", peers, (name, *map(str, files.values())))
    peers = ("bytemerge", "tiktoken", "tokenizers")
    yield Part((("import", "cpu"),), "import", peers, ())


def cores() -> int:
    """Return the number of cores."""
    return os.cpu_count() or 1


def measure(part: Part, peer: str) -> Cells | None:
    """Return the cells of one measurement, or nothing if the peer fails.

    The reason is on standard error.
    """
    environment = dict(os.environ)
    if part.threads == 1:
        environment["RAYON_NUM_THREADS"] = "1"
    for folder in filter(Path.is_dir, RANKS):
        environment.setdefault("TIKTOKEN_CACHE_DIR", str(folder))
    # As on a machine that has used the package before: its bytecode is there.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    program = HERE / ("import_once.py" if part.kind == "import" else "measure_once.py")
    command = [sys.executable, program, part.kind, peer, *part.arguments]
    try:
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, check=True, timeout=PATIENCE
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(f"left out: {peer}, {part.groups[0][0]}: {error}", file=sys.stderr)
        return None
    answer: Cells = json.loads(done.stdout)
    return answer


def compare(parts: list[Part], rounds: int) -> dict[str, Any]:
    """Measure all parts, the peers in turn, and return the groups and who was left out."""
    found: dict[Part, dict[str, list[Cells]]] = {part: defaultdict(list) for part in parts}
    left_out = set()
    for number in range(rounds):
        for part in parts:
            for peer in part.peers:
                enough = number >= FEW and (
                    peer in SLOW or part.kind == "family" or " of " in part.groups[0][0]
                )
                if enough or (part, peer) in left_out:
                    continue
                cells = measure(part, peer)
                if cells is None:
                    left_out.add((part, peer))
                else:
                    found[part][peer].append(cells)
        print(f"round {number + 1} of {rounds}", flush=True)
    groups: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(dict))
    wrong = set()
    for part, peers in found.items():
        # Where tiktoken has no such call, bytemerge is right, whose ids are compared elsewhere.
        right = peers.get(RIGHT.get(part.kind, "tiktoken")) or peers.get("bytemerge")
        for peer, results in peers.items():
            # A peer may be too slow for a cell in some of the rounds.
            cells = [cell for cell in results[0] if all(cell in each for each in results)]
            for cell in cells:
                ids = {result[cell].get("ids") for result in results} - {None}
                is_wrong = ids and right and ids != {right[0][cell]["ids"]}
                for group, quantity in part.groups:
                    if is_wrong:
                        wrong.add((group, cell, peer))
                    if part.kind == "train" or not is_wrong:
                        numbers = [result[cell][quantity] for result in results]
                        spread = [statistics.median(numbers), min(numbers), max(numbers)]
                        groups[group][cell][peer] = spread
    return {"groups": groups, "wrong": [list(each) for each in wrong]}


def main() -> None:
    """Run the requested measurements, and add them to the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="one encoding, one round")
    parser.add_argument("--encodings", choices=ENCODINGS, nargs="*", default=ENCODINGS)
    parser.add_argument("--only", nargs="*", metavar="GROUP", help="e.g. arrays, 'short texts'")
    parser.add_argument("--held-out", type=Path, metavar="FOLDER", help="more texts, one a file")
    options = parser.parse_args()
    encodings = ENCODINGS[:1] if options.quick else tuple(options.encodings)

    RESULTS.mkdir(exist_ok=True)
    old = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        files = texts.write_all(Path(folder), options.held_out)
        known = {kind: file for kind, file in files.items() if kind in texts.TEXTS}
        parts = [*encoding(files, encodings), *rest(known)]
        if options.only:
            names = set(options.only)
            parts = [part for part in parts if part.groups[0][0].partition(" of ")[0] in names]
        others = machine.Others()
        measured = compare(parts, 1 if options.quick else options.rounds)
        share = others.share()
        sizes = {
            kind: [len(half.encode()) for half in texts.halves(texts.read(file))]
            for kind, file in files.items()
        }
        starts = [
            half[: texts.FAMILY]
            for file in files.values()
            for half in texts.halves(texts.read(file))
        ]
        sizes["families"] = [len("".join(starts[half::2]).encode()) for half in (0, 1)]
    command = " ".join(["nox -s bench_peers", *(["--"] if sys.argv[1:] else []), *sys.argv[1:]])
    if options.only and old:
        # The report is still that of the whole run, some of whose groups are newer now.
        command, share = old["command"], max(share or 0, old["others"] or 0)
    report = {
        "machine": machine.machine(),
        "commit": machine.first_line("git", "rev-parse", "HEAD"),
        "others": share,
        "rounds": options.rounds,
        "versions": encoders.versions(),
        "texts": sizes,
        "English": corpus().name,
        "command": command,
        "groups": {**old.get("groups", {}), **measured["groups"]},
        "wrong": sorted(
            [each for each in old.get("wrong", []) if each[0] not in measured["groups"]]
            + measured["wrong"]
        ),
    }
    REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"saved {REPORT}")
    draw(report)


def draw(report: dict[str, Any]) -> None:
    """Draw the measurements in the report."""
    groups, sizes = report["groups"], report["texts"]
    if {"arrays", "lists"} <= groups.keys():
        speeds: dict[str, dict[str, float]] = {}
        for kind in texts.TEXTS:
            panel = {
                f"{peer}, {form}": sizes[kind][1] / 1e6 / seconds
                for form in ("arrays", "lists")
                for peer, (seconds, *_) in groups[form][f"{kind}, steady"].items()
            }
            # The order of the first panel is that of all.
            speeds[f"{kind}, MB/s"] = dict(sorted(panel.items(), key=lambda each: -each[1]))
        plots.panels(RESULTS / "peers-encode.svg", speeds, ours="bytemerge")
    if "training" in groups:
        numbers = {}
        for group, unit, factor in (("training", "seconds", 1), ("training memory", "MB", 1e-6)):
            for what, peers in groups[group].items():
                if what.endswith(", 1 thread"):
                    title = f"{what.removesuffix(', 1 thread')},\n{unit}"
                    numbers[title] = {peer: factor * each[0] for peer, each in peers.items()}
        plots.panels(RESULTS / "peers-train.svg", dict(sorted(numbers.items())), ours="bytemerge")


if __name__ == "__main__":
    main()
