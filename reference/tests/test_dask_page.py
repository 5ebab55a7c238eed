"""The examples of the page about many machines, on a cluster of one process."""

import importlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bytemerge import Tokenizer

distributed = pytest.importorskip("distributed")
pa = pytest.importorskip("pyarrow")

from bytemerge import dask  # it needs what may not be installed

PAGE = Path(__file__).parents[1] / "docs" / "many-machines.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
ON_THIS_MACHINE, ON_A_CLUSTER, SHARD, ALL_TOKENS, WINDOWS, ARROW, TORCH, GRAIN = BLOCKS

pytestmark = [
    pytest.mark.filterwarnings("default"),  # Dask has its own
    pytest.mark.thread_unsafe(reason="it starts processes"),
]


def run(*blocks: str, name: str = "example") -> dict[str, Any]:
    """Run blocks of the page, and return the names that they define."""
    names: dict[str, Any] = {"__name__": name}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    return names


def test_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("corpus").mkdir()
    table = pa.table({"text": ["the cat", "the hat"] * 100})
    pytest.importorskip("pyarrow.parquet").write_table(table, "corpus/a.parquet")
    run(ON_THIS_MACHINE.replace("workers=8", "workers=1"), name="__main__")
    names = run(SHARD, ALL_TOKENS)
    manifest = json.loads(Path("shards/_manifest.json").read_text(encoding="utf-8"))
    assert names["end"] == manifest["tokens"] > 0
    assert Path("tokens.bin").stat().st_size == 4 * manifest["tokens"]
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster:
        code = ON_A_CLUSTER.replace("tcp://10.0.0.1:8786", cluster.scheduler_address)
        run(code)["client"].close()


# --- How training reads the shards: nothing is lost, and nothing is read twice ---

TEXTS = [f"{'the cat ' * (number % 7 + 1)}{number}" for number in range(200)]
SHARDS = 10


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.train(TEXTS, 300)


@pytest.fixture(scope="module")
def documents(tokenizer: Tokenizer) -> list[tuple[int, ...]]:
    """The ids of the texts."""
    return [tuple(ids) for ids in tokenizer.encode_batch(TEXTS).tolist()]


@pytest.fixture(scope="module")
def made(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with shards, and with the two files that the examples make of them."""
    folder = tmp_path_factory.mktemp("made")
    size = len(TEXTS) // SHARDS
    for number in range(SHARDS):
        lines = "".join(f"{line}\n" for line in TEXTS[number * size :][:size])
        (folder / f"{number}.txt").write_bytes(lines.encode())
    source, out = f"{folder}/*.txt", folder / "shards"
    with (
        distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        manifest = dask.encode_files(source, out, tokenizer, client=client, part_size=1000)
    assert len(manifest.shards) == SHARDS
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run(SHARD, ALL_TOKENS, ARROW)
    return folder


@pytest.fixture
def there(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, which is the current one."""
    monkeypatch.chdir(made)
    return made


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("ranks", [1, 3])
def test_windows(documents: list[tuple[int, ...]], ranks: int) -> None:
    tokens = [token for document in documents for token in document]
    windows = run(SHARD, WINDOWS)["windows"]
    read = [list(windows(8, 1, rank, ranks)) for rank in range(ranks)]
    expected = [
        (tuple(tokens[at : at + 8]), tuple(tokens[at + 1 : at + 9]))
        for at in range(0, len(tokens) - 8, 8)
    ]
    found = [(tuple(here), tuple(there)) for some in read for here, there in some]
    assert Counter(found) == Counter(expected)
    assert found != expected
    first = next(windows(8, 2))[0]
    assert any(first.tolist() != next(windows(8, epoch))[0].tolist() for epoch in range(3, 6))


@pytest.mark.usefixtures("there")
def test_a_file_of_arrow(documents: list[tuple[int, ...]]) -> None:
    column = pa.ipc.open_file(pa.memory_map("ids.arrow")).read_all()["ids"]
    before = pa.total_allocated_bytes()
    assert [tuple(column[index].as_py()) for index in range(len(column))] == documents
    assert pa.total_allocated_bytes() == before  # it is mapped, and not read


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples for PyTorch and for Grain in modules, which processes can import."""
    for name, block in (("example_of_torch", TORCH), ("example_of_grain", GRAIN)):
        (tmp_path / f"{name}.py").write_text(block, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)


def as_tuples(arrays: Iterable[Any]) -> list[tuple[int, ...]]:
    return [tuple(ids.tolist()) for ids in arrays]


@pytest.mark.usefixtures("modules")
def test_pytorch(made: Path, documents: list[tuple[int, ...]]) -> None:
    data = pytest.importorskip("torch.utils.data")
    module = importlib.import_module("example_of_torch")
    folder = str(made / "shards")
    in_order = as_tuples(module.Shards(folder, 0))
    assert Counter(in_order) == Counter(documents)
    assert in_order != documents
    # A shard is read to its end before the next one starts.
    size = len(documents) // SHARDS
    shard_of = {document: index // size for index, document in enumerate(documents)}
    shards = [shard_of[document] for document in in_order]
    assert all(len(set(shards[at : at + size])) == 1 for at in range(0, len(shards), size))
    assert shards != sorted(shards)
    assert as_tuples(module.Shards(folder, 0)) == in_order != as_tuples(module.Shards(folder, 1))
    for workers, ranks in ((0, 3), (2, 2)):
        read = [
            as_tuples(
                data.DataLoader(
                    module.Shards(folder, 0, rank, ranks),
                    batch_size=None,
                    num_workers=workers,
                    multiprocessing_context="spawn" if workers else None,
                )
            )
            for rank in range(ranks)
        ]
        assert all(read)
        assert Counter(document for some in read for document in some) == Counter(documents)


@pytest.mark.usefixtures("modules")
def test_grain(made: Path, documents: list[tuple[int, ...]]) -> None:
    grain = pytest.importorskip("grain")
    module = importlib.import_module("example_of_grain")
    path = str(made / "ids.arrow")
    assert as_tuples(module.Documents(path)) == documents
    orders = [as_tuples(module.share(path, epoch)) for epoch in (0, 0, 1)]
    assert all(Counter(order) == Counter(documents) for order in orders)
    assert orders[0] == orders[1] != orders[2]
    for workers, ranks in ((0, 3), (2, 2)):
        options = grain.MultiprocessingOptions(num_workers=workers)
        read = [
            as_tuples(module.share(path, 0, rank, ranks).to_iter_dataset().mp_prefetch(options))
            for rank in range(ranks)
        ]
        assert all(read)
        assert Counter(document for some in read for document in some) == Counter(documents)
