"""Every test of a tokenizer runs against every implementation."""

import json
import os
import re
from pathlib import Path

import pytest
from corpus import corpus as read_corpus
from hypothesis import settings

from bytemerge import NaiveRustTokenizer, NaiveTokenizer, Tokenizer

# Hypothesis has no deadline: a slow machine is not a fault.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

TERMINAL = {
    "COLUMNS": "80",
    "LC_ALL": "C.UTF-8",
    "LINES": "24",
    "PYTHONUTF8": "1",
    "TERM": "xterm-256color",
}
"""The settings that the tests and the programs that they start see on any machine or runner."""

OTHERS = re.compile(
    r"(FORCE|NO)_COLOR|(PY|PYTHON_)COLORS|CLICOLOR.*|COLORTERM|CARGO_TERM_.*|TTY_.*"
    r"|PYTHONIOENCODING|LANG(UAGE)?|LC_.*"
)
"""Other variables that change how terminals behave. A test of one of them sets it."""


@pytest.hookimpl(trylast=True)  # pytest's own report keeps its colours
def pytest_configure() -> None:
    """Set the terminal of the tests, before any test module is imported."""
    for name in filter(OTHERS.fullmatch, list(os.environ)):
        del os.environ[name]
    os.environ.update(TERMINAL)


RANKS = [
    folder / "shared" / "data" / "tiktoken" for folder in Path(__file__).resolve().parents[2:4]
]
"""The folders that may have the ranks of pretrained tokenizers, so that no network is necessary."""

Class = type[NaiveTokenizer] | type[NaiveRustTokenizer]

IMPLEMENTATIONS: dict[str, Class] = {"py": NaiveTokenizer, "rs": NaiveRustTokenizer}


@pytest.fixture(params=IMPLEMENTATIONS)
def cls(request: pytest.FixtureRequest) -> Class:
    """The class of each tokenizer in turn."""
    return IMPLEMENTATIONS[request.param]


@pytest.fixture(scope="session")
def corpus() -> list[str]:
    """The lines of real text: the books if they are here, otherwise Python's own documentation."""
    return read_corpus(download=False).lines


def use_ranks_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take pretrained ranks from beside the repository if they are there.

    A variable that says where they are takes precedence.
    """
    cache = next((folder for folder in RANKS if folder.exists()), None)
    if cache and "TIKTOKEN_CACHE_DIR" not in os.environ:
        monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(cache))


def write_older_files(folder: Path, tokenizer: Tokenizer) -> tuple[Path, Path]:
    """Write the older files of a tokenizer."""
    vocab, merges = folder / "vocab.json", folder / "merges.txt"
    tokenizer.to_huggingface(folder / "tokenizer.json")
    content = json.loads((folder / "tokenizer.json").read_bytes())
    vocab.write_text(json.dumps(content["model"]["vocab"]), encoding="utf-8")
    lines = ["#version: 0.2", *(" ".join(merge) for merge in content["model"]["merges"])]
    merges.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return vocab, merges
