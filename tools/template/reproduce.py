"""Builds the sdist and the wheel of a project twice, and says what differs.

The two builds share what two people share who build the same commit: the commit, its time
(SOURCE_DATE_EPOCH), the compiler, the Python. Everything else differs on purpose: the folder, and
the state of the target folder.

Only the SBOM that maturin writes may differ, and RECORD, which has its checksum.
"""

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.shell import Failed, run, uv

MAY_DIFFER = re.compile(r"[^/]+\.dist-info/(RECORD|sboms/[^/]+)")


def build(project: Path, into: Path, environment: Mapping[str, str]) -> list[Path]:
    """Return the sdist of a project, and the wheel that uv builds of it in a folder of its own."""
    variables = {**environment, "CARGO_TARGET_DIR": str(into / "target")}
    run([uv(), "build", "--quiet", f"--out-dir={into / 'dist'}", project], project, variables)
    return [next(into.glob(f"dist/*{suffix}")) for suffix in (".tar.gz", ".whl")]


def contents(archive: Path) -> dict[str, bytes]:
    """Return the files in an sdist or a wheel."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(archive, folder, "zip" if archive.suffix == ".whl" else None)
        files = (path for path in Path(folder).rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def differences(first: Path, second: Path) -> list[str]:
    """Return the files that two archives do not have in common."""
    if first.read_bytes() == second.read_bytes():
        return []
    one, other = contents(first), contents(second)
    names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return names or ["order, times or modes"]


def check(project: Path, environment: Mapping[str, str]) -> None:
    """Fails if two builds of a project differ in more than the permitted files."""
    date = run(["git", "log", "-1", "--format=%ct"], project, environment).strip()
    environment = {**environment, "SOURCE_DATE_EPOCH": date}
    with tempfile.TemporaryDirectory() as folder:
        builds = [build(project, Path(folder, name), environment) for name in ("first", "another/second")]
        found = [name for pair in zip(*builds, strict=True) for name in differences(*pair)]
    if wrong := [name for name in found if not MAY_DIFFER.fullmatch(name)]:
        raise Failed(["two builds"], "".join(f"{name} differs between two builds\n" for name in wrong))
