"""Counts the tokens of the files of a source, without making them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from bytemerge import columns
from bytemerge.arguments import (
    NO_TOKENS,
    check_choice,
    check_type,
    checked_flag,
    checked_progress,
    checked_special,
)
from bytemerge.dask import sources, texts
from bytemerge.dask.running import connected, results
from bytemerge.dask.sources import PART, Part, Source, UnreadableError
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


class FileTokens(NamedTuple):
    """The tokens of a file.

    Example:
        >>> from bytemerge.dask import FileTokens  # doctest: +SKIP
        >>> FileTokens("a.txt", 5, 8).tokens  # doctest: +SKIP
        5
    """

    name: str
    """The path that was given, or one that matches the given pattern."""
    tokens: int
    """The number of ids."""
    bytes: int
    """The bytes of its texts in UTF-8, without compression, and without what is around a field."""


def count_tokens(  # noqa: PLR0913  # all options have a name and a default
    source: Any,
    tokenizer: Tokenizer,
    *,
    column: str | None = None,
    allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
    disallowed_special: Literal["all"] | Collection[str] = "all",
    add_special_tokens: bool = False,
    nulls: Literal["error", "empty"] = "error",
    part_size: int = PART,
    storage_options: dict[str, Any] | None = None,
    client: Any = None,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> list[FileTokens]:
    r"""Return the number of tokens of each file, counted by the workers of a Dask cluster.

    The source is paths or patterns, as in ``count``, and the files come in its order. A text file
    is one text, and so one task: special tokens may stand anywhere in it. Each row of Parquet and
    of JSON Lines is a text, and a task counts about ``part_size`` bytes of them. Special tokens and
    ``nulls`` are those of ``Tokenizer.count_batch``. ``progress`` is called with the bytes counted
    so far, and the total.

    Raises:
        OSError: a file is missing or cannot be read, or is compressed and damaged.
        NotUtf8Error: a file is not UTF-8; the message names the byte and its offset in the file.
        JsonLinesError: a line is not a JSON object with a text in the field, or the text has a lone
            surrogate.
        SourceError: a Parquet file is damaged or has no such column, or ``column`` is missing.
        SpecialTokenError: a text contains a disallowed special token.
        ClusterError: workers died again and again in a task, or the scheduler is gone.
        ValueError: an option has an impossible value.
        TypeError: a text is null, ``source`` is not paths, or an option has the wrong type.

    Example:
        >>> import pathlib
        >>> from bytemerge import Tokenizer
        >>> from bytemerge.dask import count_tokens
        >>> _ = pathlib.Path("cats.txt").write_bytes(b"the cat\nthe hat\n")  # doctest: +SKIP
        >>> count_tokens("cats.txt", Tokenizer.train(["the"], 258), workers=1)  # doctest: +SKIP
        [FileTokens(name='cats.txt', tokens=12, bytes=16)]
    """
    check_type(tokenizer, Tokenizer)
    check_choice(nulls, "nulls", ("error", "empty"))
    checked_progress(progress)
    checked_special(allowed_special, disallowed_special)
    options = {
        "allowed_special": allowed_special,
        "disallowed_special": disallowed_special,
        "add_special_tokens": checked_flag(add_special_tokens, "add_special_tokens"),
        "nulls": nulls,
    }
    size = sources.checked_part_size(part_size)
    reading = sources.checked_source(column, storage_options)
    files = [file for path in sources.listed(source) for file in reading.files(path)]
    parts = [reading.cut(file, size, cut_text=False) for file in files]
    groups = sources.tasks([part for some in parts for part in some], size)
    sizes = [sum(part.size for part in group) for group in groups]
    counted: list[list[tuple[int, int]]] = [[] for _ in groups]
    done = 0
    with connected(client, workers) as at_work:
        if progress is not None:
            progress(done, sum(sizes))
        names = {index: sources.described(group) for index, group in enumerate(groups)}
        tasks = {index: (group,) for index, group in enumerate(groups)}
        counting = Counting(tokenizer, reading, options)
        with closing(results(at_work, "tokens", counting, count_group, tasks, names)) as found:
            for index, counts in found:
                counted[index] = counts
                done += sizes[index]
                if progress is not None:
                    progress(done, sum(sizes))
    in_order = iter([counts for group in counted for counts in group])
    listed = []
    for file, some in zip(files, parts, strict=True):
        own = [next(in_order) for _ in some]
        tokens, length = (sum(numbers) for numbers in zip(*own, strict=True))
        listed.append(FileTokens(file.name, tokens, length))
    return listed


@dataclass(frozen=True)
class Counting:
    """How texts are counted. Each worker gets it once."""

    tokenizer: Tokenizer
    source: Source
    options: dict[str, Any]

    def count(self, part: Part) -> tuple[int, int]:
        """Return the tokens and the bytes of the texts of a part.

        Raises:
            UnreadableError: the part cannot be read.
        """
        tokens = length = 0
        with self.source.opened(part) as file:
            for some in texts.documents(self.source, part, file, "file"):
                try:
                    counts = self.tokenizer.count_batch(some, threads=1, **self.options)
                except (TypeError, ValueError) as error:
                    message = f"{part}: {error}"
                    raise type(error)(message) from None
                tokens += int(counts.sum())
                length += columns.length(some)
        return tokens, length


def count_group(counting: Counting, group: list[Part]) -> list[tuple[int, int]]:
    """Return the tokens and the bytes of each part of a task."""
    try:
        return [counting.count(part) for part in group]
    except UnreadableError as error:
        problem = error.cause
    # Not in the handler: the error would be its own context, and could not be pickled.
    raise problem
