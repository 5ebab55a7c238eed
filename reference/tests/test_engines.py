"""The examples of the page about engines, each where its engine is installed."""

import re
import shutil
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "engines.md"
SECTIONS = PAGE.read_text(encoding="utf-8").split("\n## ")
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
MODULES = {
    "polars": "polars",
    "DuckDB": "duckdb",
    "datasets": "datasets",
    "Daft": "daft",
    "Ray Data": "ray.data",
    "Spark": "pyspark",
}

pytestmark = [
    pytest.mark.filterwarnings("default"),  # each engine has its own
    pytest.mark.thread_unsafe(reason="engines use all processors"),
]


@pytest.mark.parametrize("engine", MODULES)
def test_example(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip(MODULES[engine])
    if engine == "Spark" and not shutil.which("java"):
        pytest.skip("Spark needs Java")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    (section,) = (each for each in SECTIONS if each.startswith(f"{engine}\n"))
    (start,), (example,) = BLOCK.findall(SECTIONS[0]), BLOCK.findall(section)
    exec(compile(start + example, str(PAGE), "exec"), {"__name__": "example"})


def test_every_engine_is_tested() -> None:
    titles = [section.partition("\n")[0] for section in SECTIONS[1:] if BLOCK.search(section)]
    assert titles == list(MODULES)
