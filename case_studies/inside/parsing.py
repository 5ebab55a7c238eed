"""Measures parsing without ruff, and compares the meaning of formatted files.

Called with a task and folders; prints JSON.
"""

from __future__ import annotations

import ast
import json
import sys
import time
from pathlib import Path

import black


def seconds(folder: str) -> dict[str, float]:
    """Return the seconds that CPython, which is C, and black take to parse all files.

    Nothing is linted or formatted.
    """
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(folder).rglob("*.py"))]
    took = {}
    for name, parse in (("CPython's own parser", ast.parse), ("black's parser", black.lib2to3_parse)):
        start = time.perf_counter()
        for text in texts:
            parse(text)
        took[name] = time.perf_counter() - start
    return took


def equivalent(before: str, after: str) -> int:
    """Return the number of formatted files that keep their meaning, by black's own check."""
    paths = sorted(Path(before).rglob("*.py"))
    for path in paths:
        formatted = Path(after, path.relative_to(before))
        black.assert_equivalent(path.read_text(encoding="utf-8"), formatted.read_text(encoding="utf-8"))
    return len(paths)


if __name__ == "__main__":
    task, *folders = sys.argv[1:]
    print(json.dumps(seconds(*folders) if task == "seconds" else equivalent(*folders)))
