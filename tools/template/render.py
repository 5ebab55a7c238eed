"""Renders a project from the template."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from cookiecutter.main import cookiecutter

from tools import ROOT

TEMPLATE = ROOT / "template"


def render(answers: Mapping[str, str | bool], into: Path, *, template: Path = TEMPLATE) -> Path:
    """Return the folder of the project that was rendered below `into`.

    Questions without an answer get their default.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, _quiet():
        folder = cookiecutter(
            str(template),
            no_input=True,
            extra_context=dict(answers),
            output_dir=str(into),
            # Ignore the user's settings, and leave no record of the answers among the user's files.
            default_config={"replay_dir": home, "cookiecutters_dir": home},
        )
    return Path(folder)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Discards the standard output of this process and of the hooks that it starts."""
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
