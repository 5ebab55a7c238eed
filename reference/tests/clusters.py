"""Clusters of processes on this machine, for the tests of Dask."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def two_processes() -> Iterator[Any]:
    """Start a cluster of two processes, and yield its client, which is the current one."""
    import distributed  # noqa: PLC0415  # may not be installed

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client
