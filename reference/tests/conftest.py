"""Every test of a tokenizer runs against every implementation."""

import pytest
from corpus import corpus as read_corpus
from hypothesis import settings

from bytemerge import NaiveRustTokenizer, NaiveTokenizer

# Sixteen bytes of bad luck on a slow machine are no bug.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

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
