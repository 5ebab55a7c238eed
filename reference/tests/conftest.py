"""Every test of a tokenizer runs against every implementation."""

import os
from pathlib import Path

import pytest
from corpus import corpus as read_corpus
from hypothesis import settings

from bytemerge import NaiveRustTokenizer, NaiveTokenizer

# Sixteen bytes of bad luck on a slow machine are no bug.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

RANKS = [
    folder / "shared" / "data" / "tiktoken" for folder in Path(__file__).resolve().parents[2:4]
]
"""Where the ranks of pretrained tokenizers may be, beside the repository, for want of a network."""

Class = type[NaiveTokenizer] | type[NaiveRustTokenizer]

IMPLEMENTATIONS: dict[str, Class] = {"py": NaiveTokenizer, "rs": NaiveRustTokenizer}


@pytest.fixture(params=IMPLEMENTATIONS)
def cls(request: pytest.FixtureRequest) -> Class:
    """The class of each tokenizer in turn."""
    return IMPLEMENTATIONS[request.param]


@pytest.fixture(scope="session")
def corpus() -> list[str]:
    """The lines of real text: of the books where they are, of Python's own documentation else."""
    return read_corpus(download=False).lines


def use_ranks_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take pretrained ranks from beside the repository where they are, unless told where else."""
    cache = next((folder for folder in RANKS if folder.exists()), None)
    if cache and "TIKTOKEN_CACHE_DIR" not in os.environ:
        monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(cache))
