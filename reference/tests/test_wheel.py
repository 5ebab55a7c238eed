"""The wheel, if it is installed as one."""

import importlib.metadata
import re
import zlib
from pathlib import Path

import pytest

LARGEST = 3_000_000
"""The largest size of a wheel in bytes."""

BY_THE_INSTALLER = {"INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}

OF_MUSL = re.compile(r"bytemerge\.libs/libgcc_s-\w+\.so\.1|.*/sboms/auditwheel\.cdx\.json")
"""The files that auditwheel adds to a wheel for Alpine Linux.

They are the library that Rust needs there, and its SBOM.
"""


def listed(files: list[str], tags: str) -> list[str]:
    """Return the installed files of a wheel with these tags in the form of the docs' list."""
    return [
        re.sub(r"_core\..*(so|pyd)$", "_core.abi3.so", file)
        for file in files
        if not ("musllinux" in tags and OF_MUSL.fullmatch(file))
    ]


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
    files = [
        file.as_posix()
        for file in installed
        # Scripts are outside, and bytecode appears when it is needed.
        if ".." not in file.parts and file.suffix != ".pyc" and file.name not in BY_THE_INSTALLER
    ]
    tags = importlib.metadata.distribution("bytemerge").read_text("WHEEL") or ""
    page = (Path(__file__).parent.parent / "docs" / "wheel.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)
    assert sorted(listed(files, tags)) == sorted(text.split())


def test_a_wheel_for_alpine_has_what_auditwheel_adds_to_it() -> None:
    own = "bytemerge/__init__.py"
    added = [
        "bytemerge.libs/libgcc_s-0cd532bd.so.1",
        "bytemerge-0.1.0.dist-info/sboms/auditwheel.cdx.json",
    ]
    assert listed([own, *added], "Tag: cp311-abi3-musllinux_1_2_x86_64") == [own]
    assert listed([own, *added], "Tag: cp311-abi3-manylinux_2_28_x86_64") == [own, *added]
    other = "bytemerge.libs/libstdc++-1b2c0963.so.6"
    assert listed([own, other], "Tag: cp311-abi3-musllinux_1_2_x86_64") == [own, other]


def test_the_docs_list_each_file_of_the_source_tree() -> None:
    sources = Path(__file__).parents[1] / "python"
    files = {
        file.relative_to(sources).as_posix()
        for file in sources.glob("bytemerge/**/*.py*")
        if file.suffix not in {".pyc", ".pyd"}
    }
    page = sources.with_name("docs") / "wheel.md"
    assert files
    assert files <= set(page.read_text(encoding="utf-8").split())
