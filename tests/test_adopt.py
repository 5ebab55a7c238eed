"""A small package in pure Python adopts the template, as docs/guides/adopt.md says: that page shows this code."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tools.render import ROOT, render
from tools.shell import clean_environment, run, uv

if TYPE_CHECKING:
    from pathlib import Path

OLD = {
    "slowpack/__init__.py": 'from slowpack.text import shout\n\n__all__ = ["shout"]\n',
    "slowpack/text.py": 'def shout(text: str) -> str:\n    """Return a text in capitals."""\n'
    '    return text.upper() + "!"\n',
    "tests/test_shout.py": "from slowpack import shout\n\n\n"
    'def test_shout() -> None:\n    assert shout("hi") == "HI!"\n',
}


def old_package(folder: Path) -> Path:
    """A package as it was before."""
    for name, text in OLD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_small_package_adopts_the_template(tmp_path: Path) -> None:
    # 1. A package of the same name, rendered beside the old one.
    old = old_package(tmp_path / "old")
    new = render({"project_name": "slowpack", "git": False}, tmp_path / "new")
    package = new / "python" / "slowpack"
    example = (package / "__init__.py").read_text(encoding="utf-8")

    # 2. The old modules move in.
    shutil.copy2(old / "slowpack" / "text.py", package / "text.py")

    # 3. The old names stand beside those of the compiled module.
    names = (old / "slowpack" / "__init__.py").read_text(encoding="utf-8").partition("\n\n__all__")[0]
    merged = example.replace("\n__all__ = [", f"{names}\n\n__all__ = [").replace(
        '    "count_words_in_all",\n', '    "count_words_in_all",\n    "shout",\n'
    )
    (package / "__init__.py").write_text(merged, encoding="utf-8")

    # 4. The old tests move in.
    shutil.copy2(old / "tests" / "test_shout.py", new / "tests")

    # 5. Both the old tests and the template's pass.
    environment = clean_environment({"CARGO_TARGET_DIR": str(ROOT / ".bake" / "target-0")})
    tested = run([uv(), "run", "--locked", "pytest", "-q"], new, environment)
    assert "passed" in tested
    assert "failed" not in tested
    both = "import slowpack; print(slowpack.shout('hi'), slowpack.count_words('hi').total)"
    assert run([uv(), "run", "--locked", "python", "-c", both], new, environment).endswith("HI! 1\n")
