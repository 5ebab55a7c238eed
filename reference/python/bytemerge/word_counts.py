"""Counts of the pieces of texts, which are all that training needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from bytemerge import _core, columns, json_lines
from bytemerge.arguments import (
    check_choice,
    check_type,
    checked_integer,
    checked_path,
    checked_paths,
    checked_pattern,
    checked_progress,
    checked_texts,
    checked_threads,
    flat_texts,
    shown,
)
from bytemerge.errors import CountsError
from bytemerge.files import open_file, read, replace
from bytemerge.formats.model_file import DAMAGED
from bytemerge.reading import total_size
from bytemerge.suffixes import ARROW, PARQUET, has_suffix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import EllipsisType
    from typing import BinaryIO

    from typing_extensions import Buffer  # of collections.abc, from Python 3.12 on

SUM = b"bytemerge.sha256"
"""The key of the checksum in the metadata of a file."""

END = 2**64 - 1
"""An offset beyond the end of any file."""

LONGEST_SIGNATURE = 10
"""The first bytes of a file that tell whether it is compressed."""

MOST_SHARES = 2**20
"""More shares than pieces would only be empty tables."""

BUFFERS = 5
"""The first protocol of pickle that can leave buffers where they are."""


class WordCounts(Mapping[bytes, int]):
    """The pieces of texts, as a pattern cuts them, and the count of each.

    A text of any size has few distinct pieces. So counts are small: they can be made on many
    machines, added up, kept in a file, and trained on as often as you like. They never change.

    They are a mapping from each piece to its count, the most frequent piece first, then by bytes.
    For Arrow they are a table of two columns: ``piece`` (bytes) and ``count`` (uint64).

    Example:
        >>> from bytemerge import Tokenizer, WordCounts
        >>> counts = WordCounts.count(["the cat", "the hat"]) + WordCounts.count(["a hat"])
        >>> dict(counts)
        {b' hat': 2, b'the': 2, b' cat': 1, b'a': 1}
        >>> counts.total, counts.pattern
        (6, 'gpt2')
        >>> Tokenizer.train_from_counts(counts, 258).merges
        [(b'a', b't'), (b'h', b'e')]
    """

    __slots__ = ("_rust",)

    _rust: _core.WordCounts

    def __init__(
        self,
        counts: Mapping[bytes, int] | Iterable[tuple[bytes, int]] = (),
        *,
        pattern: str | Sequence[str] | None = "gpt2",
    ) -> None:
        """Take pieces that were counted elsewhere, and the pattern that cut them.

        Raises:
            CountsError: a piece is empty or occurs twice, or a count is below 1 or needs over 64
                bits.
            PatternError: the pattern is not a regular expression.
            TypeError: ``counts`` is neither a mapping nor pairs, or a piece is not bytes.
        """
        items = counts.items() if isinstance(counts, Mapping) else counts
        try:
            listed = list(items)
        except TypeError:
            message = f"expected a mapping of pieces to their numbers, not {shown(counts)}"
            raise TypeError(message) from None
        self._rust = _core.WordCounts.of(listed, checked_pattern(pattern))

    @classmethod
    def _of(cls, rust: _core.WordCounts) -> Self:
        counts = cls.__new__(cls)
        counts._rust = rust
        return counts

    @classmethod
    def count(
        cls,
        texts: Iterable[str | Sequence[str]],
        *,
        pattern: str | Sequence[str] | None = "gpt2",
        nulls: Literal["error", "empty"] = "error",
        threads: int | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        r"""Return the counts of texts.

        They are an iterable of str or of lists of str, a numpy array, or an Arrow array of strings.
        They are read once and not kept, so memory grows only with the distinct pieces. With
        ``nulls="empty"``, None or a null of Arrow is an empty text, which has no pieces.
        ``progress`` is called now and then with the number of texts so far and the number of all
        texts, if that is known. Ctrl-C stops the work.

        Raises:
            PatternError: the pattern is not a regular expression, or gives up on a text.
            UnicodeEncodeError: a text contains a lone surrogate.
            ValueError: ``threads`` is less than 1, or ``nulls`` is something else.
            TypeError: ``texts`` is a single str, or contains a non-str (a null counts as one, by
                default). Or an option has the wrong type, such as a ``progress`` that is not
                callable.

        Example:
            >>> from bytemerge import WordCounts
            >>> WordCounts.count(["low low", "lower"], pattern=r"\w+|\s").most_common(1)
            [(b'low', 2)]
        """
        report = checked_progress(progress)
        given = flat_texts(checked_texts(texts))
        check_choice(nulls, "nulls", ("error", "empty"))
        options = checked_pattern(pattern), checked_threads(threads), report, nulls == "empty"
        return cls._of(_core.WordCounts.count(given, *options))

    @classmethod
    def count_files(
        cls,
        paths: Iterable[str | os.PathLike[str]],
        *,
        pattern: str | Sequence[str] | None = "gpt2",
        field: str | None = None,
        threads: int | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        r"""Return the counts of files of UTF-8 text, also compressed by gzip, zstd, bzip2 or xz.

        Each file is one text, unchanged: the counts are those of ``count([all of the file])``. The
        first bytes of a file, not its name, tell whether it is compressed. The files are read in
        blocks, so memory grows only with the distinct pieces, if safe cuts are known for the
        pattern: for gpt2, cl100k and o200k, and for those of Llama 3, Qwen and Mistral Nemo. For
        any other expression or None, one whole file at a time is in memory.

        With ``field``, the files are JSON Lines, and the text in this field of each line is one
        text; or Parquet, by their names, and each row of this column is one text, which needs
        pyarrow. Without it, a file whose name ends in .jsonl, .ndjson or .parquet is refused: its
        braces and quotes would be counted as text.

        ``progress`` is called now and then with the bytes read so far, before decompression, and
        the bytes of all files. Ctrl-C stops the work.

        Raises:
            OSError: a file cannot be read, or is compressed and damaged.
            NotUtf8Error: a file is not UTF-8; the message names the byte and its offset.
            JsonLinesError: a line is not a JSON object with a text in ``field``, the text has a
                lone surrogate, or ``field`` is missing.
            SourceError: a Parquet file has no column ``field`` of texts, or ``field`` is missing.
            PatternError: the pattern is not a regular expression, or gives up on a text.
            ValueError: ``threads`` is less than 1.
            TypeError: ``paths`` is a single path, or an option has the wrong type.

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import WordCounts
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "text.txt")
            ...     _ = path.write_bytes(b"the cat\nthe hat\n")
            ...     WordCounts.count_files([path])["the".encode()]
            2
        """
        report = checked_progress(progress)
        given = checked_paths(paths)
        if field is not None:
            check_type(field, str)
            tell = report or (lambda *_: None)
            return cls.sum(cls._of_fields(given, field, pattern, threads, tell))
        columns.check_plain(given, 'field="text"')
        return cls._of(
            _core.WordCounts.count_files(
                given, checked_pattern(pattern), checked_threads(threads), report
            )
        )

    @classmethod
    def count_stream(
        cls,
        file: BinaryIO,
        *,
        start: int = 0,
        stop: int | None = None,
        pattern: str | Sequence[str] | None = "gpt2",
        name: str | None = None,
    ) -> Self:
        """Return the counts of an open file, or of a range of its bytes, on this thread alone.

        The file is any object with a method ``read``: an open file, one of fsspec in a bucket, a
        ``BytesIO``. It is read in blocks from where it stands, decompressed if its first bytes say
        so, and its content is one text, as in ``count_files``.

        With ``start`` or ``stop``, only a part is counted, so that several machines can share a
        file: from the first cut at or after ``start`` that changes no piece to the first one at or
        after ``stop``. So the counts of the ranges between rising offsets add up to those of the
        whole file, whatever the offsets are. The file then needs a method ``seek``, and must not be
        compressed. For a pattern without known safe cuts, as in ``count_files``, the range
        that starts at 0 has all counts.

        ``name`` is the name of the file in messages; by default it is ``file.name``.

        Raises:
            NotUtf8Error: the file is not UTF-8; the message names the byte and its offset in the
                file.
            OSError: the file cannot be read, or is compressed and damaged.
            PatternError: the pattern is not a regular expression, or gives up on the text.
            ValueError: ``start`` is negative, ``stop`` is below it, or the file is compressed and a
                range is asked for.
            TypeError: an argument has the wrong type, or the file returns something else than
                bytes.

        Example:
            >>> import io
            >>> from bytemerge import WordCounts
            >>> file = io.BytesIO(b"the cat and the hat")
            >>> parts = [WordCounts.count_stream(file, start=0, stop=8)]
            >>> parts += [WordCounts.count_stream(file, start=8)]
            >>> [dict(part) for part in parts]
            [{b' and': 1, b' cat': 1, b'the': 1}, {b' hat': 1, b' the': 1}]
            >>> WordCounts.sum(parts) == WordCounts.count(["the cat and the hat"])
            True
        """
        if not hasattr(file, "read"):
            message = f"expected an open file, not {shown(file)}"
            raise TypeError(message)
        first = checked_integer(start, "start", at_least=0, at_most=END)
        last = END if stop is None else checked_integer(stop, "stop", first, END)
        names, shown_name = checked_pattern(pattern), _name_of(file, name)
        if (first, last) == (0, END):
            return cls._of(_core.WordCounts.count_stream(file, shown_name, None, names))
        if first == 0:
            file.seek(0)
            if _core.is_compressed(file.read(LONGEST_SIGNATURE)):
                message = f"{shown_name}: compressed: only the whole file can be counted"
                raise ValueError(message)
        file.seek(_core.WordCounts.start_of_part(first))
        return cls._of(_core.WordCounts.count_stream(file, shown_name, (first, last), names))

    @classmethod
    def sum(cls, parts: Iterable[WordCounts]) -> Self:
        """Return the sum of counts, in one table: quicker than adding one after the other.

        The parts are taken one at a time, so a generator need not hold them all.

        Raises:
            CountsError: they have different patterns, or there are none.
            TypeError: a part is not a WordCounts.

        Example:
            >>> from bytemerge import WordCounts
            >>> WordCounts.sum(WordCounts.count([word]) for word in ["a", "b", "a"]).items()
            [(b'a', 2), (b'b', 1)]
        """
        given: object = parts
        if isinstance(given, WordCounts):  # an iterable too, of its pieces
            message = "expected several WordCounts, not a single one"
            raise TypeError(message)
        summed = _core.WordCounts.sum(map(_rust_of, parts))
        if summed is None:
            message = "there are no counts to add up"
            raise CountsError(message)
        return cls._of(summed)

    def split(self, n: int) -> list[Self]:
        """Return ``n`` WordCounts that share the pieces: each piece is in one of them.

        The share of a piece has the index ``zlib.crc32(piece) % n``, on any machine and in any
        version. So when there are too many pieces for one machine, each can add up one share of all
        counts.

        Raises:
            ValueError: ``n`` is less than 1, or more than 2**20.
            TypeError: ``n`` is not an integer.

        Example:
            >>> from bytemerge import WordCounts
            >>> counts = WordCounts.count(["the cat", "the hat"])
            >>> [share.items() for share in counts.split(2)]
            [[(b'the', 2), (b' cat', 1)], [(b' hat', 1)]]
        """
        shares = checked_integer(n, "n", at_least=1, at_most=MOST_SHARES)
        return [self._of(share) for share in self._rust.split(shares)]

    def at_least(self, min_count: int) -> Self:
        """Return only the pieces that occur at least ``min_count`` times.

        Pruning the counts of a *whole* corpus changes the merges only where rare pieces decide.
        Pruning the counts of its parts before adding them up loses pieces that are rare in each
        part and frequent in all.

        Raises:
            ValueError: ``min_count`` is negative.
            TypeError: ``min_count`` is not an integer.

        Example:
            >>> from bytemerge import WordCounts
            >>> WordCounts.count(["the cat", "the hat"]).at_least(2).items()
            [(b'the', 2)]
        """
        least = checked_integer(min_count, "min_count", at_least=0, at_most=END)
        return self._of(self._rust.at_least(least))

    @classmethod
    def _of_fields(
        cls,
        paths: list[str],
        field: str,
        pattern: str | Sequence[str] | None,
        threads: int | None,
        report: Callable[[int, int], object],
    ) -> Iterator[Self]:
        """Yield the counts of each batch of a Parquet file, and of all files of JSON Lines."""
        options: Any = {"pattern": checked_pattern(pattern), "threads": threads}
        checked_threads(threads)
        others = [path for path in paths if not columns.are_parquet(path)]
        total = total_size(paths)
        done = 0
        for path in paths:
            if not columns.are_parquet(path):
                continue
            with open_file(Path(path)) as file:
                for texts in columns.column(file, path, field):
                    yield cls.count(texts, **options)
                    report(done + file.tell(), total)
            done += total_size([path])
        texts = json_lines.texts(others, field, lambda now, _: report(done + now, total))
        yield cls.count(texts, **options)

    @classmethod
    def from_arrow(
        cls, table: Any, *, pattern: str | Sequence[str] | EllipsisType | None = ...
    ) -> Self:
        """Return the counts in an Arrow table with the columns ``piece`` and ``count``.

        It may come from pyarrow, polars, DuckDB or any other library whose tables have
        ``__arrow_c_stream__``. A table made from a WordCounts names its pattern in its metadata.
        Give ``pattern`` if the metadata is lost.

        Raises:
            CountsError: the table does not have these columns, a piece is empty or null or occurs
                twice, a count is below 1, or the pattern is unknown or differs from ``pattern``.
            TypeError: ``table`` is not an Arrow table.

        Example:
            >>> from bytemerge import WordCounts
            >>> counts = WordCounts.count(["the cat", "the hat"])
            >>> WordCounts.from_arrow(counts) == counts  # counts are an Arrow table too
            True
        """
        given = pattern is not ...
        name = None if pattern is ... else checked_pattern(pattern)
        return cls._of(_core.WordCounts.from_arrow(table, name, given))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return an Arrow table, for ``pyarrow.table(counts)`` and others.

        In polars: ``polars.from_arrow(counts).struct.unnest()``.
        """
        return self._rust.__arrow_c_stream__(requested_schema)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the counts into a file, in one step: after a failure, the old file is still there.

        The suffix of the name decides the format: ``.parquet``, or ``.arrow`` or ``.feather`` for
        Arrow's own. Equal counts make equal files. This needs pyarrow.

        Raises:
            ValueError: the name has another suffix.
            OSError: the file cannot be written.
            ImportError: pyarrow is not installed.

        Example:
            >>> from bytemerge import WordCounts
            >>> counts = WordCounts.count(["the cat", "the hat"])
            >>> counts.save("cats.parquet")  # doctest: +SKIP
            >>> WordCounts.load("cats.parquet") == counts  # doctest: +SKIP
            True
        """
        path = Path(checked_path(path))
        is_parquet = _is_parquet(path)
        pa = import_module("pyarrow")  # only files need it
        table = _as_table(self)
        table = table.replace_schema_metadata({**table.schema.metadata, SUM: _checksum(table)})
        sink = pa.BufferOutputStream()
        if is_parquet:
            import_module("pyarrow.parquet").write_table(table, sink)
        else:
            with pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
        replace(path, sink.getvalue().to_pybytes())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the counts that ``save`` wrote into a file. This needs pyarrow.

        Raises:
            ValueError: the name has a suffix that ``save`` does not know.
            OSError: the file cannot be read.
            CountsError: the file does not hold valid counts, or is damaged; the message says why.
            ImportError: pyarrow is not installed.

        Example:
            >>> from bytemerge import WordCounts
            >>> WordCounts.count(["the cat", "the hat"]).save("cats.arrow")  # doctest: +SKIP
            >>> WordCounts.load("cats.arrow").most_common(1)  # doctest: +SKIP
            [(b'the', 2)]
        """
        path = Path(checked_path(path))
        is_parquet = _is_parquet(path)
        content = read(path)
        try:
            table = _table(content, is_parquet)
            counts = cls.from_arrow(table)
            saved = (table.schema.metadata or {}).get(SUM)
            # A file of another program has no checksum.
            if saved is not None and saved != _checksum(_as_table(counts)):
                raise CountsError(DAMAGED)
            return counts
        except ValueError as error:  # ours, or of a name that is not UTF-8
            message = f"{path}: {error}"
            raise CountsError(message) from None

    def most_common(self, n: int | None = None) -> list[tuple[bytes, int]]:
        """Return the ``n`` most frequent pieces with their counts, or all of them.

        Example:
            >>> from bytemerge import WordCounts
            >>> WordCounts.count(["the cat", "the hat"]).most_common(2)
            [(b'the', 2), (b' cat', 1)]
        """
        return self._rust.items()[:n]

    @property
    def pattern(self) -> str | tuple[str, ...] | None:
        """The pattern that cut the texts, by its name if it has one; None cuts nothing.

        In a tuple, each pattern cut the pieces of the one before.
        """
        return self._rust.pattern

    @property
    def total(self) -> int:
        """The sum of all counts, at most 2**64 - 1."""
        return self._rust.total

    def __getitem__(self, piece: bytes) -> int:
        """Return the count of a piece, or raise KeyError."""
        try:
            count = self._rust.get(piece)
        except TypeError:  # not bytes, hence not a key
            count = None
        if count is None:
            raise KeyError(piece)
        return count

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces, the most frequent first."""
        return (piece for piece, _ in self._rust.items())

    def items(self) -> list[tuple[bytes, int]]:  # type: ignore[override]
        """Return the pieces and their counts, the most frequent first, then by bytes.

        Example:
            >>> from bytemerge import WordCounts
            >>> WordCounts.count(["the cat", "the hat"]).items()
            [(b'the', 2), (b' cat', 1), (b' hat', 1)]
        """
        return self._rust.items()

    def __len__(self) -> int:
        """Return the number of distinct pieces."""
        return len(self._rust)

    def __add__(self, other: WordCounts) -> Self:
        """Return the counts of the texts of both.

        Raises:
            CountsError: they have different patterns.
        """
        if not isinstance(other, WordCounts):
            return NotImplemented
        return self.sum([self, other])

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same counts and the same pattern."""
        if not isinstance(other, WordCounts):
            return NotImplemented
        return self._rust == other._rust

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the numbers of pieces in words."""
        return f"<WordCounts of {len(self):,} pieces, {self.total:,} in all>"

    def __sizeof__(self) -> int:
        """Return the bytes in memory, so that Dask knows when a worker is full."""
        return self._rust.__sizeof__()

    def __reduce_ex__(self, protocol: Any) -> tuple[Callable[..., WordCounts], tuple[Any, ...]]:
        """Return a function and its arguments, for pickle and copy.

        They are three buffers, which ``pickle`` can leave where they are from protocol 5 on. Dask
        uses protocol 4 for what its scheduler passes on to the caller.
        """
        from pickle import PickleBuffer  # noqa: PLC0415  # slow to import

        as_buffer = PickleBuffer if protocol >= BUFFERS else bytes
        return _of_buffers, (type(self), *map(as_buffer, self._rust.buffers()), self._rust.pattern)


def _of_buffers(
    cls: type[WordCounts],
    pieces: Buffer,
    ends: Buffer,
    counts: Buffer,
    pattern: str | Sequence[str] | None,
) -> WordCounts:
    return cls._of(_core.WordCounts.of_buffers(pieces, ends, counts, pattern))


def _rust_of(counts: WordCounts) -> _core.WordCounts:
    check_type(counts, WordCounts)
    return counts._rust


def _name_of(file: BinaryIO, name: str | None) -> str:
    """Return the name of a file in messages."""
    if name is not None:
        check_type(name, str)
        return name
    own = getattr(file, "name", None)
    return own if isinstance(own, str) else "<stream>"


def _is_parquet(path: Path) -> bool:
    """Return whether a name is that of a Parquet file, or raise if it is unknown."""
    if not has_suffix(path.name, PARQUET + ARROW):
        known = ", ".join(PARQUET + ARROW)
        message = f"{path}: the name of a file of counts ends in one of {known}"
        raise ValueError(message)
    return has_suffix(path.name, PARQUET)


def _table(content: bytes, is_parquet: bool) -> Any:
    """Return the table in the content of a file."""
    pa = import_module("pyarrow")  # only files need it
    source = pa.BufferReader(content)
    try:
        if is_parquet:
            # `read_table` would import pandas.
            table = import_module("pyarrow.parquet").ParquetFile(source).read()
        else:
            table = pa.ipc.open_file(source).read_all()
        # Whoever takes the table trusts its offsets: those of a damaged file lead outside of it.
        table.validate(full=True)
        return table
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        kind = "Parquet" if is_parquet else "Arrow"
        reason = str(error).partition("\n")[0]
        message = f"not a file of {kind}: {reason}"
        raise CountsError(message) from None


def _as_table(counts: WordCounts) -> Any:
    """Return counts as a table of pyarrow, whose `table` would import pandas for seconds."""
    return import_module("pyarrow").RecordBatchReader.from_stream(counts).read_all()


def _checksum(table: Any) -> bytes:
    """Return the SHA-256 of a table that Rust made, which is the same for equal counts."""
    import hashlib  # noqa: PLC0415  # slow to import

    digest = hashlib.sha256(repr(sorted(table.schema.metadata.items())).encode())  # the pattern
    for column in table.columns:
        for chunk in column.chunks:
            for buffer in filter(None, chunk.buffers()):
                digest.update(buffer)
    return digest.hexdigest().encode()
