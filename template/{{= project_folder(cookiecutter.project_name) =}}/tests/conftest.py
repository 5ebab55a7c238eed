"""Every test of counting runs against every implementation."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import settings

from {{= cookiecutter.__package =}} import (
    count_words,
    count_words_in_all,
    naive,
)

# A slow machine is no bug.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

Count = Callable[[str], Mapping[str, int]]


def in_rust(text: str) -> dict[str, int]:
    return dict(count_words(text).items())


def in_rust_from_bytes(text: str) -> dict[str, int]:
    return dict(count_words(text.encode()).items())


def in_rust_in_parallel(text: str) -> dict[str, int]:
    """Cut at spaces: the sum of the parts is the whole."""
    return dict(count_words_in_all(text.split(" ")).items())


IMPLEMENTATIONS = {
    "naive": naive.count_words,
    "rust": in_rust,
    "rust-bytes": in_rust_from_bytes,
    "rust-parallel": in_rust_in_parallel,
}


@pytest.fixture(params=IMPLEMENTATIONS)
def count(request: pytest.FixtureRequest) -> Count:
    return IMPLEMENTATIONS[request.param]
