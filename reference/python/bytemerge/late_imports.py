"""Makes a fork wait for other threads that import what this package imports when first used.

The child would get the locks of such an import, and has no thread that gives them back.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from bytemerge import _core

LATE = ("array", "numpy", "threading")
"""Modules that are imported when they are first used, besides those of this package."""


def finish_imports() -> None:
    """Wait until no other thread is importing one of these modules."""
    for name in [*LATE, *(name for name in sys.modules if name.startswith("bytemerge."))]:
        if name in sys.modules:
            try:
                import_module(name)
            except ImportError:  # its own thread raises it too
                continue
    numpy = sys.modules.get("numpy")
    # Its import may fork itself, before it is complete.
    if numpy and not getattr(numpy.__spec__, "_initializing", False):
        _core.import_numpy()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=finish_imports)
