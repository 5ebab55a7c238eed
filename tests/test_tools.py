"""The tools of the repository, except the slow ones: `nox -s test` runs the bake itself."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import ROOT, preflight, shell
from tools.measure import drawing
from tools.template import answers, judge, judge_table
from tools.template.locks import LOCKS, PLACEHOLDER, PROBE, every_file
from tools.template.render import render
from tools.template.static_checks import StaticChecks, problems_of_file

# answers


def test_every_combination_is_there_once() -> None:
    every = list(answers.every_combination())
    assert len(every) == 4 * 3 * 2**6
    assert len({tuple(each.items()) for each in every}) == len(every)
    assert every[0] == answers.default()


def test_the_set_to_build_has_every_pair_of_answers() -> None:
    def pairs(combinations: list[answers.Answers]) -> set[tuple[object, ...]]:
        return {pair for each in combinations for pair in itertools.combinations(each.items(), 2)}

    to_build = answers.every_pair()
    assert pairs(to_build) == pairs(list(answers.every_combination()))
    assert to_build[:2] == [answers.default(), answers.most_different()]
    assert len(to_build) < 20


def test_the_most_different_answers_share_none_with_the_default_ones() -> None:
    assert not answers.default().items() & answers.most_different().items()


def test_the_longest_name_is_the_longest_that_the_template_takes(tmp_path: Path) -> None:
    names = {str(each["project_name"]) for each in answers.every_length_of_name()}
    longest = max(names, key=len)
    render({"project_name": longest, "git": False}, tmp_path)
    with pytest.raises(SystemExit):
        render({"project_name": f"{longest}k", "git": False}, tmp_path)
    assert min(map(len, names)) == 1


def test_a_label_names_what_is_chosen() -> None:
    assert answers.label({"license": "MIT", "cli": True, "docs": False}) == "MIT cli"


# shell


def test_a_command_sees_nothing_of_the_environments_that_run_us(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyvenv.cfg").touch()
    for name in ("UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV", "NOX_CURRENT_SESSION", "PIP_FIND_LINKS", "UV"):
        monkeypatch.setenv(name, "ours")
    monkeypatch.setenv("UV_CACHE_DIR", "the user's")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    seen = shell.clean_environment({"NO_COLOR": "1"})
    assert "ours" not in seen.values()
    assert str(tmp_path / "bin") not in seen["PATH"].split(os.pathsep)
    assert (seen["UV_CACHE_DIR"], seen["NO_COLOR"]) == ("the user's", "1")


def test_what_a_command_prints_is_plain_also_where_a_runner_wants_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CARGO_TERM_COLOR", "FORCE_COLOR", "PY_COLORS", "TTY_COMPATIBLE"):
        monkeypatch.setenv(name, "always" if name.startswith("CARGO") else "1")
    program = "import os; print([name for name in os.environ if 'COLO' in name])"
    assert shell.run([sys.executable, "-c", program], ROOT).strip() == "[]"
    assert "\x1b" not in shell.run([shell.uv(), "python", "find", "--no-project"], ROOT)


def test_a_failing_command_shows_what_it_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('a reason'); raise SystemExit(3)"]
    with pytest.raises(shell.Failed, match="a reason"):
        shell.run(command, tmp_path)
    assert shell.end_of(command, tmp_path).status == 3


def test_a_missing_program_is_a_failure_as_in_a_shell(tmp_path: Path) -> None:
    assert shell.end_of(["no-such-program"], tmp_path).status == 127


# preflight


def fake(folder: Path, name: str, says: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    program.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="the fake programs are shell scripts")
@pytest.mark.parametrize(
    ("programs", "line"),
    [
        ({"cargo": "cargo 1.85.0 (x)", "cc": ""}, "$"),
        ({"cargo": "cargo 2.0.0", "cc": ""}, "$"),
        ({}, "cargo.*not found.*rustup.rs"),
        ({"cargo": "error: no toolchain", "cc": ""}, "cargo.*not found"),
        ({"cargo": "cargo 1.84.1", "cc": ""}, "Rust 1.85 or later.*1.84.*rustup update"),
        ({"cargo": "cargo 1.95.0"}, "cc.*not found"),
    ],
)
def test_preflight_says_what_is_missing(tmp_path: Path, programs: dict[str, str], line: str) -> None:
    for name, says in programs.items():
        fake(tmp_path, name, says)
    found = preflight.missing(str(tmp_path))
    assert re.match(line, found)
    assert "\n" not in found


@pytest.mark.skipif(sys.platform == "win32", reason="makes a PATH of symbolic links")
@pytest.mark.parametrize("session", ["demo", "test", "bake"])
def test_without_cargo_a_session_ends_with_one_line_before_anything_is_done(
    tmp_path: Path, session: str
) -> None:
    environment = {**shell.clean_environment({"UV_OFFLINE": "1"}), "PATH": str(Path(sys.executable).parent)}
    command = [sys.executable, "-m", "nox", "-s", session, "--envdir", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    said = [line for line in (done.stdout + done.stderr).splitlines() if "aborted" in line]
    assert done.returncode == 1
    assert len(said) == 1
    assert "https://rustup.rs" in said[0]


def test_nox_alone_lists_every_session_in_a_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nox"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    listed = re.findall(r"^- (\w+) -> (.+)\.$", done.stdout, re.MULTILINE)
    defined = re.findall(
        r"^@nox.session.*\ndef (\w+)", ROOT.joinpath("noxfile.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [name for name, _ in listed] == defined


# rendering and locks


def test_rendering_says_nothing_and_keeps_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = render({"project_name": "said-nothing", "git": False}, tmp_path)
    assert folder == tmp_path / "said-nothing"
    assert capfd.readouterr().out == ""


def test_every_lock_file_is_stored_for_the_placeholder() -> None:
    stored = {path.name for path in LOCKS.iterdir()}
    assert stored == {each.name for each in every_file()}
    for path in LOCKS.iterdir():
        text = path.read_text(encoding="utf-8")
        assert (PLACEHOLDER if path.suffix == ".txt" else f'name = "{PLACEHOLDER}"') in text
        assert PROBE not in text
        assert "\r" not in text


# static checks


@pytest.mark.parametrize(
    ("suffix", "content", "problem"),
    [
        (".toml", b"a = \n", "cannot be parsed"),
        (".yml", b"a: [\n", "cannot be parsed"),
        (".json", b"{\n", "cannot be parsed"),
        (".py", b"def\n", "cannot be parsed"),
        (".md", b"{{= x =}}\n", "of the template"),
        (".lock", b'name = "placeholder-name-py"\n', "of the template"),
        (".md", b"a\r\n", "carriage return"),
        (".md", b"a", "line end"),
        (".md", b"\xff\n", "UTF-8"),
    ],
)
def test_a_bad_file_is_found(suffix: str, content: bytes, problem: str) -> None:
    (found,) = problems_of_file(suffix, content)
    assert problem in found


def test_a_good_project_has_no_problem_and_a_bad_one_is_named(tmp_path: Path) -> None:
    folder = render({"project_name": "checked-one", "git": False}, tmp_path)
    checks = StaticChecks(slow=False)
    assert checks.problems(folder) == []
    manifest = folder / "pyproject.toml"
    text = manifest.read_text(encoding="utf-8").replace('"hypothesis', '"attrs", "hypothesis')
    manifest.write_text(text, encoding="utf-8")
    (problem,) = checks.problems(folder)
    assert problem.startswith("uv.lock fits:")
    folder.joinpath("noxfile.py").write_text("import  os\n", encoding="utf-8")
    assert [problem.split(":")[0] for problem in checks.problems(folder)] == ["ruff check", "ruff format"]


# judges


def test_every_judge_is_named_once_and_its_tool_is_there() -> None:
    names = [each.name for each in judge_table.JUDGES]
    assert len(set(names)) == len(names)
    for each in judge_table.JUDGES:
        program = each.command.split()[0]
        if program not in ("cargo", "{python}"):
            assert any(Path(sys.executable).parent.glob(f"{program}*")), (
                f"{program} is not in the environment"
            )


def test_a_judge_is_content_only_with_what_counts_as_clean(tmp_path: Path) -> None:
    def verdict(code: str, says: str = "") -> bool:
        tmp_path.joinpath("code.py").write_text(code, encoding="utf-8")
        asked = judge_table.Judge("a judge", f"{sys.executable} {{folder}}/code.py", says)
        return judge.ask(asked, tmp_path, os.environ, {}).clean

    assert verdict("print('all clean')")
    assert verdict("print('all clean')", "all clean")
    assert not verdict("print('saw nothing')", "all clean")
    assert not verdict("raise SystemExit(1)")


def test_a_path_with_spaces_stays_one_word(tmp_path: Path) -> None:
    folder = tmp_path / "a b"
    folder.mkdir()
    folder.joinpath("code.py").write_text("print('all clean')", encoding="utf-8")
    asked = judge_table.Judge("a judge", f"{sys.executable} {{folder}}/code.py", "all clean")
    assert judge.ask(asked, folder, os.environ, {}).clean


# the plot


def test_a_plot_reads_on_light_and_dark_pages_and_is_the_same_twice(tmp_path: Path) -> None:
    bars = [drawing.Bar("slow", 1, "1x"), drawing.Bar("fast", 9, "9x", best=True)]
    drawing.bars(bars, "A title", "an axis", tmp_path / "speed", png=True)
    text = tmp_path.joinpath("speed.svg").read_text(encoding="utf-8")
    for part in ("prefers-color-scheme: dark", "prefers-color-scheme: light", ">A title<", ">9x<"):
        assert part in text
    assert tmp_path.joinpath("speed.png").read_bytes().startswith(b"\x89PNG")
    drawing.bars(bars, "A title", "an axis", tmp_path / "again")
    assert tmp_path.joinpath("again.svg").read_text(encoding="utf-8") == text


# the repository's own settings


SESSIONS = re.findall(
    r'install\(session, "(\S+)"\)\n(?:    .*\n)*?    run_tool\(session, "([\w.]+)"',
    ROOT.joinpath("noxfile.py").read_text(encoding="utf-8"),
)


@pytest.mark.parametrize(("group", "tool"), SESSIONS)
def test_a_session_installs_what_its_tool_imports(group: str, tool: str) -> None:
    command = [shell.uv(), "run", "--quiet", "--isolated", "--locked", "--only-group", group]
    shell.run([*command, "python", "-c", f"import tools.{tool}"], ROOT)


def test_every_action_is_pinned_as_in_the_template() -> None:
    def pins(folder: Path) -> dict[str, str]:
        text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yml")))
        found = re.findall(r"uses: (\S+)@([0-9a-f]{40} # v\S+)$", text, re.MULTILINE)
        # Actions of this repository itself are at the commit that runs.
        assert len(found) == text.count("uses:") - text.count("uses: $/")
        return dict(found)

    (template,) = ROOT.glob("template/*/.github/workflows")
    ours, theirs = pins(ROOT / ".github/workflows"), pins(template)
    assert ours == {**ours, **{name: pin for name, pin in theirs.items() if name in ours}}
