"""The files of a package that count as code."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tools import ROOT


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("numpy/linalg/_umath_linalg.cpython-311-x86_64-linux-gnu.so", "compiled"),
        ("numpy.libs/libgfortran-040039e1.so.5.0.0", "compiled"),
        ("numpy/_core/_multiarray_umath.cp311-win_amd64.pyd", "compiled"),
        ("bin/ruff", "compiled"),
        ("Scripts/ruff.exe", "compiled"),
        ("numpy/matlib.py", "python"),
        ("numpy/tests/test_matlib.py", None),
        ("numpy/_core/include/numpy/ndarrayobject.h", None),
        ("numpy-2.4.6.dist-info/RECORD", None),
    ],
)
def test_code_is_compiled_or_python(path: str, kind: str | None) -> None:
    made_of = runpy.run_path(str(ROOT / "docs" / "why" / "made_of.py"))
    assert made_of["kind_of"](Path(path)) == kind
