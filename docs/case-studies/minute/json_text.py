# /// script
# dependencies = ["orjson"]
# ///
"""Writes the topics of Python's documentation as JSON, and reads them again, in both ways."""

import json
from pydoc_data.topics import topics
from timeit import repeat

import orjson

text = json.dumps(topics)
assert orjson.loads(text) == json.loads(orjson.dumps(topics)) == topics
ways = {
    "json writes": lambda: json.dumps(topics),
    "orjson writes": lambda: orjson.dumps(topics),
    "json reads": lambda: json.loads(text),
    "orjson reads": lambda: orjson.loads(text),
}
for way, call in ways.items():
    print(f"{way} {len(text) / 1e3:.0f} kB in {min(repeat(call, number=10)) * 100:.2f} ms")
