# /// script
# dependencies = ["black", "ruff"]
# ///
"""Formats a package of the standard library in both ways, and writes nothing."""

import email
import os
import sys
from pathlib import Path
from subprocess import DEVNULL, run
from tempfile import TemporaryDirectory
from time import perf_counter

folder = Path(email.__file__).parent
ways = {
    "black": ["black", "--check", "--quiet"],
    "black --fast": ["black", "--check", "--quiet", "--fast"],
    "ruff": ["ruff", "format", "--check", "--quiet", "--isolated", "--no-cache"],
}
for way, command in ways.items():
    with TemporaryDirectory() as cache:
        start = perf_counter()
        environment = os.environ | {"BLACK_CACHE_DIR": cache}
        run([sys.executable, "-m", *command, folder], env=environment, stdout=DEVNULL, check=False)
    print(f"{way}: {perf_counter() - start:.2f} s, with the start of Python")
