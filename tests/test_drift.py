"""Every difference between the template and the reference is noticed, and repaired if possible."""

from __future__ import annotations

import re
import shutil
import tomllib
from argparse import ArgumentParser
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, git

from tools.template import drift

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RENDERED = {
    "noxfile.py": "exact\n",
    "Cargo.toml": (
        '[workspace]\nmembers = ["crates/*"]\n\n[workspace.package]\nedition = "2024"\n\n[profile.release]\nlto = "fat"\n'
    ),
    "Cargo.lock": "derived\n",
    "README.md": "seeded\n",
    ".github/workflows/ci.yml": "name: CI\n\npermissions: {}\n\njobs: {}\n",
}
CLASSES = """
exact = ["noxfile.py", ".github/workflows/ci.yml"]
derived = ["Cargo.lock"]
seeded = ["README.md"]
[tables]
"Cargo.toml" = ["workspace", "profile.release"]
"""
OLD, NEW = ("uses: actions/checkout@" + digit * 40 + f" # v{digit}\n" for digit in "12")


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    """The output of the template: a small project with a file of each class."""
    folder = tmp_path / "rendered"
    for name, text in RENDERED.items():
        folder.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def repository(tmp_path: Path, rendered: Path) -> Path:
    """A repository with a reference that has grown from it, and has not drifted."""
    folder = tmp_path / "repository"
    shutil.copytree(rendered, folder / "reference")
    folder.joinpath("reference", "drift.toml").write_text(CLASSES, encoding="utf-8")
    folder.joinpath("reference", "Cargo.toml").write_text(
        "# A comment at the top.\n[workspace]\n"
        'members = ["more", "crates/*"] # and one beside\n\n'
        '[workspace.package]\nedition = "2024"\nmore = 1\n\n[profile.release]\nlto = "fat"\n[profile.dev]\ndebug = 0\n',
        encoding="utf-8",
    )
    folder.joinpath("reference", "README.md").write_text("its own\n", encoding="utf-8")
    folder.joinpath("reference", "more.py").write_text("its own\n", encoding="utf-8")
    for workflows in (".github/workflows", "template/project/.github/workflows"):
        folder.joinpath(workflows).mkdir(parents=True)
        folder.joinpath(workflows, "ci.yml").write_text(NEW, encoding="utf-8")
    folder.joinpath(".github", "workflows", "reference.yml").write_text(
        "# Rendered from the template by `nox -s drift -- --write`: change the template instead.\n"
        "name: Reference\n\npermissions: {}\n\ndefaults:\n  run:\n    working-directory: reference\n\njobs: {}\n",
        encoding="utf-8",
    )
    return folder


def found(repository: Path, rendered: Path) -> list[str]:
    return [f"{each.place} {each.what}" for each in all_drifts(repository, rendered)]


def all_drifts(repository: Path, rendered: Path) -> list[drift.Drift]:
    return [*drift.pins(repository), *drift.drifts(repository, rendered)]


def test_a_reference_that_has_only_grown(repository: Path, rendered: Path) -> None:
    assert found(repository, rendered) == []


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def delete(name: str) -> Callable[[Path], None]:
    return lambda folder: folder.joinpath(name).unlink()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (edit("noxfile.py", "exact", "edited"), "noxfile.py is not what the template renders"),
        (delete("noxfile.py"), "noxfile.py is not there"),
        (delete("Cargo.toml"), "Cargo.toml is not there"),
        (edit("Cargo.toml", "2024", "2021"), "Cargo.toml, workspace.package.edition lacks '2024'"),
        (edit("Cargo.toml", 'lto = "fat"\n', ""), "Cargo.toml, profile.release.lto lacks 'fat'"),
        (edit("Cargo.toml", ', "crates/*"', ""), "Cargo.toml, workspace.members lacks ['crates/*']"),
        (
            edit("Cargo.toml", '[profile.release]\nlto = "fat"\n', ""),
            "Cargo.toml, profile.release lacks {'lto': 'fat'}",
        ),
    ],
)
def test_what_is_noticed_and_mended(
    repository: Path, rendered: Path, change: Callable[[Path], None], says: str
) -> None:
    change(repository / "reference")
    assert found(repository, rendered) == [says]
    for each in drift.drifts(repository, rendered):
        assert each.mend
        each.mend()
    assert found(repository, rendered) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            delete("Cargo.lock"),
            "Cargo.lock is not there",
        ),
        (
            edit("drift.toml", '"README.md"', ""),
            "README.md is in no class of reference/drift.toml: choose one",
        ),
        (
            edit("drift.toml", '"README.md"', '"README.md", "noxfile.py"'),
            "noxfile.py is in several classes of reference/drift.toml: keep one",
        ),
        (
            edit("drift.toml", '"README.md"', '"README.md", "gone.py"'),
            "gone.py is not rendered any more: take it out of reference/drift.toml",
        ),
        (
            edit("drift.toml", '"profile.release"', '"profile.release", "gone"'),
            "Cargo.toml has no gone in the template: take it out of reference/drift.toml",
        ),
        (
            edit("drift.toml", "[tables]", '[without]\n"Cargo.toml" = ["away"]\n[tables]'),
            "Cargo.toml has no away in the template: take it out of reference/drift.toml",
        ),
    ],
)
def test_what_a_person_has_to_decide(
    repository: Path, rendered: Path, change: Callable[[Path], None], says: str
) -> None:
    change(repository / "reference")
    assert [(f"{each.place} {each.what}", each.mend) for each in drift.drifts(repository, rendered)] == [
        (says, None)
    ]


def test_a_new_file_of_the_template_is_in_no_class(repository: Path, rendered: Path) -> None:
    rendered.joinpath("new.py").write_text("", encoding="utf-8")
    assert found(repository, rendered) == ["new.py is in no class of reference/drift.toml: choose one"]


def test_a_key_that_the_reference_need_not_have(repository: Path, rendered: Path) -> None:
    edit("Cargo.toml", 'edition = "2024"', 'edition = "2024"\nnew = 1')(rendered)
    assert found(repository, rendered) == ["Cargo.toml, workspace.package.new lacks 1"]
    edit("drift.toml", "[tables]", '[without]\n"Cargo.toml" = ["workspace.package.new"]\n[tables]')(
        repository / "reference"
    )
    assert found(repository, rendered) == []


def test_what_is_mended_keeps_comments_and_what_is_its_own(repository: Path, rendered: Path) -> None:
    file = repository / "reference" / "Cargo.toml"
    before = file.read_text(encoding="utf-8")
    edit("Cargo.toml", 'members = ["crates/*"]', 'members = ["crates/*", "new"]')(rendered)
    edit("Cargo.toml", 'lto = "fat"', 'lto = "thin"')(rendered)
    for each in drift.drifts(repository, rendered):
        assert each.mend
        each.mend()
    after = file.read_text(encoding="utf-8")
    assert tomllib.loads(after)["workspace"]["members"] == ["more", "crates/*", "new"]
    assert after.replace('"thin"', '"fat"').replace(', "new"', "") == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            edit(".github/workflows/reference.yml", "jobs", "job"),
            ".github/workflows/reference.yml is not what the template renders",
        ),
        (delete(".github/workflows/reference.yml"), ".github/workflows/reference.yml is not there"),
        (
            edit("template/project/.github/workflows/ci.yml", NEW, OLD),
            "the template's ci.yml has older actions, or an older Rust, than another file",
        ),
        (
            edit(".github/workflows/ci.yml", NEW, OLD),
            "ci.yml has older actions, or an older Rust, than another file",
        ),
    ],
)
def test_workflows(repository: Path, rendered: Path, change: Callable[[Path], None], says: str) -> None:
    change(repository)
    assert found(repository, rendered) == [says]
    for each in all_drifts(repository, rendered):
        assert each.mend
        each.mend()
    assert found(repository, rendered) == []


def test_a_workflow_at_the_top_that_is_not_rendered_any_more(repository: Path, rendered: Path) -> None:
    repository.joinpath(".github", "workflows", "reference-old.yml").write_text(NEW, encoding="utf-8")
    says = ".github/workflows/reference-old.yml is not rendered any more: delete it"
    assert found(repository, rendered) == [says]


def test_a_release_of_the_reference_has_its_own_names_folder_and_tags() -> None:
    workflow = """\
name: Release

on:
  push:
    tags: ["v*"]
  pull_request:
    paths:
      - .github/workflows/wheels.yml
      - "**/Cargo.toml"
      - uv.lock

permissions: {}

concurrency:
  group: release-${{ github.ref }}

jobs:
  wheels:
    uses: $/.github/workflows/wheels.yml
  more:
    defaults:
      run:
        shell: bash
    steps:
      - with:
          version-file: uv.lock
      - with:
          path: dist/*.whl
"""
    expected = """\
# Rendered from the template by `nox -s drift -- --write`: change the template instead.
name: Reference, release

on:
  push:
    tags: ["bytemerge-v*"]
  pull_request:
    paths:
      - .github/workflows/reference-wheels.yml
      - "reference/**/Cargo.toml"
      - reference/uv.lock

permissions: {}

defaults:
  run:
    working-directory: reference

concurrency:
  group: reference-release-${{ github.ref }}

jobs:
  wheels:
    uses: $/.github/workflows/reference-wheels.yml
  more:
    defaults:
      run:
        working-directory: reference
        shell: bash
    steps:
      - with:
          version-file: reference/uv.lock
      - with:
          path: reference/dist/*.whl
"""
    assert drift._in_reference("release", workflow).decode() == expected


def test_links_lead_to_the_folder_in_this_repository(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    its_own = "https://github.com/someone/tool"
    path.write_text(f"{its_own}\n{its_own}/blob/main/CHANGELOG.md\n{its_own}/issues\n", encoding="utf-8")
    drift._links_lead_here(tmp_path, {"github_owner": "someone", "project_name": "tool"})
    here = "https://github.com/someone/pairforge"
    assert path.read_text(encoding="utf-8").split() == [
        here,
        f"{here}/blob/main/reference/CHANGELOG.md",
        f"{here}/issues",
    ]


def test_the_reference_has_not_drifted() -> None:
    assert [f"{each.place} {each.what}" for each in drift.check(ROOT, write=False)] == []


# The pull requests of dependabot


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files of this repository's template, reference and workflows that are in git."""
    listed = git(ROOT, "ls-files", "-z", "--", ".github", "template", "reference").split("\0")
    for name in filter(None, listed):
        target = tmp_path / "checkout" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    return tmp_path / "checkout"


def test_a_request_for_newer_actions_says_which_command_to_run(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dependabot renews the actions of every workflow at the top.

    The reference's copies are among them, but nothing below the top.
    """
    actions = set()
    for path in checkout.joinpath(".github", "workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        actions |= {what for what, *_ in drift.PIN.findall(text)}
        path.write_text(drift.PIN.sub(rf"\g<1>{'f' * 40} # v99.0.0", text), encoding="utf-8")
    # Some of them occur in the reference's workflows only.
    some = ("actions/checkout", "pypa/gh-action-pypi-publish", "actions/deploy-pages")
    assert {f"uses: {action}@" for action in some} <= actions
    asked_for(checkout, monkeypatch, capsys, "the template's ci.yml has older actions")
    (template,) = checkout.glob("template/*/.github/workflows")
    pins = drift.PIN.findall("".join(path.read_text(encoding="utf-8") for path in template.glob("*.yml")))
    assert {pin for _, pin, _ in pins} == {f"{'f' * 40} # v99.0.0"}


def test_a_request_for_a_newer_rust_says_which_command_to_run(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = checkout.joinpath("reference", ".github", "rust-toolchain.toml")
    path.write_text(drift.PIN.sub(r'\1"9.9.0"', path.read_text(encoding="utf-8")), encoding="utf-8")
    asked_for(
        checkout,
        monkeypatch,
        capsys,
        "the template's rust-toolchain.toml has older actions, or an older Rust",
    )
    (template,) = checkout.glob("template/*/.github/rust-toolchain.toml")
    assert 'channel = "9.9.0"' in template.read_text(encoding="utf-8")


def test_a_request_for_newer_tools_needs_nothing_else(checkout: Path) -> None:
    """The hooks named the version of ruff once more, so each such pull request failed."""
    lock = checkout / "reference" / "uv.lock"
    text, count = re.subn(
        r'(name = "ruff"\nversion = )"[\d.]+"', r'\1"99.0.0"', lock.read_text(encoding="utf-8")
    )
    assert count == 1
    lock.write_text(text, encoding="utf-8")
    assert drift.check(checkout, write=False) == []
    tests = [*checkout.glob("reference/tests/*.py"), *checkout.glob("template/*/tests/*.py")]
    assert [path for path in tests if ".pre-commit-config" in path.read_text(encoding="utf-8")] == []


def asked_for(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], says: str
) -> None:
    """Asserts that drift names one command, which repairs everything in one run."""
    monkeypatch.setattr(drift, "ROOT", checkout)
    monkeypatch.setattr("sys.argv", ["drift"])
    with pytest.raises(SystemExit) as end:
        drift.main(ArgumentParser())
    printed = capsys.readouterr().out
    assert end.value.code == 1
    assert says in printed.replace("\n", " ")
    assert "(nox -s drift -- --write)" in printed.replace("\n", " ")
    # The repair never restores the version that a bot's pull request replaces.
    assert drift.check(checkout, write=True) == []
    assert drift.check(checkout, write=False) == []
