"""The excerpts on pages equal the files."""

from __future__ import annotations

import importlib
import re
import sys
from typing import TYPE_CHECKING

import pytest

from tools import ROOT
from tools.site import excerpts, fill

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """before

<!-- excerpt code.py
start-at: "    two"
dedent: 4
-->

```python
old
```

<!-- end -->

<!-- excerpt said.txt -->

old

<!-- end -->

1. In a list:

   <!-- excerpt code.py
   lines: "1"
   -->

   ```python
   old
   ```

   <!-- end -->
"""


@pytest.mark.parametrize("page", fill.pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_page_shows_what_the_files_say(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert excerpts.filled(text, page.parent) == text, "run nox -s fill"


@pytest.mark.parametrize(
    ("found", "instead", "fault"),
    [
        ("code.py", "gone.py", "gone.py' not found"),
        ('"    two"', '"    four"', "four"),
        ("```\n\n<!-- end -->", "```\n", "lacks an empty line after its comment, or its end"),
        ("said.txt -->\n", "said.txt -->", "lacks an empty line after its comment, or its end"),
    ],
)
def test_a_comment_that_is_no_excerpt_is_a_fault(
    found: str, instead: str, fault: str, tmp_path: Path
) -> None:
    (tmp_path / "code.py").write_text("one\n    two\n", encoding="utf-8")
    (tmp_path / "said.txt").write_text("A sentence.\n", encoding="utf-8")
    assert excerpts.filled(PAGE, tmp_path)
    with pytest.raises((OSError, ValueError), match=re.escape(fault)):
        excerpts.filled(PAGE.replace(found, instead), tmp_path)


def test_a_page_is_filled_with_what_its_comments_choose(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("one\n    two\n    three\n", encoding="utf-8")
    (tmp_path / "said.txt").write_text("A sentence.\n", encoding="utf-8")
    page = excerpts.filled(PAGE, tmp_path)
    assert "-->\n\n```python\ntwo\nthree\n```\n\n<!-- end -->\n" in page
    assert "-->\n\nA sentence.\n\n<!-- end -->\n" in page
    assert "   -->\n\n   ```python\n   one\n   ```\n\n   <!-- end -->\n" in page
    assert excerpts.filled(page, tmp_path) == page


def test_the_site_includes_the_file_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs" / "_extensions"), *sys.path])
    source = [PAGE]
    importlib.import_module("excerpts").read(None, "page", source)
    directive = '```{literalinclude} code.py\n:language: "python"\n:start-at: "    two"\n:dedent: 4\n```'
    assert directive in source[0]
    assert "<!-- excerpt said.txt -->\n\nold\n" in source[0]
    assert '   ```{literalinclude} code.py\n   :language: "python"\n   :lines: "1"\n   ```' in source[0]
