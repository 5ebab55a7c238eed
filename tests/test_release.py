"""Releases of a rendered project: its version, the list of its wheels, the inspection of what is uploaded, and publishing.

What compiles is not here: the bake builds the wheels, inspects them and tests them as installed.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from conftest import git

from tools.render import ROOT, render
from tools.shell import uv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

NAME = "to-release"
PLATFORMS = [
    "macosx_arm64",
    "macosx_x86_64",
    "manylinux_2_28_aarch64",
    "manylinux_2_28_x86_64",
    "musllinux_1_2_aarch64",
    "musllinux_1_2_x86_64",
    "win_amd64",
    "win_arm64",
]


class Project:
    """A rendered project in a repository of its own, with a server that it is pushed to."""

    def __init__(self, folder: Path, **answers: str | bool) -> None:
        named = {"project_name": NAME, "github_owner": "ada", **answers}
        self.folder = render({**named, "git": False}, folder)
        self.programs = folder / "programs"
        self.programs.mkdir()
        git(folder, "init", "--quiet", "--bare", "server")
        git(self.folder, "init", "--quiet", "--initial-branch=main")
        git(self.folder, "remote", "add", "origin", str(folder / "server"))
        self.commit()

    def commit(self) -> None:
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--message=A commit")
        git(self.folder, "push", "--quiet", "--set-upstream", "origin", "main")

    def tool(
        self, name: str, *arguments: object, status: int = 0, variables: Mapping[str, str] | None = None
    ) -> str:
        """What one of the programs in tools/release prints."""
        environment = {name: value for name, value in os.environ.items() if name != "RELEASE_TAG"}
        environment["PATH"] = f"{self.programs}{os.pathsep}{environment['PATH']}"
        done = subprocess.run(
            [sys.executable, f"tools/release/{name}.py", *map(str, arguments)],
            cwd=self.folder,
            env={**environment, "UV": uv(), **(variables or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == status, done.stdout
        assert "Traceback" not in done.stdout
        return done.stdout

    def python(self, program: str) -> list[str]:
        """The lines that a program prints which imports from tools/release."""
        printed = subprocess.run(
            [sys.executable, "-c", program],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.folder / "tools" / "release")},
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=True,
        )
        return printed.stdout.splitlines()

    def fake(self, program: str, answer: str = "") -> Path:
        """Puts a program in front of the real one; it writes what it was called with to the file that is returned."""
        file, log = self.programs / program, self.programs / f"{program}.log"
        file.write_text(f'#!/bin/sh\necho "$@" >> {log}\n{answer}\n', encoding="utf-8")
        file.chmod(0o755)
        return log

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.folder.joinpath(name).read_text(encoding="utf-8")
        assert old in text
        self.folder.joinpath(name).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, cli=True, fuzz=True)


needs_a_shell = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


# The list of wheels


@pytest.mark.parametrize("lowest_python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("wheels", ["abi3", "per-python"])
def test_the_list_of_wheels_is_what_cibuildwheel_makes(
    tmp_path: Path, wheels: str, lowest_python: str
) -> None:
    project = Project(tmp_path, wheels=wheels, lowest_python=lowest_python)
    assert project.tool("wheels") == "wheels.txt is current.\n"
    listed = project.folder.joinpath("wheels.txt").read_text(encoding="utf-8").splitlines()[2:]
    number = lowest_python.replace("3.", "3")
    if wheels == "abi3":
        tags = [f"cp{number}-abi3", "cp314-cp314t", "cp315-abi3.abi3t"]
    else:
        pythons = [f"cp3{minor}-cp3{minor}" for minor in range(int(number[1:]), 16)]
        tags = sorted([*pythons, "cp314-cp314t", "cp315-cp315t"])
    assert listed == [f"{tag}-{platform}" for tag in tags for platform in PLATFORMS]


def test_processors_that_are_asked_for_are_built_and_listed(project: Project) -> None:
    project.edit("pyproject.toml", '"x86_64", "aarch64"', '"x86_64", "armv7l", "ppc64le"')
    project.edit("pyproject.toml", '    "*-pyodide_wasm32",\n', "")
    found = project.tool("wheels", status=1).splitlines()
    assert found[0] == "wheels.txt is not what is built: nox -s wheel_manifest -- --write"
    assert "  + cp311-abi3-manylinux_2_31_armv7l" in found
    assert "  + cp311-abi3-musllinux_1_2_ppc64le" in found
    assert "  - cp311-abi3-manylinux_2_28_aarch64" in found
    assert any("pyodide_wasm32" in line for line in found)
    assert not any("musllinux" in line and "armv7l" in line for line in found)
    project.tool("wheels", "--write")
    assert project.tool("wheels") == "wheels.txt is current.\n"
    jobs = json.loads(project.tool("wheels", "jobs").removeprefix("jobs="))
    emulated = {job["arch"]: job["emulated"] for job in jobs if job["platform"] == "linux"}
    assert emulated == {"x86_64": False, "armv7l": True, "ppc64le": True}
    assert [job["runner"] for job in jobs if job["platform"] == "pyodide"] == ["ubuntu-latest"]


def test_a_job_for_each_machine_hands_its_wheels_to_the_next_jobs(project: Project, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    printed = project.tool("wheels", "jobs", variables={"GITHUB_OUTPUT": str(outputs)})
    assert outputs.read_text(encoding="utf-8") == printed
    jobs = json.loads(printed.removeprefix("jobs="))
    assert [(job["platform"], job["arch"], job["runner"], job["emulated"]) for job in jobs] == [
        ("linux", "x86_64", "ubuntu-latest", False),
        ("linux", "aarch64", "ubuntu-24.04-arm", False),
        ("macos", "x86_64", "macos-15-intel", False),
        ("macos", "arm64", "macos-15", False),
        ("windows", "AMD64", "windows-latest", False),
        ("windows", "ARM64", "windows-11-arm", False),
    ]


def test_settings_that_cibuildwheel_refuses_are_one_line(project: Project) -> None:
    project.edit("pyproject.toml", 'test-groups = ["test"]', 'test-group = ["test"]')
    assert "test-group" in project.tool("wheels", status=1)


def as_built(line: str) -> str:
    """The name of a wheel as the tools of its platform give it, for a line of the list."""
    real = {
        "macosx_arm64": "macosx_11_0_arm64",
        "macosx_x86_64": "macosx_10_12_x86_64",
        "manylinux_2_28_x86_64": "manylinux2014_x86_64.manylinux_2_17_x86_64",
    }
    python, abi, platform = line.split("-")
    return f"to_release-0.1.0-{python}-{abi}-{real.get(platform, platform)}.whl"


def test_a_release_has_exactly_the_wheels_of_the_list(project: Project, tmp_path: Path) -> None:
    lines = project.folder.joinpath("wheels.txt").read_text(encoding="utf-8").splitlines()[2:]
    dist = tmp_path / "dist"
    dist.mkdir()
    for line in lines:
        dist.joinpath(as_built(line)).touch()
    assert project.tool("wheels", "built", dist) == "All 24 wheels are there.\n"

    dist.joinpath(as_built("cp314-cp314t-win_arm64")).unlink()
    assert project.tool("wheels", "built", dist, status=1) == "missing: cp314-cp314t-win_arm64\n"
    dist.joinpath(as_built("cp314-cp314t-win_arm64")).touch()

    extra = dist / as_built("cp312-cp312-win_arm64")
    extra.touch()
    assert project.tool("wheels", "built", dist, status=1) == f"not in wheels.txt: {extra.name}\n"
    extra.unlink()

    # Newer than what was promised is not what was promised.
    name = dist / as_built("cp311-abi3-musllinux_1_2_x86_64")
    newer = name.rename(dist / name.name.replace("_1_2_", "_1_3_"))
    assert project.tool("wheels", "built", dist, status=1).splitlines() == [
        "missing: cp311-abi3-musllinux_1_2_x86_64",
        f"not in wheels.txt: {newer.name}",
    ]
    newer.rename(name)

    other = name.rename(dist / name.name.replace("0.1.0", "0.2.0"))
    assert f"of another project or version: {other.name}" in project.tool("wheels", "built", dist, status=1)
    other.rename(name)

    dist.joinpath("junk.whl").touch()
    assert project.tool("wheels", "built", dist, status=1) == "no name of a wheel: junk.whl\n"


# What is in a wheel

FILES = ("__init__.py", "_core.pyi", "errors.py", "naive.py", "py.typed")
INFO = "to_release-0.1.0.dist-info"


def a_wheel(
    project: Project, folder: Path, module: bytes, change: Callable[[dict[str, bytes]], object]
) -> Path:
    """A wheel with everything that belongs in it, and with the changes of a test."""
    package = project.folder / "python" / "to_release"
    files = {f"to_release/{name}": package.joinpath(name).read_bytes() for name in FILES}
    files["to_release/_core.abi3.so"] = module
    files[f"{INFO}/METADATA"] = b"Metadata-Version: 2.4\nName: to-release\nVersion: 0.1.0\n"
    files[f"{INFO}/WHEEL"] = files[f"{INFO}/RECORD"] = b""
    files[f"{INFO}/sboms/to-release-py.cyclonedx.json"] = b"{}"
    for name in ("LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES.txt"):
        files[f"{INFO}/licenses/{name}"] = project.folder.joinpath(name).read_bytes()
    change(files)
    path = folder / "to_release-0.1.0-cp311-abi3-win_amd64.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return path


STRIPPED = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(20)
WITH_SYMBOLS = STRIPPED[:76] + b"\1" + STRIPPED[77:]
MACH_O = b"\xcf\xfa\xed\xfe" + bytes(100)


def test_what_is_wrong_with_a_wheel_is_said(project: Project, tmp_path: Path) -> None:
    """One process for all the cases: each is a wheel with one fault."""

    def fault(change: Callable[[dict[str, bytes]], object], module: bytes = STRIPPED) -> tuple[bytes, object]:
        return module, change

    def without(name: str) -> Callable[[dict[str, bytes]], object]:
        return lambda files: files.pop(name)

    def having(name: str, content: bytes = b"x") -> Callable[[dict[str, bytes]], object]:
        return lambda files: files.update({name: content})

    cases = {
        "": fault(lambda files: files),
        "lacks to_release/py.typed": fault(without("to_release/py.typed")),
        "has to_release/secret.txt, which does not belong there": fault(having("to_release/secret.txt")),
        "has to_release.libs/libgomp.so, which does not belong there": fault(
            having("to_release.libs/libgomp.so")
        ),
        "has 0 compiled modules: none": fault(without("to_release/_core.abi3.so")),
        "has 2 compiled modules: to_release/_core.abi3.so, to_release/_core.cpython-311.so": fault(
            having("to_release/_core.cpython-311.so", STRIPPED)
        ),
        "has no SBOM": fault(without(f"{INFO}/sboms/to-release-py.cyclonedx.json")),
        f"lacks {INFO}/licenses/THIRD-PARTY-NOTICES.txt": fault(
            without(f"{INFO}/licenses/THIRD-PARTY-NOTICES.txt")
        ),
        f"has another {INFO}/licenses/LICENSE-MIT than the project": fault(
            having(f"{INFO}/licenses/LICENSE-MIT")
        ),
        f"has {INFO}/licenses/SECRET, which does not belong there": fault(having(f"{INFO}/licenses/SECRET")),
        "has another to_release/naive.py than the project": fault(having("to_release/naive.py")),
        "has other-1.dist-info/METADATA, which does not belong there": fault(
            having("other-1.dist-info/METADATA")
        ),
        f"lacks {INFO}/METADATA, and Cargo.toml says 0.1.0": fault(without(f"{INFO}/METADATA")),
        "is version 0.2.0, and Cargo.toml says 0.1.0": fault(having(f"{INFO}/METADATA", b"Version: 0.2.0\n")),
        "has symbols that were to be stripped: COFF": fault(lambda files: files, WITH_SYMBOLS),
        "has symbols that were to be stripped: __DWARF": fault(lambda files: files, MACH_O + b"__DWARF\0"),
    }
    paths = []
    for number, (module, change) in enumerate(cases.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        paths.append(str(a_wheel(project, folder, module, change)))  # type: ignore[arg-type]
    said = project.python(
        f"import artifacts, pathlib\nfor path in {paths}:\n"
        "    print('; '.join(artifacts.of_wheel(pathlib.Path(path))))"
    )
    assert said == list(cases)


def test_what_is_cut_off_is_one_line(project: Project, tmp_path: Path) -> None:
    wheel = a_wheel(project, tmp_path, STRIPPED, lambda files: files)
    wheel.write_bytes(wheel.read_bytes()[:1000])
    sdist = tmp_path / "to_release-0.1.0.tar.gz"
    sdist.write_bytes(b"\x1f\x8b")
    says = f"cut off, or no archives at all: {wheel.name}, {sdist.name}\n"
    assert project.tool("artifacts", tmp_path, status=1) == says


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"), reason="compiles a module for Linux")
def test_symbols_for_a_debugger_are_found(project: Project, tmp_path: Path) -> None:
    source, module = tmp_path / "x.c", tmp_path / "x.so"
    source.write_text("int x(void) { return 1; }\n", encoding="utf-8")
    ask = f"import artifacts, pathlib; print('; '.join(artifacts.of_module(pathlib.Path({str(module)!r}).read_bytes())))"
    compile = ["cc", "-shared", "-fPIC", "-g", "-o", str(module), str(source)]
    subprocess.run(compile, check=True)
    (said,) = project.python(ask)
    assert said.startswith("has symbols that were to be stripped: .debug_")
    subprocess.run([*compile, "-s"], check=True)
    assert project.python(ask) == [""]


@pytest.mark.parametrize(
    ("tags", "says"),
    [
        ("manylinux_2_34_x86_64", ""),
        ("manylinux_2_35_x86_64", ""),
        ("linux_x86_64", ""),
        ("manylinux_2_17_x86_64.manylinux2014_x86_64", "promises manylinux_2_17_x86_64"),
        ("musllinux_1_2_x86_64", "promises musllinux_1_2_x86_64"),
    ],
)
def test_a_tag_that_promises_more_than_auditwheel_finds(project: Project, tags: str, says: str) -> None:
    found = 'is consistent with the\\nfollowing platform tag: "manylinux_2_34_x86_64".'
    said = project.python(
        "import artifacts, pathlib, types\n"
        f"answer = types.SimpleNamespace(stdout='{found}', stderr='')\n"
        "artifacts.subprocess = types.SimpleNamespace(run=lambda *words, **options: answer)\n"
        f"print('; '.join(artifacts.of_platform(pathlib.Path('x-1-cp311-abi3-{tags}.whl'))))"
    )
    assert said[0].startswith(says)
    assert (said == [""]) == (says == "")


def test_an_sdist_has_only_what_git_knows(project: Project, tmp_path: Path) -> None:
    root = tmp_path / "to_release-0.1.0"
    for name in [*git(project.folder, "ls-files").splitlines(), "PKG-INFO", "crates/to-release/README.md"]:
        root.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        root.joinpath(name).touch()

    def said() -> list[str]:
        path = shutil.make_archive(str(root), "gztar", tmp_path, root.name)
        return project.python(
            f"import artifacts, pathlib; print(*artifacts.of_sdist(pathlib.Path({path!r})), sep='\\n')"
        )

    assert said() == [""]
    root.joinpath("uv.lock").unlink()
    root.joinpath(".env").touch()
    assert said() == ["lacks uv.lock", "has .env, which git does not know"]


# Notices


def test_the_notices_are_those_of_the_crates_that_are_linked_in(project: Project) -> None:
    assert project.tool("notices") == "THIRD-PARTY-NOTICES.txt is current.\n"
    text = project.folder.joinpath("THIRD-PARTY-NOTICES.txt").read_text(encoding="utf-8")
    assert text.startswith(f"{NAME} contains compiled code")
    rows = [line.split(":")[0] for line in text.split("\n\n")[1].splitlines()]
    assert {"pyo3", "rayon", "rustc-hash", "libc"} <= set(rows)
    # For tests, at build time, or in the program alone.
    assert not {"proptest", "pyo3-macros", "syn", "clap", NAME} & set(rows)


def test_notices_that_are_not_current_are_found_and_written(project: Project) -> None:
    project.edit("THIRD-PARTY-NOTICES.txt", "rayon-core", "somebody-else")
    said = "THIRD-PARTY-NOTICES.txt is not what the crates say now: nox -s notices -- --write\n"
    assert project.tool("notices", status=1) == said
    project.tool("notices", "--write")
    assert git(project.folder, "status", "--porcelain") == ""


# The version


def test_a_version_is_set_in_its_one_place(project: Project) -> None:
    printed = project.tool("bump", "minor", variables={"SOURCE_DATE_EPOCH": "1790000000"})
    assert git(project.folder, "diff", "--name-only").splitlines() == [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "fuzz/Cargo.lock",
    ]
    added = [line for line in git(project.folder, "diff", "-U0").splitlines() if line.startswith("+")]
    assert "+## 0.2.0 - 2026-09-21" in added
    assert '+version = "0.2.0"' in added
    assert f'+{NAME} = {{ path = "crates/{NAME}", version = "0.2.0" }}' in added
    # cargo has nothing to add to it.
    command = ["cargo", "metadata", "--locked", "--no-deps", "--format-version=1"]
    subprocess.run(command, cwd=project.folder, check=True, stdout=subprocess.DEVNULL)
    for line in printed.splitlines():
        if line.startswith(("  git add", "  git commit")):
            subprocess.run(shlex.split(line), cwd=project.folder, check=True, stdout=subprocess.DEVNULL)
    assert git(project.folder, "status", "--porcelain") == ""
    assert "git tag -a v0.2.0" in printed
    # What users read stands under the new version, and nothing is left above it.
    assert project.python(
        "import project; print(project.section('Unreleased') == '', project.section('0.2.0'))"
    )[0].startswith("True - Count the words")


@pytest.mark.parametrize(
    ("word", "version"),
    [
        ("major", "1.0.0"),
        ("patch", "0.1.1"),
        ("0.1.0", "0.1.0"),
        ("2.0.0-rc.1", "2.0.0-rc.1"),
    ],
)
def test_ways_to_say_a_version(project: Project, word: str, version: str) -> None:
    assert project.tool("bump", word).startswith(f"0.1.0 -> {version}. ")
    assert f'version = "{version}"\nedition' in project.folder.joinpath("Cargo.toml").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "say which version: nox -s bump -- minor (or major, patch, 1.2.3, 1.2.3-rc.1)"),
        (["huge"], "'huge' is no version: say major, minor, patch, 1.2.3 or 1.2.3-rc.1"),
        (["1.2"], "'1.2' is no version: say major, minor, patch, 1.2.3 or 1.2.3-rc.1"),
        (["0.0.9"], "0.0.9 comes before 0.1.0, which is the version now"),
        (["0.1.0-rc.1"], "0.1.0-rc.1 comes before 0.1.0, which is the version now"),
        # What cargo would not take: nothing is written that has to be taken back.
        (["01.2.3"], "'01.2.3' is no version: say major, minor, patch, 1.2.3 or 1.2.3-rc.1"),
        (["1.0.0-rc.01"], "'1.0.0-rc.01' is no version: say major, minor, patch, 1.2.3 or 1.2.3-rc.1"),
        (["١.٢.٣"], "'١.٢.٣' is no version: say major, minor, patch, 1.2.3 or 1.2.3-rc.1"),  # noqa: RUF001
        (["v0.2.0"], "'v0.2.0' is no version: say major, minor, patch, 1.2.3 or 1.2.3-rc.1"),
    ],
)
def test_a_version_that_is_refused_changes_nothing(project: Project, arguments: list[str], says: str) -> None:
    assert project.tool("bump", *arguments, status=1) == says + "\n"
    assert git(project.folder, "status", "--porcelain") == ""


def test_a_release_without_a_change_is_refused(project: Project) -> None:
    project.tool("bump", "0.1.0")
    assert project.tool("bump", "0.1.0", status=1) == "CHANGELOG.md has a section 0.1.0 already\n"
    says = "CHANGELOG.md says nothing under Unreleased: what would users get?\n"
    assert project.tool("bump", "patch", status=1) == says


@pytest.mark.parametrize("now", ["0.1", "0.1.0-dev"])
def test_a_version_that_nobody_can_bump_is_named(project: Project, now: str) -> None:
    project.edit("Cargo.toml", 'version = "0.1.0"\nedition', f'version = "{now}"\nedition')
    says = f"Cargo.toml says version '{now}': make it one like 1.2.3 or 1.2.3-rc.1\n"
    assert project.tool("bump", "minor", status=1) == says


def test_a_version_whose_tag_is_there_is_not_taken_again(project: Project) -> None:
    git(project.folder, "tag", "v0.2.0")
    assert project.tool("bump", "minor", status=1) == "the tag v0.2.0 is there already\n"
    assert git(project.folder, "status", "--porcelain") == ""


def test_a_heading_with_more_than_unreleased_is_moved_as_well(project: Project) -> None:
    """It was read, and so the version went up, but the changelog stayed as it was."""
    project.edit("CHANGELOG.md", "## Unreleased\n", "## Unreleased - soon\n")
    project.tool("bump", "minor", variables={"SOURCE_DATE_EPOCH": "1790000000"})
    changelog = project.folder.joinpath("CHANGELOG.md").read_text(encoding="utf-8")
    assert "## Unreleased - soon\n\n## 0.2.0 - 2026-09-21\n\n- Count" in changelog


@needs_a_shell
def test_a_bump_that_fails_half_way_changes_nothing(project: Project) -> None:
    project.fake("cargo", "exit 1")
    assert project.tool("bump", "minor", status=1).startswith("nothing was changed: ")
    assert git(project.folder, "status", "--porcelain") == ""


def test_versions_of_cargo_in_pythons_spelling(project: Project) -> None:
    said = project.python(
        "import project; print(*map(project.as_python, ['1.2.3', '1.0.0-rc.1', '1.0.0-alpha.2', '1.0.0-beta.3']))"
    )
    assert said == ["1.2.3 1.0.0rc1 1.0.0a2 1.0.0b3"]


def test_what_stops_a_release_and_what_does_not(project: Project) -> None:
    said = project.tool("check", status=1).splitlines()
    assert said == ["CHANGELOG.md has no section 0.1.0: nox -s bump -- 0.1.0"]
    project.tool("bump", "0.1.0")
    assert project.tool("check", status=1).splitlines() == ["there are changes that are not committed"]
    project.commit()
    assert project.tool("check") == "Nothing stands in the way of 0.1.0.\n"

    git(project.folder, "tag", "v0.1.0")
    says = ["the tag v0.1.0 is there already: nox -s bump"]
    assert project.tool("check", status=1).splitlines() == says
    # In the workflow the tag is what started it.
    assert project.tool("check", variables={"RELEASE_TAG": "v0.1.0"}).startswith("Nothing stands")
    says = ["the tag is v0.1.1, and 0.1.0 has to be tagged v0.1.0"]
    assert project.tool("check", status=1, variables={"RELEASE_TAG": "v0.1.1"}).splitlines() == says
    git(project.folder, "tag", "--delete", "v0.1.0")

    project.edit("pyproject.toml", "github.com/ada/", "github.com/your-github-name/")
    project.edit("pyproject.toml", '"Ada Lovelace"', '"Your Name"')
    project.edit("pyproject.toml", '"pytest>=9"', '"pytest>=9", "iniconfig>=2"')
    project.edit("THIRD-PARTY-NOTICES.txt", "rayon-core", "somebody-else")
    project.edit("wheels.txt", "cp311-abi3-win_amd64\n", "")
    git(project.folder, "commit", "--quiet", "--all", "--message=Worse")
    assert project.tool("check", status=1).splitlines() == [
        "pyproject.toml and Cargo.toml say that Your Name is the author",
        "the links in pyproject.toml and Cargo.toml go to your-github-name",
        "this commit is not on the server: git push",
        "THIRD-PARTY-NOTICES.txt is not current: nox -s notices -- --write",
        "uv.lock does not fit: uv lock",
        "wheels.txt is not what is built: nox -s wheel_manifest -- --write",
        "  + cp311-abi3-win_amd64",
    ]
    project.edit("Cargo.toml", f'{NAME}", version = "0.1.0"', f'{NAME}", version = "0.0.9"')
    said = project.tool("check", status=1).splitlines()
    assert f"Cargo.toml asks for {NAME} 0.0.9, which is 0.1.0 here" in said
    assert "Cargo.lock does not fit: cargo update --workspace, in its folder" in said


def test_a_tag_that_somebody_else_pushed_stops_a_release(project: Project) -> None:
    project.tool("bump", "0.1.0")
    project.commit()
    git(project.folder, "push", "--quiet", "origin", "HEAD:refs/tags/v0.1.0")
    assert git(project.folder, "tag") == ""
    says = "the tag v0.1.0 is on the server already: nox -s bump\n"
    assert project.tool("check", status=1) == says
    assert project.tool("check", variables={"RELEASE_TAG": "v0.1.0"}).startswith("Nothing stands")


def test_any_commit_of_main_can_be_released(project: Project) -> None:
    """Also one that has no branch, or that others have pushed after: `git push` would change nothing."""
    project.tool("bump", "0.1.0")
    project.commit()
    release = git(project.folder, "rev-parse", "HEAD")
    project.edit("CHANGELOG.md", "## Unreleased\n", "## Unreleased\n\n- More.\n")
    project.commit()
    git(project.folder, "switch", "--quiet", "--detach", release)
    assert project.tool("check").startswith("Nothing stands")
    git(project.folder, "branch", "--quiet", "--force", "main", release)
    git(project.folder, "switch", "--quiet", "main")
    assert project.tool("check").startswith("Nothing stands")
    git(project.folder, "remote", "remove", "origin")
    assert project.tool("check", status=1) == "this commit is not on the server: git push\n"


@pytest.mark.parametrize("tool", ["check", "bump"])
@pytest.mark.parametrize("file", ["CHANGELOG.md", "Cargo.toml"])
def test_a_file_that_cannot_be_read_is_named(project: Project, tool: str, file: str) -> None:
    words = ["minor"] if tool == "bump" else []
    path = project.folder / file
    path.write_bytes(b"version = \xff")
    assert project.tool(tool, *words, status=1).startswith(f"{file} cannot be read: 'utf-8' codec")
    path.unlink()
    assert project.tool(tool, *words, status=1).startswith(f"{file} cannot be read: [Errno 2]")


def test_a_file_that_is_no_toml_is_named(project: Project) -> None:
    with project.folder.joinpath("pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("[")
    for tool in ("check", "wheels"):
        assert project.tool(tool, status=1).startswith("pyproject.toml cannot be read: ")


@pytest.mark.parametrize(
    ("tool", "missing"),
    [
        (["check"], "cargo"),
        (["bump", "minor"], "cargo"),
        (["notices"], "cargo"),
        (["publish", "crates"], "cargo"),
        (["publish", "github", "dist"], "gh"),
    ],
)
def test_a_program_that_is_missing_is_named(project: Project, tool: list[str], missing: str) -> None:
    says = f"{missing} is not installed, or not on PATH\n"
    assert project.tool(*tool, status=1, variables={"PATH": str(project.programs)}) == says
    assert git(project.folder, "status", "--porcelain") == ""


def test_what_is_not_on_main_is_not_released(project: Project) -> None:
    project.tool("bump", "0.1.0")
    git(project.folder, "switch", "--quiet", "--create", "aside")
    git(project.folder, "commit", "--quiet", "--all", "--message=Aside")
    git(project.folder, "push", "--quiet", "--set-upstream", "origin", "aside")
    says = "this commit is not on main of the server, which CI has tested\n"
    assert project.tool("check", status=1) == says
    assert project.tool("check", status=1, variables={"RELEASE_TAG": "v0.1.0"}) == says
    git(project.folder, "push", "--quiet", "origin", "aside:main")
    assert project.tool("check", variables={"RELEASE_TAG": "v0.1.0"}).startswith("Nothing stands")


def test_a_project_below_the_top_of_a_repository_has_its_name_in_the_tag(
    project: Project, tmp_path: Path
) -> None:
    assert project.python("import project; print(project.tag())") == ["v0.1.0"]
    shutil.rmtree(project.folder / ".git")
    git(tmp_path, "init", "--quiet")
    assert project.python("import project; print(project.tag())") == [f"{NAME}-v0.1.0"]


# Publishing


@needs_a_shell
def test_the_release_on_github_has_the_section_of_the_changelog_and_the_files(
    project: Project, tmp_path: Path
) -> None:
    project.tool("bump", "0.1.0")
    dist = tmp_path / "dist"
    dist.mkdir()
    for name in ("b.whl", "a.tar.gz"):
        dist.joinpath(name).touch()
    answers = f'case "$2" in view) exit 1 ;; create) cat > {tmp_path}/notes ;; esac'
    log = project.fake("gh", answers)
    project.tool("publish", "github", dist, variables={"RELEASE_TAG": "v0.1.0"})
    assert log.read_text(encoding="utf-8").split() == [
        *("release", "view", "v0.1.0", "--json=isDraft", "--jq=.isDraft"),
        *("release", "create", "v0.1.0", "--verify-tag", "--title=v0.1.0", "--notes-file=-"),
        *(str(dist / "a.tar.gz"), str(dist / "b.whl")),
    ]
    assert tmp_path.joinpath("notes").read_text(encoding="utf-8").startswith("- Count the words")
    says = "RELEASE_TAG is v9, and 0.1.0 has to be tagged v0.1.0\n"
    assert project.tool("publish", "github", dist, status=1, variables={"RELEASE_TAG": "v9"}) == says
    assert project.tool("publish", "github", dist, status=1).startswith("RELEASE_TAG is not set: ")


@needs_a_shell
@pytest.mark.parametrize(("draft", "calls"), [("false", ["view"]), ("true", ["view", "delete", "create"])])
def test_a_release_that_is_on_github_is_not_made_again_and_a_draft_is(
    project: Project, tmp_path: Path, draft: str, calls: list[str]
) -> None:
    project.tool("bump", "0.1.0")
    log = project.fake("gh", f'if [ "$2" = view ]; then echo {draft}; fi')
    said = project.tool("publish", "github", tmp_path, variables={"RELEASE_TAG": "v0.1.0"})
    assert [line.split()[1] for line in log.read_text(encoding="utf-8").splitlines()] == calls
    assert said == ("The release v0.1.0 is on GitHub already.\n" if draft == "false" else "")


@needs_a_shell
def test_crates_that_are_there_are_not_published_again(project: Project) -> None:
    real = shutil.which("cargo")
    answers = f'case "$1" in metadata) exec {real} "$@" ;; info) test "$4" = {NAME}@0.1.0; exit $? ;; esac'
    log = project.fake("cargo", answers)
    project.tool("publish", "crates")
    assert log.read_text(encoding="utf-8").splitlines()[-1] == f"publish --locked --package={NAME}-cli"
    project.tool("publish", "crates", "--dry-run")
    both = f"publish --locked --package={NAME} --package={NAME}-cli --dry-run"
    assert log.read_text(encoding="utf-8").splitlines()[-1] == both
    project.fake("cargo", answers.replace(f'test "$4" = {NAME}@0.1.0; exit $?', "exit 0"))
    assert project.tool("publish", "crates") == "Version 0.1.0 is on crates.io already.\n"


# What the wheels are tested with


def test_wheels_are_tested_beside_what_the_project_itself_needs() -> None:
    """The wheel alone comes from dist; without the rest, the first import of the reference failed."""
    reference = ROOT / "reference"
    program = (
        "import build, pathlib\n"
        "build.run = lambda *words, **_: print(*words[1:], sep='\\n')\n"
        "build.test(pathlib.Path(), [], [])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(reference / "tools" / "release")},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    export = [word for word in printed.stdout.splitlines() if not word.startswith("--output-file=")]
    done = subprocess.run(
        [uv(), *export], cwd=reference, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    packages = set(re.findall(r"(?m)^([\w-]+)==", done.stdout))
    assert {"numpy", "pytest"} <= packages
    assert not {"bytemerge", "mypy", "sphinx"} & packages


# Tools that are not Python


@needs_a_shell
@pytest.mark.parametrize(
    ("machine", "status", "says"),
    [
        ("x86_64", 1, "FAILED"),
        ("aarch64", 1, "FAILED"),
        ("armv7l", 1, "FAILED"),
        ("ppc64le", 1, "FAILED"),
        ("s390x", 1, "FAILED"),
        ("riscv64", 1, "FAILED"),
        ("i686", 1, "Rust has no compiler that runs on i686 with gnu"),
    ],
)
def test_an_installer_with_another_checksum_is_not_run(
    project: Project, tmp_path: Path, machine: str, status: int, says: str
) -> None:
    project.fake("uname", f"echo {machine}")
    installer = tmp_path / "rustup-init"
    script = project.folder / "tools" / "release" / "install_rust.sh"
    text = script.read_text(encoding="utf-8").replace("/tmp/rustup-init", str(installer))
    script.write_text(text, encoding="utf-8")
    log = project.fake("curl", f'printf "#!/bin/sh\\ntouch {tmp_path}/ran" > {installer}')
    done = subprocess.run(
        ["sh", str(script)],
        env=os.environ | {"PATH": f"{project.programs}:{os.environ['PATH']}", "RUSTUP_TOOLCHAIN": "1.95.0"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == status
    assert says in done.stdout + done.stderr
    assert not tmp_path.joinpath("ran").exists()
    if machine != "i686":
        assert "https://static.rust-lang.org/rustup/archive/1.29.0/" in log.read_text(encoding="utf-8")


def test_what_differs_between_two_builds_is_named(project: Project, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.whl" for number in range(3)]
    for path, content in zip(paths, ("same", "same", "other"), strict=True):
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(zipfile.ZipInfo("a.py"), content)
    said = project.python(
        "import reproduce; from pathlib import Path\n"
        f"one, same, other = map(Path, {list(map(str, paths))})\n"
        "print(reproduce.differences(one, same), reproduce.differences(one, other))\n"
        "names = 'a-1.dist-info/RECORD', 'a-1.dist-info/sboms/a.json', 'a-1.dist-info/METADATA', 'a/_core.so'\n"
        "print([bool(reproduce.DIFFERS.fullmatch(name)) for name in names])"
    )
    assert said == ["[] ['a.py']", "[True, True, False, False]"]
