"""Hugging Face's tokenizers (Rust) beside byte-level BPE in Python.

The text is the documentation that comes with every Python.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from pydoc_data.topics import topics
from typing import TYPE_CHECKING, Any

from case_studies import environments, sources, timing
from case_studies.tables import tokenizer_speeds
from tools.measure.drawing import Bar
from tools.measure.formatting import digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from case_studies.study import Options

TITLE = "Hugging Face beside Python"
AXIS = "MB of text a second, longer is better"
ROUNDS = 7


def documentation(lines: int) -> list[str]:
    """Return the texts: the topics of the language, and the docstrings of the standard library."""
    modules = sources.outline(sources.files(sources.library(), lines))
    return [*topics.values(), *(text for module in modules if (text := "\n\n".join(docstrings(module))))]


def docstrings(value: Any) -> Iterator[str]:
    """Yield every docstring at any depth of an outline."""
    if isinstance(value, dict):
        if value.get("docstring"):
            yield value["docstring"]
        for each in value.values():
            yield from docstrings(each)
    elif isinstance(value, list):
        for each in value:
            yield from docstrings(each)


def measure(options: Options) -> dict[str, Any]:
    python = environments.python_of("tokenizers")
    # The whole library: docstrings are a small part of it.
    texts = documentation(options.lines if options.quick else 10**9)
    threads = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as temporary:
        file, model = Path(temporary, "texts.json"), Path(temporary, "model.json")
        file.write_text(json.dumps(texts), encoding="utf-8")

        def run(task: str, rounds: int, **variables: str) -> dict[str, Any]:
            answer = environments.inside(python, "encoding", task, file, model, str(rounds), **variables)
            found: dict[str, Any] = json.loads(answer)
            return found

        prepared = run("prepare", 1)
        # In turns, with a process for each round: a running process cannot change its number of
        # threads.
        slow: list[dict[str, Any]] = []
        one: list[dict[str, Any]] = []
        every: list[dict[str, Any]] = []
        for _ in range(options.rounds):
            slow.append(run("python", 1))
            for answers, count in ((one, 1), (every, threads)):
                answers.append(run("rust", 1, RAYON_NUM_THREADS=str(count), TOKENIZERS_PARALLELISM="true"))
    return {
        "versions": environments.versions(python, ["tokenizers", "regex"]),
        "input": {
            "texts": len(texts),
            "bytes": sum(len(text.encode()) for text in texts),
            "ids": prepared["ids"],
        },
        "threads": threads,
        "training": prepared["training"],
        "megabytes": {**slow[0]["megabytes"], "tokenizers": one[0]["megabytes"]},
        "seconds": {
            "Python": timing.together([each["seconds"] for each in slow]),
            "tokenizers, one thread": timing.together([each["seconds"] for each in one]),
            "tokenizers, all threads": timing.together([each["seconds"] for each in every]),
        },
    }


def bars(measured: dict[str, Any]) -> list[Bar]:
    """Return the lines of the plot."""
    return [
        Bar(way, speed, f"{digits(speed)} MB/s", way.startswith("tokenizers"))
        for way, speed in tokenizer_speeds(measured).items()
    ]
