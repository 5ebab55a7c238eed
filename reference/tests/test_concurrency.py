"""Threads, processes and Ctrl-C."""

import concurrent.futures
import multiprocessing
import platform
import signal
import threading
from collections.abc import Callable

import pytest
from conftest import Class
from interruption import assert_it_stops
from trust.children import printed, ran

from bytemerge import NaiveRustTokenizer

TEXT = "the cat\nand the hat\n" * 50
TOKENIZER = NaiveRustTokenizer.train(TEXT.split("\n"), 12)
EXPECTED = TOKENIZER.tokenize(TEXT)


def tokens_in_parallel(times: int) -> bool:
    return TOKENIZER.tokenize_text(TEXT * times) == EXPECTED * times


def test_many_threads_may_call_at_once(cls: Class) -> None:
    tokenizer = cls.train(TEXT.split("\n"), 12)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tokenizer.tokenize_text, [TEXT] * 64)) == [EXPECTED] * 64


def test_training_away_from_the_main_thread_is_the_same() -> None:
    """Outside of the main thread, training uses no other thread, since no signal arrives.

    Progress is still reported, and may end it.
    """
    told: list[tuple[int, int]] = []

    def stop(size: int, total: int) -> None:
        told.append((size, total))
        raise TimeoutError

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        assert pool.submit(NaiveRustTokenizer.train, TEXT.split("\n"), 12).result() == TOKENIZER
        training = pool.submit(NaiveRustTokenizer.train, TEXT.split("\n"), 11, progress=stop)
        assert isinstance(training.exception(), TimeoutError)
    assert told == [(11, 11)]


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
# Python warns of forking a process that has threads: that it works all the same is the test.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_other_processes_tokenize_in_parallel_too(method: str) -> None:
    assert tokens_in_parallel(5)
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert all(pool.map(tokens_in_parallel, [5] * 4, timeout=60))


@pytest.mark.parametrize("call", ["train", "tokenize", "tokenize_text"])
def test_other_threads_run_meanwhile(corpus: list[str], call: str) -> None:
    """A thread that only counts must advance while Rust works."""
    text = "\n".join(corpus[:10_000])
    tokenizer = NaiveRustTokenizer.train(corpus[:3000], 300)
    calls: dict[str, Callable[[], object]] = {
        "train": lambda: NaiveRustTokenizer.train(corpus[:10_000], 200),
        "tokenize": lambda: tokenizer.tokenize(text),
        "tokenize_text": lambda: tokenizer.tokenize_text(text),
    }
    steps = 0
    finished = threading.Event()

    def step() -> None:
        nonlocal steps
        while not finished.wait(0.001):
            steps += 1

    thread = threading.Thread(target=step)
    thread.start()
    try:
        calls[call]()
    finally:
        finished.set()
        thread.join()
    # One step of a millisecond could be the end of the call; holding the GIL, there is no more.
    assert steps >= 5


SETUP = """
import itertools
from {module} import {name} as Tokenizer
words = ["".join(letters) for letters in itertools.product("abcdefgh", repeat=5)]
lines = [" ".join(words[start:]) for start in range(0, 9000, 1000)]
tokenizer = Tokenizer.train(lines[-1:], 60)
"""


def setup(cls: Class) -> str:
    """Return the program that makes a tokenizer of this class, and texts for it."""
    return SETUP.format(module=cls.__module__, name=cls.__name__)


@pytest.mark.parametrize(
    "call",
    [
        "Tokenizer.train(lines, 30_000)",
        "Tokenizer.train(lines, 30_000, exact_vocab_size=True)",
        "Tokenizer.train(itertools.cycle(lines), 30_000)",
        'tokenizer.tokenize(" ".join(lines * 20))',
        'tokenizer.tokenize_text("\\n".join(lines * 20))',
    ],
)
def test_ctrl_c_stops_a_long_call(cls: Class, call: str) -> None:
    assert_it_stops(setup(cls), call)


def test_ctrl_c_stops_counting_within_a_line() -> None:
    assert_it_stops(setup(NaiveRustTokenizer), 'Tokenizer.train([" ".join(lines * 40)], 30_000)')


def test_ctrl_c_stops_a_long_merge() -> None:
    """A merge of a million words takes too long to wait for."""
    words = 'map("".join, itertools.product("abcdefgh", repeat=7))'
    assert_it_stops(setup(NaiveRustTokenizer), f"Tokenizer.train({words}, 30_000)", patience=4)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has on_exit")
@pytest.mark.parametrize(
    "call",
    [
        "tokenizer.encode(text)",
        "tokenizer.encode(text, threads=1)",
        "Tokenizer.train([numbers], 100_000)",
        "NaiveRustTokenizer.train([numbers], 2000)",
        # These call Python while they work.
        "Tokenizer.train([fewer], 100_000, progress=lambda done, total: None)",
        "_core.WordCounts.count_stream(Endless(), 'name', None, None)",
    ],
)
def test_a_call_may_go_on_after_the_end_of_python(call: str) -> None:
    # After Python has ended, the process calls sleep(1): the status is the argument.
    program = f"""
import ctypes, io, sys, threading, time
from bytemerge import NaiveRustTokenizer, Tokenizer, _core
class Endless(io.RawIOBase):
    def read(self, size):
        return block[:size]
line = "the cat's hat, 12345 words "
tokenizer = Tokenizer.train([line], 280)
text = line * 8_000_000
numbers = " ".join(map(str, range(1_000_000)))
fewer, block = numbers[:500_000], text[: 1 << 20].encode()
for _ in range(4):
    threading.Thread(target=lambda: {call}, daemon=True).start()
    time.sleep(0.06)
libc = ctypes.CDLL(None)
libc.on_exit(libc.sleep, None)
sys.exit(1)
"""
    ended = ran(program, patience=60)
    # A thread that asked for the GIL meanwhile would crash the process.
    assert (ended.returncode, ended.stderr) == (1, "")


@pytest.mark.parametrize(
    "call",
    [
        "Tokenizer.train(generator(), 300)",
        "NaiveRustTokenizer.train(generator(), 300)",
        "tokenizer.encode_batch(generator())",
        "WordCounts.count(generator())",
        "Tokenizer.train([numbers], 100_000, progress=lambda done, total: next(generator()))",
        "_core.WordCounts.count_stream(Endless(), 'name', None, None)",
    ],
)
def test_python_ends_while_rust_calls_it_back(call: str) -> None:
    """Until 3.14, Python unwinds the stack of a thread in the middle of its own code."""
    program = f"""
import io, itertools, threading, time
from bytemerge import NaiveRustTokenizer, Tokenizer, WordCounts, _core
tokenizer = Tokenizer.train(["the cat"], 258)
numbers = " ".join(map(str, range(20_000)))
def generator():
    for _ in itertools.count():
        sum(number for number in range(9999))
        yield "the cat"
class Endless(io.RawIOBase):
    def read(self, size):
        return next(generator()).encode()
def work():
    while True:
        {call}
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.5)
"""
    ended = ran(program, patience=60)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timers")
@pytest.mark.parametrize("call", ["tokenizer.count(text)", "WordCounts.count([text])"])
def test_the_first_call_of_a_process_hears_ctrl_c_too(call: str) -> None:
    """The signal arrives before the call works without the GIL, while it imports `threading`."""
    program = f"""
import signal
from bytemerge import Tokenizer, WordCounts
tokenizer = Tokenizer.train(["the cat"], 258)
text = "the c\xe4t " * 20_000_000
signal.signal(signal.SIGALRM, signal.default_int_handler)
signal.setitimer(signal.ITIMER_REAL, 0.01)
try:
    {call}
except KeyboardInterrupt:
    print("stopped")
"""
    assert printed(program, patience=60) == "stopped\n"
