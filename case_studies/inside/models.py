"""The version of pydantic that the environment has.

Called with a file of JSON and a number of rounds; prints JSON. It runs on Python 3.10, the last
version for which pydantic 1.9 was compiled.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any, List  # noqa: UP035 - pydantic 1.9 reads annotations as they stood when it was new

from tools.measure.turns import calls_in_turns

start = time.perf_counter()
import pydantic

importing = time.perf_counter() - start
start = time.perf_counter()


class Parameter(pydantic.BaseModel):
    name: str
    keyword_only: bool
    annotation: str


class Function(pydantic.BaseModel):
    name: str
    line: int
    asynchronous: bool
    docstring: str
    parameters: List[Parameter]  # noqa: UP006


class Class(pydantic.BaseModel):
    name: str
    line: int
    bases: List[str]  # noqa: UP006
    docstring: str
    methods: List[Function]  # noqa: UP006


class Module(pydantic.BaseModel):
    name: str
    lines: int
    blank_share: float
    docstring: str
    functions: List[Function]  # noqa: UP006
    classes: List[Class]  # noqa: UP006


class Library(pydantic.BaseModel):
    modules: List[Module]  # noqa: UP006


defining = time.perf_counter() - start
IS_2 = pydantic.VERSION.startswith("2.")


def from_objects(value: dict[str, Any]) -> Library:
    return Library.model_validate(value) if IS_2 else Library.parse_obj(value)


def from_json(text: str) -> Library:
    return Library.model_validate_json(text) if IS_2 else Library.parse_raw(text)


def to_objects(library: Library) -> dict[str, Any]:
    return library.model_dump() if IS_2 else library.dict()


def to_json(library: Library) -> str:
    return library.model_dump_json() if IS_2 else library.json(ensure_ascii=False, separators=(",", ":"))


def faults(value: dict[str, Any]) -> list[list[str | int]]:
    """Return the paths at which the validation finds errors in a value that has two faults."""
    spoiled = json.loads(json.dumps(value))
    spoiled["modules"][0]["lines"] = "many"
    del spoiled["modules"][1]["name"]
    try:
        from_objects(spoiled)
    except pydantic.ValidationError as error:
        return sorted([*each["loc"]] for each in error.errors())
    return []


def main(file: str, rounds: str) -> None:
    text = Path(file).read_text(encoding="utf-8")
    value = json.loads(text)
    library = from_json(text)
    # A fast wrong answer is worth nothing.
    if not to_objects(from_objects(value)) == to_objects(library) == value == json.loads(to_json(library)):
        sys.exit(f"pydantic {pydantic.VERSION} gives back something else than it got.")
    if len(faults(value)) != 2:
        sys.exit(f"pydantic {pydantic.VERSION} does not find both faults.")
    ways = {
        "validate objects": lambda: from_objects(value),
        "validate JSON": lambda: from_json(text),
        "to objects": lambda: to_objects(library),
        "to JSON": lambda: to_json(library),
        "json.loads alone": lambda: json.loads(text),
    }
    answer = {
        "compiled": IS_2 or pydantic.compiled,
        "written": hashlib.sha256(to_json(library).encode()).hexdigest(),
        "faults": faults(value),
        "importing": importing,
        "defining": defining,
        "seconds": calls_in_turns(ways, int(rounds)),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
