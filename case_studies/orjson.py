"""orjson (Rust) beside json of the standard library (C)."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from pydoc_data.topics import topics
from statistics import median
from typing import TYPE_CHECKING, Any

from case_studies import environments, sources, timing
from tools.measure.drawing import Bar
from tools.measure.formatting import time_of

if TYPE_CHECKING:
    from case_studies.study import Options

TITLE = "JSON: orjson beside json"
AXIS = "milliseconds, shorter is better"
ROUNDS = 31
NUMBERS = 100_000


def documents(lines: int) -> dict[str, object]:
    """Return the documents to write and read.

    They are an outline of modules, numbers, long texts, and one small record.
    """
    outline = sources.outline(sources.files(sources.library(), lines))
    pseudo_random = random.Random(0)
    return {
        "outline": outline,
        # Between 1 and 1000: below 0.0001 the two libraries write the same number differently.
        "numbers": [pseudo_random.uniform(1, 1000) for _ in range(NUMBERS)],
        "texts": dict(topics),
        "one record": {"name": "split", "line": 184, "asynchronous": False, "parameters": ["self", "sep"]},
    }


def measure(options: Options) -> dict[str, Any]:
    python = environments.python_of("orjson")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, value in documents(options.lines).items():
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            folder.joinpath(f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
        measured = json.loads(environments.inside(python, "json_texts", folder, str(options.rounds)))
        starts = timing.importing(python, ["json", "orjson"], folder, options.rounds)
    return {
        "versions": environments.versions(python, ["orjson"]),
        "input": {"bytes": measured["bytes"], "numbers": NUMBERS},
        "seconds": {**measured["seconds"], "starting Python": starts},
    }


def bars(measured: dict[str, Any]) -> list[Bar]:
    """Return the lines of the plot: the outline, read and written."""
    return [
        Bar(f"{verb}: {way}", seconds * 1000, time_of(seconds), way == "orjson")
        for task, verb in (("outline, loads", "read"), ("outline, dumps", "write"))
        for way in ("json", "orjson")
        for seconds in [median(measured["seconds"][task][way])]
    ]
