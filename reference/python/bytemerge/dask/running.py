"""Runs tasks on the workers of a client, and turns the faults of a cluster into one clear error."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from distributed import Client, Future, KilledWorker, LocalCluster, as_completed, get_client
from distributed.comm import CommClosedError

from bytemerge.arguments import check_type, checked_integer, shown
from bytemerge.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

ALONE = 120
"""The seconds that a cluster may be without workers. New ones take a while to start."""

INTERVAL = 5
"""The seconds between two looks at the workers."""


@contextmanager
def connected(client: Any, workers: int | None) -> Iterator[Client]:
    """Yield the client, or the current one, or one of processes that end afterwards.

    Raises:
        ValueError: ``workers`` is less than 1, or given together with a client.
        TypeError: ``client`` is something else, or a client for ``await``.
    """
    if workers is not None:
        checked_integer(workers, "workers", at_least=1)
        if client is not None:
            message = "workers are for a local cluster, so they do not go together with a client"
            raise ValueError(message)
    if client is None and workers is None:
        try:
            client = get_client()
        except ValueError:
            client = None
    if client is not None:
        check_type(client, Client)
        if client.asynchronous:
            message = f"expected a client that blocks, not {shown(client)}"
            raise TypeError(message)
        yield client
        return
    with ExitStack() as stack:
        with deaf_to_interrupts():
            cluster = LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=":0", silence_logs=50
            )
            stack.enter_context(cluster)
        yield stack.enter_context(Client(cluster, set_as_default=False))


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Let processes that start meanwhile never hear Ctrl-C, and this one only afterwards.

    A terminal sends it to all processes, and each worker would print a traceback. This process ends
    them. Windows has no such mask.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # When it starts, with the first process, it takes the mask away.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def faults(client: Client, names: Mapping[str, str]) -> Iterator[None]:
    """Raise ClusterError for the faults of a cluster. ``names`` says what a task works on.

    Dask waits for workers for ever, so here a thread cancels the tasks if none is left.
    """
    ended, alone = Event(), Event()
    watchdog = Thread(target=cancel_when_alone, args=(client, names, ended, alone), daemon=True)
    watchdog.start()
    try:
        yield
    except KilledWorker as error:
        task = str(error.task)
        message = (
            f"{names.get(task, task)}: the workers that took this task died, the last one at "
            f"{error.last_worker.address}; too little memory is the usual reason"
        )
        raise ClusterError(message) from None
    except (CancelledError, asyncio.CancelledError, CommClosedError, TimeoutError) as error:
        if alone.is_set():
            message = f"there was no worker for {ALONE} seconds"
            raise ClusterError(message) from None
        reason = " ".join(str(error).split()) or type(error).__name__
        message = f"the connection to the scheduler is lost: {reason}"
        raise ClusterError(message) from None
    finally:
        ended.set()


def cancel_when_alone(client: Client, names: Mapping[str, str], ended: Event, alone: Event) -> None:
    """Cancel tasks when a cluster had no worker for some time."""
    waited = 0.0
    while not ended.wait(INTERVAL):
        try:
            workers = client.scheduler_info(n_workers=-1)["workers"]
        except (OSError, TimeoutError, RuntimeError):
            return  # whoever waits for a task gets the error
        waited = 0.0 if workers else waited + INTERVAL
        if waited >= ALONE:
            alone.set()
            client.cancel([Future(key, client) for key in list(names) if key in client.futures])
            return


def results(  # noqa: PLR0913, PLR0917  # a run consists of all these
    client: Client,
    kind: str,
    shared: Any,
    work: Callable[..., Any],
    tasks: Mapping[int, tuple[Any, ...]],
    names: Mapping[int, str],
) -> Generator[tuple[int, Any]]:
    """Yield the number of each task and its result, in the order in which they are ready.

    ``work`` is called with ``shared``, which each worker gets once, and the arguments of the task.
    ``names`` says what a task works on, for messages.
    """
    # A task of an earlier run with this name may still be there, with its error.
    run = uuid4().hex[:8]
    keys = {f"bytemerge_{kind}-{run}-{number}": number for number in tasks}
    with faults(client, {key: names[number] for key, number in keys.items()}):
        # A task, which is done again if its worker dies. What is scattered would be lost.
        key = f"bytemerge_tokenizer-{run}"
        everywhere = client.submit(itself, shared, key=key, pure=False)
        futures = [
            client.submit(work, everywhere, *tasks[number], key=key, pure=False)
            for key, number in keys.items()
        ]
        # With the loop, it does not look for a current client.
        for future in as_completed(futures, loop=client.loop):
            yield keys[future.key], future.result()


def itself(shared: Any) -> Any:
    """Return the argument."""
    return shared


def watch(
    futures: Sequence[Future], sizes: Sequence[int], progress: Callable[[int, int], object] | None
) -> None:
    """Wait until tasks are done, or one has failed, and report the sizes of those that are done."""
    if progress is None:
        return
    sized: dict[Any, int] = {}
    for future, size in zip(futures, sizes, strict=True):
        sized[future.key] = size
    total, done = sum(sizes), 0
    progress(done, total)
    # With the loop, it does not look for a current client.
    for future in as_completed(futures, loop=futures[0].client.loop):
        if future.status != "finished":
            return  # the result raises the error
        done += sized[future.key]
        progress(done, total)
