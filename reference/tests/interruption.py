"""Ctrl-C in the middle of a long call, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, signal, threading, time
{setup}
sent = []
def interrupt():
    time.sleep({patience})
    sent.append(time.process_time())
    os.kill(os.getpid(), signal.SIGINT)
# A shell starts what it runs in the background with Ctrl-C ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=interrupt).start()
began = time.thread_time()
try:
    while True:
        {call}
except KeyboardInterrupt:
    print(time.process_time() - sent[0], time.thread_time() - began)
{after}
"""


def assert_it_stops(
    setup: str, call: str, *arguments: Path, patience: float = 0.5, after: str = ""
) -> None:
    """Check that Ctrl-C ends a call after `patience` seconds, and that `after` runs then."""
    if os.name == "nt":
        pytest.skip("Windows cannot send Ctrl-C to one process")
    program = PROGRAM.format(setup=setup, call=call, patience=patience, after=after)
    with subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,  # one to which nobody writes
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        afterwards, of_one_thread = map(float, process.stdout.readline().split())
    assert process.returncode == 0
    # Processor time, which is the same on a busy machine: usually a tenth of a second. Each core
    # may be in the middle of a task.
    assert afterwards < 1 + (os.cpu_count() or 1) / 4
    # A call that holds the GIL until its end is interrupted only at its end.
    assert of_one_thread < patience + 2
