"""``import bytemerge`` loads nothing that takes long."""

import subprocess
import sys

import pytest

SLOW = {
    "argparse",
    "bytemerge.formats.huggingface",
    "email",
    "hashlib",
    "html",
    "http",
    "inspect",
    "numpy",
    "pickle",
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


def test_a_thread_waits_for_numpy_that_another_is_importing() -> None:
    """While a module is being imported, it is in ``sys.modules`` without its names."""
    program = """
import importlib.machinery, sys, threading
from bytemerge import TokenBatch, Tokenizer

class Slow:
    def find_spec(self, name, path, target=None):
        if name != "numpy":
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        execute = spec.loader.exec_module
        def slowly(module):
            there.set()
            ended.wait(1)  # a call that does not wait for numpy ends now
            execute(module)
        spec.loader.exec_module = slowly
        return spec

there, ended = threading.Event(), threading.Event()
tokenizer = Tokenizer.train(["the the"], 258)
sys.meta_path.insert(0, Slow())
threading.Thread(target=lambda: __import__("numpy")).start()
there.wait()
failures = []
def call(function, *arguments):
    try:
        function(*arguments)
    except BaseException as error:
        failures.append(error)
    ended.set()
threads = [threading.Thread(target=call, args=each) for each in (
    (tokenizer.encode_batch, ["the"]),
    (tokenizer.encode_numpy, "the"),
    (tokenizer.encode_with_offsets, "the"),
    (tokenizer.decode, (257,)),
    (tokenizer.decode_batch, [[257]]),
    (TokenBatch.from_lists, [[257]]),
)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(failures)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert run.stdout == "[]\n"
