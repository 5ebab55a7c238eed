"""Encodes files into shards of Parquet, and starts again where an earlier run ended."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import fsspec
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from bytemerge.arguments import (
    NO_TOKENS,
    check_choice,
    check_type,
    checked_flag,
    checked_path,
    checked_progress,
    checked_separator,
    checked_special,
)
from bytemerge.dask import sources, texts
from bytemerge.dask.encoding import IDS
from bytemerge.dask.running import connected, faults, results
from bytemerge.dask.sources import PART, Part, Skipped, Source, UnreadableError
from bytemerge.errors import SourceError
from bytemerge.files import replacing
from bytemerge.token_batch import TokenBatch
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from typing import BinaryIO

    from distributed import Client

MANIFEST = "_manifest.json"
"""The list of shards, written when all are complete. Readers of folders skip names with ``_``."""

NAME = "shard-{:05d}.parquet"
SHARD = re.compile(r"shard-\d{5,}\.parquet")
LEFT_OVER = re.compile(r"shard-\d{5,}\.parquet\.[0-9a-f]{16}\.tmp")

SCHEMA = pa.schema([pa.field("ids", IDS)])

ABOUT = b"bytemerge"
"""The key in a shard's metadata of what it was made of."""

READ = 1 << 22


@dataclass(frozen=True)
class Shard:
    """A file of ids.

    Example:
        >>> from bytemerge.dask import Shard  # doctest: +SKIP
        >>> Shard("shard-00000.parquet", 2, 5, 800, "90ab", (), False).tokens  # doctest: +SKIP
        5
    """

    name: str
    """The name in the folder."""
    rows: int
    """The number of documents."""
    tokens: int
    """The number of ids."""
    bytes: int
    """The size of the file."""
    sha256: str
    """The checksum of the file, in hexadecimal."""
    skipped: tuple[Skipped, ...]
    """The files or ranges that could not be read."""
    is_new: bool
    """Whether this run wrote it, and did not find it."""


@dataclass(frozen=True)
class Manifest:
    """The shards of a folder, in the order of the source.

    Example:
        >>> from bytemerge.dask import Manifest  # doctest: +SKIP
        >>> Manifest("90ab", "77ff", ()).tokens  # doctest: +SKIP
        0
    """

    tokenizer: str
    """The digest of the tokenizer."""
    source: str
    """A checksum of the source's files, of their versions and of how they were read."""
    shards: tuple[Shard, ...]

    @property
    def rows(self) -> int:
        """The number of documents."""
        return sum(shard.rows for shard in self.shards)

    @property
    def tokens(self) -> int:
        """The number of ids."""
        return sum(shard.tokens for shard in self.shards)

    @property
    def skipped(self) -> list[Skipped]:
        """The files or ranges that could not be read."""
        return [each for shard in self.shards for each in shard.skipped]

    def as_json(self) -> str:
        """Return the content of ``_manifest.json``."""
        shards = []
        for shard in self.shards:
            fields = asdict(shard)
            del fields["is_new"]
            fields["skipped"] = [each._asdict() for each in shard.skipped]
            shards.append(fields)
        totals = {"rows": self.rows, "tokens": self.tokens}
        head = {"format": 1, "tokenizer": self.tokenizer, "source": self.source}
        return json.dumps({**head, **totals, "shards": shards}, indent=1) + "\n"


def encode_files(  # noqa: PLR0913  # all options have a name and a default
    source: Any,
    out: str | os.PathLike[str],
    tokenizer: Tokenizer,
    *,
    column: str | None = None,
    documents: Literal["line", "file"] = "line",
    separator: str | None = None,
    allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
    disallowed_special: Literal["all"] | Collection[str] = "all",
    add_special_tokens: bool = False,
    nulls: Literal["error", "empty", "null"] = "error",
    errors: Literal["raise", "skip"] = "raise",
    overwrite: bool = False,
    part_size: int = PART,
    storage_options: dict[str, Any] | None = None,
    client: Any = None,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Manifest:
    r"""Encode files into shards of Parquet in the folder ``out``, on the workers of a Dask cluster.

    The source is paths or patterns, as in ``count``. Each row of Parquet and of JSON Lines is a
    document. In a text file, each line is a document, without its end, or with
    ``documents="file"`` the whole file. A shard has the ids of about ``part_size`` bytes of the
    source, in one column ``ids`` of ``list<uint32>``, with a row for each document; the shards in
    the order of their names are the source in its order. The id of ``separator``, a special token,
    ends each row. Special tokens and ``nulls`` are those of ``Tokenizer.encode_batch``.

    A shard appears under its name only when it is complete. When all are, ``_manifest.json`` lists
    them with their rows, tokens and checksums. A run that was ended starts again by the same call,
    which makes only what is missing. If the folder has shards of another tokenizer, of other
    sources or of other options, nothing is done, unless ``overwrite`` replaces them. So two runs
    must not write into one folder at the same time.

    With ``errors="skip"``, what cannot be read is left out, a file or a range of it, and listed in
    the manifest. ``progress`` is called with the bytes of the source encoded so far, and the total.

    Raises:
        OSError: a file is missing, or cannot be read or written.
        NotUtf8Error: a file is not UTF-8; the message names the byte and its offset in the file.
        JsonLinesError: a line is not a JSON object with a text in the field, or the text has a lone
            surrogate.
        SourceError: a Parquet file is damaged or has no such column, or the folder has shards of
            something else.
        SpecialTokenError: a text contains a disallowed special token, or ``separator`` is not a
            special token.
        ClusterError: workers died again and again in a task, or the scheduler is gone.
        ValueError: an option has an impossible value.
        TypeError: a document is null, ``source`` is not paths, or an option has the wrong type.

    Example:
        >>> import pathlib
        >>> from bytemerge import Tokenizer
        >>> from bytemerge.dask import encode_files
        >>> _ = pathlib.Path("cats.txt").write_bytes(b"the cat\nthe hat\n")  # doctest: +SKIP
        >>> manifest = encode_files(  # doctest: +SKIP
        ...     "*.txt", "ids", Tokenizer.train(["the"], 258), workers=1
        ... )
        >>> manifest.rows, manifest.tokens, manifest.shards[0].name  # doctest: +SKIP
        (2, 10, 'shard-00000.parquet')
    """
    check_type(tokenizer, Tokenizer)
    check_choice(documents, "documents", ("line", "file"))
    check_choice(nulls, "nulls", ("error", "empty", "null"))
    check_choice(errors, "errors", ("raise", "skip"))
    checked_flag(overwrite, "overwrite")
    checked_progress(progress)
    special = checked_special(allowed_special, disallowed_special)
    added = checked_flag(add_special_tokens, "add_special_tokens")
    end = checked_separator(separator, tokenizer.special_tokens)
    size = sources.checked_part_size(part_size)
    reading = sources.checked_source(column, storage_options)
    parts = reading.parts(source, size, cut_text=documents == "line")
    groups = sources.tasks(parts, size)
    settings = [column, documents, end, special, added, nulls]
    folder = Folder(checked_path(out), storage_options or {})
    encoding = Encoding(
        tokenizer,
        reading,
        documents,
        end,
        {
            "allowed_special": allowed_special,
            "disallowed_special": disallowed_special,
            "add_special_tokens": added,
            "nulls": nulls,
        },
        skip=errors == "skip",
    )
    about = [
        {"tokenizer": tokenizer.digest, "source": fingerprint(group, settings)} for group in groups
    ]
    names = [NAME.format(index) for index in range(len(groups))]
    with connected(client, workers) as at_work:
        there = folder.shards(names, overwrite=overwrite)
        known = {} if overwrite else look_at(at_work, folder, names, about, there)
        if errors == "raise":
            check_whole(folder, known)
        missing = [index for index, name in enumerate(names) if name not in known]
        sizes = [sum(part.size for part in group) for group in groups]
        done = sum(sizes) - sum(sizes[index] for index in missing)
        if progress is not None:
            progress(done, sum(sizes))
        tasks = {i: (folder, names[i], groups[i], about[i]) for i in missing}
        described = {i: sources.described(groups[i]) for i in missing}
        run = results(at_work, "encode", encoding, encode_group, tasks, described)
        with closing(run) as made:
            for index, shard in made:
                known[shard.name] = shard
                done += sizes[index]
                if progress is not None:
                    progress(done, sum(sizes))
    shards = tuple(known[name] for name in names)
    # A reader of the folder would mistake files that a killed worker left for shards.
    folder.tidy()
    whole = fingerprint(parts, settings)
    manifest = Manifest(tokenizer.digest, whole, shards)
    with folder.replacing(MANIFEST) as file:
        file.write(manifest.as_json().encode())
    return manifest


def fingerprint(parts: list[Part], settings: list[Any]) -> str:
    """Return a checksum of parts of a source, and of how they are encoded."""
    made_of = [[part.url, part.version, part.start, part.stop] for part in parts]
    listed = json.dumps([made_of, settings], default=sorted)
    return hashlib.sha256(listed.encode()).hexdigest()


def look_at(
    client: Client,
    folder: Folder,
    names: list[str],
    about: list[dict[str, str]],
    there: set[str],
) -> dict[str, Shard]:
    """Return the shards that are there, after a check that they belong to this run.

    Raises:
        SourceError: one does not.
    """
    expected = {name: what for name, what in zip(names, about, strict=True) if name in there}
    with faults(client, {}):
        futures = client.map(folder.shard, list(expected), list(expected.values()), pure=False)
        # In their order, so that the error names the first.
        found = [future.result() for future in futures]
    return {shard.name: shard for shard in found}


def check_whole(folder: Folder, shards: Mapping[str, Shard]) -> None:
    """Check that an earlier run has skipped nothing.

    Raises:
        SourceError: it has.
    """
    for name, shard in shards.items():
        if shard.skipped:
            message = (
                f"{folder.name(name)}: made without {shard.skipped[0].name}, which was skipped; "
                "choose another folder, or overwrite"
            )
            raise SourceError(message)


@dataclass(frozen=True)
class Encoding:
    """How documents become ids. Each worker gets it once."""

    tokenizer: Tokenizer
    source: Source
    documents: texts.Documents
    separator: int | None
    options: dict[str, Any]
    skip: bool

    def batches(self, part: Part) -> Iterator[TokenBatch]:
        """Yield the ids of the documents of a part.

        Raises:
            UnreadableError: the part cannot be read.
        """
        with self.source.opened(part) as file:
            for some in texts.documents(self.source, part, file, self.documents):
                try:
                    batch = self.tokenizer.encode_batch(some, threads=1, **self.options)
                except UnicodeEncodeError:
                    raise
                except (TypeError, ValueError) as error:
                    message = f"{part}: {error}"
                    raise type(error)(message) from None
                yield batch if self.separator is None else ended(batch, self.separator)


def ended(batch: TokenBatch, separator: int) -> TokenBatch:
    """Return a batch with an id at the end of each row, except for nulls."""
    rows = np.ones(len(batch), bool)
    if batch.nulls is not None:
        rows[batch.nulls] = False
    ends = batch.offsets[1:][rows].astype(np.int64)
    ids = np.insert(batch.ids, ends, np.uint32(separator))
    added = np.concatenate([[0], np.cumsum(rows)]).astype(np.uint64)
    return TokenBatch(ids, batch.offsets + added, batch.nulls)


def encode_group(
    encoding: Encoding, folder: Folder, name: str, group: list[Part], about: dict[str, str]
) -> Shard:
    """Write the shard of a group."""
    skipped: dict[Part, str] = {}
    while True:
        try:
            return write(encoding, folder, name, group, about, skipped)
        except UnreadableError as error:
            part, problem = error.part, error.cause
        if not encoding.skip:
            # Not in the handler: the error would be its own context, and could not be pickled.
            raise problem
        # What is written cannot be taken back, so the shard is written again without the part.
        skipped[part] = str(problem)


def write(  # noqa: PLR0913, PLR0917  # a shard is made of all these
    encoding: Encoding,
    folder: Folder,
    name: str,
    group: list[Part],
    about: dict[str, str],
    skipped: dict[Part, str],
) -> Shard:
    """Write the shard of a group without some parts."""
    left_out = tuple(Skipped(str(part), reason) for part, reason in skipped.items())
    rows = tokens = 0
    with folder.replacing(name) as file:
        hashing = Hashing(file)
        with parquet.ParquetWriter(hashing, SCHEMA, compression="zstd") as writer:
            for part in group:
                if part in skipped:
                    continue
                for batch in encoding.batches(part):
                    column = pa.array(batch, IDS)
                    writer.write_batch(pa.record_batch([column], schema=SCHEMA))
                    rows += len(batch)
                    tokens += len(batch.ids)
            made = {**about, "tokens": tokens, "skipped": left_out}
            writer.add_key_value_metadata({ABOUT.decode(): json.dumps(made)})
    return Shard(name, rows, tokens, hashing.size, hashing.sha256.hexdigest(), left_out, True)


class Hashing:
    """A file that computes the checksum of what is written."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        """Take the file."""
        self.file = file
        self.sha256: Any = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Write bytes."""
        view = memoryview(data)
        self.sha256.update(view)
        self.size += view.nbytes
        self.file.write(view)
        return view.nbytes

    def tell(self) -> int:
        """Return the number of bytes written."""
        return self.size

    def flush(self) -> None:
        """Leave it to the file."""

    def close(self) -> None:
        """Leave it to the file."""

    def writable(self) -> bool:
        """Return True."""
        return True

    def readable(self) -> bool:
        """Return False."""
        return False

    def seekable(self) -> bool:
        """Return False."""
        return False


class Folder:
    """The folder of the shards, on a disk or in a bucket."""

    def __init__(self, path: str, options: dict[str, Any]) -> None:
        """Take its path, and what fsspec needs to open it.

        Raises:
            SourceError: there is no program for such an address.
        """
        self.path = path
        self.options = options
        self.root: str = self.system()[1]

    def system(self) -> tuple[Any, str]:
        """Return the file system, and the path in it."""
        try:
            system, root = fsspec.url_to_fs(self.path, **self.options)
        except (ImportError, ValueError) as error:
            message = f"{self.path}: {error}"
            raise SourceError(message) from None
        return system, root.rstrip("/") or root

    def name(self, name: str) -> str:
        """Return the path of a file in messages."""
        return posixpath.join(self.path, name)

    def shards(self, names: list[str], *, overwrite: bool) -> set[str]:
        """Return the shards that are there. Removes files that killed workers left.

        Raises:
            SourceError: there are other shards than these, which ``overwrite`` removes.
        """
        system, root = self.system()
        with sources.naming(self.path):
            system.makedirs(root, exist_ok=True)
            there = self.tidy()
            shards = set(filter(SHARD.fullmatch, there))
            others = sorted(shards.difference(names))
            if others and not overwrite:
                message = (
                    f"{self.name(others[0])}: of another run; choose another folder, or overwrite"
                )
                raise SourceError(message)
            for name in others:
                system.rm_file(posixpath.join(root, name))
            # Until the run ends, the manifest would list what may not be there.
            if MANIFEST in there:
                system.rm_file(posixpath.join(root, MANIFEST))
        return shards

    def tidy(self) -> set[str]:
        """Remove files that killed workers left, and return the names of all other files."""
        system, root = self.system()
        with sources.naming(self.path):
            system.invalidate_cache(root)
            try:
                there = {posixpath.basename(path) for path in system.ls(root, detail=False)}
            except FileNotFoundError:
                return set()  # a bucket has no empty folders
            left_over = set(filter(LEFT_OVER.fullmatch, there))
            for name in left_over:
                # A worker that is taken for dead may still end its work.
                with suppress(FileNotFoundError):
                    system.rm_file(posixpath.join(root, name))
        return there - left_over

    def shard(self, name: str, about: dict[str, str]) -> Shard:
        """Return a shard that is there.

        Raises:
            SourceError: it is damaged, or of another tokenizer or source.
        """
        system, root = self.system()
        path, shown = posixpath.join(root, name), self.name(name)
        checksum, size = hashlib.sha256(), 0
        with sources.naming(shown), system.open(path, "rb") as file:
            while block := file.read(READ):
                checksum.update(block)
                size += len(block)
            file.seek(0)
            try:
                footer = parquet.read_metadata(file)
                made = json.loads((footer.metadata or {})[ABOUT])
            except (pa.ArrowException, LookupError, ValueError):
                message = f"{shown}: not a shard of ids; remove it, or overwrite"
                raise SourceError(message) from None
        for what, value in about.items():
            if made[what] != value:
                other = "tokenizer" if what == "tokenizer" else "source, or by other options"
                message = f"{shown}: made of another {other}; choose another folder, or overwrite"
                raise SourceError(message)
        skipped = tuple(Skipped(*each) for each in made["skipped"])
        digest = checksum.hexdigest()
        return Shard(name, footer.num_rows, made["tokens"], size, digest, skipped, False)

    @contextmanager
    def replacing(self, name: str) -> Iterator[BinaryIO]:
        """Open a file that appears under its name at the end, and not after an exception."""
        system, root = self.system()
        if "file" in system.protocol:
            with replacing(Path(root, name)) as file:
                yield file
            return
        with sources.naming(self.name(name)):
            # A bucket shows an object when its upload is complete.
            file = system.open(posixpath.join(root, name), "wb", autocommit=False)
        try:
            yield file
        except BaseException:
            file.discard()
            raise
        with sources.naming(self.name(name)):
            file.close()
            file.commit()
