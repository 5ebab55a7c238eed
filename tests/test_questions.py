"""The questions, and every way and surroundings in which they are answered."""

from __future__ import annotations

import json
import os
import re
import sys
import time
import tomllib
from typing import TYPE_CHECKING

import pytest
from conftest import (
    ROOT,
    TEMPLATE,
    Render,
    at_a_terminal,
    contents,
    copy_of_template,
    needs_any_file_name,
    run,
)

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

QUESTIONS = json.loads(TEMPLATE.joinpath("cookiecutter.json").read_text(encoding="utf-8"))
ASKED = [question for question in QUESTIONS if not question.startswith("_")]


def test_there_are_a_dozen_questions_each_with_a_text_for_people() -> None:
    assert len(ASKED) == 12
    assert list(QUESTIONS["__prompts__"]) == ASKED
    for question in ASKED:
        text = QUESTIONS["__prompts__"][question]
        if isinstance(QUESTIONS[question], list):
            assert list(text) == ["__prompt__", *QUESTIONS[question]]


def test_the_site_says_what_each_answer_changes() -> None:
    page = ROOT.joinpath("docs", "reference", "template.md").read_text(encoding="utf-8")
    rows = page.split("## What each answer changes")[1].split("##")[0]
    named = [line.split(" | ")[0] for line in rows.splitlines() if line.startswith("| `")]
    assert re.findall(r"`(\w+)`", "".join(named)) == ASKED


@pytest.mark.parametrize(
    ("project_name", "crate", "package"),
    [
        ("my-package", "my-package", "my_package"),
        ("Word_Count", "word-count", "word_count"),
        ("word.count.2", "word-count-2", "word_count_2"),
        ("a", "a", "a"),
        ("a" * 50, "a" * 50, "a" * 50),
    ],
)
def test_names_follow_from_the_projects_name(
    render: Render, project_name: str, crate: str, package: str
) -> None:
    project = render({"project_name": project_name, "cli": True})
    assert project.name == crate
    assert sorted(path.name for path in project.glob("crates/*")) == [crate, f"{crate}-cli", f"{crate}-py"]
    assert [path.name for path in project.glob("python/*")] == [package]


@pytest.mark.parametrize(
    ("answers", "there", "not_there"),
    [
        ({"cli": True}, ["crates/x-cli"], []),
        ({"cli": False}, [], ["crates/x-cli"]),
        ({"docs": True}, ["docs/conf.py", ".readthedocs.yml"], []),
        ({"docs": False}, ["docs/guide.md"], ["docs/conf.py", "docs/index.md", ".readthedocs.yml"]),
        ({"fuzz": True}, ["fuzz/Cargo.lock"], []),
        ({"fuzz": False}, [], ["fuzz"]),
        ({"example": "words"}, ["tests/test_words.py"], ["tests/test_edit_distance.py"]),
        (
            {"example": "minimal"},
            ["crates/x/src/edit_distance.rs", "crates/x/tests/edit_distance.rs"],
            [
                *(f"crates/x-py/src/{name}.rs" for name in ("error", "pool", "text", "without_gil", "words")),
                *("crates/x/src/error.rs", "crates/x/src/words.rs", "python/x/errors.py"),
                *("tests/test_concurrency.py", "tests/test_words.py"),
            ],
        ),
        ({"license": "MIT OR Apache-2.0"}, ["LICENSE-MIT", "LICENSE-APACHE"], ["LICENSE"]),
        ({"license": "MIT"}, ["LICENSE"], ["LICENSE-MIT", "LICENSE-APACHE"]),
        ({"license": "BSD-3-Clause"}, ["LICENSE"], ["LICENSE-MIT", "LICENSE-APACHE"]),
    ],
    ids=str,
)
def test_what_the_answers_leave_out_is_not_there(
    render: Render, answers: dict[str, object], there: list[str], not_there: list[str]
) -> None:
    project = render({"project_name": "x", **answers})
    assert [path for path in there if not (project / path).exists()] == []
    assert [path for path in not_there if (project / path).exists()] == []
    assert [path for path in project.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


# --- Defaults ---


def stored_answers(user: Path) -> dict[str, object]:
    """Return the answers of the last rendering."""
    stored = json.loads(user.joinpath("replay", "template.json").read_text(encoding="utf-8"))
    return {question: stored["cookiecutter"][question] for question in ASKED}


def test_defaults_come_from_git(render: Render, user: Path) -> None:
    render()
    answers = stored_answers(user)
    assert answers["author"] == "Ada Lovelace <ada@example.org>"
    assert answers["github_owner"] == "ada"


@pytest.mark.parametrize(
    ("settings", "author"),
    [
        ("", "Your Name"),
        # None of these texts is an acceptable answer, so none is offered.
        (
            '[user]\n\tname = "{{= 7*7 =}}"\n\temail = root@localhost\n[github]\n\tuser = not a user\n',
            "Your Name",
        ),
        ("[user]\n\tname = Ada\n\temail = root@localhost\n", "Ada"),
        ("[user]\n\tname = Ada\n", "Ada"),
        ("[user]\n\temail = ada@example.org\n", "Your Name <ada@example.org>"),
        ("this is no configuration", "Your Name"),
    ],
)
def test_defaults_where_git_knows_nothing_of_use(
    render: Render, user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, author: str
) -> None:
    tmp_path.joinpath("gitconfig").write_text(settings, encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    render()
    answers = stored_answers(user)
    assert answers["author"] == author
    assert answers["github_owner"] == "your-github-name"


# --- Ways to answer ---

ANSWERS = {
    "project_name": "Word-Count",
    "description": 'Counts {{ words }}: "quickly", it\'s said',
    "author": "Zoë \U0001f980 O'Brien <zoe@example.org>",
    "github_owner": "zoe-1",
    "license": "BSD-3-Clause",
    "lowest_python": "3.12",
    "wheels": "per-python",
    "example": "minimal",
    "cli": True,
    "docs": False,
    "fuzz": True,
    "git": False,
}


@pytest.fixture
def expected(render: Render, tmp_path: Path) -> dict[str, bytes]:
    """The project for ANSWERS, given as arguments in this process."""
    return contents(render(ANSWERS, into=tmp_path / "expected"))


def as_typed(answer: object, question: str) -> str:
    """Return the text that a person types for an answer.

    It is the number of a choice, y or n, or the text itself.
    """
    if isinstance(answer, bool):
        return "y" if answer else "n"
    offered = QUESTIONS[question]
    return str(offered.index(answer) + 1) if isinstance(offered, list) else str(answer)


@needs_any_file_name
def test_answers_on_the_command_line(expected: dict[str, bytes], tmp_path: Path) -> None:
    arguments = [f"{question}={answer}" for question, answer in ANSWERS.items()]
    run("cookiecutter", TEMPLATE, "--no-input", *arguments, cwd=tmp_path)
    assert contents(tmp_path / "word-count") == expected


def test_answers_typed_one_after_the_other(expected: dict[str, bytes], tmp_path: Path) -> None:
    typed = "".join(as_typed(answer, question) + "\n" for question, answer in ANSWERS.items())
    printed = run("cookiecutter", TEMPLATE, input=typed, cwd=tmp_path)
    assert contents(tmp_path / "word-count") == expected
    for number, question in enumerate(ASKED, 1):
        text = QUESTIONS["__prompts__"][question]
        asked = text if isinstance(text, str) else text["__prompt__"]
        assert f"[{number}/12] {asked}" in " ".join(printed.split())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_answers_typed_at_a_terminal(expected: dict[str, bytes], tmp_path: Path) -> None:
    typed = [as_typed(answer, question) for question, answer in ANSWERS.items()]
    screen = at_a_terminal(tmp_path, typed=typed)
    assert contents(tmp_path / "word-count") == expected
    assert "\033[1mword-count is ready" in screen


def test_the_address_may_be_left_out(render: Render, tmp_path: Path) -> None:
    alone, with_address = (
        render({"author": author, "license": "MIT"}, into=tmp_path / author)
        for author in ("Jane Doe", "Jane Doe <jane@example.org>")
    )
    assert authors(alone) == ([{"name": "Jane Doe"}], ["Jane Doe"])
    assert authors(with_address) == (
        [{"name": "Jane Doe", "email": "jane@example.org"}],
        ["Jane Doe <jane@example.org>"],
    )
    for project in (alone, with_address):
        assert "Copyright (c) Jane Doe\n" in project.joinpath("LICENSE").read_text(encoding="utf-8")


def authors(project: Path) -> tuple[object, object]:
    """Return the authors that a project's two manifests name."""
    python, rust = (
        tomllib.loads(project.joinpath(manifest).read_text(encoding="utf-8"))
        for manifest in ("pyproject.toml", "Cargo.toml")
    )
    return python["project"]["authors"], rust["workspace"]["package"]["authors"]


def test_a_name_is_refused_before_the_next_question(tmp_path: Path) -> None:
    printed = run("cookiecutter", TEMPLATE, input="class\n", cwd=tmp_path, status=1)
    assert "[1/12]" in printed
    assert "[2/12]" not in printed
    assert printed.endswith("project_name 'class' is refused: 'class' is the name of a keyword of Python.\n")


def test_answers_in_a_configuration_file(expected: dict[str, bytes], tmp_path: Path) -> None:
    # JSON is YAML too.
    settings = {"default_context": ANSWERS, "replay_dir": str(tmp_path / "replay")}
    tmp_path.joinpath("config.yml").write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
    run("cookiecutter", TEMPLATE, "--no-input", "--config-file", "config.yml", cwd=tmp_path)
    assert contents(tmp_path / "word-count") == expected


def test_answers_of_the_last_time(render: Render, expected: dict[str, bytes], tmp_path: Path) -> None:
    run("cookiecutter", TEMPLATE, "--replay", "--output-dir", "again", cwd=tmp_path)
    assert contents(tmp_path / "again" / "word-count") == expected


# --- Places ---


@needs_any_file_name
@pytest.mark.parametrize("folder", ["with spaces", "Größe \U0001f980 \u5199", 'it\'s "quoted" & $HOME'])
def test_folders_with_any_name(
    expected: dict[str, bytes], render: Render, tmp_path: Path, folder: str
) -> None:
    template = copy_of_template(tmp_path / folder / "pairforge") / "template"
    assert contents(render(ANSWERS, template=template, into=tmp_path / folder)) == expected


@needs_any_file_name
@pytest.mark.parametrize("utf8", ["0", "1"])
def test_the_c_locale(expected: dict[str, bytes], tmp_path: Path, utf8: str) -> None:
    output = tmp_path / "größe"
    output.mkdir()
    settings = {"default_context": ANSWERS, "replay_dir": str(tmp_path / "replay")}
    tmp_path.joinpath("config.yml").write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": utf8}
    printed = run(
        *("cookiecutter", TEMPLATE, "--no-input", "--config-file", tmp_path / "config.yml"),
        cwd=output,
        env=environment,
    )
    assert contents(output / "word-count") == expected
    assert "word-count is ready" in printed


@needs_any_file_name
def test_without_git_and_home(expected: dict[str, bytes], tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "USERPROFILE")}
    environment["PATH"] = str(tmp_path)
    arguments = [f"{question}={answer}" for question, answer in (ANSWERS | {"git": True}).items()]
    run("cookiecutter", TEMPLATE, "--no-input", *arguments, cwd=tmp_path, env=environment)
    assert not tmp_path.joinpath("word-count", ".git").exists()
    assert contents(tmp_path / "word-count") == expected


def test_a_checkout_with_other_line_ends(expected: dict[str, bytes], render: Render, tmp_path: Path) -> None:
    template = copy_of_template(tmp_path / "pairforge") / "template"
    changed = 0
    for path in template.rglob("*"):
        if path.is_file() and b"\0" not in path.read_bytes():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
            changed += 1
    assert changed > 20
    assert contents(render(ANSWERS, template=template)) == expected


def test_rendering_twice_gives_the_same_bytes(render: Render, tmp_path: Path) -> None:
    first, second = (render(into=tmp_path / folder) for folder in ("first", "second"))
    assert contents(first) == contents(second)
    assert [path.stat().st_mode for path in sorted(first.rglob("*"))] == [
        path.stat().st_mode for path in sorted(second.rglob("*"))
    ]


def test_modes_are_the_templates(render: Render) -> None:
    project = render({"cli": True, "fuzz": True})
    (source,) = TEMPLATE.glob("{{*")
    executable = {path.name for path in source.rglob("*") if path.is_file() and path.stat().st_mode & 0o100}
    assert {
        path.name for path in project.rglob("*") if path.is_file() and path.stat().st_mode & 0o100
    } == executable


def test_nothing_stays_in_the_template(render: Render, tmp_path: Path) -> None:
    template = copy_of_template(tmp_path / "pairforge") / "template"
    before = contents(template)
    render(template=template)
    assert contents(template) == before


# --- Time and network ---


def test_no_network_and_little_time(tmp_path: Path) -> None:
    # Every Python that is started here loads it, including the one that runs the hook.
    tmp_path.joinpath("sitecustomize.py").write_text(
        "import socket\n"
        "def refuse(*arguments, **options):\n"
        "    raise AssertionError('generation uses the network')\n"
        "socket.socket.connect = socket.socket.bind = socket.getaddrinfo = refuse\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    with pytest.raises(AssertionError, match="generation uses the network"):
        run(
            "timeit",
            "-n1",
            "-r1",
            "import socket; socket.create_connection(('127.0.0.1', 9))",
            env=environment,
        )
    start = time.perf_counter()
    run("cookiecutter", TEMPLATE, "--no-input", cwd=tmp_path, env=environment)
    print(f"generation with a first commit: {time.perf_counter() - start:.2f} s (the aim: less than 2 s)")
    assert tmp_path.joinpath("my-package", ".git").is_dir()


# --- Lock files ---

CARGO_LOCK = """\
version = 4

[[package]]
name = "libc"
version = "0.1.0"

[[package]]
name = "libc"
version = "0.2.0"
source = "registry"

[[package]]
name = "placeholder-name"
version = "0.1.0"
dependencies = [
 "libc 0.2.0",
 "rayon",
]

[[package]]
name = "placeholder-name-py"
version = "0.1.0"
dependencies = [
 "placeholder-name",
 "pyo3",
]

[[package]]
name = "rayon"
version = "1.0.0"
"""


def test_a_lock_file_is_as_cargo_would_write_it(
    extension: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extension.locks, "LOCKS", tmp_path)
    tmp_path.joinpath("Cargo.lock").write_text(CARGO_LOCK, encoding="utf-8")
    answers = {
        "cli": False,
        "docs": False,
        "lowest_python": "3.11",
        "example": "words",
        "__crate": "zip-it",
        "__package": "zip_it",
    }
    assert extension.lock("Cargo.lock", answers) == (
        'version = 4\n\n[[package]]\nname = "libc"\nversion = "0.1.0"\n\n'
        '[[package]]\nname = "libc"\nversion = "0.2.0"\nsource = "registry"\n\n'
        '[[package]]\nname = "rayon"\nversion = "1.0.0"\n\n'
        '[[package]]\nname = "zip-it"\nversion = "0.1.0"\ndependencies = [\n "libc 0.2.0",\n "rayon",\n]\n\n'
        '[[package]]\nname = "zip-it-py"\nversion = "0.1.0"\ndependencies = [\n "pyo3",\n "zip-it",\n]'
    )


def test_a_lock_file_that_is_missing(
    extension: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extension.locks, "LOCKS", tmp_path)
    with pytest.raises(SystemExit, match=r"no lock file Cargo-cli\.lock"):
        extension.lock("Cargo.lock", {"cli": True, "docs": True, "example": "words", "lowest_python": "3.11"})


@pytest.mark.parametrize("lowest_python", QUESTIONS["lowest_python"])
@pytest.mark.parametrize("docs", [True, False])
@pytest.mark.parametrize("cli", [True, False])
@pytest.mark.parametrize("example", QUESTIONS["example"])
def test_every_answer_has_its_lock_files(
    extension: ModuleType, lowest_python: str, docs: bool, cli: bool, example: str
) -> None:
    answers = {
        "cli": cli,
        "docs": docs,
        "example": example,
        "lowest_python": lowest_python,
        "__crate": "a-b",
        "__package": "a_b",
    }
    for name in ("Cargo.lock", "uv.lock", "fuzz/Cargo.lock"):
        text = extension.lock(name, answers)
        assert "placeholder" not in text
        assert 'name = "a-b"' in text
        assert example == "words" or 'name = "rayon' not in text
    assert ("rayon" in extension.lock("THIRD-PARTY-NOTICES.txt", answers)) == (example == "words")
