# /// script
# dependencies = ["pip", "uv"]
# ///
"""Installs the same packages in three ways. The second time, all of them are in the caches."""

import sys
from subprocess import run
from tempfile import TemporaryDirectory
from time import perf_counter

ways = {
    "pip": ["pip", "install", "--quiet", "--disable-pip-version-check"],
    "pip --no-compile": ["pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"],
    "uv": ["uv", "pip", "install", "--quiet"],
}
for way, command in ways.items():
    for _ in range(2):
        with TemporaryDirectory() as folder:
            start = perf_counter()
            run([sys.executable, "-m", *command, "--target", folder, "rich", "django"], check=True)
            took = perf_counter() - start
    print(f"{way}: {took:.2f} s, with the start of Python")
