"""One measurement in a process of its own: `measure_alone.py WAY ARGUMENT ...` prints JSON."""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PATTERN = "cl100k"
"""The pattern of all but the comparison with others, which have that of GPT-2."""
RANGE = 128 << 20
"""The bytes of the range that one task counts."""
VOCAB_SIZE = 32_000

Cell = dict[str, Any]


def timed(call: Callable[[], Any]) -> tuple[Any, Cell]:
    """Return what a call returns, and its seconds of the clock and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return result, {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


def peak() -> int:
    """Return the most bytes of memory that this process had."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


def one_process(threads: str, *paths: str) -> Cell:
    """Count files in this process."""
    from bytemerge import WordCounts

    before = peak()
    counts, cell = timed(
        lambda: WordCounts.count_files(paths, pattern=PATTERN, threads=int(threads))
    )
    return cell | {"distinct": len(counts), "total": counts.total, "peak": peak() - before}


def used() -> Cell:
    """Return what this process has used, as a worker or as the scheduler."""
    return {"cpu": time.process_time(), "peak": peak()}


def sent(dask_worker: Any) -> int:
    """Return the bytes that a worker has sent to others."""
    total: int = dask_worker.transfer_outgoing_bytes_total
    return total


def cluster(address: str, *paths: str) -> Cell:
    """Count files on the two workers of a cluster, each of them and the scheduler a process."""
    from distributed import Client, get_task_stream

    from bytemerge import dask

    with Client(address) as client:
        client.wait_for_workers(2)
        client.run(warm_up)  # the imports are not a part of counting
        warm_up()
        before = resources(client)
        with get_task_stream(client) as stream:
            counts, cell = timed(lambda: dask.count(list(paths), pattern=PATTERN, client=client))
        after = resources(client)
    roles = {
        role: {
            "cpu": sum(each["cpu"] for each in after[role]) - sum(b["cpu"] for b in before[role]),
            "peak": max(each["peak"] for each in after[role]),
            "peak before": max(each["peak"] for each in before[role]),
        }
        for role in after
    }
    return {
        "wall": cell["wall"],
        "cpu": sum(role["cpu"] for role in roles.values()),
        "roles": roles,
        "sent": sum(each["sent"] for each in after["workers"]),
        "busy": busy(stream.data),
        "distinct": len(counts),
        "total": counts.total,
    }


def warm_up() -> None:
    """Import what counting imports."""
    import io

    from bytemerge import WordCounts, dask

    assert dask
    WordCounts.count_stream(io.BytesIO(b"a"), pattern=PATTERN)


def resources(client: Any) -> dict[str, list[Cell]]:
    """Return what each process of a cluster has used so far."""
    workers = client.run(used)
    for address, number in client.run(sent).items():
        workers[address]["sent"] = number
    return {
        "workers": [*workers.values()],
        "scheduler": [client.run_on_scheduler(used)],
        "caller": [used()],
    }


def busy(tasks: Any) -> float:
    """Return the share of the workers' time in which they counted.

    Their time is from the start of the first task to the end of the last one on each worker.
    """
    spans: dict[str, list[tuple[float, float]]] = {}
    for task in tasks:
        if task["key"].startswith("bytemerge_count"):
            for each in task["startstops"]:
                if each["action"] == "compute":
                    spans.setdefault(task["worker"], []).append((each["start"], each["stop"]))
    first = min(start for each in spans.values() for start, _ in each)
    available = sum(max(stop for _, stop in each) - first for each in spans.values())
    return sum(stop - start for each in spans.values() for start, stop in each) / available


def local(*paths: str) -> Cell:
    """Count files with two workers that are started for it, and end."""
    from bytemerge import dask

    counts, cell = with_children(lambda: dask.count(list(paths), pattern=PATTERN, workers=2))
    return cell | {"distinct": len(counts), "total": counts.total}


def task(path: str) -> Cell:
    """Count a range of a file as a task does, and without all that is around it."""
    from bytemerge import WordCounts
    from bytemerge.dask import counting, sources

    source = sources.checked_source(None, None)
    groups = sources.tasks(source.parts([path], RANGE, cut_text=True), RANGE)
    group, (part,) = groups[0], groups[0]

    def whole() -> Any:
        asked = pickle.dumps(group, protocol=5)
        counted = counting.count_group(
            pickle.loads(asked), source=source, pattern=PATTERN, nulls="error", skip=False
        )
        return received(*frames(counted))

    def bare() -> Any:
        with Path(path).open("rb") as file:
            return WordCounts.count_stream(file, start=part.start, stop=part.stop, pattern=PATTERN)

    cells: dict[str, Cell] = {}
    for name, way in (("bare", bare), ("whole", whole)) * 3:
        _, cell = timed(way)
        if name not in cells or cell["cpu"] < cells[name]["cpu"]:
            cells[name] = cell
    return cells


def frames(counts: Any) -> tuple[bytes, list[Any]]:
    """Return what travels of an object."""
    buffers: list[Any] = []
    return pickle.dumps(counts, protocol=5, buffer_callback=buffers.append), buffers


def received(content: bytes, buffers: list[Any]) -> Any:
    """Return an object that has travelled."""
    return pickle.loads(content, buffers=[bytearray(buffer.raw()) for buffer in buffers])


def reduction(folder: str) -> Cell:
    """Send and add up tables of the most frequent pieces of a text."""
    from bytemerge import WordCounts

    counts = WordCounts.load(f"{folder}/counts.arrow")
    found = {}
    for size in (100_000, 1_000_000):
        if len(counts) < size:
            continue
        table = WordCounts(dict(counts.most_common(size)), pattern=counts.pattern)
        content, sending = min_of(lambda table=table: frames(table))
        other, receiving = min_of(lambda content=content: received(*content))
        assert other == table
        _, adding = min_of(lambda two=(table, other): WordCounts.sum(two))
        buffers = sum(buffer.raw().nbytes for buffer in content[1])
        found[str(size)] = {
            "sending": sending,
            "receiving": receiving,
            "adding": adding,
            "bytes": len(content[0]) + buffers,
            "bytes of pieces": sum(map(len, table)),
        }
    return found


def min_of(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and the processor seconds of the fastest of five."""
    runs = [timed(call) for _ in range(5)]
    return runs[-1][0], min(cell["cpu"] for _, cell in runs)


def training(path: str, vocab_size: str) -> Cell:
    """Learn from the counts in a file."""
    from bytemerge import Tokenizer, WordCounts

    counts = WordCounts.load(path)
    before = peak()
    tokenizer, cell = timed(lambda: Tokenizer.train_from_counts(counts, int(vocab_size)))
    return cell | {"peak": peak() - before, "tokens": tokenizer.vocab_size}


def with_children(call: Callable[[], Any]) -> tuple[Any, Cell]:
    """Return what a call returns, and its seconds with those of processes that have ended in it."""
    result, cell = timed(call)
    times = os.times()
    cell["cpu"] += times.children_user + times.children_system
    return result, cell


def merges_of(tokenizer: Any) -> list[list[str]]:
    """Return the merges of a tokenizer of Hugging Face."""
    merges: list[Any] = json.loads(tokenizer.to_str())["model"]["merges"]
    return [each if isinstance(each, list) else each.split(" ") for each in merges]


def learn_alone(*paths: str) -> Cell:
    """Train in one process."""
    from bytemerge import Tokenizer

    tokenizer, cell = with_children(
        lambda: Tokenizer.train_from_files(paths, VOCAB_SIZE, pattern="gpt2", threads=2)
    )
    return cell | {"merges": len(tokenizer.merges)}


def learn_on_dask(*paths: str) -> Cell:
    """Train on two workers, which are started for it."""
    from bytemerge import dask

    tokenizer, cell = with_children(
        lambda: dask.train(list(paths), VOCAB_SIZE, pattern="gpt2", workers=2)
    )
    return cell | {"merges": len(tokenizer.merges)}


def huggingface() -> tuple[Any, Any]:
    """Return an untrained tokenizer of Hugging Face, and its trainer."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE, initial_alphabet=alphabet, show_progress=False
    )
    return tokenizer, trainer


def learn_from_datasets(*paths: str) -> Cell:
    """Train Hugging Face's tokenizer on what `datasets` reads, with all threads."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import datasets

    tokenizer, trainer = huggingface()

    def train() -> None:
        rows = datasets.load_dataset(
            "text", data_files=list(paths), split="train", streaming=True, keep_linebreaks=True
        )
        batches = (batch["text"] for batch in rows.iter(1000))
        tokenizer.train_from_iterator(batches, trainer)

    _, cell = with_children(train)
    return cell | {"merges": len(merges_of(tokenizer))}


def learn_from_a_bag(*paths: str) -> Cell:
    """Train Hugging Face's tokenizer on the lines that two workers read for a bag of Dask."""
    from dask import bag
    from distributed import Client, LocalCluster

    tokenizer, trainer = huggingface()

    def train() -> None:
        with (
            LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
            ) as cluster,
            Client(cluster) as client,
        ):
            parts = bag.read_text(list(paths), blocksize="16MiB").to_delayed()

            def batches() -> Iterator[list[str]]:
                for part in parts:
                    yield client.compute(part).result()

            tokenizer.train_from_iterator(batches(), trainer)

    _, cell = with_children(train)
    return cell | {"merges": len(merges_of(tokenizer))}


WAYS = {
    way.__name__: way
    for way in (
        one_process,
        cluster,
        local,
        task,
        reduction,
        training,
        learn_alone,
        learn_on_dask,
        learn_from_datasets,
        learn_from_a_bag,
    )
}

if __name__ == "__main__":
    print(json.dumps(WAYS[sys.argv[1]](*sys.argv[2:])))
