"""Threads, processes and Ctrl-C: the promises of the machinery, tested on calls of this package."""

import concurrent.futures
import multiprocessing
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

# The example, which nothing below depends on: calls with a `text`, which is TEXT repeated.
SETUP = """
import itertools
from {{= cookiecutter.__package =}} import count_words, count_words_in_all
"""
CALLS = ["count_words(text)", "count_words_in_all([text] * 2)"]
INTERRUPTED = [
    *CALLS,
    "count_words_in_all(itertools.repeat(text))",
    "count_words_in_all(text for _ in itertools.count())",
]
TEXT = "the cat and the hat "
# Numbers of repetitions: a call takes almost no time, at least 50 ms, or many seconds.
SHORT, LONG, ENDLESS = 100, 800_000, 20_000_000


def result(call: str, copies: int = SHORT) -> object:
    names: dict[str, object] = {"text": TEXT * copies}
    exec(SETUP, names)
    return eval(call, names)


def program(copies: int, *lines: str) -> list[str]:
    """Return the command that runs lines in a new Python process."""
    setup = [SETUP, f"text = {TEXT!r} * {copies}"]
    return [sys.executable, "-W", "ignore::DeprecationWarning", "-c", "\n".join([*setup, *lines])]


@pytest.mark.parametrize("call", CALLS)
def test_many_threads_may_call_at_once(call: str) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(result, [call] * 64)) == [result(call)] * 64


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
# Python warns about forking a process with threads; this test shows that it works.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_other_processes_may_call_too(method: str) -> None:
    expected = [result(call) for call in CALLS]
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(result, CALLS * 2, timeout=60)) == expected * 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("call", CALLS)
def test_a_forked_child_may_call_too(call: str) -> None:
    command = program(
        SHORT,
        "import os",
        f"expected = {call}",
        "child = os.fork()",
        "if child == 0:",
        f"    os._exit(0 if {call} == expected else 1)",
        "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0",
        f"assert {call} == expected",
    )
    subprocess.run(command, check=True, timeout=60)


@pytest.mark.parametrize("call", CALLS)
def test_other_threads_run_meanwhile(call: str) -> None:
    """A thread that only counts must make progress while Rust is at work."""
    steps = 0
    finished = threading.Event()

    def step() -> None:
        nonlocal steps
        while not finished.wait(0.001):
            steps += 1

    thread = threading.Thread(target=step)
    thread.start()
    try:
        result(call, LONG)
    finally:
        finished.set()
        thread.join()
    # With the GIL held, there would be at most one step of a millisecond, at the end of the call.
    assert steps >= 5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this limit")
@pytest.mark.parametrize("call", CALLS)
def test_a_system_without_threads_is_one_error(call: str) -> None:
    command = program(
        LONG,
        "import resource",
        "with open('/proc/self/statm') as statm:",
        "    used = int(statm.read().split()[0]) * resource.getpagesize()",
        "# Enough for the text, and too little for the stack of a thread.",
        "limit = used + (1 << 22)",
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))",
        "try:",
        f"    {call}",
        "except RuntimeError as error:",
        "    print(str(error).partition(':')[0])",
    )
    # Each thread of Rust reserves this much for its stack.
    environment = os.environ | {"RUST_MIN_STACK": str(1 << 26)}
    printed = subprocess.run(
        command, env=environment, check=True, timeout=60, capture_output=True, encoding="utf-8"
    )
    assert printed.stdout.startswith("no thread")


@pytest.mark.skipif(
    "LLVM_PROFILE_FILE" in os.environ, reason="a module with counters writes them while it ends"
)
@pytest.mark.parametrize("call", INTERRUPTED)
def test_python_ends_while_a_thread_is_in_a_call(call: str) -> None:
    command = program(
        LONG,
        "import threading, time",
        "def work():",
        "    while True:",
        f"        {call}",
        "threading.Thread(target=work, daemon=True).start()",
        "time.sleep(0.2)",
    )
    ended = subprocess.run(command, check=False, timeout=60, capture_output=True, encoding="utf-8")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has on_exit")
@pytest.mark.parametrize("call", CALLS)
def test_a_call_may_go_on_after_the_end_of_python(call: str) -> None:
    command = program(
        ENDLESS,
        "import ctypes, sys, threading, time",
        "for _ in range(4):",
        f"    threading.Thread(target=lambda: {call}, daemon=True).start()",
        "    time.sleep(0.06)",
        "# After Python has ended, the process calls sleep(1): the status is the argument.",
        "libc = ctypes.CDLL(None)",
        "libc.on_exit(libc.sleep, None)",
        "sys.exit(1)",
    )
    ended = subprocess.run(command, check=False, timeout=60, capture_output=True, encoding="utf-8")
    # A thread that asked for the GIL meanwhile would crash the process.
    assert (ended.returncode, ended.stderr) == (1, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process")
@pytest.mark.parametrize("call", INTERRUPTED)
def test_ctrl_c_stops_a_long_call(call: str) -> None:
    command = program(
        ENDLESS,
        "import signal",
        "# A shell makes background jobs ignore Ctrl-C, and children inherit that.",
        "signal.signal(signal.SIGINT, signal.default_int_handler)",
        "print('ready', flush=True)",
        "try:",
        f"    {call}",
        "except KeyboardInterrupt:",
        "    print('stopped', flush=True)",
        "    input()",
    )
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        before = processor_seconds(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "stopped\n"
        # The whole call takes more than ten seconds. Each core may be in the middle of a step.
        assert processor_seconds(process.pid) - before < 1 + (os.cpu_count() or 1) / 4
        process.communicate("\n")
    assert process.returncode == 0


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timers")
@pytest.mark.parametrize("call", CALLS)
def test_the_first_call_of_a_process_hears_ctrl_c_too(call: str) -> None:
    """The signal arrives before the call works without the GIL, while it imports `threading`."""
    command = program(
        LONG * 5,
        "import signal, sys",
        "text += '\xe9'",
        "signal.signal(signal.SIGALRM, signal.default_int_handler)",
        "signal.setitimer(signal.ITIMER_REAL, 0.01)",
        "try:",
        f"    {call}",
        "except KeyboardInterrupt:",
        "    print('stopped')",
    )
    assert subprocess.run(command, check=True, timeout=60, capture_output=True).stdout == (
        f"stopped{os.linesep}".encode()
    )


def processor_seconds(process: int) -> float:
    """Return the processor time of a process, which does not depend on other programs.

    Only Linux tells it, so elsewhere it is 0.0.
    """
    if sys.platform != "linux":
        return 0.0
    # The name of the program comes in parentheses, after the number of the process.
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
