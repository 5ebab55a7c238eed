"""A check of the free disk space before anything is written.

If the disk fills up half-way, cookiecutter leaves an incomplete project behind. So one temporary
file of the project's size is written first, and removed. This cannot help against other programs
that fill the disk at the same time.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .locks import lock_file
from .paths import TEMPLATE, project_files

if TYPE_CHECKING:
    from collections.abc import Mapping

BLOCK = 4096  # a file occupies whole blocks
LOCKED = ("Cargo.lock", "THIRD-PARTY-NOTICES.txt", "fuzz/Cargo.lock", "uv.lock")
HOOK = 100_000  # more than the size of the rendered hook


def need_room(output: Path, cookiecutter: Mapping[str, Any]) -> None:
    """Ends cookiecutter with one line if the project does not fit on the disk."""
    _probe(output, needed(cookiecutter))
    # The hook is rendered into a temporary file after everything else has been written.
    _probe(Path(tempfile.gettempdir()), HOOK)


def _probe(folder: Path, size: int) -> None:
    existing = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=existing, buffering=0) as probe:
            # On a nearly full disk, a write may store only a part; the next one then fails.
            rest = memoryview(bytes(size))
            while rest:
                rest = rest[probe.write(rest) :]
            os.fsync(probe.fileno())
    except OSError as error:
        sys.exit(
            f"The project needs {size / 1e6:.1f} MB in {str(existing)!r}, which cannot be written: {error.strerror}."
        )


def needed(cookiecutter: Mapping[str, Any]) -> int:
    """Estimates the size of the project in bytes: its files, their folders, and git's copies."""
    folder = next(TEMPLATE.glob("{{=*=}}"))
    files = [folder / path for path in project_files()]
    files += [lock_file(name, cookiecutter) for name in LOCKED]
    blocks = sum(file.stat().st_size // BLOCK + 2 for file in files)
    return BLOCK * (2 * blocks + 100 if cookiecutter["git"] else blocks)
