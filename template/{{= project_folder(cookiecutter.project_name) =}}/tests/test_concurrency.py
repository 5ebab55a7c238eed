"""Threads, processes and Ctrl-C."""

import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from {{= cookiecutter.__package =}} import count_words, count_words_in_all

WORDS = "the cat and the hat " * 100
EXPECTED = {"and": 100, "cat": 100, "hat": 100, "the": 200}


def count_in_parallel(times: int) -> dict[str, int]:
    counts = count_words_in_all([WORDS] * times)
    return {word: count // times for word, count in counts.items()}


def test_many_threads_may_call_at_once() -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(count_in_parallel, [5] * 64)) == [EXPECTED] * 64


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
# Python warns of forking a process that has threads: that it works all the same is the test.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_other_processes_count_in_parallel_too(method: str) -> None:
    assert count_in_parallel(5) == EXPECTED
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(count_in_parallel, [5] * 4, timeout=60)) == [EXPECTED] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_counts_in_parallel_too() -> None:
    program = f"""
import os
from {count_words_in_all.__module__} import count_words_in_all

def count():
    return count_words_in_all(["the cat"] * 1000)["cat"]

assert count() == 1000
child = os.fork()
if child == 0:
    os._exit(0 if count() == 1000 else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert count() == 1000
"""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program]
    subprocess.run(command, check=True, timeout=60)


@pytest.mark.parametrize("call", ["count_words(WORDS * 8_000)", "count_words_in_all(MANY)"])
def test_other_threads_run_meanwhile(call: str) -> None:
    """A thread that only counts must get on while Rust is at work."""
    names = {
        "WORDS": WORDS,
        "MANY": [WORDS * 50] * 300,
        "count_words": count_words,
        "count_words_in_all": count_words_in_all,
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
        eval(call, names)
    finally:
        finished.set()
        thread.join()
    # One step of a millisecond could be the end of the call; holding the GIL, there is no more.
    assert steps >= 5


@pytest.mark.skipif(sys.platform != "linux", reason="a limit that Linux has")
@pytest.mark.parametrize("call", ["count_words(WORDS * 1000)", "count_words_in_all([WORDS])"])
def test_a_system_without_threads_is_one_error(call: str) -> None:
    program = f"""
import resource
from {count_words.__module__} import count_words, count_words_in_all
WORDS = "the cat and the hat " * 100
with open("/proc/self/statm") as statm:
    used = int(statm.read().split()[0]) * resource.getpagesize()
# Enough for the text, and too little for the stack of a thread.
limit = used + (1 << 22)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    {call}
except RuntimeError as error:
    print(str(error).partition(":")[0])
"""
    # A thread of Rust takes what the variable says.
    environment = os.environ | {"RUST_MIN_STACK": str(1 << 26)}
    command = [sys.executable, "-c", program]
    printed = subprocess.run(
        command, env=environment, check=True, timeout=60, capture_output=True, encoding="utf-8"
    )
    assert printed.stdout.startswith("no thread")


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process")
@pytest.mark.parametrize(
    "call",
    [
        "count_words(TEXT)",
        "count_words_in_all([TEXT] * 500)",
        "count_words_in_all(itertools.repeat('the cat'))",
    ],
)
def test_ctrl_c_stops_a_long_call(call: str) -> None:
    # A shell starts what it runs in the background with Ctrl-C ignored, and children inherit that.
    program = f"""
import itertools, signal
from {count_words.__module__} import count_words, count_words_in_all
signal.signal(signal.SIGINT, signal.default_int_handler)
TEXT = "the cat and the hat " * 20_000_000
print("ready", flush=True)
try:
    {call}
except KeyboardInterrupt:
    print("stopped", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "stopped\n"
        # Not a measurement: without the check for signals it takes ten seconds and more.
        assert time.monotonic() - start < 2
    assert process.returncode == 0
