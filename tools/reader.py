"""Types what a page tells its readers to type."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tools.render import ROOT
from tools.shell import clean_environment, end_of, uv

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.shell import Ended

GITHUB = "gh:OWNER/pairforge"
"""What the pages say, and this checkout stands for."""


def type_in(commands: str, folder: Path, variables: Mapping[str, str]) -> Ended:
    """How commands ended that a reader types in a folder, in a terminal that knows uv: at the first that fails."""
    environment = clean_environment(variables)
    environment["PATH"] = f"{Path(uv()).parent}:{environment['PATH']}"
    return end_of(["bash", "-ec", commands.replace(GITHUB, str(ROOT))], folder, environment)
