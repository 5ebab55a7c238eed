"""Build sdist and wheel twice, in two folders, and say what differs.

Everything that a build may depend on and that is the same for two people is the same here: the commit, its time
(SOURCE_DATE_EPOCH), the compiler, the Python. What may differ does: the folder, and the state of the target folder.

The SBOM that maturin writes does differ, and so does RECORD, which has its checksum. Anything else is a fault.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from project import ROOT, end, source_date, uv

DIFFERS = re.compile(r"[^/]+\.dist-info/(RECORD|sboms/[^/]+)")


def build(into: Path, sdist: Path | None = None) -> Path:
    """Return what was built in a folder: the sdist of the project, or the wheel of an sdist."""
    environment = os.environ | source_date() | {"CARGO_TARGET_DIR": str(into / "target")}
    kind, source = "--sdist", ROOT
    if sdist:
        shutil.unpack_archive(sdist, into / "source")
        (source,) = (into / "source").iterdir()
        kind = "--wheel"
    command = [uv(), "build", "--quiet", kind, f"--out-dir={into / 'dist'}", str(source)]
    if subprocess.run(command, cwd=ROOT, check=False, env=environment).returncode:
        sys.exit(f"failed: {' '.join(command)}")
    (built,) = (path for path in (into / "dist").iterdir() if path.suffix in {".gz", ".whl"})
    return built


def contents(archive: Path) -> dict[str, bytes]:
    """Return the files in an sdist or a wheel."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(archive) as sdist:
        files = [member for member in sdist.getmembers() if member.isfile()]
        return {member.name: sdist.extractfile(member).read() for member in files}  # type: ignore[union-attr]


def differences(first: Path, second: Path) -> list[str]:
    """Return the files that two archives do not have in common."""
    if first.read_bytes() == second.read_bytes():
        return []
    one, other = contents(first), contents(second)
    names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return names or ["order, times or modes"]


def main() -> None:
    """Print the digests, or what differs."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "first"), Path(folder, "another", "second")
        sdists = build(first / "sdist"), build(second / "sdist")
        wheels = build(first / "wheel", sdists[0]), build(second / "wheel", sdists[0])
        for path, _ in (sdists, wheels):
            print(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
        found = differences(*sdists) + differences(*wheels)
    for name in found:
        print(f"differs: {name}")
    faults = [name for name in found if not DIFFERS.fullmatch(name)]
    end([f"should be the same: {name}" for name in faults], "All else is the same, byte by byte.")


if __name__ == "__main__":
    main()
