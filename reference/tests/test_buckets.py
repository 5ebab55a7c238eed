"""Counting, training and encoding from and to a bucket, on a server of S3 on this machine."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import clusters
import pytest
from command_line import Captured, printed

from bytemerge import SourceError, Tokenizer

pytest.importorskip("distributed")
fsspec = pytest.importorskip("fsspec")
moto = pytest.importorskip("moto.server")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("s3fs")

from bytemerge import dask  # it needs what may not be installed
from bytemerge.dask import shards

pytestmark = [
    pytest.mark.filterwarnings("default"),  # Dask and botocore have their own
    pytest.mark.thread_unsafe(reason="shares a cluster"),
]

KINDS = ("txt", "gz", "jsonl", "parquet")
SIZES = (20_000, 10_000_000)
"""Bytes of a part: many small ones, and whole files."""

BLOCK = 5 << 20
"""The bytes that are uploaded at a time, the fewest that S3 takes."""


@pytest.fixture(scope="module")
def options() -> Iterator[dict[str, Any]]:
    """The options of fsspec for a server with two buckets, which commands find too."""
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", address)
        patch.setenv("AWS_ACCESS_KEY_ID", "anyone")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "anything")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        options = {"endpoint_url": address, "key": "anyone", "secret": "anything"}
        system = fsspec.filesystem("s3", **options)
        system.mkdir("corpus")
        system.mkdir("made")
        yield options
    server.stop()


@pytest.fixture(scope="module")
def client(options: dict[str, Any]) -> Iterator[Any]:
    """A cluster of two processes, which is the current one, started after the server."""
    assert options
    with clusters.two_processes() as client:
        yield client


@pytest.fixture(scope="module")
def lines(corpus: list[str]) -> list[str]:
    return [*corpus[:4000], "", "\u00e9\u4e2d\U0001f600" * 50, "12 34", ""]


@pytest.fixture(scope="module")
def folder(
    lines: list[str], options: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with files of each kind, which are in a bucket too."""
    folder = tmp_path_factory.mktemp("corpus")
    for index in range(2):
        some = lines[index::2]
        content = "".join(f"{line}\n" for line in some).encode()
        (folder / f"{index}.txt").write_bytes(content)
        (folder / f"{index}.gz").write_bytes(gzip.compress(content))
        texts = "".join(json.dumps({"text": line}) + "\n" for line in some)
        (folder / f"{index}.jsonl").write_bytes(texts.encode())
        table = pa.table({"text": some})
        parquet.write_table(table, folder / f"{index}.parquet", row_group_size=300)
    system = fsspec.filesystem("s3", **options)
    for path in folder.iterdir():
        system.put_file(str(path), f"corpus/{path.name}")
    return folder


@pytest.fixture(scope="module")
def tokenizer(lines: list[str]) -> Tokenizer:
    return Tokenizer.train(lines, 500, special_tokens=["<end>"])


def column(kind: str) -> str | None:
    return "text" if kind in {"jsonl", "parquet"} else None


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("part_size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_those_of_local_files(
    folder: Path, options: dict[str, Any], tokenizer: Tokenizer, kind: str, part_size: int
) -> None:
    given: dict[str, Any] = {"column": column(kind), "part_size": part_size}
    local, there = f"{folder}/*.{kind}", f"s3://corpus/*.{kind}"
    counts = dask.count(there, storage_options=options, **given)
    assert counts == dask.count(local, **given)
    assert counts.total > 0
    found = dask.count_tokens(there, tokenizer, storage_options=options, **given)
    assert [file.name for file in found] == [f"s3://corpus/{index}.{kind}" for index in range(2)]
    expected = dask.count_tokens(local, tokenizer, **given)
    assert [file[1:] for file in found] == [file[1:] for file in expected]


@pytest.mark.usefixtures("client")
def test_training_is_that_of_local_files(folder: Path, options: dict[str, Any]) -> None:
    sources = [f"s3://corpus/{index}.txt" for index in range(2)]
    there = dask.train(sources, 400, part_size=30_000, storage_options=options)
    assert there == Tokenizer.train_from_files(sorted(folder.glob("*.txt")), 400)


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("kind", KINDS)
def test_shards_are_those_of_local_files(
    folder: Path, options: dict[str, Any], tokenizer: Tokenizer, tmp_path: Path, kind: str
) -> None:
    given: dict[str, Any] = {
        "column": column(kind),
        "part_size": 20_000,
        "separator": "<end>",
        "storage_options": options,
    }
    source, out = f"s3://corpus/*.{kind}", f"s3://made/{kind}"
    manifest = dask.encode_files(source, out, tokenizer, **given)
    local = dask.encode_files(
        f"{folder}/*.{kind}", tmp_path, tokenizer, **{**given, "storage_options": None}
    )
    system = fsspec.filesystem("s3", **options)
    names = [shard.name for shard in manifest.shards]
    assert names == [shard.name for shard in local.shards]
    system.invalidate_cache()
    there = {path.rpartition("/")[2] for path in system.ls(f"made/{kind}", detail=False)}
    assert there == {"_manifest.json", *names}
    for name in names:
        with system.open(f"made/{kind}/{name}") as file:
            assert parquet.read_table(file) == parquet.read_table(tmp_path / name)
    # What is missing is made again, and nothing else.
    system.rm_file(f"made/{kind}/{names[0]}")
    again = dask.encode_files(source, out, tokenizer, **given)
    assert [shard.name for shard in again.shards if shard.is_new] == names[:1]
    sums = [[shard.sha256 for shard in each.shards] for each in (manifest, again)]
    assert sums[0] == sums[1]
    system.invalidate_cache()
    listed = json.loads(system.cat_file(f"made/{kind}/_manifest.json"))
    assert listed["tokens"] == manifest.tokens
    other, given["separator"] = Tokenizer.train([], 256), None
    says = rf"^s3://made/{kind}/shard-00000\.parquet: made of another tokenizer"
    with pytest.raises(SourceError, match=says):
        dask.encode_files(source, out, other, **given)


@pytest.mark.usefixtures("client", "folder")
def test_what_is_not_in_the_bucket(options: dict[str, Any]) -> None:
    for source, says in (
        ("s3://corpus/gone.txt", "s3://corpus/gone.txt"),
        ("s3://corpus/gone*.txt", "no file matches the pattern"),
        ("s3://no-such-bucket/a.txt", "s3://no-such-bucket/a.txt"),
    ):
        with pytest.raises(FileNotFoundError, match=says.replace("*", r"\*")):
            dask.count(source, storage_options=options)


def test_an_object_appears_when_it_is_complete(options: dict[str, Any]) -> None:
    folder = shards.Folder("s3://made/large", {**options, "default_block_size": BLOCK})
    content = bytes(range(256)) * (BLOCK // 100)
    system = fsspec.filesystem("s3", **options)

    def there() -> bool:
        system.invalidate_cache()
        return bool(system.exists("made/large/a"))

    def write(end: Exception | None = None) -> None:
        with folder.replacing("a") as file:
            file.write(content)
            assert not there()
            if end is not None:
                raise end

    with pytest.raises(LookupError, match="enough"):
        write(LookupError("enough"))
    assert not there()
    write()
    assert there()
    assert system.cat_file("made/large/a") == content


def test_the_commands(
    client: Any, folder: Path, tmp_path: Path, tokenizer: Tokenizer, capsys: Captured
) -> None:
    model, cluster = str(tmp_path / "model"), ("--scheduler", client.scheduler.address)
    tokenizer.save(model)
    there = printed(capsys, "count", *cluster, model, "s3://corpus/0.txt")
    local = printed(capsys, "count", model, str(folder / "0.txt"))
    assert there.replace("s3://corpus/0.txt", str(folder / "0.txt")) == local
    printed(capsys, "encode", *cluster, "-o", "s3://made/command", model, "s3://corpus/0.txt")
    with fsspec.open("s3://made/command/shard-00000.parquet") as file:
        ids = parquet.read_table(file)["ids"].to_pylist()
    text = (folder / "0.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert ids == tokenizer.encode_batch(text).tolist()
