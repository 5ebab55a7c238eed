"""Every test of a tokenizer runs against every implementation."""

import os
import re
from pathlib import Path

import pytest
from corpus import corpus as read_corpus
from hypothesis import settings

from bytemerge import NaiveRustTokenizer, NaiveTokenizer

# Sixteen bytes of bad luck on a slow machine are no bug.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

TERMINAL = {
    "COLUMNS": "80",
    "LC_ALL": "C.UTF-8",
    "LINES": "24",
    "PYTHONUTF8": "1",
    "TERM": "xterm-256color",
}
"""What the tests and the programs that they start see, whatever machine or runner they are on."""

OTHERS = re.compile(
    r"(FORCE|NO)_COLOR|(PY|PYTHON_)COLORS|CLICOLOR.*|COLORTERM|CARGO_TERM_.*|TTY_.*"
    r"|PYTHONIOENCODING|LANG(UAGE)?|LC_.*"
)
"""The other variables by which terminals differ. A test that is about one of them sets it."""


@pytest.hookimpl(trylast=True)  # pytest's own report keeps its colours
def pytest_configure() -> None:
    """Set the terminal of the tests, before any of them is imported."""
    for name in filter(OTHERS.fullmatch, list(os.environ)):
        del os.environ[name]
    os.environ.update(TERMINAL)


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
