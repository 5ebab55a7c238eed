"""Ctrl-C in the middle of a long call, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import signal, sys
{setup}
# A shell makes background jobs ignore Ctrl-C, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
try:
    while True:
        {call}
except KeyboardInterrupt:
    print("stopped", flush=True)
    sys.stdin.read()
{after}
"""


def assert_it_stops(
    setup: str, call: str, *arguments: Path, patience: float = 0.5, after: str = ""
) -> None:
    """Check that Ctrl-C ends a call after `patience` seconds, and that `after` runs then."""
    if os.name == "nt":
        pytest.skip("Windows cannot send Ctrl-C to one process")
    program = PROGRAM.format(setup=setup, call=call, after=after)
    with subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(patience)
        before = processor_seconds(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "stopped\n"
        # Usually a tenth of a second. Each core may be in the middle of a step.
        assert processor_seconds(process.pid) - before < 1 + (os.cpu_count() or 1) / 4
        process.communicate()
    assert process.returncode == 0


def processor_seconds(process: int) -> float:
    """Return the processor time of a process, which does not depend on other programs.

    Only Linux tells it, so elsewhere it is 0.0.
    """
    if sys.platform != "linux":
        return 0.0
    # The name of the program comes in parentheses, after the number of the process.
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
