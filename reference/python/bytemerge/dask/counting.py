"""Counts the pieces of a source: every task counts a part, and a tree of sums adds them up."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from uuid import uuid4

import dask

from bytemerge import _core, columns
from bytemerge.arguments import (
    check_choice,
    check_type,
    checked_integer,
    checked_pattern,
    checked_progress,
    checked_training,
)
from bytemerge.dask import sources, texts
from bytemerge.dask.running import connected, faults, watch
from bytemerge.dask.sources import PART, Part, Skipped, Source, UnreadableError
from bytemerge.errors import BytemergeError, EmptyCorpusError
from bytemerge.tokenizer import Tokenizer
from bytemerge.word_counts import WordCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from distributed import Client, Future

    Pattern = str | Sequence[str] | None
    Progress = Callable[[int, int], object] | None

FAN = 8
"""The tables that one task adds up. More would hold more of them in memory at once.

With 3 or 4, a gigabyte on two workers took as long.
"""

BYTES_A_PIECE = 80
"""The memory of a table for each distinct piece."""

SHARE_OF_MEMORY = 8
"""A table takes at most an eighth of the memory of a worker: a sum holds several."""

MOST_SHARES = 1000
"""The most shares to start with. Each has a tree of sums of its own."""

MORE_SHARES = 4
"""How many times more shares are tried when one was still too large."""


class Counted(NamedTuple):
    """The counts of a part, and what could not be read of it."""

    counts: WordCounts
    skipped: tuple[Skipped, ...] = ()


class OutgrownError(BytemergeError):
    """A table has more pieces than a worker should hold."""


def count(  # noqa: PLR0913  # all options have a name and a default
    source: Any,
    *,
    pattern: str | Sequence[str] | None = "gpt2",
    column: str | None = None,
    nulls: Literal["error", "empty"] = "error",
    errors: Literal["raise", "skip"] = "raise",
    skipped: list[Skipped] | None = None,
    min_count: int = 1,
    shares: int | None = None,
    part_size: int = PART,
    storage_options: dict[str, Any] | None = None,
    client: Any = None,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> WordCounts:
    r"""Return the counts of the texts in a source, counted by the workers of a Dask cluster.

    A text file is one text, as in ``WordCounts.count_files``; it may be compressed by gzip, zstd,
    bzip2 or xz. ``column`` names the column of Parquet files or of a frame, or the field of JSON
    Lines, and each row is a text. So is each element of a bag or a series. ``storage_options`` are
    those of fsspec.

    A task counts about ``part_size`` bytes: a range of a large file or several small ones. A
    compressed file is one task, and so is a text file if no cut is known to be safe for the
    ``pattern``, as in ``WordCounts.count_files``.

    A tree of tasks adds up the counts, so a worker holds a few tables. If a table would take more
    than an eighth of a worker's memory, the pieces are split by hash into shares that are added up
    apart; the parts are then counted once more. ``shares`` is the number to start with, at most
    1000. The result must fit into the memory of the caller. ``min_count`` drops pieces that are
    rarer in the *whole* source, which makes it smaller: see ``WordCounts.at_least``.

    With ``errors="skip"``, files that cannot be read are left out, each as a whole, with a warning
    that names their number; they are added to the list ``skipped``. ``workers`` starts that many
    processes on this machine. ``progress`` is called with the bytes counted so far, or the
    partitions, and those of the whole source.

    Raises:
        OSError: a file is missing or cannot be read, or is compressed and damaged.
        NotUtf8Error: a file is not UTF-8; the message names the byte and its offset in the file.
        JsonLinesError: a line is not a JSON object with a text in the field, or the text has a lone
            surrogate.
        SourceError: a Parquet file is damaged or has no such column, or ``column`` is missing.
        PatternError: the pattern is not a regular expression, or gives up on a text.
        ClusterError: workers died again and again in a task, whose file and range are named, or the
            scheduler is gone.
        ValueError: an option has an impossible value.
        TypeError: ``source`` is something else, or an option has the wrong type.

    Example:
        >>> import pathlib
        >>> from bytemerge.dask import count
        >>> for name in "a.txt", "b.txt":
        ...     _ = pathlib.Path(name).write_bytes(b"the cat\nthe hat\n")  # doctest: +SKIP
        >>> count("*.txt", workers=1).most_common(2)  # doctest: +SKIP
        [(b'\n', 4), (b'the', 4)]
    """
    names = checked_pattern(pattern)
    empty = WordCounts(pattern=names)
    check_choice(nulls, "nulls", ("error", "empty"))
    check_choice(errors, "errors", ("raise", "skip"))
    if skipped is not None:
        check_type(skipped, list)
    least = checked_integer(min_count, "min_count", at_least=0)
    number = 1 if shares is None else checked_integer(shares, "shares", 1, MOST_SHARES)
    checked_progress(progress)
    size = sources.checked_part_size(part_size)
    reading = sources.checked_source(column, storage_options)
    plan: Plan
    if dask.is_dask_collection(source):
        plan = Partitions(source, column, partial(count_partition, pattern=names, nulls=nulls))
    else:
        # Only these have cuts that are known to be safe.
        cut_text = isinstance(names, str) and _core.is_known_pattern(names)
        groups = sources.tasks(reading.parts(source, size, cut_text=cut_text), size)
        skip = errors == "skip"
        work = partial(count_group, source=reading, pattern=names, nulls=nulls, skip=skip)
        plan = Groups(groups, work, whole_files=skip)
    with connected(client, workers) as at_work:
        while True:
            run = Run(at_work, plan, number, least, most_pieces(at_work))
            try:
                counted = run.result(empty, progress)
            except OutgrownError:
                number *= MORE_SHARES
                continue
            break
    if counted.skipped:
        what = f"{counted.skipped[0].reason}" + (
            f", and {len(counted.skipped) - 1} more" if len(counted.skipped) > 1 else ""
        )
        warnings.warn(f"skipped what cannot be read: {what}", stacklevel=2)
        if skipped is not None:
            skipped.extend(counted.skipped)
    return counted.counts


def train(  # all options have a name and a default
    source: Any,
    vocab_size: int,
    *,
    special_tokens: Sequence[str] = (),
    min_frequency: int = 0,
    max_token_length: int | None = None,
    **options: Any,
) -> Tokenizer:
    r"""Return a tokenizer learnt from a source; a Dask cluster counts its pieces.

    It is the tokenizer that ``Tokenizer.train`` and ``Tokenizer.train_from_files`` learn from the
    same texts. The merges are learnt here, by the caller, from the counts, which takes memory in
    proportion to the distinct pieces. The other options are those of ``count``.

    Raises:
        VocabularySizeError: ``vocab_size`` has no room for the bytes and the special tokens.
        EmptyCorpusError: there is no text to learn from.
        TooLargeError: there are more pieces than training can handle: see ``min_count``.

    Example:
        >>> import pathlib
        >>> from bytemerge.dask import train
        >>> _ = pathlib.Path("cats.txt").write_bytes(b"the cat\nthe hat\n")  # doctest: +SKIP
        >>> train("*.txt", 258, workers=1).merges  # doctest: +SKIP
        [(b'a', b't'), (b'h', b'e')]
    """
    # Before hours of counting.
    checked_training(vocab_size, special_tokens, min_frequency, max_token_length, None)
    counts = count(source, **options)
    if not counts:
        message = "there is no text to learn from"
        raise EmptyCorpusError(message)
    return Tokenizer.train_from_counts(
        counts,
        vocab_size,
        special_tokens=special_tokens,
        min_frequency=min_frequency,
        max_token_length=max_token_length,
    )


# --- What a worker does ---


def count_group(
    group: list[Part], *, source: Source, pattern: Pattern, nulls: Any, skip: bool
) -> Counted:
    """Count the parts of a task. What cannot be read is left out, or raises its error."""
    counted, skipped = [], []
    for part in group:
        problem = None
        try:
            with source.opened(part) as file:
                counted.append(count_part(part, file, source.column, pattern, nulls))
        except UnreadableError as error:
            problem = error.cause
        if problem is not None:
            if not skip:
                # Not in the handler: the error would be its own context, and could not be pickled.
                raise problem
            skipped.append(Skipped(str(part), str(problem)))
    counted = counted or [WordCounts(pattern=pattern)]
    return Counted(sum_of(counted), tuple(skipped))


def count_part(
    part: Part, file: Any, column: str | None, pattern: Pattern, nulls: Any
) -> WordCounts:
    """Count a part on this thread."""
    if part.kind == "text":
        start, stop = part.start, part.stop
        return WordCounts.count_stream(
            file, start=start, stop=stop, pattern=pattern, name=part.name
        )
    assert column is not None  # noqa: S101  # else it was refused, or is a text
    found: Iterable[Any]
    if part.kind == "parquet":
        found = columns.batches(file, part.name, column, (part.start, part.stop))
    else:
        found = texts.fields(file, part, column)
    try:
        return WordCounts.count(found, pattern=pattern, nulls=nulls, threads=1)
    except TypeError as error:
        message = f"{part}: {error}"
        raise TypeError(message) from None


def count_partition(partition: Any, *, pattern: Pattern, nulls: Any) -> Counted:
    """Count a partition of a bag or a series."""
    if hasattr(partition, "to_numpy"):  # pandas
        partition = texts.of_pandas(partition)
    return Counted(WordCounts.count(partition, pattern=pattern, nulls=nulls, threads=1))


def add_up(*parts: Counted, most: int | None) -> Counted:
    """Return the sum of counts.

    Raises:
        OutgrownError: it has more than ``most`` pieces.
    """
    counts = sum_of([part.counts for part in parts])
    if most is not None and len(counts) > most:
        raise OutgrownError
    return Counted(counts, tuple(each for part in parts for each in part.skipped))


def add_up_file(*parts: Counted) -> Counted:
    """Return the sum of the counts of one file, or none if a part of it could not be read."""
    skipped = tuple(each for part in parts for each in part.skipped)
    if skipped:
        return Counted(WordCounts(pattern=parts[0].counts.pattern), skipped[:1])
    return Counted(sum_of([part.counts for part in parts]))


def sum_of(counts: list[WordCounts]) -> WordCounts:
    """Return the sum, which takes no time if there is nothing to add."""
    return counts[0] if len(counts) == 1 else WordCounts.sum(counts)


def split(part: Counted, *, shares: int) -> list[Counted]:
    """Return the shares of counts."""
    first, *others = map(Counted, part.counts.split(shares))
    return [first._replace(skipped=part.skipped), *others]


def item(shares: list[Counted], index: int) -> Counted:
    """Return a share."""
    return shares[index]


def frequent(part: Counted, *, min_count: int) -> Counted:
    """Return only the pieces that occur often enough."""
    return part._replace(counts=part.counts.at_least(min_count))


# --- What the caller does ---


class Groups:
    """Tasks that count groups of files."""

    unit = "bytes"

    def __init__(
        self,
        groups: list[list[Part]],
        work: Callable[[list[Part]], Counted],
        *,
        whole_files: bool,
    ) -> None:
        """Take the groups, what counts one, and whether all parts of a file count or none."""
        self.groups = groups
        self.work = work
        self.whole_files = whole_files

    @property
    def names(self) -> list[str]:
        """The source of each task, for messages."""
        return [sources.described(group) for group in self.groups]

    @property
    def sizes(self) -> list[int]:
        """The bytes of each task."""
        return [sum(part.size for part in group) for group in self.groups]

    def start(self, client: Client, keys: list[str]) -> list[Future]:
        """Start the tasks."""
        futures: list[Future] = client.map(self.work, self.groups, key=keys, pure=False)
        return futures

    def files(self) -> list[list[int]]:
        """Return the indices of tasks, in groups whose counts are kept or dropped together."""
        if self.whole_files:
            return sources.by_file(self.groups)
        return [[index] for index in range(len(self.groups))]


class Partitions:
    """Tasks that count the partitions of a bag, a series or a frame."""

    def __init__(self, collection: Any, column: str | None, work: Callable[[Any], Counted]) -> None:
        """Take the collection, the column of a frame, and what counts a partition.

        Raises:
            ValueError: a frame without a column, or a column without a frame.
            TypeError: a collection of another kind.
        """
        is_frame = getattr(collection, "ndim", 0) == 2  # noqa: PLR2004  # rows and columns
        if not hasattr(collection, "to_delayed"):
            message = (
                f"expected a bag, a series or a frame of Dask, not {type(collection).__name__}"
            )
            raise TypeError(message)
        if is_frame != (column is not None):
            message = "column is for a frame, and a frame needs it"
            raise ValueError(message)
        if is_frame:
            if column not in collection.columns:
                message = (
                    f"no column {column!r}; the frame has {', '.join(map(str, collection.columns))}"
                )
                raise ValueError(message)
            collection = collection[column]
        self.parts = collection.to_delayed()
        self.work = work

    @property
    def names(self) -> list[str]:
        """The source of each task, for messages."""
        return [f"partition {index}" for index in range(len(self.parts))]

    @property
    def sizes(self) -> list[int]:
        """A one for each task."""
        return [1] * len(self.parts)

    def start(self, client: Client, keys: list[str]) -> list[Future]:
        """Start the tasks."""
        count_it = dask.delayed(self.work, pure=False)
        tasks = [
            count_it(part, dask_key_name=key) for key, part in zip(keys, self.parts, strict=True)
        ]
        futures: list[Future] = client.compute(tasks)
        return futures

    def files(self) -> list[list[int]]:
        """Return the index of each task."""
        return [[index] for index in range(len(self.parts))]


Plan = Groups | Partitions


class Run:
    """One attempt to count everything, in a number of shares."""

    def __init__(
        self, client: Client, plan: Plan, shares: int, min_count: int, most: int | None
    ) -> None:
        """Take the plan, and the most pieces of a table."""
        self.client = client
        self.plan = plan
        self.shares = shares
        self.min_count = min_count
        self.most = most
        self.id: str = uuid4().hex[:8]
        self.names: dict[str, str] = {}

    def result(self, empty: WordCounts, progress: Progress) -> Counted:
        """Return the sum of all tasks."""
        if not self.plan.names:
            return Counted(empty)
        keys = [self.key("count", index, name) for index, name in enumerate(self.plan.names)]
        with faults(self.client, self.names):
            leaves = self.plan.start(self.client, keys)
            roots = self.roots(leaves)
            watch(leaves, self.plan.sizes, progress)
            # From here on, only the sums are kept: the workers may drop what they have counted.
            del leaves
            parts = []
            while roots:
                parts.append(roots.pop().result())
        return add_up(*reversed(parts), most=None)

    def roots(self, leaves: list[Future]) -> list[Future]:
        """Return the sums of all shares."""
        files = [
            leaves[indices[0]] if len(indices) == 1 else self.file(leaves, indices)
            for indices in self.plan.files()
        ]
        if self.shares == 1:
            sums = [self.tree(files, "sum")]
        else:
            # Some parts together have fewer pieces than each apart.
            some = [
                self.submit("sum", add_up, *files[first : first + FAN], most=None)
                for first in range(0, len(files), FAN)
            ]
            splits = [self.submit("split", split, part, shares=self.shares) for part in some]
            sums = [
                self.tree([self.submit("share", item, part, index) for part in splits], "sum")
                for index in range(self.shares)
            ]
        if self.min_count <= 1:
            return sums
        return [self.submit("prune", frequent, part, min_count=self.min_count) for part in sums]

    def file(self, leaves: list[Future], indices: list[int]) -> Future:
        """Return the sum of the parts of one file, all or none of which count."""
        return self.submit("file", add_up_file, *(leaves[index] for index in indices))

    def tree(self, parts: list[Future], name: str) -> Future:
        """Return the sum of parts, some of which are added up at a time."""
        while True:
            parts = [
                self.submit(name, add_up, *parts[first : first + FAN], most=self.most)
                for first in range(0, len(parts), FAN)
            ]
            if len(parts) == 1:
                return parts[0]

    def submit(self, name: str, work: Callable[..., Any], *parts: Any, **options: Any) -> Future:
        """Start a task. Sums come before counts, because they free memory."""
        key = self.key(name, len(self.names), f"the {name} of counts")
        return self.client.submit(work, *parts, key=key, pure=False, priority=1, **options)

    def key(self, name: str, index: int, described: str) -> str:
        """Return the name of a task, whose start Dask's dashboard shows."""
        key = f"bytemerge_{name}-{self.id}-{index}"
        self.names[key] = described
        return key


def most_pieces(client: Client) -> int | None:
    """Return the most pieces of a table that a worker should hold, or None without a limit."""
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    limits = [worker["memory_limit"] / worker["nthreads"] for worker in workers]
    limit = min((limit for limit in limits if limit), default=0)
    return int(limit / SHARE_OF_MEMORY / BYTES_A_PIECE) or None
