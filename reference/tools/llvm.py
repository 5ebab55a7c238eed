"""Find the tools of rustc's version of LLVM: those of other versions cannot read its profiles."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path


def rustc(*arguments: str) -> str:
    """Return the output of rustc."""
    return subprocess.run(
        ["rustc", *arguments], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout.strip()


def llvm(tool: str) -> str:
    """Return the path of a tool of rustc's LLVM; exit if there is none."""
    given = os.environ.get(tool.upper().replace("-", "_"))
    verbose = rustc("-vV")
    host = re.findall(r"host: (\S+)", verbose)[0]
    major = re.findall(r"LLVM version: (\d+)", verbose)[0]
    of_rustup = Path(rustc("--print", "sysroot"), "lib/rustlib", host, "bin", tool)
    for candidate in (given, of_rustup, f"{tool}-{major}", f"/usr/lib/llvm-{major}/bin/{tool}"):
        path = candidate and shutil.which(candidate)
        if path:
            return path
    sys.exit(
        f"{tool} of LLVM {major} is missing: rustup component add llvm-tools,"
        f" or on Debian apt-get install llvm-{major}"
    )


if __name__ == "__main__":
    print(llvm(sys.argv[1]))
