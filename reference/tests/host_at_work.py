"""The work of the host with the scheduler in `test_hosts.py`: `host_at_work.py SCHEDULER`.

The program fills a bucket, counts and encodes it with the workers of the other hosts, and prints
lines of JSON. When the counting starts, it waits for a line on standard input.
"""

import json
import sys
from typing import Any

import fsspec
import moto.server
from distributed import Client

from bytemerge import Tokenizer, dask

ADDRESS, PORT = "10.77.0.1", 5000
OPTIONS = {"endpoint_url": f"http://{ADDRESS}:{PORT}", "key": "anyone", "secret": "anything"}
FILES, LINES = 4, 30_000
"""The files, and the lines of each."""
PART = 200_000
"""The bytes of a task: few, so that a host drops out while many tasks are left."""


def lines(file: int) -> list[str]:
    """Return the lines of a file, most of which have numbers of their own."""
    return [f"the cat and the hat {file} {number * 7919 % 5003}" for number in range(LINES)]


def say(**found: Any) -> None:
    """Print a line of JSON."""
    print(json.dumps(found), flush=True)


def wait(done: int, total: int) -> None:
    """Report the start of the work, and wait until the other side has done what it wants."""
    if done == 0:
        say(total=total)
        sys.stdin.readline()


def main(scheduler: str) -> None:
    """Fill the bucket, and work on it."""
    server = moto.server.ThreadedMotoServer(ip_address=ADDRESS, port=PORT, verbose=False)
    server.start()
    files = fsspec.filesystem("s3", **OPTIONS)
    files.mkdir("corpus")
    files.mkdir("made")
    for file in range(FILES):
        content = "".join(f"{line}\n" for line in lines(file)).encode()
        files.pipe_file(f"corpus/{file}.txt", content)
    with Client(scheduler) as client:
        client.wait_for_workers(2)
        options: dict[str, Any] = {"part_size": PART, "storage_options": OPTIONS, "client": client}
        counts = dask.count("s3://corpus/*.txt", progress=wait, **options)
        say(counts=[[piece.decode(), number] for piece, number in counts.most_common()])
        tokenizer = Tokenizer.train_from_counts(counts, 400)
        manifest = dask.encode_files("s3://corpus/*.txt", "s3://made/ids", tokenizer, **options)
        say(rows=manifest.rows, tokens=manifest.tokens, shards=len(manifest.shards))
        say(workers=len(client.scheduler_info(n_workers=-1)["workers"]))
    server.stop()


if __name__ == "__main__":
    main(sys.argv[1])
