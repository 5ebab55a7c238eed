"""The guides work on a package: readers add a function and an error, or put in their own code."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import run

from tools import ROOT
from tools.shell import clean_environment
from tools.shell import run as run_program
from tools.site import start
from tools.site.reader import add_function, blocks, change, type_in
from tools.template import own_code
from tools.template.render import render

if TYPE_CHECKING:
    from pathlib import Path

GUIDES = ROOT / "docs" / "guides"
# Compiled dependencies are those of the bakes; no other package there has this name.
TARGET = {"CARGO_TARGET_DIR": str(ROOT / ".bake" / "target-0"), "NO_COLOR": "1"}


def shown(guide: str, name: str) -> str:
    """Return a file that a guide shows."""
    assert re.search(rf"<!-- excerpt {guide}/{re.escape(name)}\s", page(guide))
    return GUIDES.joinpath(guide, name).read_text(encoding="utf-8")


def page(guide: str) -> str:
    return GUIDES.joinpath(f"{guide}.md").read_text(encoding="utf-8")


def type_block(block: str, project: Path) -> None:
    """Types the commands of a block; each prints the lines below it."""
    for command, seen in re.findall(r"^\$ (.+)\n((?:[^$].*\n)*)", block, re.MULTILINE):
        ended = type_in(command, project, TARGET)
        assert bool(ended.status) == ("Error" in seen or "Exception" in seen), ended.output
        assert seen in ended.output


@pytest.mark.parametrize("guide", ["add-a-function", "add-an-error", "your-own-code"])
def test_every_file_of_a_guide_is_on_its_page(guide: str) -> None:
    for file in GUIDES.joinpath(guide).iterdir():
        assert shown(guide, file.name)


def test_what_the_page_on_debugging_names_is_in_a_package(tmp_path: Path) -> None:
    project = render({"project_name": "wordtally", "git": False}, tmp_path)
    debugging = page("debug-and-profile")
    source = "".join(path.read_text(encoding="utf-8") for path in project.rglob("wordtally/src/*.rs"))
    for function in re.findall(r"break wordtally::words::(\w+)\n", debugging):
        assert f"fn {function}(" in project.joinpath("crates/wordtally/src/words.rs").read_text(
            encoding="utf-8"
        )
    for part in re.findall(r"`cargo test (\w+)`", debugging):
        assert re.search(rf"#\[test\]\s+fn \w*{part}", source)


def test_a_reader_adds_a_function_and_then_an_error(tmp_path: Path) -> None:
    project = render({"project_name": "wordtally", "git": False}, tmp_path)
    tests = project / "tests"

    guide = "add-a-function"
    add_function(project, GUIDES / guide, "ngrams", "ngrams")
    shutil.copy(GUIDES / guide / "test_ngrams.py", tests)
    (test,) = blocks(page(guide))
    type_block(test, project)

    function, guide = guide, "add-an-error"
    before, after = blocks(page(guide))
    type_block(before, project)
    core = project / "crates" / "wordtally" / "src"
    stop, interrupted = "    /// The caller asked to stop.\n", "            Self::Interrupted =>"
    change(core / "error.rs", stop, shown(guide, "variant.rs") + stop)
    change(core / "error.rs", interrupted, shown(guide, "sentence.rs") + interrupted)
    core.joinpath("ngrams.rs").write_text(shown(guide, "ngrams.rs"), encoding="utf-8")
    package = project / "python" / "wordtally"
    with package.joinpath("errors.py").open("a", encoding="utf-8") as errors:
        errors.write(f"\n\n{shown(guide, 'errors.py')}")
    change(package / "errors.py", '"Error", "NotUtf8Error"]', '"Error", "NgramError", "NotUtf8Error"]')
    bindings = project / "crates" / "wordtally-py" / "src"
    similar = "    import_exception! { wordtally.errors, Error }\n"
    change(bindings / "error.rs", similar, similar + shown(guide, "import.rs"))
    comment = "        // Only a signal handler"
    change(bindings / "error.rs", comment, shown(guide, "arm.rs") + comment)
    change(bindings / "lib.rs", shown(function, "binding.rs"), shown(guide, "binding.rs"))
    shutil.copy(GUIDES / guide / "test_ngram_error.py", tests)
    type_block(after, project)
    check_style(project)


# Names that only the example has. Licences and notices have other words.
MENTIONS = {
    "words": re.compile(r"count_words|WordCounts|CountError|most_frequent_words"),
    "minimal": re.compile(r"edit_distance|kitten"),
}
FULLEST = {"cli": True, "docs": True, "fuzz": True}


def mentions(project: Path, example: str) -> set[str]:
    """Return the files of a package that mention the example."""
    files = {
        path.relative_to(project).as_posix(): path.read_text(encoding="utf-8")
        for path in project.rglob("*")
        if path.is_file() and path.suffix in (".md", ".py", ".pyi", ".rs", ".toml", ".yml")
    }
    return {name for name, text in files.items() if MENTIONS[example].search(text)}


@pytest.mark.parametrize("answers", [{}, FULLEST], ids=["default", "fullest"])
@pytest.mark.parametrize("example", MENTIONS)
def test_a_package_lists_the_files_that_its_example_is_in(
    tmp_path: Path, example: str, answers: dict[str, bool]
) -> None:
    project = render({"project_name": "tally", "git": False, "example": example, **answers}, tmp_path)
    extending = project.joinpath("docs", "extending.md").read_text(encoding="utf-8")
    rows = [line.split(" | ")[0] for line in extending.splitlines() if line.startswith("| `")]
    assert {file for row in rows for file in re.findall("`(.+?)`", row)} == mentions(project, example)


@pytest.mark.parametrize("answers", [{}, FULLEST], ids=["default", "fullest"])
def test_a_reader_puts_own_code_in(tmp_path: Path, answers: dict[str, bool]) -> None:
    """The slow tasks are those of a bake."""
    project = render({"project_name": own_code.NAME, "git": False, **answers}, tmp_path)
    files = len(mentions(project, "words")) - (3 if answers else 0)
    assert f"The example is in {files} files, and in three more" in page("your-own-code")
    own_code.put_in(project)
    assert mentions(project, "words") == set()
    commands = blocks(own_code.PAGE.read_text(encoding="utf-8"))[1]
    tidy_up, then = commands.split("uv run pytest -q\n")
    assert then
    type_block("".join(f"$ {line}\n" for line in tidy_up.splitlines()), project)
    type_block("$ uv run pytest -q\n$ cargo test --quiet\n$ uv run nox -s stubs\n", project)
    check_style(project)


# A binding for a function that needs no machinery.
PLAIN_BINDING = """    fn longest_common(left: &str, right: &str) -> PyResult<usize> {
        rust_core::longest_common(left, right, &|| false)
            .map_err(|error| crate::error::to_python(&error))
    }
}
"""


def test_a_reader_leaves_the_machinery_out(tmp_path: Path) -> None:
    """All of it, as the last section of the page says; the rest still builds without a warning."""
    project = render({"project_name": own_code.NAME, "git": False}, tmp_path)
    own_code.put_in(project)
    section = page("your-own-code").split("## Leave the machinery out")[1]
    deleted = re.findall(r"`([\w/]+\.(?:rs|py))`", section)
    concurrency = "tests/test_concurrency.py"
    assert deleted == ["pool.rs", "without_gil.rs", concurrency, "text.rs", "python_calls.rs"]
    bindings = project / "crates" / f"{own_code.NAME}-py" / "src"
    for name in deleted:
        (project if "/" in name else bindings).joinpath(name).unlink()
        if "/" not in name:
            change(bindings / "lib.rs", f"mod {name.removesuffix('.rs')};\n", "")
    for used in ["text::Text", "without_gil::without_gil"]:
        change(bindings / "lib.rs", f"    use crate::{used};\n", "")
    change(bindings / "lib.rs", re.compile(r"    fn longest_common\(.*", re.DOTALL), PLAIN_BINDING)
    assert "`.map_err(|error| crate::error::to_python(&error))`" in section
    for manifest in [project / "Cargo.toml", *project.glob("crates/*/Cargo.toml")]:
        lines = manifest.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not re.match(r"(rayon|rustc-hash|tempfile)\b", line)]
        manifest.write_text("".join(kept), encoding="utf-8")
    type_block(f"$ {blocks(section)[0].splitlines()[0]}\n", project)
    lock = project.joinpath("Cargo.lock").read_text(encoding="utf-8")
    assert "rayon" not in lock
    assert "rustc-hash" not in lock
    assert "tempfile" not in lock
    check_style(project)


def test_what_the_page_for_beginners_adds_is_in_style(tmp_path: Path) -> None:
    project = render({"project_name": start.NAME, "git": False}, tmp_path)
    start.write(project)
    check_style(project)


def check_style(project: Path) -> None:
    """Runs the parts of the package's `nox -s lint` that check code."""
    run("ruff", "check", cwd=project)
    run("ruff", "format", "--check", cwd=project)
    run_program(["cargo", "fmt", "--all", "--check"], project)
    clippy = [
        "cargo",
        "clippy",
        "--locked",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]
    run_program(clippy, project, clean_environment(TARGET))
