"""json beside orjson, in one process.

Called with a folder of documents and a number of rounds; prints JSON.
"""

from __future__ import annotations

import json
import marshal
import sys
from functools import partial
from pathlib import Path

import orjson

from tools.measure.turns import calls_in_turns

SMALL_CALLS = 1000


def main(folder: str, rounds: str) -> None:
    # The default output of orjson: no spaces, and UTF-8 instead of escapes. The encoder is made
    # once, not in each call.
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

    def dumps(value: object) -> bytes:
        return encoder.encode(value).encode()

    def many(function: object, *arguments: object) -> None:
        assert callable(function)
        for _ in range(SMALL_CALLS):
            function(*arguments)

    seconds, sizes = {}, {}
    for document in sorted(Path(folder).glob("*.json")):
        name, text = document.stem, document.read_bytes()
        value = json.loads(text)
        # A fast wrong answer is worth nothing.
        if orjson.loads(text) != value:
            sys.exit(f"{name}: orjson reads something else than json.")
        if orjson.dumps(value) != dumps(value):
            sys.exit(f"{name}: orjson writes something else than json.")
        sizes[name] = len(text)
        binary = marshal.dumps(value)
        loads = {
            "json": partial(json.loads, text),
            "orjson": partial(orjson.loads, text),
            # Makes the same objects from a format without parsing: this is the time of making
            # objects alone.
            "marshal": partial(marshal.loads, binary),
        }
        writes = {"json": partial(dumps, value), "orjson": partial(orjson.dumps, value)}
        for task, ways in (("loads", loads), ("dumps", writes)):
            if len(text) < SMALL_CALLS:
                found = calls_in_turns({way: partial(many, call) for way, call in ways.items()}, int(rounds))
                found = {way: [each / SMALL_CALLS for each in times] for way, times in found.items()}
            else:
                found = calls_in_turns(ways, int(rounds))
            seconds[f"{name}, {task}"] = found
    print(json.dumps({"seconds": seconds, "bytes": sizes}))


if __name__ == "__main__":
    main(*sys.argv[1:])
