"""Two builds of a package are compared, and only allowed differences pass."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from tools.shell import Failed
from tools.template import reproduce

if TYPE_CHECKING:
    from pathlib import Path


def archive(path: Path, content: str) -> Path:
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(zipfile.ZipInfo("a.py"), content)
    return path


def test_what_differs_between_two_builds_is_named(tmp_path: Path) -> None:
    one, same, other = (
        archive(tmp_path / f"{number}.whl", content)
        for number, content in enumerate(("same", "same", "other"))
    )
    assert reproduce.differences(one, same) == []
    assert reproduce.differences(one, other) == ["a.py"]


def test_only_the_sbom_and_its_checksum_may_differ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reproduce, "run", lambda *_: "1790000000\n")
    monkeypatch.setattr(reproduce, "build", lambda *_: [tmp_path])
    names = ["a-1.dist-info/RECORD", "a-1.dist-info/sboms/a.json"]
    monkeypatch.setattr(reproduce, "differences", lambda *_: names)
    reproduce.check(tmp_path, {})
    names.append("a/_core.abi3.so")
    with pytest.raises(Failed, match=r"a/_core\.abi3\.so differs between two builds"):
        reproduce.check(tmp_path, {})
