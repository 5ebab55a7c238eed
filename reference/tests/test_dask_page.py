"""The examples of the page about many machines, on a cluster of one process."""

import json
import re
from pathlib import Path

import pytest

distributed = pytest.importorskip("distributed")
pa = pytest.importorskip("pyarrow")

PAGE = Path(__file__).parents[1] / "docs" / "many-machines.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)

pytestmark = [
    pytest.mark.filterwarnings("default"),  # Dask has its own
    pytest.mark.thread_unsafe(reason="it starts processes"),
]


def test_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("corpus").mkdir()
    table = pa.table({"text": ["the cat", "the hat"] * 100})
    pytest.importorskip("pyarrow.parquet").write_table(table, "corpus/a.parquet")
    on_this_machine, on_a_cluster, shard, all_tokens = BLOCKS
    code = on_this_machine.replace("workers=8", "workers=1")
    exec(compile(code, str(PAGE), "exec"), {"__name__": "__main__"})
    names: dict[str, object] = {}
    for block in (shard, all_tokens):
        exec(compile(block, str(PAGE), "exec"), names)
    manifest = json.loads(Path("shards/_manifest.json").read_text(encoding="utf-8"))
    assert names["end"] == manifest["tokens"] > 0
    assert Path("tokens.bin").stat().st_size == 4 * manifest["tokens"]
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster:
        code = on_a_cluster.replace("tcp://10.0.0.1:8786", cluster.scheduler_address)
        exec(compile(code, str(PAGE), "exec"), names)
        names["client"].close()  # type: ignore[attr-defined]
