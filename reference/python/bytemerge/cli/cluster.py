"""Work on a Dask cluster: an address of its scheduler, or processes on this machine."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bytemerge.cli.options import REMEDY, RefusedError, positive
from bytemerge.columns import HINT
from bytemerge.errors import ClusterError, JsonLinesError, SourceError, SpecialTokenError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from types import ModuleType

SECONDS = 30
"""How long a scheduler may take to answer."""


def add_cluster(command: argparse.ArgumentParser) -> None:
    """Add where the work is done."""
    group = command.add_mutually_exclusive_group()
    group.add_argument(
        "--workers",
        metavar="N",
        type=positive,
        help="fast: share the files between N processes, by Dask",
    )
    group.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="fast: share the files between the workers of this Dask cluster, as tcp://10.0.0.1:8786",
    )


def is_asked_for(options: argparse.Namespace) -> bool:
    """Return whether the work is for a cluster."""
    return any(getattr(options, name, None) is not None for name in ("workers", "scheduler"))


def check_cluster(options: argparse.Namespace) -> None:
    """Refuse what a cluster cannot do."""
    option = "--scheduler" if options.scheduler is not None else "--workers"
    if options.threads is not None:
        message = f"--threads does not go together with {option}: each worker has its own"
        raise RefusedError(message)
    if "-" in options.files:
        message = f"{option} is for files, not for standard input"
        raise RefusedError(message)


@contextmanager
def in_words_of_options() -> Iterator[None]:
    """Raise errors of the functions in the words of a command.

    Raises:
        SourceError: a text of a column is null, or a column or a field is not named.
        SpecialTokenError: a text contains a special token.
    """
    try:
        yield
    except SpecialTokenError as error:
        message = f"{error}: {REMEDY}"
        raise SpecialTokenError(message) from None
    except (JsonLinesError, SourceError) as error:
        raise type(error)(str(error).replace(HINT, "--field text")) from None
    except TypeError as error:
        if not str(error).endswith("not null"):
            raise
        raise SourceError(str(error)) from None


@contextmanager
def cluster(options: argparse.Namespace) -> Iterator[tuple[ModuleType, dict[str, Any]]]:
    """Yield the module ``bytemerge.dask``, and the options of its functions that name the cluster.

    Raises:
        RefusedError: Dask is not installed.
        ClusterError: the scheduler does not answer.
        SourceError, SpecialTokenError: as of ``in_words_of_options``.
    """
    try:
        module = import_module("bytemerge.dask")
        distributed = import_module("distributed")
    except ImportError as error:
        message = f"this needs Dask: pip install 'bytemerge[dask]' ({error})"
        raise RefusedError(message) from None
    if options.scheduler is None:
        with in_words_of_options():
            yield module, {"workers": options.workers}
        return
    try:
        # A client that cannot be made would complain once more when it is collected.
        distributed.comm.get_address_host(options.scheduler)
        client = distributed.Client(options.scheduler, timeout=SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        reason = " ".join(str(error).split())
        message = f"--scheduler {options.scheduler}: {reason}"
        raise ClusterError(message) from None
    with client, in_words_of_options():
        yield module, {"client": client}
