# /// script
# dependencies = ["black", "ruff"]
# ///
"""Checks the format of a package of the standard library in both ways, and writes nothing."""

import email
import os
import sys
from pathlib import Path
from shutil import copytree
from subprocess import DEVNULL, run
from tempfile import TemporaryDirectory
from time import perf_counter

ways = {
    "black": ["black", "--check", "--quiet"],
    "black --fast": ["black", "--check", "--quiet", "--fast"],
    "ruff": ["ruff", "format", "--check", "--quiet", "--isolated", "--no-cache"],
}
with TemporaryDirectory() as folder:
    # A copy: both skip what a repository ignores, and Python may be installed in such a folder.
    package = copytree(Path(email.__file__).parent, Path(folder, "email"))
    for way, command in ways.items():
        environment = os.environ | {"BLACK_CACHE_DIR": str(Path(folder, way))}
        start = perf_counter()
        ended = run([sys.executable, "-m", *command, package], env=environment, stdout=DEVNULL, check=False)
        took = perf_counter() - start
        assert ended.returncode == 1, "some files would be changed"
        print(f"{way}: {took:.2f} s, with the start of Python")
