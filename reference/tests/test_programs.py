"""Both command lines do the same: cases that the program without Python passes too.

``crates/bytemerge-cli/tests/cases.rs`` runs them too. A case is some files, and commands one after
the other, with the output of each, its status, and the files that are there afterwards, by their
checksums.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Captured

from bytemerge.cli import main

CASES = Path(__file__).parent / "cases" / "command_line.json"


def ran(capsys: Captured, command: list[str]) -> dict[str, Any]:
    """Return the result of a step of a case."""
    try:
        status: object = main(command)
    except SystemExit as left:
        status = left.code
    out, err = capsys.readouterr()
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path().iterdir())
        if path.name in ("model", "ids")
    }
    assert not list(Path().glob("*.tmp"))
    return {"command": command, "status": status, "out": out, "err": err, "files": files}


@pytest.mark.parametrize(
    "case", json.loads(CASES.read_text(encoding="utf-8")), ids=lambda case: case["name"]
)
def test_a_case(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, case: dict[str, Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in case["files"].items():
        Path(name).write_bytes(content.encode())
    for step in case["steps"]:
        assert ran(capsys, step["command"]) == step
