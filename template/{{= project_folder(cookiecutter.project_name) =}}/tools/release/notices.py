"""Write the notices of the crates that are linked into the wheel: who made them, under which terms.

Their licences ask for it: whoever hands on compiled code hands on these texts. They come from the crates themselves,
as cargo has them, and stand in THIRD-PARTY-NOTICES.txt, which goes into every wheel and sdist. Without `--write`, this
only says whether that file is current. Versions are not in it, so that few updates change it; the SBOM in the wheel
has them.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from project import NAME, ROOT, end, require

FILE = ROOT / "THIRD-PARTY-NOTICES.txt"
NAMES = ("licen", "copying", "copyright", "notice", "unlicense")
# Of the crate's own code alone: what its tests and benchmarks borrow is not linked in.
ASIDE = {"tests", "test", "benches", "examples"}
LINE = "=" * 78
HEAD = f"""\
{NAME} contains compiled code of the Rust crates below, which their authors offer under the terms that follow.
It also contains parts of Rust's standard library: Copyright (c) The Rust Project Contributors, MIT OR Apache-2.0,
https://github.com/rust-lang/rust.
"""


def linked() -> list[dict[str, Any]]:
    """Return the crates that end up in the module: on any platform, without what only runs at build time."""
    require("cargo")
    command = ["cargo", "metadata", "--locked", "--format-version=1"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"cargo cannot say what is linked in: {done.stderr.strip()}")
    metadata = json.loads(done.stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    needs = {node["id"]: node["deps"] for node in metadata["resolve"]["nodes"]}
    todo = [id for id, package in packages.items() if package["name"] == f"{NAME}-py"]
    seen: set[str] = set()
    while todo:
        id = todo.pop()
        runs_at_build = any("proc-macro" in target["kind"] for target in packages[id]["targets"])
        if id in seen or runs_at_build:
            continue
        seen.add(id)
        todo += [
            need["pkg"]
            for need in needs[id]
            if any(kind["kind"] is None for kind in need["dep_kinds"])
        ]
    crates = [package for id, package in packages.items() if id in seen and package["source"]]
    return sorted(crates, key=lambda crate: (crate["name"], crate["version"]))


def texts(crate: dict[str, Any]) -> list[str]:
    """Return the texts that come with a crate: its licences and notices."""
    folder = Path(crate["manifest_path"]).parent
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name.lower().startswith(NAMES)
        and path.suffix.lower() not in {".rs", ".html"}
        and not ASIDE & set(path.relative_to(folder).parts)
    ]
    lines = [path.read_text("utf-8", "replace").splitlines() for path in files]
    found = ["\n".join(line.rstrip() for line in each).strip("\n") for each in lines]
    # A file may do no more than point at another.
    return [text for text in found if text] or [
        f"(No text comes with the crate. It is offered under {crate['license']}.)"
    ]


def notices() -> str:
    """Return the whole file: the list of crates, and each text once, under the crates that come with it."""
    crates = linked()
    of_text: dict[str, list[str]] = {}
    for crate in crates:
        for text in texts(crate):
            names = of_text.setdefault(text, [])
            if crate["name"] not in names:
                names.append(crate["name"])
    rows = dict.fromkeys(
        f"{crate['name']}: {crate['license'] or 'see below'}, {crate['repository'] or 'crates.io'}"
        for crate in crates
    )
    parts = [HEAD + "\n" + "\n".join(rows)]
    parts += [f"{LINE}\n{', '.join(names)}\n{LINE}\n\n{text}" for text, names in of_text.items()]
    return "\n\n".join(parts) + "\n"


def current() -> bool:
    """Return whether the file says what the crates say."""
    return FILE.exists() and FILE.read_text(encoding="utf-8") == notices()


def main() -> None:
    """Write the file, or say whether it is current."""
    if "--write" in sys.argv[1:]:
        FILE.write_text(notices(), encoding="utf-8", newline="\n")
    stale = f"{FILE.name} is not what the crates say now: nox -s notices -- --write"
    end([] if current() else [stale], f"{FILE.name} is current.")


if __name__ == "__main__":
    main()
