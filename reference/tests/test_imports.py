"""``import bytemerge`` loads nothing that takes long."""

import subprocess
import sys

import pytest

SLOW = {
    "argparse",
    "email",
    "html",
    "http",
    "inspect",
    "numpy",
    "polars",
    "pyarrow",
    "tempfile",
    "urllib.request",
}
"""Each takes longer than this whole package, or too long for users who never need it."""


def imported(*command: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = (line for line in run.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


def test_the_modules_are_seen() -> None:
    assert {"bytemerge", "email.message"} <= imported("-c", "import bytemerge, email.message")


def test_importing_is_quick() -> None:
    started = imported("-c", "pass")
    assert (imported("-c", "import bytemerge") - started) & SLOW == set()


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["encode", "--help"]])
def test_the_command_line_starts_without_numpy(arguments: list[str]) -> None:
    modules = imported("-m", "bytemerge", *arguments)
    assert "argparse" in modules
    assert modules & {"numpy", "polars", "pyarrow", "urllib.request"} == set()


@pytest.mark.parametrize(
    "call",
    [
        "tokenizer.encode_numpy('the cat')",
        "tokenizer.encode_batch(['the cat'])",
        "tokenizer.encode_with_offsets('the cat')",
        "tokenizer.decode((257,))",
    ],
)
def test_numpy_that_cannot_be_imported_is_an_import_error(call: str) -> None:
    """As when Ctrl-C interrupts its import. The crate numpy would panic."""
    program = f"""
import sys
from bytemerge import Tokenizer
tokenizer = Tokenizer.train(["the the"], 258)
sys.modules["numpy"] = None
try:
    {call}
except ImportError as error:
    print(error.name)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert run.stdout == "numpy\n"
