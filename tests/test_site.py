"""The site agrees with the code: generated pages, executed code, and links."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tools import ROOT
from tools.site import fill, links, lists

if TYPE_CHECKING:
    from pathlib import Path


def test_the_page_of_questions_shows_the_default_in_bold() -> None:
    settings = {
        "name": "my-package",
        "__hidden": "x",
        "author": "{{= from_git() =}}",
        "size": ["small", "large"],
        "cli": False,
        "__prompts__": {
            "name": "Its name",
            "author": "You",
            "size": {"__prompt__": "How large", "small": "S", "large": "L"},
            "cli": "A program?",
        },
    }
    assert lists.questions(json.dumps(settings)).splitlines()[2:] == [
        "| `name` | Its name | text: **`my-package`** |",
        "| `author` | You | text |",
        "| `size` | How large | **`small`**, `large` |",
        "| `cli` | A program? | yes, **no** |",
    ]


def test_the_page_of_tasks_lists_every_session() -> None:
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    found = dict(lists.sessions(noxfile))
    assert noxfile.count("@nox.session") == len(found)
    assert all(found.values())


def test_the_page_of_tasks_marks_what_is_typed() -> None:
    noxfile = """
@nox.session
def bump(session):
    \"\"\"Set it (-- minor, or 1.2.3; -- --only NAME, --quick; -- built [dist]); -- and options go on.\"\"\"
"""
    said = "Set it (`-- minor`, or 1.2.3; `-- --only NAME`, `--quick`; `-- built [dist]`); `--` and options go on."
    assert lists.tasks(noxfile).splitlines()[2:] == [f"| `nox -s bump` | {said} |"]


def test_copied_docs_lead_to_the_files_that_they_led_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs" / "_extensions"), *sys.path])
    source, target = tmp_path / "reference" / "docs", tmp_path / "docs" / "bytemerge"
    (source / "measured").mkdir(parents=True)
    (source / "page.md").write_text("```{include} ../CHANGELOG.md\n```\n[here](other.md)\n", encoding="utf-8")
    (source / "measured" / "plot.svg").write_text("<svg/>", encoding="utf-8")
    (source / "conf.py").write_text("", encoding="utf-8")
    target.mkdir(parents=True)
    (target / "gone.md").write_text("a page that was removed", encoding="utf-8")
    importlib.import_module("generated").copy_docs(source, target)
    copied = sorted(path.relative_to(target).as_posix() for path in target.rglob("*.*"))
    assert copied == ["measured/plot.svg", "page.md"]
    assert (target / "page.md").read_text(encoding="utf-8") == (
        "```{include} ../../reference/CHANGELOG.md\n```\n[here](other.md)\n"
    )


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ('<a href="other.html#place">', None),
        ('<a href="https://example.org/gone.html">', None),
        ('<a href="/site/other.html">', None),
        ('<a href="/site/other.html#place">', None),
        ('<a href="gone.html">', "gone.html.* File not found"),
        ('<a href="/site/gone.html">', "gone.html.* File not found"),
        ('<a href="other.html#gone">', "other.html#gone.* Cannot find fragment"),
        ('<a href="#gone">', "#gone.* Cannot find fragment"),
        ('<a href="/elsewhere/other.html">', "elsewhere/other.html.* File not found"),
        ('<img src="gone.svg">', "gone.svg.* File not found"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(page: str, fault: str | None, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    (tmp_path / "other.html").write_text('<h1 id="place">Other</h1>', encoding="utf-8")
    found = links.faults(tmp_path, "/site/")
    assert re.search(fault, found) if fault else not found, found


def test_what_rustdoc_wrote_is_linked_to_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="rust/all.html">', encoding="utf-8")
    (tmp_path / "rust").mkdir()
    (tmp_path / "rust" / "all.html").write_text('<a href="gone.html">', encoding="utf-8")
    assert links.faults(tmp_path, "/site/") == ""


@pytest.mark.parametrize("page", fill.pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_to_files_of_the_repository_lead_somewhere(page: Path) -> None:
    """`tools.site.links` does not follow them, since they lead to GitHub."""
    text = page.read_text(encoding="utf-8")
    paths = re.findall(r"https://github\.com/OWNER/pairforge/(?:blob|tree)/main/([^)\s#]+)", text)
    assert [path for path in paths if not ROOT.joinpath(path).exists()] == []


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        (".. doctest::\n\n   >>> 1 + 1\n   2\n", True),
        (".. literalinclude:: code.py\n", True),
        (".. code-block:: console\n\n   $ ls\n", True),
        (".. code-block:: pycon\n\n   >>> 1 + 1\n   3\n", False),
        (".. code-block:: text\n\n   >>> 1 + 1\n   3\n", False),
        (".. code-block:: python\n\n   1 + 1\n", False),
        (".. code-block:: rust\n\n   fn main() {}\n", False),
        (".. code-block:: Python\n\n   1 + 1\n", False),
    ],
)
def test_code_that_nothing_runs_ends_the_build(source: str, runs: bool, tmp_path: Path) -> None:
    extensions = str(ROOT / "docs" / "_extensions")
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {extensions!r})\n"
        "extensions = ['sphinx.ext.doctest', 'checked_code']\n",
        encoding="utf-8",
    )
    (tmp_path / "code.py").write_text("print()\n", encoding="utf-8")
    (tmp_path / "index.rst").write_text(f"Title\n=====\n\n{source}", encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-WEq", "-b", "dummy", str(tmp_path), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode == 0) is runs, done.stderr
    assert ("nothing runs this code" in done.stderr) is not runs


def test_the_site_reads_what_github_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs" / "_extensions"), *sys.path])
    read = importlib.import_module("on_github").for_the_site
    assert read("[a](../../reference/docs/a.md#b)") == "[a](../bytemerge/a.md#b)"
    assert read("![c](../reference/docs/c.svg)") == "![c](bytemerge/c.svg)"
    assert read("before\n\n<!-- site\n```{toctree}\na\n```\n-->\n") == "before\n\n```{toctree}\na\n```\n"
    assert read("<!-- figures\na = 1\n-->\n\nIt is <!--= a -->1<!--/--> long.") == "\n\nIt is 1 long."
