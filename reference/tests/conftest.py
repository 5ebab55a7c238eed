"""Every test of a tokenizer runs against every implementation."""

import os
from pathlib import Path
from pydoc_data.topics import topics

import pytest
from hypothesis import settings

from bytemerge import NaiveRustTokenizer, NaiveTokenizer

# Sixteen bytes of bad luck on a slow machine are no bug.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

Class = type[NaiveTokenizer] | type[NaiveRustTokenizer]

IMPLEMENTATIONS: dict[str, Class] = {"py": NaiveTokenizer, "rs": NaiveRustTokenizer}

ROOT = Path(__file__).parents[1]
# Beside the repository, of which this project may be a folder.
BOOKS = [folder / "shared" / "data" / "gutenberg" for folder in ROOT.parents[:2]]


@pytest.fixture(params=IMPLEMENTATIONS)
def cls(request: pytest.FixtureRequest) -> Class:
    """The class of each tokenizer in turn."""
    return IMPLEMENTATIONS[request.param]


@pytest.fixture(scope="session")
def corpus() -> list[str]:
    """The lines of real text: of the books where they are, of Python's own documentation else."""
    given = os.environ.get("BYTEMERGE_CORPUS")
    folders = [Path(given)] if given else BOOKS
    files = sorted(file for folder in folders for file in folder.glob("*.txt"))
    texts = [file.read_text(encoding="utf-8") for file in files] or list(topics.values())
    return [line for text in texts for line in text.split("\n")]
