"""Measures which threads are busy while the naive tokenizer in Rust tokenizes a text.

It runs with one thread, and with one for each processor. `nox -s cores` runs this; it saves
docs/measured/cores.json and its picture. Linux only: its kernel says how long each thread has run.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

from tools import ROOT
from tools.measure import drawing
from tools.measure.machine import MEASURED, save
from tools.measure.turns import in_turns
from tools.shell import clean_environment, run, uv

NAME = "cores"
INTERVAL = 0.02
# Seconds of idling before and after.
PAUSE = 0.2
VOCAB_SIZE = 1000
ROUNDS = 5
PROGRAM = f"""
import json, time
from pydoc_data.topics import topics
from bytemerge import NaiveRustTokenizer

lines = [line for text in topics.values() for line in text.splitlines()]
tokenizer = NaiveRustTokenizer.train(lines, {VOCAB_SIZE})
text = "\\n".join(lines * 6)
tokenizer.tokenize_text(lines[0])  # the threads start here
time.sleep({PAUSE})
begin = time.monotonic()
tokens = len(tokenizer.tokenize_text(text))
end = time.monotonic()
time.sleep({PAUSE})
print(json.dumps({{"tokens": tokens, "begin": begin, "end": end}}))
"""

Sample = tuple[float, dict[str, int]]


def measure() -> dict[str, Any]:
    """Return the quickest run with one thread, and with one for each processor."""
    with tempfile.TemporaryDirectory() as folder:
        environment = clean_environment({"UV_PROJECT_ENVIRONMENT": folder})
        sync = [uv(), "sync", "--quiet", "--locked", "--no-editable", "--no-default-groups"]
        run(sync, ROOT / "reference", environment)
        counts = sorted({1, os.cpu_count() or 1})
        python = Path(folder, "bin", "python")
        rounds = in_turns({count: partial(watched, python, count) for count in counts}, ROUNDS)
    # Other programs take processor time, so the quickest run shows the work most clearly.
    best = {count: min(runs, key=itemgetter("seconds")) for count, runs in rounds.items()}
    return {"vocab_size": VOCAB_SIZE, "rounds": ROUNDS, "threads": best}


def watched(python: Path, threads: int) -> dict[str, Any]:
    """Return how busy each thread is, from moment to moment, and how long the work takes."""
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
    samples: list[Sample] = []
    command = [str(python), "-c", PROGRAM]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as child:
        while child.poll() is None:
            samples.append((time.monotonic(), running(child.pid)))
            time.sleep(INTERVAL)
        said = child.stdout.read() if child.stdout else ""
    if child.returncode:
        sys.exit("the tokenizer failed")
    work = json.loads(said)
    begin, end = work["begin"], work["end"]
    around = [sample for sample in samples if begin - PAUSE < sample[0] < end + PAUSE]
    names = sorted({name for _, times in around for name in times})
    return {
        "tokens": work["tokens"],
        "seconds": end - begin,
        "times": [round(after[0] - begin, 4) for _, after in pairwise(around)],
        "busy": {name: [share(name, *pair) for pair in pairwise(around)] for name in names},
    }


def running(process: int) -> dict[str, int]:
    """Return the nanoseconds that each thread of the tokenizer's pool has run."""
    found = {}
    for task in Path(f"/proc/{process}/task").glob("*"):
        try:
            name = (task / "comm").read_text(encoding="utf-8").strip()
            if name.startswith("bytemerge-"):
                found[name] = int((task / "schedstat").read_text(encoding="utf-8").split()[0])
        except OSError:
            continue  # it has ended
    return found


def share(name: str, before: Sample, after: Sample) -> float:
    """Return the share of the time between two samples that a thread has run."""
    nanoseconds = after[1].get(name, 0) - before[1].get(name, 0)
    return round(min(1.0, max(0.0, nanoseconds / 1e9 / (after[0] - before[0]))), 3)


def draw(measured: dict[str, Any]) -> None:
    """Draws the picture: a lane for each processor."""
    panels = {}
    for count, work in measured["threads"].items():
        busy = [*work["busy"].values()]
        idle = [[0.0] * len(work["times"])] * (measured["machine"]["cores"] - len(busy))
        title = f"{count} thread{'s' if int(count) > 1 else ''}: {work['seconds']:.2f} s"
        panels[title] = work["times"], busy + idle
    drawing.lanes(panels, "Which processors are busy", "seconds", MEASURED / NAME)


if __name__ == "__main__":
    if sys.platform != "linux":
        sys.exit("only Linux says how long each thread has run")
    draw(save(NAME, measure()))
