"""The wheel, where it is installed as one."""

import importlib.metadata
import re
import zlib
from pathlib import Path

import pytest

LARGEST = 3_000_000
"""Bytes of a wheel."""

BY_THE_INSTALLER = {"INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}


def test_the_wheel_is_small() -> None:
    files = importlib.metadata.files("bytemerge") or []
    if not any(file.match("bytemerge/_core.*") for file in files):
        pytest.skip("installed for editing: what is compiled is not as users get it")
    content = [Path(str(file.locate())) for file in files if file.suffix != ".pyc"]
    # A wheel holds each file compressed like this.
    assert sum(len(zlib.compress(path.read_bytes())) for path in content) < LARGEST


def test_the_wheel_has_the_files_that_the_docs_list() -> None:
    installed = importlib.metadata.files("bytemerge") or []
    if not any(file.match("bytemerge/_core.*") for file in installed):
        pytest.skip("installed for editing: its files stay in the source tree")
    files = {
        re.sub(r"_core\..*(so|pyd)$", "_core.abi3.so", file.as_posix())
        for file in installed
        # Scripts lie outside, and byte code comes when it is needed.
        if ".." not in file.parts and file.suffix != ".pyc" and file.name not in BY_THE_INSTALLER
    }
    page = (Path(__file__).parent.parent / "docs" / "wheel.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)
    assert sorted(files) == sorted(listed.split())


def test_the_docs_list_each_file_of_the_source_tree() -> None:
    sources = Path(__file__).parents[1] / "python"
    files = {
        file.relative_to(sources).as_posix()
        for file in sources.glob("bytemerge/**/*.py*")
        if file.suffix not in {".pyc", ".pyd"}
    }
    page = sources.with_name("docs") / "wheel.md"
    listed = set(page.read_text(encoding="utf-8").split())
    assert files
    assert files <= listed
