"""Three hosts that share a network and a bucket and no disk, one of which drops out.

The hosts are network namespaces of Linux, which only root can make.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")
pytest.importorskip("moto.server")
pytest.importorskip("s3fs")

import host_at_work  # it needs what may not be installed

from bytemerge import Tokenizer, WordCounts

pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None,
        reason="needs Linux, root, and the program ip",
    ),
    pytest.mark.thread_unsafe(reason="makes a network"),
]

HOSTS = 3
SCHEDULER = f"tcp://{host_at_work.ADDRESS}:8786"
HUB = f"bytemerge-{os.getpid()}-hub"


def host(number: int) -> str:
    """Return the name of a host; the first one has the scheduler and the bucket."""
    return f"bytemerge-{os.getpid()}-{number}"


def ip(*arguments: str) -> None:
    """Change the network."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture
def network() -> Iterator[None]:
    """Three hosts on one switch, apart from the network of this machine."""
    with ExitStack() as stack:
        try:
            for name in (HUB, *map(host, range(HOSTS))):
                ip("netns", "add", name)
                stack.callback(ip, "netns", "delete", name)
            ip("-n", HUB, "link", "add", "switch", "type", "bridge")
        except subprocess.CalledProcessError as error:
            pytest.skip(f"this system makes no network: {error.stderr.decode().strip()}")
        ip("-n", HUB, "link", "set", "switch", "up")
        for number in range(HOSTS):
            name, port = host(number), f"port{number}"
            peer = ("peer", "name", port, "netns", HUB)
            ip("-n", name, "link", "add", "eth0", "type", "veth", *peer)
            ip("-n", HUB, "link", "set", port, "master", "switch", "up")
            ip("-n", name, "address", "add", f"10.77.0.{number + 1}/24", "dev", "eth0")
            for device in ("eth0", "lo"):
                ip("-n", name, "link", "set", device, "up")
        yield


@contextmanager
def on(number: int, disk: Path, *command: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program on a host, whose folder for files is a disk of its own."""
    mounting = 'mount -t tmpfs none "$0" && cd "$0" && exec "$@"'
    where = ("ip", "netns", "exec", host(number), "unshare", "--mount", "sh", "-c", mounting)
    # A lost host is noticed by silence. Dask waits 30 seconds for it, or by a setting 11 at least.
    settings = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "12s", "AWS_DEFAULT_REGION": "us-east-1"}
    with subprocess.Popen(
        [*where, str(disk), sys.executable, *command],
        env=os.environ | settings | {"TMPDIR": str(disk), "PYTHONPATH": str(Path(__file__).parent)},
        encoding="utf-8",
        **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("drops", [False, True])
def test_hosts_without_a_shared_disk(tmp_path: Path, drops: bool) -> None:
    """The result is that of one machine, also if a host drops out."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = ("-m", "distributed.cli.dask_scheduler", "--port=8786", "--no-dashboard")
    worker = ("-m", "distributed.cli.dask_worker", SCHEDULER, "--nthreads=1", "--no-dashboard")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with ExitStack() as stack:
        stack.enter_context(on(0, tmp_path, *scheduler, **quiet))
        for number in range(1, HOSTS):
            stack.enter_context(on(number, tmp_path, *worker, **quiet))
        script = str(Path(host_at_work.__file__))
        at_work = stack.enter_context(on(0, tmp_path, script, SCHEDULER, **pipes))
        assert at_work.stdin
        assert at_work.stdout
        found: dict[str, Any] = json.loads(at_work.stdout.readline())
        if drops:
            ip("-n", HUB, "link", "set", f"port{HOSTS - 1}", "down")
        at_work.stdin.write("go on\n")
        at_work.stdin.flush()
        for line in at_work.stdout:
            found |= json.loads(line)
    files = [host_at_work.lines(number) for number in range(host_at_work.FILES)]
    expected = WordCounts.count("".join(f"{line}\n" for line in file) for file in files)
    assert Counter(dict(found["counts"])) == Counter(
        {piece.decode(): number for piece, number in expected.items()}
    )
    tokenizer = Tokenizer.train_from_counts(expected, 400)
    documents = [line for file in files for line in file]
    assert found["rows"] == len(documents)
    assert found["tokens"] == tokenizer.count_batch(documents).sum()
    assert found["workers"] == HOSTS - 1 - drops
    assert list(tmp_path.iterdir()) == []
