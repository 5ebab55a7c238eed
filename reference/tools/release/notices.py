"""Write THIRD-PARTY-NOTICES.txt: the authors and licences of the crates linked into the wheel.

These licences require it. The texts come from the crates, as cargo has them. Without `--write`,
this only says whether the file is current. The file has no versions, so that few updates change it:
the SBOM of the wheel has them.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from project import NAME, ROOT, end, run

FILE = ROOT / "THIRD-PARTY-NOTICES.txt"
TEXT = re.compile(r"(?i)(licen|copying|copyright|notice|unlicense)(?!.*\.(rs|html)$)")
# Folders whose third-party files are not linked in.
ASIDE = {"tests", "test", "benches", "examples"}
LINE = "=" * 78
HEAD = f"""\
{NAME} contains compiled code of the Rust crates below, which their authors offer under the terms that follow.
It also contains parts of Rust's standard library: Copyright (c) The Rust Project Contributors, MIT OR Apache-2.0,
https://github.com/rust-lang/rust.

Wheels for musllinux (Alpine Linux) also contain the library libgcc_s of GCC: Copyright (c) Free Software Foundation, Inc.,
GPL-3.0-or-later WITH GCC-exception-3.1, https://gcc.gnu.org. Its source code is that of Alpine's package gcc,
https://gitlab.alpinelinux.org/alpine/aports.
"""


def linked() -> Iterator[dict[str, Any]]:
    """Yield the crates linked into the module on any platform, without those for build time."""
    done = run("cargo", "metadata", "--locked", "--format-version=1")
    if done.returncode:
        sys.exit(f"cargo cannot say what is linked in: {done.stderr.strip()}")
    metadata = json.loads(done.stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    needs = {node["id"]: node["deps"] for node in metadata["resolve"]["nodes"]}
    todo = [id for id, package in packages.items() if package["name"] == f"{NAME}-py"]
    # The list grows during the loop.
    for id in todo:
        for need in needs[id]:
            targets = packages[need["pkg"]]["targets"]
            runs_at_build = any("proc-macro" in target["kind"] for target in targets)
            normal = any(kind["kind"] is None for kind in need["dep_kinds"])
            if normal and not runs_at_build and need["pkg"] not in todo:
                todo.append(need["pkg"])
    crates = [packages[id] for id in todo if packages[id]["source"]]
    yield from sorted(crates, key=lambda crate: (crate["name"], crate["version"]))


def texts(crate: dict[str, Any]) -> list[str]:
    """Return the licences and notices that come with a crate."""
    folder = Path(crate["manifest_path"]).parent
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if TEXT.match(path.name) and not ASIDE & {*path.relative_to(folder).parts}:
            lines = path.read_text("utf-8", "replace").splitlines()
            found.append("\n".join(line.rstrip() for line in lines).strip("\n"))
    # A licence file can be empty.
    return [text for text in found if text] or [
        f"(No text comes with the crate. It is offered under {crate['license']}.)"
    ]


def notices() -> str:
    """Return the list of crates, and each licence text once, below the names of its crates."""
    rows, owners = [], defaultdict(list)
    for crate in linked():
        terms, home = crate["license"] or "see below", crate["repository"] or "crates.io"
        rows.append(f"{crate['name']}: {terms}, {home}")
        for text in texts(crate):
            owners[text].append(crate["name"])
    parts = [HEAD + "\n" + "\n".join(dict.fromkeys(rows))]
    for text, names in owners.items():
        parts.append(f"{LINE}\n{', '.join(dict.fromkeys(names))}\n{LINE}\n\n{text}")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        FILE.write_text(notices(), encoding="utf-8", newline="\n")
    current = FILE.exists() and FILE.read_text(encoding="utf-8") == notices()
    stale = f"{FILE.name} is not what the crates say now: nox -s notices -- --write"
    end([] if current else [stale], f"{FILE.name} is current.")
