"""One measurement in a process of its own, so that none uses a cache that another has filled.

`measure_once.py KIND ARGUMENT ...` prints JSON: the cells that one peer fills, each with the
seconds of the processor and of the clock. Where ids can be compared, a cell has their checksum.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import encoders
import families
import texts
import trainers

SHORT = 100
"""The number of characters of a short text."""
CALLS = 10_000
DOCUMENT = 2_000
"""The number of characters of a document of a batch."""
IDS = 1_000_000
"""The number of ids that are decoded."""
LONG = 0.2
"""The seconds of a megabyte from which eight are not tried."""

Cell = dict[str, Any]
Cells = dict[str, Cell]


def timed(call: Callable[..., Any], *arguments: Any) -> tuple[Any, Cell]:
    """Return what a call returns, and the seconds that it takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call(*arguments)
    return result, {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
    }


def checksum(ids: Iterable[int]) -> str:
    """Return a checksum of ids in any form."""
    import numpy as np

    return hashlib.sha256(np.asarray(ids, np.uint32).tobytes()).hexdigest()


def started(name: str, form: str, encoding: str) -> Callable[[Any], Any]:
    """Return a call of a new tokenizer, after the imports that the first call makes."""
    calls = encoders.PEERS[name][1](encoding)
    call = calls[form]
    call(["a"] if form.endswith("a batch") else "a")
    return call


def encode(name: str, form: str, encoding: str, kind: str, file: str) -> Cells:
    """Encode a text: by a new tokenizer, then a similar text, then the same text again."""
    first, second = texts.halves(texts.read(file))
    call = started(name, form, encoding)
    _, cold = timed(call, first)
    ids, steady = timed(call, second)
    _, again = timed(call, second)
    steady["ids"] = int(ids) if form == "counts" else checksum(ids)
    return {f"{kind}, cold": cold, f"{kind}, steady": steady, f"{kind}, again": again}


def parallel(name: str, kind: str, file: str) -> Cells:
    """Encode the second half of a text on all threads, as one text and as documents."""
    first, second = texts.halves(texts.read(file))
    cells: Cells = {}
    one = started(name, "arrays", "cl100k_base")
    one(first)
    ids, cells[f"{kind}, one text"] = timed(one, second)
    cells[f"{kind}, one text"]["ids"] = checksum(ids)
    many = started(name, "arrays of a batch", "cl100k_base")
    documents = [texts.parts(half, DOCUMENT, len(half)) for half in (first, second)]
    many(documents[0])
    _, cells[f"{kind}, documents"] = timed(many, documents[1])
    return cells


def short(name: str, form: str, file: str) -> Cells:
    """Encode texts of a hundred characters: one again and again, many in a loop, and in a batch."""
    few = texts.parts(texts.read(file), SHORT, CALLS)
    calls = encoders.PEERS[name][1]("cl100k_base")
    call = calls.get(f"{form} of a short text", calls[form])
    one = [few[1]] * CALLS
    on_each(call, few)
    cells = {
        f"{form}, the same text": timed(lambda: on_each(call, one))[1],
        f"{form}, a loop": timed(lambda: on_each(call, few))[1],
    }
    batch = calls.get(f"{form} of a batch")
    if batch:
        batch(few)
        cells[f"{form}, a batch"] = timed(batch, few)[1]
    return cells


def on_each(call: Callable[[str], object], given: list[str]) -> None:
    """Call a function with each text."""
    for text in given:
        call(text)


def by_method(name: str, form: str, file: str) -> Cells:
    """Encode a text of a hundred characters again and again: by Python's method and by Rust's."""
    call = encoders.PEERS[name][1]("cl100k_base")[f"{form} of a short text"]
    rust = getattr(call.__self__._rust, call.__name__)
    few = texts.parts(texts.read(file), SHORT, CALLS)
    one = [few[1]] * CALLS
    on_each(call, few)
    return {
        f"{form}, Python's method": timed(lambda: on_each(call, one))[1],
        f"{form}, Rust's method": timed(lambda: on_each(rust, one))[1],
    }


def worst(name: str) -> Cells:
    """Encode the worst cases: a megabyte of each, and eight of some unless they would take long."""
    cells: Cells = {}
    for case, text in texts.worst_cases().items():
        ids, cells[case] = timed(started(name, "lists", "cl100k_base"), text)
        cells[case]["ids"] = checksum(ids)
    for case in ("one letter", "random letters"):
        if cells[case]["cpu"] > LONG:
            continue
        text = 8 * texts.worst_cases()[case]
        _, cells[f"8 MB of {case}"] = timed(started(name, "lists", "cl100k_base"), text)
    return cells


def decode(name: str, file: str) -> Cells:
    """Decode a million ids, and as many in lists of a hundred."""
    calls = encoders.PEERS[name][1]("cl100k_base")
    ids = list(calls["lists"](texts.read(file)))[:IDS]
    cells: Cells = {}
    for form in ("str", "bytes"):
        if form in calls:
            calls[form](ids[:100])
            _, cells[form] = timed(calls[form], ids)
    if "a batch" in calls:
        batch = [ids[start : start + 100] for start in range(0, len(ids), 100)]
        calls["a batch"](batch[:2])
        _, cells["a batch"] = timed(calls["a batch"], batch)
    return cells


def train(name: str, what: str, size: str, *files: str) -> Cells:
    """Train, and compare the merges."""
    _, learn, merges_of = trainers.TRAINERS[name]
    trained, cell = timed(learn, list(files), int(size))
    cell["bytes"] = most_memory()
    merges = merges_of(trained) if merges_of else None
    cell["ids"] = hashlib.sha256(repr(merges).encode()).hexdigest() if merges else None
    return {what: cell}


def load(name: str, encoding: str) -> Cells:
    """Load an encoding in all ways, each once before, which imports what loading needs."""
    cells: Cells = {}
    with tempfile.TemporaryDirectory() as folder:
        for way, make in encoders.loaders(name, encoding, Path(folder)).items():
            make()
            cells[f"{encoding} {way}"] = timed(make)[1]
    return cells


def family(name: str, which: str, *files: str) -> Cells:
    """Encode the starts of texts with the settings of a family, after others."""
    model = json.loads(encoders.huggingface_file("r50k_base"))["model"]
    settings = families.FAMILIES[which] | {"post_processor": None}
    content = families.file(settings, model["vocab"], model["merges"])
    call = encoders.of_file(name, json.dumps(content))
    starts = [[half[: texts.FAMILY] for half in texts.halves(texts.read(file))] for file in files]
    first, second = map("".join, zip(*starts, strict=True))
    call(first)
    ids, cell = timed(call, second)
    return {which: cell | {"ids": checksum(ids), "size": len(second.encode())}}


def most_memory() -> int:
    """Return the maximum memory of this process in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # The value of getrusage includes the parent's memory at the time of the fork.
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    if os.name == "nt":
        sys.exit("only Linux and macOS tell the most memory that a process had")
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def main() -> None:
    """Run the measurement in the arguments."""
    if os.environ.get("RAYON_NUM_THREADS") == "1" and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    kind, *arguments = sys.argv[1:]
    kinds = (encode, parallel, short, by_method, worst, decode, train, load, family)
    measure: Callable[..., Cells] = {each.__name__: each for each in kinds}[kind]
    json.dump(measure(*arguments), sys.stdout)


if __name__ == "__main__":
    main()
