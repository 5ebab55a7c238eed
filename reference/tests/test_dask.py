"""Counting, training and encoding on a cluster of processes, with the results of one machine."""

import doctest
import gzip
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import clusters
import pytest
from command_line import Captured, printed, refusal

import bytemerge
from bytemerge import (
    ClusterError,
    EmptyCorpusError,
    JsonLinesError,
    NotUtf8Error,
    SourceError,
    SpecialTokenError,
    Tokenizer,
    VocabularySizeError,
    WordCounts,
)

pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
bag = pytest.importorskip("dask.bag")
dataframe = pytest.importorskip("dask.dataframe")

from bytemerge import dask  # it needs what may not be installed
from bytemerge.dask import Skipped, counting, running, texts

pytestmark = [
    pytest.mark.filterwarnings("default"),  # Dask has its own
    pytest.mark.thread_unsafe(reason="shares a cluster"),
]

SIZES = (33_333, 10_000_000)
"""Bytes of a part: many small ones, and whole files."""


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A cluster of two processes, which is the current one."""
    with clusters.two_processes() as client:
        yield client


@pytest.fixture(scope="module")
def lines(corpus: list[str]) -> list[str]:
    """Some lines of real text, and some that are short, empty, or not ASCII."""
    return [*corpus[:8000], "", "\u00e9\u4e2d\U0001f600" * 50, "12 34", ""]


@pytest.fixture(scope="module")
def folder(lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same lines in files of each kind."""
    folder = tmp_path_factory.mktemp("corpus")
    thirds = [lines[start::3] for start in range(3)]
    for index, some in enumerate(thirds):
        content = "".join(f"{line}\n" for line in some).encode()
        (folder / f"{index}.txt").write_bytes(content)
        (folder / f"{index}.gz").write_bytes(gzip.compress(content))
        rows = "".join(json.dumps({"text": line, "id": 1}) + "\n" for line in some)
        (folder / f"{index}.jsonl").write_bytes(rows.encode())
        table = pa.table({"id": range(len(some)), "text": some})
        parquet.write_table(table, folder / f"{index}.parquet", row_group_size=999)
    return folder


def thirds(lines: list[str]) -> list[str]:
    """The lines in the order of the files."""
    return [line for start in range(3) for line in lines[start::3]]


def as_files(lines: list[str]) -> list[str]:
    """The texts of the three files."""
    return ["".join(f"{line}\n" for line in lines[start::3]) for start in range(3)]


# --- Counting and training ---


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("part_size", SIZES)
@pytest.mark.parametrize("pattern", ["cl100k", r"\w+|\W"])
def test_text_files(folder: Path, lines: list[str], part_size: int, pattern: str | None) -> None:
    expected = WordCounts.count(as_files(lines), pattern=pattern)
    source = f"{folder}/*.txt"
    assert dask.count(source, pattern=pattern, part_size=part_size) == expected


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("part_size", SIZES)
def test_files_of_each_kind(folder: Path, lines: list[str], part_size: int) -> None:
    texts, rows = WordCounts.count(as_files(lines)), WordCounts.count(lines)
    assert dask.count(sorted(folder.glob("*.gz")), part_size=part_size) == texts
    for kind in ("jsonl", "parquet"):
        source = f"file://{folder.as_posix()}/*.{kind}"
        assert dask.count(source, column="text", part_size=part_size) == rows


@pytest.mark.usefixtures("client")
def test_shares(folder: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    source, expected = f"{folder}/*.txt", WordCounts.count(as_files(lines))
    assert dask.count(source, part_size=40_000, shares=5) == expected
    assert dask.count(source, part_size=40_000, min_count=3) == expected.at_least(3)
    assert dask.count(source, part_size=40_000, shares=3, min_count=2) == expected.at_least(2)
    tried = []

    def few_pieces(client: Any) -> int:
        tried.append(client)
        return len(expected) // 5

    monkeypatch.setattr(counting, "most_pieces", few_pieces)
    assert dask.count(source, part_size=40_000) == expected
    assert len(tried) == 3  # 1, 4 and 16 shares


@pytest.mark.usefixtures("client")
def test_training(folder: Path, lines: list[str]) -> None:
    expected = Tokenizer.train(as_files(lines), 700, pattern="cl100k", special_tokens=["<end>"])
    tokenizer = dask.train(
        f"{folder}/*.txt", 700, pattern="cl100k", special_tokens=["<end>"], part_size=44_444
    )
    assert tokenizer == expected
    assert tokenizer.digest == expected.digest


def test_buffers_at_any_address() -> None:
    strings = pa.array(["the cat", None, "a"], pa.large_string())
    moved = []
    for buffer in strings.buffers():
        copy = pa.allocate_buffer(buffer.size + 1)
        memoryview(copy)[1:] = memoryview(buffer)
        moved.append(copy.slice(1))
    array = pa.Array.from_buffers(strings.type, 3, moved)
    assert array.equals(strings)
    assert all(buffer.address % 8 for buffer in array.buffers())
    for each in (array, array[1:], array[:0], strings):
        copied = texts.aligned(each)
        assert copied.equals(each)
        assert not any(buffer.address % 8 for buffer in copied.buffers())
        assert WordCounts.count(copied, nulls="empty").total <= 3


def test_collections(client: Any, lines: list[str]) -> None:
    expected = WordCounts.count(lines)
    assert dask.count(bag.from_sequence(lines, npartitions=7), client=client) == expected
    frame = dataframe.from_dict({"id": range(len(lines)), "text": lines}, npartitions=5)
    assert dask.count(frame, column="text") == expected
    assert dask.count(frame["text"]) == expected
    nulls = dataframe.from_dict({"text": ["a", None, "b"]}, npartitions=2)
    assert dask.count(nulls, column="text", nulls="empty") == WordCounts.count(["a", "b"])
    with pytest.raises(TypeError, match="expected a string, not null"):
        dask.count(nulls, column="text")
    with pytest.raises(ValueError, match="a frame needs it"):
        dask.count(frame)
    with pytest.raises(ValueError, match=r"^no column 'texts'; the frame has id, text$"):
        dask.count(frame, column="texts")


def test_a_cluster_of_its_own(folder: Path, lines: list[str]) -> None:
    heard: list[tuple[int, int]] = []
    counts = dask.count(
        f"{folder}/*.txt",
        workers=1,
        part_size=50_000,
        progress=lambda done, total: heard.append((done, total)),
    )
    assert counts == WordCounts.count(as_files(lines))
    size = sum(path.stat().st_size for path in folder.glob("*.txt"))
    assert (heard[0], heard[-1]) == ((0, size), (size, size))
    assert heard == sorted(heard)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a console in other ways")
@pytest.mark.parametrize("seconds", [2.0, 4.0])
def test_ctrl_c_is_silent(tmp_path: Path, seconds: float) -> None:
    """A terminal sends the signal to the workers too, while they start and while they count."""
    text = tmp_path / "text.txt"
    text.write_bytes(b"".join(b"the cat %d and the hat\n" % number for number in range(2_000_000)))
    command = ["train", "--workers", "2", "-v", "1k", "-o", str(tmp_path / "model")]
    # A shell ignores the signal in what it runs in the background, and programs inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [sys.executable, "-m", "bytemerge", *command, *[str(text)] * 99],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        env=os.environ | {"FORCE_COLOR": "0"},
    ) as process:
        assert process.stderr
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(seconds)
        os.killpg(process.pid, signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode in {130, -signal.SIGINT}
    assert "Traceback" not in said, said
    assert "rror" not in said, said
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]


# --- Faults ---


class Killer:
    """Kills a worker once, when a part of the work is done. Its nanny starts a new one."""

    def __init__(self, client: Any, when: Callable[[int, int], bool]) -> None:
        self.client = client
        self.when = when
        self.has_killed = False

    def __call__(self, done: int, total: int) -> None:
        if not self.has_killed and self.when(done, total):
            self.has_killed = True
            pid = next(iter(self.client.run(os.getpid).values()))
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


@pytest.mark.parametrize("share", [0.3, 1.0], ids=["while counting", "while adding up"])
def test_killed_workers(client: Any, folder: Path, lines: list[str], share: float) -> None:
    client.wait_for_workers(2)  # a nanny gives up if its worker dies while it starts
    killer = Killer(client, lambda done, total: done >= share * total)
    counts = dask.count(f"{folder}/*.txt", part_size=20_000, progress=killer)
    assert killer.has_killed
    assert counts == WordCounts.count(as_files(lines))


def test_a_task_that_kills_its_workers() -> None:
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs=50,
            scheduler_kwargs={"allowed_failures": 0},
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        # The only partition ends its process. Had it a neighbour, which of the two the scheduler
        # blames would depend on whether the one worker had both or one of them.
        deadly = bag.from_sequence(["a text"], npartitions=1).map(end_the_process)
        says = r"^\('from_sequence-.*', 0\): the workers that took this task died, the last one at tcp://"
        with pytest.raises(ClusterError, match=says):
            dask.count(deadly, client=client)


def test_no_worker_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "ALONE", 1)
    monkeypatch.setattr(running, "INTERVAL", 1)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
        pytest.raises(ClusterError, match=r"^there was no worker for 1 seconds$"),
    ):
        dask.count(folder / "0.txt", client=client)


def end_the_process(_text: str) -> str:
    os._exit(1)


distributed.protocol.pickle.cloudpickle.register_pickle_by_value(sys.modules[__name__])


def test_the_scheduler_is_gone(folder: Path, tmp_path: Path) -> None:
    start = (
        "import sys, time, distributed\n"
        "if __name__ == '__main__':\n"
        "    cluster = distributed.LocalCluster(n_workers=1, dashboard_address=':0')\n"
        "    print(cluster.scheduler_address, flush=True)\n"
        "    time.sleep(600)\n"
    )
    script = tmp_path / "cluster.py"
    script.write_text(start, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            with (
                distributed.Client(address, set_as_default=False, timeout=60) as client,
                pytest.raises(ClusterError, match=r"^the connection to the scheduler is lost: "),
            ):
                dask.count(
                    f"{folder}/*.txt",
                    part_size=20_000,
                    client=client,
                    progress=lambda done, _: process.kill() if done else None,
                )
        finally:
            process.kill()


@pytest.fixture
def damaged(folder: Path, tmp_path: Path) -> Path:
    """A good file of each kind, and some that cannot be read."""
    for name in ("0.txt", "0.jsonl", "0.parquet"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    text = (folder / "1.txt").read_bytes()
    (tmp_path / "bad.txt").write_bytes(text[:50_000] + b"\xff" + text[50_000:])
    (tmp_path / "cut.gz").write_bytes(gzip.compress(text)[:-1000])
    rows = (folder / "1.jsonl").read_bytes()
    (tmp_path / "bad.jsonl").write_bytes(rows + b'{"other": 1}\n')
    (tmp_path / "half.jsonl").write_bytes(b'{"text": "\xc3\xa9"}\n{"text": "\\ud800"}\n')
    (tmp_path / "bad.parquet").write_bytes((folder / "1.parquet").read_bytes()[:-100])
    return tmp_path


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("part_size", [20_000, 10_000_000])
@pytest.mark.parametrize(
    ("name", "good", "column", "error", "says"),
    [
        ("bad.txt", "0.txt", None, NotUtf8Error, "not UTF-8: byte 0xff at offset 50000"),
        ("cut.gz", "0.txt", None, OSError, "damaged gzip file: its end is missing"),
        ("bad.jsonl", "0.jsonl", "text", JsonLinesError, "not a JSON object with a text in 'text'"),
        ("half.jsonl", "0.jsonl", "text", JsonLinesError, "line at offset 15: the text in"),
        ("bad.parquet", "0.parquet", "text", SourceError, "not a file of Parquet: "),
        ("0.parquet", "0.jsonl", "words", SourceError, "not one column 'words', but 'id', 'text'"),
        ("0.parquet", "0.jsonl", "id", SourceError, "column 'id': expected texts, not int64"),
    ],
)
def test_files_that_cannot_be_read(  # noqa: PLR0913, PLR0917  # fixtures and parameters
    damaged: Path,
    name: str,
    good: str,
    column: str | None,
    error: type[Exception],
    says: str,
    part_size: int,
) -> None:
    path = str(damaged / name)
    with pytest.raises(error) as raised:
        dask.count([path], column=column, part_size=part_size)
    message = str(raised.value)
    assert message.startswith((f"{path}: ", f"{path}, column "))
    assert says in message
    if column in {"words", "id"}:
        return
    skipped: list[Skipped] = []
    options: dict[str, Any] = {"column": column, "part_size": part_size}
    expected = dask.count([damaged / good], **options)
    with pytest.warns(UserWarning, match="^skipped what cannot be read: "):
        counts = dask.count([path, damaged / good], errors="skip", skipped=skipped, **options)
    # Not a part of the bad file counts, however it was cut.
    assert counts == expected
    assert [(each.name.partition(", ")[0], says in each.reason) for each in skipped] == [
        (path, True)
    ]


@pytest.mark.usefixtures("client")
def test_sources_that_are_none(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="No such file or directory") as raised:
        dask.count(tmp_path / "gone.txt")
    assert raised.value.filename == str(tmp_path / "gone.txt")
    with pytest.raises(FileNotFoundError, match="no file matches the pattern"):
        dask.count(f"{tmp_path}/*.txt")
    with pytest.raises(IsADirectoryError):
        dask.count(tmp_path)
    with pytest.raises(SourceError, match=r"^no file is given$"):
        dask.count([])
    with pytest.raises(SourceError, match=r"^bucket://a: Protocol not known: bucket"):
        dask.count("bucket://a")
    with pytest.raises(SourceError, match=r"0\.parquet: name the column that has the text"):
        dask.count(folder / "0.parquet")
    with pytest.raises(JsonLinesError, match=r'0\.jsonl: JSON Lines, .*, as in column="text"$'):
        dask.count(folder / "0.jsonl")
    for source in (5, [5]):
        with pytest.raises(TypeError, match="path"):
            dask.count(source)
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert dask.count(empty) == WordCounts()
    with pytest.raises(EmptyCorpusError, match=r"^there is no text to learn from$"):
        dask.train(empty, 300)
    with pytest.raises(VocabularySizeError):
        dask.train(tmp_path / "gone.txt", 3)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"errors": "ignore"}, ValueError, "errors must be one of raise, skip, not 'ignore'"),
        ({"shares": 0}, ValueError, "shares must be at least 1, not 0"),
        ({"shares": 1001}, ValueError, "shares must be at most 1000, not 1001"),
        ({"skipped": ()}, TypeError, "expected list, not tuple"),
        ({"part_size": 0}, ValueError, "part_size must be at least 1, not 0"),
        ({"workers": 0}, ValueError, "workers must be at least 1, not 0"),
        ({"nulls": "null"}, ValueError, "nulls must be one of error, empty, not 'null'"),
        ({"client": 5}, TypeError, "expected Client, not int"),
        ({"column": 5}, TypeError, "expected str, not int"),
        ({"progress": 5}, TypeError, "progress must be a function of two numbers, not 5"),
    ],
)
def test_options_that_are_wrong(
    folder: Path, options: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=f"^{says}$"):
        dask.count(folder / "0.txt", **options)


# --- Encoding ---


@pytest.fixture(scope="module")
def tokenizer(lines: list[str]) -> Tokenizer:
    return Tokenizer.train(lines, 500, special_tokens=["<end>"])


def test_a_frame(client: Any, lines: list[str], tokenizer: Tokenizer) -> None:
    frame = dataframe.from_dict({"id": range(len(lines)), "text": lines}, npartitions=3)
    encoded = dask.encode(frame, "text", tokenizer)
    assert list(encoded.columns) == ["id", "text", "ids"]
    found = encoded.compute(scheduler=client)
    assert found["ids"].dtype.pyarrow_dtype == pa.list_(pa.uint32())
    assert pa.array(found["ids"]).to_pylist() == tokenizer.encode_batch(lines).tolist()
    nulls = dataframe.from_dict({"text": ["a", None]}, npartitions=1)
    column = dask.encode(nulls, "text", tokenizer, nulls="null", into="tokens")["tokens"]
    assert pa.array(column.compute()).to_pylist() == [[97], None]
    with pytest.raises(ValueError, match=r"^no column 'texts'; the frame has id, text$"):
        dask.encode(frame, "texts", tokenizer)
    with pytest.raises(TypeError, match=r"^expected a frame of Dask, not list$"):
        dask.encode(["a"], "text", tokenizer)


def rows(folder: Path) -> list[list[int]]:
    return parquet.read_table(folder)["ids"].to_pylist()  # type: ignore[no-any-return]


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("part_size", SIZES)
def test_shards(
    folder: Path, tmp_path: Path, lines: list[str], tokenizer: Tokenizer, part_size: int
) -> None:
    expected = tokenizer.encode_batch(thirds(lines)).tolist()
    for kind in ("txt", "gz", "jsonl", "parquet"):
        column = None if kind in {"txt", "gz"} else "text"
        out = tmp_path / kind
        manifest = dask.encode_files(
            f"{folder}/*.{kind}", out, tokenizer, column=column, part_size=part_size
        )
        assert rows(out) == expected
        assert manifest.rows == len(expected)
        assert manifest.tokens == sum(map(len, expected))
        assert manifest.skipped == []
        listed = json.loads((out / "_manifest.json").read_bytes())
        assert listed["tokenizer"] == tokenizer.digest
        names = [shard["name"] for shard in listed["shards"]]
        assert sorted(path.name for path in out.iterdir()) == ["_manifest.json", *names]
        if part_size < 100_000 and kind != "gz":
            assert len(names) >= 3


@pytest.mark.usefixtures("client")
def test_whole_files_and_separators(
    folder: Path, tmp_path: Path, lines: list[str], tokenizer: Tokenizer
) -> None:
    files = tokenizer.encode_batch(as_files(lines)).tolist()
    dask.encode_files(f"{folder}/*.gz", tmp_path / "a", tokenizer, documents="file")
    assert rows(tmp_path / "a") == files
    end = tokenizer.special_tokens["<end>"]
    dask.encode_files(
        f"{folder}/*.txt", tmp_path / "b", tokenizer, separator="<end>", part_size=40_000
    )
    expected = tokenizer.encode_batch(thirds(lines)).tolist()
    assert rows(tmp_path / "b") == [[*ids, end] for ids in expected]
    with pytest.raises(SpecialTokenError, match="the separator '<no>' is not a special token"):
        dask.encode_files(f"{folder}/*.txt", tmp_path / "c", tokenizer, separator="<no>")
    nulls = tmp_path / "nulls.parquet"
    parquet.write_table(pa.table({"text": ["a", None, "b"]}), nulls)
    dask.encode_files(
        nulls, tmp_path / "d", tokenizer, column="text", nulls="null", separator="<end>"
    )
    assert rows(tmp_path / "d") == [[97, end], None, [98, end]]
    with pytest.raises(TypeError, match=r"nulls\.parquet: text 1: expected a string, not null$"):
        dask.encode_files(nulls, tmp_path / "e", tokenizer, column="text")
    assert list((tmp_path / "e").iterdir()) == []


@pytest.mark.usefixtures("client")
def test_a_run_that_was_ended_starts_again(
    folder: Path, tmp_path: Path, lines: list[str], tokenizer: Tokenizer
) -> None:
    source = f"{folder}/*.txt"
    options: dict[str, Any] = {"part_size": 20_000}

    def end(done: int, total: int) -> None:
        if done > total // 3:
            message = "enough"
            raise LookupError(message)

    with pytest.raises(LookupError, match="enough"):
        dask.encode_files(source, tmp_path, tokenizer, progress=end, **options)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.parquet")}
    assert before
    assert not (tmp_path / "_manifest.json").exists()
    left_over = tmp_path / "shard-00007.parquet.0123456789abcdef.tmp"
    left_over.write_bytes(b"half")
    manifest = dask.encode_files(source, tmp_path, tokenizer, **options)
    # A worker may have finished more in the meantime.
    assert set(before) <= {shard.name for shard in manifest.shards if not shard.is_new}
    assert all((tmp_path / name).stat().st_mtime_ns == time for name, time in before.items())
    assert not left_over.exists()
    assert rows(tmp_path) == tokenizer.encode_batch(thirds(lines)).tolist()
    # The same in one go.
    whole = dask.encode_files(source, tmp_path / "whole", tokenizer, **options)
    assert [shard.sha256 for shard in whole.shards] == [shard.sha256 for shard in manifest.shards]


@pytest.mark.usefixtures("client")
def test_shards_of_something_else(folder: Path, tmp_path: Path, tokenizer: Tokenizer) -> None:
    source = tmp_path / "source.txt"
    source.write_bytes((folder / "0.txt").read_bytes())
    out = tmp_path / "out"
    first = dask.encode_files(source, out, tokenizer, part_size=40_000)
    before = [path.read_bytes() for path in sorted(out.glob("*.parquet"))]
    other = Tokenizer.train(["other"], 257)
    with pytest.raises(SourceError, match=r"shard-00000\.parquet: made of another tokenizer"):
        dask.encode_files(source, out, other, part_size=40_000)
    with pytest.raises(SourceError, match="made of another source, or by other options"):
        dask.encode_files(source, out, tokenizer, part_size=40_000, nulls="empty")
    with pytest.raises(SourceError, match=r"shard-0000\d\.parquet: of another run"):
        dask.encode_files(source, out, tokenizer, part_size=10_000_000)
    source.write_bytes((folder / "1.txt").read_bytes())
    os.utime(source, (1, 1))
    with pytest.raises(SourceError):
        dask.encode_files(source, out, tokenizer, part_size=40_000)
    (out / "shard-00001.parquet").write_bytes(b"")
    with pytest.raises(SourceError, match=r"shard-0000\d\.parquet: "):
        dask.encode_files(source, out, tokenizer, part_size=40_000)
    assert (out / "shard-00000.parquet").read_bytes() == before[0]
    again = dask.encode_files(source, out, tokenizer, part_size=10_000_000, overwrite=True)
    assert len(again.shards) == 1 < len(first.shards)
    assert len(rows(out)) == again.rows


def test_workers_killed_while_encoding(
    client: Any, folder: Path, tmp_path: Path, lines: list[str], tokenizer: Tokenizer
) -> None:
    client.wait_for_workers(2)
    left_over = tmp_path / "shard-00003.parquet.0123456789abcdef.tmp"

    def when(done: int, total: int) -> bool:
        # A worker that is killed just before its shard gets its name leaves such a file.
        left_over.write_bytes(b"complete")
        return done >= 0.3 * total

    killer = Killer(client, when)
    dask.encode_files(f"{folder}/*.txt", tmp_path, tokenizer, part_size=30_000, progress=killer)
    assert killer.has_killed
    assert not left_over.exists()
    assert rows(tmp_path) == tokenizer.encode_batch(thirds(lines)).tolist()


@pytest.mark.usefixtures("client")
def test_shards_without_what_cannot_be_read(
    damaged: Path, folder: Path, tokenizer: Tokenizer
) -> None:
    out = damaged / "out"
    source = [damaged / name for name in ("0.txt", "cut.gz", "bad.txt")]
    with pytest.raises((OSError, NotUtf8Error)):
        dask.encode_files(source, out, tokenizer)
    assert not list(out.glob("*.parquet"))
    manifest = dask.encode_files(source, out, tokenizer, errors="skip")
    assert [each.name for each in manifest.skipped] == [str(path) for path in source[1:]]
    text = (folder / "0.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert rows(out) == tokenizer.encode_batch(text).tolist()
    listed = json.loads((out / "_manifest.json").read_bytes())
    assert "byte 0xff at offset 50000" in listed["shards"][0]["skipped"][1]["reason"]
    again = dask.encode_files(source, out, tokenizer, errors="skip")
    assert again.skipped == manifest.skipped
    assert not any(shard.is_new for shard in again.shards)
    # Shards that lack nothing are the same for both.
    with pytest.raises(
        SourceError, match=r"shard-00000\.parquet: made without .*cut\.gz, which was"
    ):
        dask.encode_files(source, out, tokenizer)
    for errors in ("raise", "skip"):
        whole = dask.encode_files(source[:1], damaged / "whole", tokenizer, errors=errors)
    assert not any(shard.is_new for shard in whole.shards)


@pytest.mark.usefixtures("client")
@pytest.mark.skipif(sys.platform == "win32", reason="no name of a file has * or ? there")
def test_a_name_that_looks_like_a_pattern_is_a_name(tmp_path: Path, tokenizer: Tokenizer) -> None:
    names = ["a*.txt", "ab.txt", "[b]?.txt", "100 %.txt", "\u00e4#.txt"]
    for index, name in enumerate(names):
        (tmp_path / name).write_text(f"cat {index}\n" * 100, encoding="utf-8", newline="")
    paths = [str(tmp_path / name) for name in names]
    assert dask.count(paths) == WordCounts.count_files(paths)
    files = dask.count_tokens(paths, tokenizer)
    assert [file.name for file in files] == paths
    assert dask.encode_files(paths, tmp_path / "out", tokenizer, part_size=300).rows == 500
    assert dask.count(f"{tmp_path}/a?.txt") == WordCounts.count_files(paths[:2])


def test_shards_are_not_made_of_a_bag(tmp_path: Path, tokenizer: Tokenizer) -> None:
    texts = bag.from_sequence(["a"])
    with pytest.raises(TypeError, match=r"^expected paths, "):
        dask.encode_files(texts, tmp_path / "out", tokenizer)
    with pytest.raises(TypeError, match=r"^expected paths, "):
        dask.count_tokens(texts, tokenizer)


@pytest.mark.usefixtures("client")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk(folder: Path, tmp_path: Path, tokenizer: Tokenizer) -> None:
    (tmp_path / "shard-00000.parquet").symlink_to("/dev/full")
    with pytest.raises((OSError, SourceError)):
        dask.encode_files(folder / "0.txt", tmp_path, tokenizer, overwrite=True)
    assert not (tmp_path / "_manifest.json").exists()


# --- Counting tokens ---


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("part_size", SIZES)
def test_tokens_of_files(
    folder: Path, lines: list[str], tokenizer: Tokenizer, part_size: int
) -> None:
    texts = as_files(lines)
    for kind in ("txt", "gz"):
        paths = [str(folder / f"{index}.{kind}") for index in range(3)]
        assert dask.count_tokens(paths, tokenizer, part_size=part_size) == [
            (path, tokenizer.count(text), len(text.encode()))
            for path, text in zip(paths, texts, strict=True)
        ]
    heard: list[tuple[int, int]] = []
    for kind in ("jsonl", "parquet"):
        found = dask.count_tokens(
            [f"{folder}/[12].{kind}", folder / f"0.{kind}"],
            tokenizer,
            column="text",
            part_size=part_size,
            progress=lambda done, total: heard.append((done, total)),
        )
        names = [f"{index}.{kind}" for index in (1, 2, 0)]
        assert [Path(file.name).name for file in found] == names
        for file, start in zip(found, (1, 2, 0), strict=True):
            some = lines[start::3]
            expected = int(tokenizer.count_batch(some).sum())
            assert file[1:] == (expected, sum(len(text.encode()) for text in some))
        assert heard[-1][0] == heard[-1][1] > 0


@pytest.mark.usefixtures("client")
def test_files_whose_tokens_cannot_be_counted(damaged: Path, tokenizer: Tokenizer) -> None:
    for name, column, error, says in (
        ("bad.txt", None, NotUtf8Error, "byte 0xff at offset 50000"),
        ("cut.gz", None, OSError, "damaged gzip file"),
        ("bad.jsonl", "text", JsonLinesError, "not a JSON object with a text in 'text'"),
        ("half.jsonl", "text", JsonLinesError, "line at offset 15: the text in 'text' has"),
        ("bad.parquet", "text", SourceError, "not a file of Parquet"),
    ):
        path = damaged / name
        with pytest.raises(error, match=says) as raised:
            dask.count_tokens(path, tokenizer, column=column)
        assert str(raised.value).startswith(f"{path}: ")
    path = damaged / "special.txt"
    path.write_bytes(b"a\n<end>\n")
    with pytest.raises(SpecialTokenError, match=r"special\.txt: the text has the special token"):
        dask.count_tokens(path, tokenizer)
    (found,) = dask.count_tokens(path, tokenizer, allowed_special="all")
    assert found.tokens == tokenizer.count("a\n<end>\n", allowed_special="all")
    nulls = damaged / "nulls.parquet"
    parquet.write_table(pa.table({"text": ["a", None]}), nulls)
    with pytest.raises(TypeError, match=r"nulls\.parquet: text 1: expected a string, not null$"):
        dask.count_tokens(nulls, tokenizer, column="text")
    assert dask.count_tokens(nulls, tokenizer, column="text", nulls="empty")[0][1:] == (1, 1)
    parquet.write_table(pa.table({"text": pa.array([], pa.string())}), nulls)
    assert dask.count_tokens(nulls, tokenizer, column="text")[0][1:] == (0, 0)
    with pytest.raises(ValueError, match=r"^nulls must be one of error, empty, not 'null'$"):
        dask.count_tokens(nulls, tokenizer, column="text", nulls="null")  # type: ignore[arg-type]


# --- The command line ---


def run(*arguments: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bytemerge", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_commands(client: Any, folder: Path, tmp_path: Path, lines: list[str]) -> None:
    model, out, address = tmp_path / "model", tmp_path / "out", client.scheduler.address
    trained = run(
        *("train", "--scheduler", address, "--vocab-size", 400, "--output", model),
        *("--field", "text", f"{folder}/*.parquet"),
    )
    assert trained.returncode == 0, trained.stderr
    assert trained.stderr.startswith("note: the workers counted ")
    tokenizer = Tokenizer.load(model)
    assert tokenizer == Tokenizer.train(lines, 400)
    for new in ("1 are", "0 are"):
        encoded = run("encode", "--scheduler", address, "-o", out, model, folder / "0.txt")
        assert encoded.returncode == 0, encoded.stderr
        assert encoded.stdout.endswith(f" tokens in 1 shards, of which {new} new\n")
    assert rows(out) == tokenizer.encode_batch(lines[::3]).tolist()
    local = run("train", "--workers", 1, "-v", 400, "-o", tmp_path / "b", f"{folder}/*.txt")
    assert local.returncode == 0, local.stderr
    assert Tokenizer.load(tmp_path / "b") == Tokenizer.train(as_files(lines), 400)


def test_the_command_count(
    client: Any, folder: Path, tmp_path: Path, tokenizer: Tokenizer, capsys: Captured
) -> None:
    model, address = str(tmp_path / "model"), client.scheduler.address
    tokenizer.save(model)
    given: list[list[Any]] = [
        [folder / "0.txt", folder / "2.gz", folder / "0.txt"],
        ["--json", "--field", "text", folder / "1.parquet", folder / "0.jsonl"],
        ["--as-text", folder / "1.txt"],
    ]
    for arguments in given:
        local = printed(capsys, "count", model, *map(str, arguments))
        assert local.count("\n") in {1, 2, 5}
        shared = printed(capsys, "count", "--scheduler", address, model, *map(str, arguments))
        assert shared == local


def test_the_command_count_refuses(
    client: Any, folder: Path, tmp_path: Path, tokenizer: Tokenizer, capsys: Captured
) -> None:
    model, address = str(tmp_path / "model"), client.scheduler.address
    tokenizer.save(model)
    special, nulls = tmp_path / "special.txt", tmp_path / "nulls.parquet"
    special.write_bytes(b"a<end>")
    parquet.write_table(pa.table({"text": ["a", None]}), nulls)
    refused: list[tuple[list[Any], str]] = [
        (
            [special],
            (
                f'{special}: the text has the special token "<end>" at byte 1, which is not '
                "allowed: add --allow-special, or --as-text"
            ),
        ),
        (
            [folder / "0.jsonl"],
            (
                f"{folder / '0.jsonl'}: JSON Lines, not plain text: name the field that has the "
                "text, as in --field text"
            ),
        ),
        (
            ["--field", "text", nulls],
            f"{nulls}: text 1: expected a string, not null",
        ),
        (["--field", "text", tmp_path / "gone"], f"{tmp_path / 'gone'}: No such file or directory"),
        (["-"], "--scheduler is for files, not for standard input"),
        (
            ["--threads", 1, special],
            "--threads does not go together with --scheduler: each worker has its own",
        ),
    ]
    for arguments, says in refused:
        strings = map(str, arguments)
        assert refusal(capsys, "count", "--scheduler", address, model, *strings) == says


def test_commands_name_options_and_not_arguments(
    client: Any, folder: Path, tmp_path: Path, tokenizer: Tokenizer, capsys: Captured
) -> None:
    model, special, out = (str(tmp_path / name) for name in ("model", "special.txt", "out"))
    tokenizer.save(model)
    Path(special).write_bytes(b"a<end>")
    where = ("--scheduler", client.scheduler.address)
    said = refusal(capsys, "encode", *where, "-o", out, model, special)
    assert said.endswith("which is not allowed: add --allow-special, or --as-text")
    for kind in ("parquet", "jsonl"):
        files = f"{folder}/*.{kind}"
        for command in (("encode", "-o", out, model), ("train", "-o", f"{out}2", "-v", "300")):
            said = refusal(capsys, command[0], *where, *command[1:], files)
            assert said.endswith(" that has the text, as in --field text"), said
    assert [*Path(out).iterdir()] == []
    assert not Path(f"{out}2").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--workers", "1"], "--workers is for files, not for standard input"),
        (["--workers", "1", "--threads", "1", "a"], "--threads does not go together with"),
        (["--workers", "1", "gone.txt"], "gone.txt: No such file or directory"),
        (["--scheduler", "nonsense://a", "a"], "--scheduler nonsense://a: "),
        (["--scheduler", "nonsense", "a"], "--scheduler nonsense: missing port number"),
        (["--workers", "1", "--scheduler", "tcp://a", "a"], "not allowed with argument"),
        (["--tokenizer", "py", "--workers", "1", "a"], "--workers is not for --tokenizer py"),
    ],
)
def test_commands_that_are_refused(arguments: list[str], says: str, tmp_path: Path) -> None:
    refused = run("train", "-v", 300, "-o", tmp_path / "model", *arguments)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stderr.count("\n") <= 2
    assert list(tmp_path.iterdir()) == []


# --- Examples ---


def examples() -> list[doctest.DocTest]:
    names = [module.name for module in pkgutil.iter_modules(dask.__path__, "bytemerge.dask.")]
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = map(importlib.import_module, names)
    found = (each for module in modules for each in finder.find(module, globs=dict(vars(module))))
    return [each for each in found if each.examples]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_example(example: doctest.DocTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in example.examples:
        line.options.pop(doctest.SKIP, None)
    assert doctest.DocTestRunner().run(example).failed == 0


def test_public_names_have_examples() -> None:
    shown = {example.name.rpartition(".")[2] for example in examples()}
    assert set(dask.__all__) <= shown
    assert not set(dask.__all__) & set(bytemerge.__all__)
