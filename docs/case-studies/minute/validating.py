# /// script
# dependencies = ["pydantic"]
# ///
"""Reads JSON as dictionaries, and then as checked objects."""

import json
from timeit import repeat

from pydantic import BaseModel, TypeAdapter


class Person(BaseModel):
    """One record."""

    name: str
    age: int
    languages: list[str]


text = json.dumps([{"name": f"n{n}", "age": n, "languages": ["en"]} for n in range(10_000)])
people = TypeAdapter(list[Person])
ways = {
    "json.loads alone": lambda: json.loads(text),
    "pydantic, objects that json.loads made": lambda: people.validate_python(json.loads(text)),
    "pydantic, straight from the text": lambda: people.validate_json(text),
}
for way, call in ways.items():
    print(f"{way}: {min(repeat(call, number=5)) * 200:.1f} ms")
