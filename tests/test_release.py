"""Releases of a rendered project.

They are about its version, the list of its wheels, the inspection of uploads, and publishing. Tests
that compile are not here: the bake builds the wheels, inspects them and tests them as installed.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import git

from tools.shell import uv
from tools.template.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME = "to-release"
AUTHOR = {
    "author": "Ada Lovelace <ada@users.noreply.github.com>",
    "github_owner": "ada",
}
SYSTEMS = [
    "macosx_arm64",
    "macosx_x86_64",
    "manylinux_aarch64",
    "manylinux_x86_64",
    "musllinux_aarch64",
    "musllinux_x86_64",
    "win_amd64",
    "win_arm64",
]


class Project:
    """A rendered project in a repository of its own, with a server to push to."""

    def __init__(self, folder: Path, **answers: str | bool) -> None:
        named = {"project_name": NAME, **AUTHOR, **answers}
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
        """Return what one of the programs in tools/release prints."""
        return self.run(
            [sys.executable, f"tools/release/{name}.py", *map(str, arguments)], status, variables or {}
        )

    def session(self, name: str, *arguments: str, status: int = 0) -> str:
        """Return the output of a session.

        It uses this environment's tools, so nothing is installed.
        """
        driver = (
            "import nox; from nox import sessions, virtualenv\n"
            "sessions.Session.run_install = lambda *_, **__: None\n"
            "virtualenv.PassthroughEnv.location = ''\n"
            "nox.main()"
        )
        command = [sys.executable, "-c", driver, "--no-venv", "--session", name, "--", *arguments]
        # They are beside the Python of this environment, which may not be the first one on the
        # PATH.
        path = f"{self.programs}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return self.run(command, status, {"PATH": path, "NO_COLOR": "1", "COLUMNS": "200"})

    def run(self, command: list[str], status: int, variables: Mapping[str, str]) -> str:
        elsewhere = {"RELEASE_TAG", "FORCE_COLOR"}
        environment = {name: value for name, value in os.environ.items() if name not in elsewhere}
        environment["PATH"] = f"{self.programs}{os.pathsep}{environment['PATH']}"
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**environment, "UV": uv(), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == status, done.stdout
        assert "Traceback" not in done.stdout
        return done.stdout

    def python(self, program: str) -> list[str]:
        """Return the lines that a program prints after importing modules of tools/release."""
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
        """Puts a program before the real one on PATH, and returns the file of its calls."""
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
def test_the_list_of_wheels_is_what_cibuildwheel_builds(
    tmp_path: Path, wheels: str, lowest_python: str
) -> None:
    project = Project(tmp_path, wheels=wheels, lowest_python=lowest_python)
    project.session("wheel_manifest")
    listed = project.folder.joinpath("wheels.txt").read_text(encoding="utf-8").split()
    pythons = [f"cp3{minor}" for minor in range(int(lowest_python[2:]), 16)] + ["cp314t", "cp315t"]
    assert sorted(listed) == sorted(f"{python}-{system}" for python in pythons for system in SYSTEMS)


def test_a_change_of_what_is_built_shows_in_the_list(project: Project) -> None:
    project.edit("pyproject.toml", 'archs = ["AMD64", "ARM64"]', 'archs = ["AMD64"]')
    said = project.session("wheel_manifest", status=1)
    assert "wheels.txt is not what cibuildwheel would build: nox -s wheel_manifest -- --write" in said
    assert "\n--- wheels.txt\n" in said
    assert "\n-cp311-win_arm64\n-cp312-win_arm64\n" in said
    project.session("wheel_manifest", "--write")
    project.session("wheel_manifest")
    assert "win_arm64" not in project.folder.joinpath("wheels.txt").read_text(encoding="utf-8")


def test_the_workflow_has_a_machine_for_every_processor_of_the_list(project: Project) -> None:
    workflow = yaml.safe_load(project.folder.joinpath(".github/workflows/wheels.yml").read_text("utf-8"))
    machines = workflow["jobs"]["wheels"]["strategy"]["matrix"]["include"]
    settings = tomllib.loads(project.folder.joinpath("pyproject.toml").read_text("utf-8"))["tool"]
    for system, name in {"linux": "ubuntu", "macos": "macos", "windows": "windows"}.items():
        archs = [each["arch"] for each in machines if each["runner"].startswith(name)]
        assert archs == settings["cibuildwheel"][system]["archs"]


def as_built(wheels: str) -> list[str]:
    """Return the names of the wheels of a release, as the tools of each platform produce them."""
    if wheels == "abi3":
        tags = ["cp311-abi3", "cp314-cp314t", "cp315-abi3.abi3t"]
    else:
        tags = [f"cp3{minor}-cp3{minor}" for minor in range(11, 16)] + ["cp314-cp314t", "cp315-cp315t"]
    platforms = [
        "macosx_10_12_x86_64",
        "macosx_11_0_arm64",
        "manylinux2014_x86_64.manylinux_2_17_x86_64",
        "manylinux_2_28_aarch64",
        "musllinux_1_2_aarch64",
        "musllinux_1_2_x86_64",
        "win_amd64",
        "win_arm64",
    ]
    return [f"to_release-0.1.0-{tag}-{platform}.whl" for tag in tags for platform in platforms]


@pytest.mark.parametrize("wheels", ["abi3", "per-python"])
def test_a_release_has_exactly_the_wheels_of_the_list(tmp_path: Path, wheels: str) -> None:
    project = Project(tmp_path, wheels=wheels)

    names = as_built(wheels)
    one_for_one = names[0].replace("-abi3-", "-cp311-")
    too_many = [
        "to_release-0.1.0-cp311-cp311-linux_x86_64.whl",
        "to_release-0.1.0-cp312-abi3-win_amd64.whl",
        "to_release-0.1.0-cp310-cp310-win_amd64.whl",
        "to_release-0.1.0-cp311-none-win32.whl",
    ]
    said = project.python(
        f"import artifacts; names, too_many, one_for_one = {names}, {too_many}, {one_for_one!r}\n"
        "cases = [names, *([*names, name] for name in too_many), [one_for_one, *names[1:]]]\n"
        "cases += [[each for each in names if each != name] for name in names]\n"
        "for case in cases: print(*artifacts.of_list(case), sep='; ')"
    )
    complete, *extra = said[: 1 + len(too_many)]
    assert complete == ""
    assert extra == [f"{name} is not in wheels.txt" for name in too_many]
    # A known mistake with maturin: a wheel for one Python instead of one for all.
    if wheels == "abi3":
        assert said[5].endswith(f"; {one_for_one} is not in wheels.txt")
    for name, missing in zip(names, said[6:], strict=True):
        assert missing
        assert all(problem.startswith("a wheel is missing: cp3") for problem in missing.split("; "))
        if "cp314t" in name:
            system = re.sub(r"_\d+(_\d+)?(?=_)", "", name.removesuffix(".whl").split("-")[-1].split(".")[-1])
            assert missing == f"a wheel is missing: cp314t-{system}"


# The content of a wheel

FILES = ("__init__.py", "_core.py", "_core.pyi", "errors.py", "naive.py", "py.typed")
INFO = "to_release-0.1.0.dist-info"


def a_wheel(
    project: Project,
    folder: Path,
    module: bytes,
    change: Callable[[dict[str, bytes]], object],
    platform: str = "win_amd64",
) -> Path:
    """Return a wheel with everything that belongs in it, and with the changes of a test."""
    package = project.folder / "python" / "to_release"
    files = {f"to_release/{name}": package.joinpath(name).read_bytes() for name in FILES}
    files["to_release/_core.abi3.so"] = module
    files[f"{INFO}/METADATA"] = b"Metadata-Version: 2.4\nName: to-release\nVersion: 0.1.0\n"
    files[f"{INFO}/WHEEL"] = files[f"{INFO}/RECORD"] = b""
    files[f"{INFO}/sboms/to-release-py.cyclonedx.json"] = b"{}"
    for name in ("LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES.txt"):
        files[f"{INFO}/licenses/{name}"] = project.folder.joinpath(name).read_bytes()
    change(files)
    path = folder / f"to_release-0.1.0-cp311-abi3-{platform}.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return path


STRIPPED = b"MZ" + bytes(98)
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
        "has 0 compiled modules": fault(without("to_release/_core.abi3.so")),
        "has 2 compiled modules": fault(having("to_release/_core.cpython-311.so", STRIPPED)),
        f"lacks {INFO}/sboms/to-release-py.cyclonedx.json": fault(
            without(f"{INFO}/sboms/to-release-py.cyclonedx.json")
        ),
        # Only wheels for Alpine have these.
        "has to_release.libs/libgcc_s-0cd532bd.so.1, which does not belong there": fault(
            having("to_release.libs/libgcc_s-0cd532bd.so.1")
        ),
        f"has {INFO}/sboms/auditwheel.cdx.json, which does not belong there": fault(
            having(f"{INFO}/sboms/auditwheel.cdx.json")
        ),
        f"lacks {INFO}/licenses/THIRD-PARTY-NOTICES.txt": fault(
            without(f"{INFO}/licenses/THIRD-PARTY-NOTICES.txt")
        ),
        f"has a {INFO}/licenses/LICENSE-MIT that differs from the project's": fault(
            having(f"{INFO}/licenses/LICENSE-MIT")
        ),
        f"has {INFO}/licenses/SECRET, which does not belong there": fault(having(f"{INFO}/licenses/SECRET")),
        "has a to_release/naive.py that differs from the project's": fault(having("to_release/naive.py")),
        "has other-1.dist-info/METADATA, which does not belong there": fault(
            having("other-1.dist-info/METADATA")
        ),
        f"lacks {INFO}/METADATA; is version None, and Cargo.toml says 0.1.0": fault(
            without(f"{INFO}/METADATA")
        ),
        "is version 0.2.0, and Cargo.toml says 0.1.0": fault(having(f"{INFO}/METADATA", b"Version: 0.2.0\n")),
        "has symbols for a debugger": fault(lambda files: files, MACH_O + b"__DWARF\0"),
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


def test_a_wheel_for_alpine_brings_the_library_that_rust_needs(project: Project, tmp_path: Path) -> None:
    """auditwheel puts it there, as in the wheels of cryptography and rpds-py.

    The notices name it.
    """

    def repaired(files: dict[str, bytes]) -> None:
        files["to_release.libs/libgcc_s-0cd532bd.so.1"] = b"x"
        files[f"{INFO}/sboms/auditwheel.cdx.json"] = b"{}"

    def wrong(change: Callable[[dict[str, bytes]], object], platform: str) -> str:
        path = a_wheel(project, tmp_path, STRIPPED, change, platform)
        ask = f"import artifacts, pathlib; print('; '.join(artifacts.of_wheel(pathlib.Path({str(path)!r}))))"
        return project.python(ask)[0]

    assert wrong(repaired, "musllinux_1_2_x86_64") == ""
    assert wrong(lambda files: files, "musllinux_1_2_x86_64") == ""
    for platform in ("manylinux_2_17_x86_64.manylinux2014_x86_64", "macosx_11_0_arm64", "win_amd64"):
        assert wrong(repaired, platform).count("does not belong there") == 2
    for name in ("to_release.libs/libstdc++-1b2c0963.so.6", "to_release.libs/libgcc_s-0cd532bd.so.1.sh"):
        said = wrong(lambda files, name=name: files.update({name: b"x"}), "musllinux_1_2_x86_64")  # type: ignore[misc]
        assert said == f"has {name}, which does not belong there"
    notices = project.folder.joinpath("THIRD-PARTY-NOTICES.txt").read_text(encoding="utf-8")
    assert "libgcc_s of GCC" in notices
    assert "GPL-3.0-or-later WITH GCC-exception-3.1" in notices


def test_the_judges_of_wheels_accept_one_for_alpine(project: Project, tmp_path: Path) -> None:
    """check-wheel-contents finds two folders at the top, which artifacts.py allows by name."""

    def repaired(files: dict[str, bytes]) -> None:
        files["to_release.libs/libgcc_s-0cd532bd.so.1"] = b"x"
        files[f"{INFO}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\n"
        del files[f"{INFO}/RECORD"]
        rows = [
            f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip('=')},{len(content)}\n"
            for name, content in files.items()
        ]
        files[f"{INFO}/RECORD"] = "".join([*rows, f"{INFO}/RECORD,,\n"]).encode()

    wheel = a_wheel(project, tmp_path, STRIPPED, repaired, "musllinux_1_2_x86_64")
    program = Path(sys.executable).with_name("check-wheel-contents")
    (ignored,) = re.findall(
        r'"check-wheel-contents", "(--ignore=\S+)"', project.folder.joinpath("noxfile.py").read_text("utf-8")
    )
    for options, found in (([], ["W009", "W010"]), ([ignored], [])):
        done = subprocess.run(
            [program, *options, wheel], stdout=subprocess.PIPE, encoding="utf-8", check=False
        )
        assert re.findall(r"W0(?:09|10)", done.stdout) == found


def test_what_is_cut_off_is_one_line(project: Project) -> None:
    dist = project.folder / "dist"
    dist.mkdir()
    assert project.tool("artifacts", status=1) == f"there is no wheel in {dist}\n"
    wheel = a_wheel(project, dist, STRIPPED, lambda files: files)
    assert project.tool("artifacts") == "The packages in dist are as they should be.\n"
    assert "a wheel is missing: cp311-win_arm64\n" in project.tool("artifacts", "--all", status=1)
    wheel.write_bytes(wheel.read_bytes()[:1000])
    said = project.tool("artifacts", status=1)
    assert said == f"{wheel.name} is truncated, or not an archive: File is not a zip file\n"
    wheel.unlink()
    a_wheel(project, dist, STRIPPED, lambda files: files)
    sdist = dist / "to_release-0.1.0.tar.gz"
    sdist.write_bytes(b"\x1f\x8b")
    assert project.tool("artifacts", status=1).startswith(f"{sdist.name} is truncated, or not an archive: ")


@pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc") or not shutil.which("nm"),
    reason="compiles a module for Linux",
)
def test_symbols_for_a_debugger_are_found(project: Project, tmp_path: Path) -> None:
    """pydistcheck looks for them, with the options of the noxfile."""
    source, module = tmp_path / "x.c", tmp_path / "x.so"
    source.write_text("int x(void) { return 1; }\n", encoding="utf-8")
    compile = ["cc", "-shared", "-fPIC", "-g", "-o", str(module), str(source)]
    (selected,) = re.findall(
        r'"pydistcheck", "(--select=\S+)"', project.folder.joinpath("noxfile.py").read_text("utf-8")
    )
    for options, found in (([], True), (["-s"], False)):
        subprocess.run([*compile, *options], check=True)
        wheel = a_wheel(project, tmp_path, module.read_bytes(), lambda files: files, "linux_x86_64")
        program = Path(sys.executable).with_name("pydistcheck")
        assert bool(subprocess.run([program, selected, wheel], check=False).returncode) == found


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
    rows = [line.split(":")[0] for line in text.split("\n\n")[2].splitlines()]
    assert {"pyo3", "rayon", "rustc-hash", "libc"} <= set(rows)
    # For tests, for the build, or in the program alone.
    assert not {"proptest", "pyo3-macros", "syn", "clap", NAME} & set(rows)


def test_notices_that_are_not_current_are_found_and_written(project: Project) -> None:
    project.edit("THIRD-PARTY-NOTICES.txt", "rayon-core", "somebody-else")
    said = "THIRD-PARTY-NOTICES.txt is not what the crates say now: nox -s notices -- --write\n"
    assert project.tool("notices", status=1) == said
    project.tool("notices", "--write")
    assert git(project.folder, "status", "--porcelain") == ""


# The version


def test_a_version_is_set_in_its_one_place(project: Project) -> None:
    printed = project.session("bump", "minor")
    assert git(project.folder, "diff", "--name-only").splitlines() == [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "fuzz/Cargo.lock",
    ]
    added = [line for line in git(project.folder, "diff", "-U0").splitlines() if line.startswith("+")]
    assert any(re.fullmatch(r"\+## 0\.2\.0 - \d{4}-\d\d-\d\d", line) for line in added)
    assert '+version = "0.2.0"' in added
    assert f'+{NAME} = {{ path = "crates/{NAME}", version = "0.2.0" }}' in added
    # cargo has nothing to add to it.
    command = ["cargo", "metadata", "--locked", "--no-deps", "--format-version=1"]
    subprocess.run(command, cwd=project.folder, check=True, stdout=subprocess.DEVNULL)
    assert 'git commit -am "Release 0.2.0" && git push' in printed
    # The changes are under the new version, and nothing is left above it.
    changelog = project.folder.joinpath("CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"\n## Unreleased\n\n## 0\.2\.0 - \S+\n\n- Count", changelog)


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
    project.session("bump", word)
    cargo = project.folder.joinpath("Cargo.toml").read_text(encoding="utf-8")
    assert f'version = "{version}"\nedition' in cargo
    assert f"\n## {version} - " in project.folder.joinpath("CHANGELOG.md").read_text(encoding="utf-8")


def test_a_release_follows_its_candidates(project: Project) -> None:
    project.session("bump", "1.0.0-rc.1")
    project.commit()
    project.session("bump", "1.0.0")
    assert 'version = "1.0.0"\nedition' in project.folder.joinpath("Cargo.toml").read_text(encoding="utf-8")


def test_a_version_that_is_refused_changes_nothing(project: Project) -> None:
    assert "name a version: nox -s bump -- minor" in project.session("bump", status=1)
    refused = ("huge", "1.2", "01.2.3", "1.0.0-rc.01", "1.0.0-dev", "v0.2.0", "١.٢.٣")  # noqa: RUF001
    for word in refused:
        said = project.session("bump", word, status=1)
        assert f"not a version: {word!r}; use major, minor, patch, 1.2.3 or 1.2.3-rc.1" in said
    assert git(project.folder, "status", "--porcelain") == ""


def test_a_version_that_nobody_can_bump_is_named(project: Project) -> None:
    project.edit("Cargo.toml", 'version = "0.1.0"\nedition', 'version = "0.1.0-dev"\nedition')
    project.commit()
    assert "not a version: '0.1.0-dev'; " in project.session("bump", "minor", status=1)


def test_a_trial_changes_nothing(project: Project) -> None:
    assert "0.2.0" in project.session("bump", "minor", "--dry-run", "--verbose")
    assert git(project.folder, "status", "--porcelain") == ""


def test_what_is_not_committed_is_no_base_for_a_version(project: Project) -> None:
    with project.folder.joinpath("README.md").open("a", encoding="utf-8") as file:
        file.write("More.\n")
    assert "Git working directory is not clean" in project.session("bump", "minor", status=1)
    assert git(project.folder, "diff", "--name-only") == "README.md"


def test_a_changelog_that_cannot_be_moved_changes_nothing(project: Project) -> None:
    project.edit("CHANGELOG.md", "## Unreleased\n", "## To come\n")
    project.commit()
    assert "Unreleased" in project.session("bump", "minor", status=1)
    assert git(project.folder, "status", "--porcelain") == ""


def test_versions_of_cargo_in_pythons_spelling(project: Project) -> None:
    spelled = {
        "1.2.3": "1.2.3",
        "1.0.0-rc.1": "1.0.0rc1",
        "1.0.0-alpha.2": "1.0.0a2",
        "1.0.0-beta.3": "1.0.0b3",
    }
    program = (
        "import project\n"
        f"for version in {list(spelled)}:\n"
        "    project.version = lambda: version\n"
        "    print(project.python_version())"
    )
    assert project.python(program) == list(spelled.values())


def test_what_stops_a_release_and_what_does_not(project: Project) -> None:
    said = project.tool("check", status=1).splitlines()
    assert said == ["CHANGELOG.md has 0 sections 0.1.0: nox -s bump -- 0.1.0"]
    project.session("bump", "0.1.0")
    assert project.tool("check", status=1).splitlines() == ["there are changes that are not committed"]
    project.commit()
    tag = f'git tag -a v0.1.0 -m "{NAME} 0.1.0" && git push origin v0.1.0'
    assert project.tool("check") == f"Nothing prevents the release of 0.1.0: {tag}\n"

    git(project.folder, "tag", "v0.1.0")
    says = ["the tag v0.1.0 is there already: nox -s bump -- patch"]
    assert project.tool("check", status=1).splitlines() == says
    # In the workflow, the tag starts it.
    assert project.tool("check", variables={"RELEASE_TAG": "v0.1.0"}).startswith("Nothing prevents")
    says = ["the tag is v0.1.1, and 0.1.0 has to be tagged v0.1.0"]
    assert project.tool("check", status=1, variables={"RELEASE_TAG": "v0.1.1"}).splitlines() == says
    git(project.folder, "tag", "--delete", "v0.1.0")

    project.edit("pyproject.toml", '"pytest>=9"', '"pytest>=9", "iniconfig>=2"')
    git(project.folder, "commit", "--quiet", "--all", "--message=Worse")
    assert project.tool("check", status=1).splitlines() == [
        "this commit is not on the server: git push",
        "uv.lock does not fit: uv lock",
    ]
    project.edit("Cargo.toml", f'{NAME}", version = "0.1.0"', f'{NAME}", version = "0.0.9"')
    said = project.tool("check", status=1).splitlines()
    assert f"Cargo.toml asks for {NAME} 0.0.9, which is 0.1.0 here" in said
    assert "Cargo.lock does not fit: cargo update --workspace, in its folder" in said


def test_a_release_check_holds_the_lists_too(project: Project) -> None:
    project.session("bump", "0.1.0")
    project.commit()
    assert "Nothing prevents the release of 0.1.0" in project.session("release_check")
    project.edit("THIRD-PARTY-NOTICES.txt", "rayon-core", "somebody-else")
    assert "THIRD-PARTY-NOTICES.txt is not what" in project.session("release_check", status=1)
    project.edit("THIRD-PARTY-NOTICES.txt", "somebody-else", "rayon-core")
    project.edit("wheels.txt", "cp311-win_amd64\n", "")
    said = project.session("release_check", status=1)
    assert "+cp311-win_amd64" in said
    assert "Nothing prevents" not in said


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"author": "Your Name"}, "Your Name"),
        ({"github_owner": "your-github-name"}, "your-github-name"),
        ({"github_owner": "OWNER"}, "OWNER"),
        ({"author": "Ada Lovelace <OWNER@users.noreply.github.com>"}, "OWNER"),
        ({"author": "Ada Lovelace <your-github-name@users.noreply.github.com>"}, "your-github-name"),
        ({"author": "Ada Lovelace <ada@example.org>"}, "ada@example.org"),
        ({"author": "Ada Lovelace <ada.l@mail.example.com>"}, "ada.l@mail.example.com"),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, dict) else each,
)
def test_a_placeholder_is_not_released(tmp_path: Path, answers: dict[str, str | bool], says: str) -> None:
    project = Project(tmp_path, **answers)
    project.session("bump", "0.1.0")
    project.commit()
    assert project.tool("check", status=1).splitlines() == [
        f"{file} says {says}, which is a placeholder: fill it in" for file in ("pyproject.toml", "Cargo.toml")
    ]


def test_a_changelog_that_does_not_fit_the_version(project: Project) -> None:
    """These are faults that `bump` does not refuse, since its tool does not.

    They are a lower version, a repeated one, and one without a change.
    """
    cases = [
        ("## 0.1.0\n\n## 0.0.9\n\n- First.\n", "CHANGELOG.md says nothing about 0.1.0"),
        (
            "## 0.1.0\n\n- More.\n\n## 0.2.0\n\n- First.\n",
            "CHANGELOG.md has 0.1.0 above 0.2.0, which is the later version",
        ),
        (
            "## 0.1.0\n\n- More.\n\n## 0.1.0\n\n- First.\n",
            "CHANGELOG.md has 2 sections 0.1.0: nox -s bump -- 0.1.0",
        ),
        ("## 0.1.0 - 2026-11-28\n\n- More.\n\n## 0.1.0-rc.1\n\n- First.\n", ""),
        ("## 0.10.0\n\n- More.\n\n## 0.1.0\n\n- First.\n", ""),
    ]
    for changelog, says in cases:
        project.folder.joinpath("CHANGELOG.md").write_text(changelog, encoding="utf-8")
        program = "import check; print(*check.of_version(), sep='\\n')"
        assert project.python(program) == [says]


def test_a_tag_that_somebody_else_pushed_stops_a_release(project: Project) -> None:
    project.session("bump", "0.1.0")
    project.commit()
    git(project.folder, "push", "--quiet", "origin", "HEAD:refs/tags/v0.1.0")
    assert git(project.folder, "tag") == ""
    says = "the tag v0.1.0 is on the server already: nox -s bump -- patch\n"
    assert project.tool("check", status=1) == says
    assert project.tool("check", variables={"RELEASE_TAG": "v0.1.0"}).startswith("Nothing prevents")


def test_any_commit_of_main_can_be_released(project: Project) -> None:
    """Also a commit without a branch, or one with later pushes: `git push` would change nothing."""
    project.session("bump", "0.1.0")
    project.commit()
    release = git(project.folder, "rev-parse", "HEAD")
    project.edit("CHANGELOG.md", "## Unreleased\n", "## Unreleased\n\n- More.\n")
    project.commit()
    git(project.folder, "switch", "--quiet", "--detach", release)
    assert project.tool("check").startswith("Nothing prevents")
    git(project.folder, "branch", "--quiet", "--force", "main", release)
    git(project.folder, "switch", "--quiet", "main")
    assert project.tool("check").startswith("Nothing prevents")
    git(project.folder, "remote", "remove", "origin")
    assert project.tool("check", status=1) == "this commit is not on the server: git push\n"


@pytest.mark.parametrize("file", ["CHANGELOG.md", "Cargo.toml"])
def test_a_file_that_cannot_be_read_is_named(project: Project, file: str) -> None:
    path = project.folder / file
    path.write_bytes(b"version = \xff")
    assert project.tool("check", status=1).startswith(f"{file} cannot be read: 'utf-8' codec")
    path.unlink()
    assert project.tool("check", status=1).startswith(f"{file} cannot be read: [Errno 2]")


def test_a_file_that_is_no_toml_is_named(project: Project) -> None:
    with project.folder.joinpath("pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("[")
    for tool in ("check", "artifacts"):
        assert project.tool(tool, status=1).startswith("pyproject.toml cannot be read: ")


@pytest.mark.parametrize(("tool", "missing"), [("check", "git"), ("notices", "cargo")])
def test_a_program_that_is_missing_is_named(project: Project, tool: str, missing: str) -> None:
    says = f"{missing} is not installed, or not on PATH\n"
    assert project.tool(tool, status=1, variables={"PATH": str(project.programs)}) == says
    assert git(project.folder, "status", "--porcelain") == ""


def test_what_is_not_on_main_is_not_released(project: Project) -> None:
    project.session("bump", "0.1.0")
    git(project.folder, "switch", "--quiet", "--create", "aside")
    git(project.folder, "commit", "--quiet", "--all", "--message=Aside")
    git(project.folder, "push", "--quiet", "--set-upstream", "origin", "aside")
    says = "this commit is not on main of the server, which CI has tested\n"
    assert project.tool("check", status=1) == says
    assert project.tool("check", status=1, variables={"RELEASE_TAG": "v0.1.0"}) == says
    git(project.folder, "push", "--quiet", "origin", "aside:main")
    assert project.tool("check", variables={"RELEASE_TAG": "v0.1.0"}).startswith("Nothing prevents")


def test_a_project_below_the_top_of_a_repository_has_its_name_in_the_tag(
    project: Project, tmp_path: Path
) -> None:
    assert project.python("import check; print(check.tag())") == ["v0.1.0"]
    shutil.rmtree(project.folder / ".git")
    git(tmp_path, "init", "--quiet")
    assert project.python("import check; print(check.tag())") == [f"{NAME}-v0.1.0"]


# Publishing: the steps of release.yml


needs_the_shell_of_a_runner = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("bash") or not shutil.which("jq"),
    reason="the steps of a workflow are for bash and jq, on Linux",
)


def step(project: Project, job: str, **variables: str) -> str:
    """Return the output of the last step of a job of release.yml, run as GitHub runs it."""
    workflow = yaml.safe_load(project.folder.joinpath(".github/workflows/release.yml").read_text("utf-8"))
    last = workflow["jobs"][job]["steps"][-1]
    pipefail = ["-o", "pipefail"] if last.get("shell") == "bash" else []
    return project.run(["bash", "-e", *pipefail, "-c", last["run"]], 0, variables)


@needs_the_shell_of_a_runner
@pytest.mark.parametrize("version", ["0.1.0", "1.0.0-rc.1"])
@pytest.mark.parametrize("prefix", ["v", "to-release-v"])
def test_the_release_on_github_has_the_section_of_the_changelog_and_the_files(
    project: Project, tmp_path: Path, version: str, prefix: str
) -> None:
    project.session("bump", version)
    project.edit("CHANGELOG.md", "(`WordCounts.save`).\n", "(`WordCounts.save`).\n\n## 0.0.9\n\n- Older.\n")
    (project.folder / "dist").mkdir()
    for name in ("b.whl", "a.tar.gz"):
        project.folder.joinpath("dist", name).touch()
    answers = f'case "$2" in view) exit 1 ;; create) cat > {tmp_path}/notes ;; esac'
    log, tag = project.fake("gh", answers), f"{prefix}{version}"
    step(project, "github", TAG=tag)
    assert log.read_text(encoding="utf-8").split() == [
        *("release", "view", tag, "--json", "isDraft", "--jq", ".isDraft"),
        *("release", "create", tag, "dist/a.tar.gz", "dist/b.whl"),
        *("--verify-tag", "--title", tag, "--notes-file", "-"),
        *(["--prerelease"] if "rc" in version else []),
    ]
    (notes,) = tmp_path.joinpath("notes").read_text(encoding="utf-8").strip().splitlines()
    assert notes.startswith("- Count the words")


@needs_the_shell_of_a_runner
@pytest.mark.parametrize(("draft", "calls"), [("false", ["view"]), ("true", ["view", "delete", "create"])])
def test_a_release_that_is_on_github_is_not_made_again_and_a_draft_is(
    project: Project, draft: str, calls: list[str]
) -> None:
    log = project.fake("gh", f'if [ "$2" = view ]; then echo {draft}; fi')
    step(project, "github", TAG="v0.1.0")
    assert [line.split()[1] for line in log.read_text(encoding="utf-8").splitlines()] == calls


@needs_the_shell_of_a_runner
def test_crates_that_are_there_are_not_published_again(project: Project) -> None:
    real = shutil.which("cargo")

    def published(there: str) -> str:
        info = f'case "$4" in {there}) exit 0 ;; *) exit 101 ;; esac'
        log = project.fake("cargo", f'case "$1" in metadata) exec {real} "$@" ;; info) {info} ;; esac')
        log.unlink(missing_ok=True)
        step(project, "crates")
        return log.read_text(encoding="utf-8").splitlines()[-1]

    both = f"publish --locked --package={NAME}@0.1.0 --package={NAME}-cli@0.1.0"
    assert published("nothing") == both
    assert published(f"{NAME}@0.1.0") == f"publish --locked --package={NAME}-cli@0.1.0"
    assert published("*").startswith("info ")


@needs_the_shell_of_a_runner
def test_crates_that_cannot_be_listed_are_no_success(project: Project) -> None:
    project.fake("cargo", "exit 101")
    with pytest.raises(AssertionError):
        step(project, "crates")


# Tools that are not Python


@needs_a_shell
@pytest.mark.parametrize(
    ("machine", "says"),
    [
        ("x86_64", "FAILED"),
        ("aarch64", "FAILED"),
        ("s390x", "no checksum of Rust's installer for s390x with gnu"),
    ],
)
def test_an_installer_with_another_checksum_is_not_run(
    project: Project, tmp_path: Path, machine: str, says: str
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
    assert done.returncode == 1
    assert says in done.stdout + done.stderr
    assert not tmp_path.joinpath("ran").exists()
    if says == "FAILED":
        assert "https://static.rust-lang.org/rustup/archive/1.29.0/" in log.read_text(encoding="utf-8")
