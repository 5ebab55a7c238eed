"""Bad answers are refused with one clear line, exit status 1, and nothing left behind."""

from __future__ import annotations

import importlib.metadata
import json
import keyword
import os
import re
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest
from conftest import TEMPLATE, Refusal, Render, contents, copy_of_template, run
from cookiecutter.main import cookiecutter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

# --- Names ---


def each(names: str, rule: str) -> list[tuple[str, str]]:
    return [(name, rule) for name in names.split()]


SHAPE = "it must be ASCII letters and digits with single '-', '_' or '.' between them"
NAMES = [
    ("", "it must not be empty"),
    ("a" * 51, "it has 51 characters, and 50 are the most"),
    ("a" * 100_000, "it has 100000 characters, and 50 are the most"),
    # Shape, paths, and characters with a meaning in a shell, in Jinja or in a requirement.
    *each("1st -x x- _x x_ .x x. . .. - a--b a__b a..b a-_b __init__", SHAPE),
    *((name, SHAPE) for name in ["two words", " x", "x ", "x\n", "x\ny", "x\ty", "x\0", "x\x1b[31m", "\n"]),
    *each(r"../x ..\x a/b a\b /etc/x / ~ ~/x C:\x C:x \\host\x file:x x/../y", SHAPE),
    *each("x;id x&&id $(id) `id` $HOME x|y x>y x'y x\"y x* x? x! x#y -rf --help", SHAPE),
    *((name, SHAPE) for name in ["{{ 7*7 }}", "${{ x }}", "{% raw %}", "{# c #}"]),
    *each("%s {x} x=y x@y x,y x[extra] x>=1", SHAPE),
    # Letters that look like ASCII letters.
    ("p\u0430irs", "it has a CYRILLIC SMALL LETTER A"),
    ("\uff58yz", "it has a FULLWIDTH LATIN SMALL LETTER X"),
    ("na\u00efve", "it has a LATIN SMALL LETTER I WITH DIAERESIS"),
    ("x\u0661", "it has a ARABIC-INDIC DIGIT ONE"),
    ("x\u2010y", "it has a HYPHEN"),
    ("x\u200by", "it has a ZERO WIDTH SPACE"),
    ("x\u202ey", "it has a RIGHT-TO-LEFT OVERRIDE"),
    ("\u212aelvin", "it has a KELVIN SIGN"),
    ("x\U0001f980", "it has a CRAB"),
    ("x\ud800", "it has a U+D800"),
    # Languages.
    *each("class Class None match lambda async type case", "a keyword of Python"),
    *each("fn Self crate abstract gen dyn unsafe super extern", "a keyword of Rust"),
    *each("str u8 F64 usize", "a type of Rust"),
    *each("std core alloc proc-macro proc_macro", "a library of Rust"),
    *each(
        "json JSON sqlite3 pydoc-data py.compile distutils imp tomllib",
        "a module of Python's standard library",
    ),
    *each("annotationlib compression profiling", "a module of Python's standard library"),
    # Systems, the template and its tools.
    *each("con PRN aux nul com1 LPT9", "a device of Windows"),
    *each(
        "crates python tests benches docs fuzz target deps examples build",
        "a folder or a module of every project",
    ),
    *each(
        "incremental dist src conftest nox-local nox_local errors lib",
        "a folder or a module of every project",
    ),
    *each("yaml PIL attr pip markdown_it", "a Python package that the project's tools need"),
    *each(
        "pyo3 rayon once_cell numpy PyTest packaging placeholder_name",
        "a package in the project's lock files",
    ),
]


@pytest.mark.parametrize(("name", "rule"), NAMES)
def test_names(refusal: Refusal, name: str, rule: str) -> None:
    line = refusal({"project_name": name})
    assert line.startswith("project_name ")
    assert rule in line
    shown = repr(name)
    assert shown[:70] in line


@pytest.mark.parametrize("suffix", ["py", "cli", "fuzz"])
def test_names_with_a_suffix_that_would_be_those_of_a_package(
    extension: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(extension.locks, "LOCKS", tmp_path)
    tmp_path.joinpath("Cargo.lock").write_text(f'[[package]]\nname = "Wordy_{suffix}"\n', encoding="utf-8")
    extension.locks.packages.cache_clear()
    with pytest.raises(
        SystemExit, match=f"'wordy-{suffix}' is the name of a package in the project's lock files"
    ):
        extension.crate_name({"project_name": "wordy"})
    monkeypatch.undo()
    extension.locks.packages.cache_clear()


def test_every_name_of_this_python_is_taken(extension: ModuleType) -> None:
    for name in (*keyword.kwlist, *keyword.softkwlist, *sys.stdlib_module_names):
        crate = name.replace("_", "-").lower()
        assert crate.startswith("-") or extension.answers.taken(crate), name


def test_what_the_tools_packages_are_imported_as_is_taken(extension: ModuleType) -> None:
    locked = extension.locks.packages()
    for module, distributions in importlib.metadata.packages_distributions().items():
        if any(name.lower().replace("_", "-") in locked for name in distributions) and module.isidentifier():
            assert (
                module.startswith("_")
                or "__" in module
                or extension.answers.taken(module.replace("_", "-").lower())
            ), module


def test_no_name_of_the_template_is_missing(extension: ModuleType) -> None:
    (project,) = TEMPLATE.glob("{{*")
    for path in project.rglob("*"):
        if path.is_dir() and not path.name.startswith((".", "{{", "_")):
            assert extension.answers.taken(path.name.replace("_", "-")), path


@pytest.mark.parametrize("name", ["words2", "None-such", "union", "x-py"])
def test_names_that_are_free(render: Render, name: str) -> None:
    assert render({"project_name": name}).name == name.lower()


# --- Texts ---


@pytest.mark.parametrize("question", ["description", "author"])
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "it must not be empty"),
        (" x", "it must not begin or end with white space"),
        ("x\u3000", "it must not begin or end with white space"),
        ("a\nb", "it must be one line without control characters, and it has U+000A"),
        ("a\n", "U+000A"),
        ("a\rb", "U+000"),  # Jinja makes it a line feed
        ("a\tb", "U+0009"),
        ("a\0b", "U+0000"),
        ("a\x1b[31mb", "U+001B"),
        ("a\x7fb", "U+007F"),
        ("a\x85b", "U+0085"),
        ("a\u2028b", "U+2028"),
        ("a\u2029b", "U+2029"),
        ("a\ufffeb", "U+FFFE"),
        ("a\ufdd0b", "U+FDD0"),
        ("a\U0010ffffb", "U+10FFFF"),
        ("a\ud83d", "it is not valid Unicode"),
        ("x" * 301, "it has 301 characters, and"),
    ],
)
def test_texts(refusal: Refusal, question: str, text: str, rule: str) -> None:
    line = refusal({question: text})
    assert line.startswith(f"{question} ")
    assert rule in line


def test_names_of_people_are_shorter(refusal: Refusal, render: Render) -> None:
    assert "its name has 101 characters, and 100 are the most" in refusal({"author": "x" * 101})
    address = f"{'x' * 88}@example.org"
    line = refusal({"author": f"x <x{address}>"})
    assert "its address has 101 characters, and 100 are the most" in line
    assert render({"author": f"{'x' * 100} <{address}>", "description": "x" * 300}).is_dir()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "@x.org",
        "x@",
        "x@y",
        "a b@x.org",
        " x@y.org",
        "x@y.org ",
        "x@y..org",
        "x@\u00fc.org",
        "$(id)@x.org",
    ],
)
def test_addresses(refusal: Refusal, address: str) -> None:
    line = refusal({"author": f"x <{address}>"})
    assert line.startswith("author 'x <")
    assert f"<{address}> at its end must be an address after a name" in line


@pytest.mark.parametrize("author", ["Jane Doe jane@example.org", "jane@example.org", "x@y.org <x@y.org>"])
def test_an_address_without_brackets_is_no_name(refusal: Refusal, author: str) -> None:
    line = refusal({"author": author})
    assert repr(author) in line
    assert "its address must be in angle brackets" in line


@pytest.mark.parametrize(
    "author", ["<x@y.org>", "x<x@y.org>", "x\u3000 <x@y.org>", "x </b>", "<>", "Jane <", "x <x@y.org"]
)
def test_what_only_looks_like_an_author_with_an_address(refusal: Refusal, author: str) -> None:
    assert "at its end must be an address after a name" in refusal({"author": author})


@pytest.mark.parametrize(
    ("author", "name", "email"),
    [
        ("Jane Doe", "Jane Doe", ""),
        ("Jane Doe  <jane@example.org>", "Jane Doe", "jane@example.org"),
        ("a < b <x@y.org> c", "a < b <x@y.org> c", ""),
        ("-> x", "-> x", ""),
        ("x ->", "x ->", ""),
        ('<b> "x" <x@y.org>', '<b> "x"', "x@y.org"),
    ],
)
def test_only_a_final_address_is_one(extension: ModuleType, author: str, name: str, email: str) -> None:
    assert extension.author_name({"author": author}) == name
    assert extension.author_email({"author": author}) == email


@pytest.mark.parametrize(
    "owner", ["", "a b", "-a", "a-", "a--b", "a_b", "a/b", "../a", "a" * 40, "\u00e4", "a\n", "${{ x }}"]
)
def test_owners(refusal: Refusal, owner: str) -> None:
    assert refusal({"github_owner": owner}).startswith("github_owner ")


def test_addresses_and_owners_that_are_accepted(render: Render, tmp_path: Path) -> None:
    for number, (address, owner) in enumerate(
        [
            ("x.y@z.org", "a"),
            ("o'brien+x@mail.example.org", "a-b-1"),
            ("1+a@users.noreply.example.com", "A" * 39),
        ]
    ):
        project = render({"author": f"x <{address}>", "github_owner": owner}, into=tmp_path / str(number))
        assert project.is_dir()


# --- Expressions ---

EXPRESSIONS = [
    "{{= 7*7 =}}",
    "a {{= cookiecutter.project_name =}} b",
    "{%= for x in range(10**9) =%}{%= endfor =%}",
    "{#= a comment =#}",
    "{{= unclosed",
    "{{=",
    "{%= nonsense =%}",
    "{#= unclosed",
    # Expressions of the template itself, as another answer.
    "{{= check_texts(cookiecutter) =}}",
    "{{= author_from_git() =}}",
    "{{= package_name(cookiecutter) =}}",
]


@pytest.mark.parametrize("question", ["project_name", "description", "author", "github_owner"])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expressions_are_not_evaluated(refusal: Refusal, question: str, expression: str) -> None:
    own = json.loads(TEMPLATE.joinpath("cookiecutter.json").read_text(encoding="utf-8"))[question]
    if expression != own:
        assert "is refused" in refusal({question: expression})


@pytest.mark.parametrize("expression", ["{{= 7*7 =}}", "{%="])
def test_expressions_that_are_typed(tmp_path: Path, expression: str) -> None:
    output = tmp_path / "out"
    output.mkdir()
    printed = run("cookiecutter", TEMPLATE, input=f"\n{expression}\n\n\n\n", cwd=output, status=1)
    assert printed.splitlines()[-1].endswith("is a mark of the template's own expressions.")
    assert "Traceback" not in printed
    assert list(output.iterdir()) == []


def test_expressions_in_a_configuration_file(tmp_path: Path) -> None:
    settings = {"default_context": {"author": "{{= 7*7 =}}"}, "replay_dir": str(tmp_path / "replay")}
    tmp_path.joinpath("config.yml").write_text(json.dumps(settings), encoding="utf-8")
    printed = run(
        *("cookiecutter", TEMPLATE, "--no-input", "--config-file", "config.yml", "-o", "out"),
        cwd=tmp_path,
        status=1,
    )
    assert printed.startswith("An answer '{{= 7*7 =}}' is refused: ")
    assert len(printed.splitlines()) == 1
    assert not tmp_path.joinpath("out").exists()


def test_an_output_folder_that_is_an_expression(render: Render, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"The folder .* is refused"):
        render(into=tmp_path / "{{= 7*7 =}}")
    assert list(tmp_path.iterdir()) == []


# --- Choices ---


@pytest.mark.parametrize(
    "answer",
    [
        {"license": "GPL"},
        {"lowest_python": "3.10"},
        {"wheels": "{{= 7*7 =}}"},
        {"cli": "maybe"},
        {"docs": ""},
    ],
)
def test_answers_that_are_no_choice(render: Render, tmp_path: Path, answer: dict[str, str]) -> None:
    """cookiecutter refuses these itself.

    Before that, it reads only the questions of the template.
    """
    ((question, value),) = answer.items()
    with pytest.raises(ValueError, match=f"{re.escape(value)} provided for .*variable {question}"):
        render(answer)
    assert list(tmp_path.iterdir()) == []


def test_the_line_for_an_answer_that_is_no_choice(tmp_path: Path) -> None:
    """cookiecutter prints a traceback, and its last line is the clear one.

    No template can change that.
    """
    printed = run("cookiecutter", TEMPLATE, "--no-input", "license=GPL", cwd=tmp_path, status=1)
    assert printed.splitlines()[-1] == (
        "ValueError: GPL provided for choice variable license, but the choices are "
        "['MIT OR Apache-2.0', 'MIT', 'Apache-2.0', 'BSD-3-Clause']."
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"cli": 3}, "cli 3 is refused: answer yes or no."),
        (
            {"license": "GPL"},
            "license 'GPL' is refused: choose one of MIT OR Apache-2.0, MIT, Apache-2.0, BSD-3-Clause.",
        ),
        ({"project_name": "../x"}, "project_name '../x' is refused: it must be ASCII letters"),
        ({"description": "{{= 7*7 =}}"}, "description '{{= 7*7 =}}' is refused: {{= is a mark"),
        ({"description": None}, "description None is refused: it must be text."),
        ({"__crate": "../x"}, "__crate '../x' is refused: it follows from the project's name, so it is 'x'."),
        (
            {"__package": "x; import os"},
            "__package 'x; import os' is refused: it follows from the project's name",
        ),
        (
            {"__author_email": "x"},
            "__author_email 'x' is refused: it follows from the author, so it is 'ada@example.org'.",
        ),
        (
            {"_new_lines": "\r\n"},
            r"_new_lines '\r\n' is refused: it is a setting of the template, not a question.",
        ),
        ({"_copy_without_render": ["*"]}, "_copy_without_render ['*'] is refused: it is a setting"),
    ],
)
def test_a_replay_file_is_held_to_the_same_rules(
    render: Render, user: Path, tmp_path: Path, answers: dict[str, object], rule: str
) -> None:
    render({"project_name": "x"})
    replay = json.loads(user.joinpath("replay", "template.json").read_text(encoding="utf-8"))
    replay["cookiecutter"] |= answers
    file = tmp_path / "replay.json"
    file.write_text(json.dumps(replay), encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        cookiecutter(str(TEMPLATE), replay=str(file), output_dir=str(tmp_path / "other"))
    assert str(end.value.code).startswith(rule)
    assert not tmp_path.joinpath("other").exists()


def test_settings_of_the_template_cannot_be_given(refusal: Refusal) -> None:
    assert refusal({"_new_lines": "\r\n"}).startswith("_new_lines ")


@pytest.mark.parametrize("variable", ["__crate", "__package", "__author_name", "__author_email", "__texts"])
def test_what_follows_from_an_answer_cannot_be_given(render: Render, tmp_path: Path, variable: str) -> None:
    if variable == "__texts":
        # No project is made of it, and the texts are checked again.
        with pytest.raises(SystemExit, match="author 'x <x>' is refused"):
            render({"__texts": "", "author": "x <x>"})
    else:
        with pytest.raises(SystemExit, match=f"{variable} '../x' is refused"):
            render({variable: "../x"})
    assert list(tmp_path.rglob("*")) == []


# --- Folders ---


def test_the_line_on_the_screen(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cookiecutter", str(TEMPLATE), "--no-input", "project_name=p\u0430irs"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"},
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "project_name 'p\u0430irs' is refused: only ASCII letters, digits, '-', '_' and '.' may be used, "
        "and it has a CYRILLIC SMALL LETTER A.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dangling link"])
def test_a_folder_that_exists_stays_as_it_is(tmp_path: Path, kind: str) -> None:
    output = tmp_path / "out"
    output.mkdir()
    project = output / "my-package"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if kind == "folder":
        project.mkdir()
        project.joinpath("mine.txt").write_text("mine", encoding="utf-8")
    elif kind == "file":
        project.write_text("mine", encoding="utf-8")
    else:
        project.symlink_to(elsewhere if kind == "link" else tmp_path / "nowhere")
    before = contents(tmp_path), project.lstat().st_mtime_ns, project.is_symlink()
    printed = run("cookiecutter", TEMPLATE, "--no-input", cwd=output, status=1)
    assert len(printed.splitlines()) == 1
    assert "my-package" in printed
    assert (contents(tmp_path), project.lstat().st_mtime_ns, project.is_symlink()) == before


def test_a_link_is_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    output, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    output.mkdir()
    elsewhere.mkdir()
    output.joinpath("my-package").symlink_to(elsewhere)
    printed = run("cookiecutter", TEMPLATE, "--no-input", "--overwrite-if-exists", cwd=output, status=1)
    assert "it is a link" in printed
    assert list(elsewhere.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for a few files. Only root can have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("only root can mount a small file system; the next test needs none")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="needs tmpfs")
def test_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    # In a folder that does not exist yet, and at the root of the disk.
    for output in (small_disk / "new" / "folder", small_disk):
        printed = run("cookiecutter", TEMPLATE, "--no-input", "-o", output, cwd=tmp_path, status=1)
        assert re.fullmatch(
            r"The project needs \d\.\d MB in '.*disk', which cannot be written: No space left on device\.\n",
            printed,
        )
        assert list(small_disk.rglob("*")) == []
    assert list(tmp_path.iterdir()) == [small_disk]


@pytest.mark.skipif(sys.platform != "linux", reason="needs tmpfs")
def test_a_full_disk_for_temporary_files(
    small_disk: Path, render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hook has no room after everything else is written."""
    small_disk.joinpath("others").write_bytes(bytes(200_000))
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    with pytest.raises(
        SystemExit, match=r"The project needs 0\.1 MB in '.*disk', which cannot be written: No space left"
    ):
        render()
    assert list(tmp_path.iterdir()) == [small_disk]


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_a_limit_to_what_may_be_written(tmp_path: Path, user: Path) -> None:
    """For systems without a small disk.

    The system stops the probe from growing, as a quota does.
    """
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        "from cookiecutter.__main__ import main; sys.argv[0] = 'cookiecutter'; main()"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script, str(TEMPLATE), "--no-input"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert printed.returncode == 1
    assert re.fullmatch(
        r"The project needs \d\.\d MB in '.*', which cannot be written: File too large\.\n", printed.stderr
    )
    assert list(tmp_path.iterdir()) == []


def test_the_probe_is_larger_than_the_project(extension: ModuleType, render: Render, tmp_path: Path) -> None:
    for number, answers in enumerate(
        [{"git": True}, {"git": True, "cli": True, "fuzz": True, "docs": True}, {}]
    ):
        project = render(answers, into=tmp_path / str(number))
        taken = sum(path.lstat().st_blocks * 512 for path in (project, *project.rglob("*")))
        defaults = {
            "cli": False,
            "docs": True,
            "fuzz": False,
            "git": False,
            "lowest_python": "3.11",
            "example": "words",
        }
        needed = extension.room.needed(defaults | answers)
        assert taken <= needed <= 8_000_000, (taken, needed)


def test_a_folder_that_cannot_be_written(
    tmp_path: Path, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write everywhere, so the system's answer is simulated.
    def refuse(**options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(SystemExit, match="which cannot be written: Permission denied"):
        render()
    assert list(tmp_path.rglob("*")) == []


def test_a_template_without_lock_files(tmp_path: Path) -> None:
    template = copy_of_template(tmp_path / "pairforge") / "template"
    for lock in template.glob("locks/*"):
        lock.unlink()
    printed = run("cookiecutter", template, "--no-input", "-o", tmp_path / "out", cwd=tmp_path, status=1)
    assert printed == "The template has no lock file Cargo.lock for these answers: it is incomplete.\n"
    assert not tmp_path.joinpath("out", "my-package").exists()
