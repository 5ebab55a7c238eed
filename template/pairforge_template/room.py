"""A look at the disk before anything is written.

cookiecutter leaves what it has written when the disk is full half-way. So as much as the project takes is written into
one file first, and removed. That holds for a disk that is full, not for one that others fill at the same moment.
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

BLOCK = 4096  # a file takes whole blocks
LOCKED = ("Cargo.lock", "THIRD-PARTY-NOTICES.txt", "fuzz/Cargo.lock", "uv.lock")
HOOK = 100_000  # more than the hook with all answers in it


def need_room(output: Path, cookiecutter: Mapping[str, Any]) -> None:
    """Ends cookiecutter with one line where the project cannot be written."""
    _probe(output, needed(cookiecutter))
    # The hook is rendered into a temporary file when everything else is there already.
    _probe(Path(tempfile.gettempdir()), HOOK)


def _probe(folder: Path, size: int) -> None:
    existing = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=existing, buffering=0) as probe:
            # A disk that is nearly full takes only a part of what is written, and says so at the next write.
            rest = memoryview(bytes(size))
            while rest:
                rest = rest[probe.write(rest) :]
            os.fsync(probe.fileno())
    except OSError as error:
        sys.exit(
            f"The project needs {size / 1e6:.1f} MB in {str(existing)!r}, which cannot be written: {error.strerror}."
        )


def needed(cookiecutter: Mapping[str, Any]) -> int:
    """Estimates the bytes that the project takes: its files with a folder for each, and what git adds."""
    folder = next(TEMPLATE.glob("{{=*=}}"))
    files = [folder / path for path in project_files()]
    files += [lock_file(name, cookiecutter) for name in LOCKED]
    blocks = sum(file.stat().st_size // BLOCK + 2 for file in files)
    return BLOCK * (2 * blocks + 100 if cookiecutter["git"] else blocks)
