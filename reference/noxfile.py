#!/usr/bin/env -S uv run --script

# /// script
# dependencies = ["nox[uv]>=2026.4"]
# ///
"""The one list of tasks: `uv run nox` shows them, CI calls nothing else.

CI runs the sessions tagged "check" once, and those tagged "everywhere" on Linux, macOS and Windows.
What only this project needs stands in nox_local.py, which is loaded where it is there and may use
`sync` and `cargo`.
"""

import os
import runpy
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "uv|virtualenv"
# Test on the Pythons that are here; nothing is downloaded behind anybody's back.
nox.options.download_python = "never"

PROJECT = "bytemerge"
PACKAGE = "bytemerge"
ROOT = Path(__file__).parent
PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"), max_version="3.15")
WITHOUT_GIL = ["3.14t", "3.15t"]


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
        # Behind a mirror of the index, `--locked` would have uv.lock rewritten.
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


def cargo_with_python(session: nox.Session, *arguments: str, **environment: str) -> None:
    """Run cargo on all crates, those that need Python too.

    pyo3 is compiled again whenever another Python is in sight. So it gets the same one from every
    session, and a target folder apart from that of a plain shell.
    """
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"), "nox")
    # The Python that the environments are made from.
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
    # On a machine of somebody's own, rustup says what to type when that Rust is not there.
    install = ["--install"] if "CI" in os.environ else []
    session.run(
        *("rustup", "run", *install, oldest, "cargo", "check", "--workspace", "--locked"),
        env={"CARGO_TARGET_DIR": str(ROOT / "target" / "oldest-rust")},
        external=True,
    )


@nox.session(default=False, tags=["check"])
def lint(session: nox.Session) -> None:
    """Check style, spelling, workflows and Rust's lints."""
    sync(session, "lint", project="none")
    # ruff and rumdl pass when they find no file, as in a folder that an outer repository ignores.
    if "noxfile.py" not in str(session.run("ruff", "check", "--show-files", silent=True)):
        session.error("ruff finds no file: does a repository around this folder ignore it?")
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
    sync(session, "docs")
    for builder in ("html", "doctest"):
        session.run("sphinx-build", "-WnTq", "-b", builder, "docs", f"docs/_build/{builder}")
    session.log("open docs/_build/html/index.html")
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
    """Feed random input to the Rust code, for a minute a target or as told."""
    if not shutil.which("cargo-fuzz"):
        session.error("cargo-fuzz is missing: cargo install cargo-fuzz")
    options = session.posargs or ["-max_total_time=60"]
    for target in sorted(Path("fuzz/fuzz_targets").glob("*.rs")):
        cargo(session, "+nightly", "fuzz", "run", target.stem, "--", *options)


@nox.session(default=False, venv_backend="none")
def doctor(session: nox.Session) -> None:
    """Find what is missing or stale, and say what to run."""
    session.run("python", "tools/doctor.py", *session.posargs)


# Releases: docs/releasing.md goes through one from beginning to end.


def release_tool(session: nox.Session, name: str, *arguments: str | Path) -> None:
    """Run one of the programs in tools/release, which say by themselves what went wrong."""
    session.run("python", f"tools/release/{name}.py", *map(str, arguments))


@nox.session(default=False, tags=["check"])
def wheel(session: nox.Session) -> None:
    """Build the sdist and from it the wheels, and test them as installed (-- --quick: one of them)."""
    sync(session, "wheel", "release", project="none")
    release_tool(session, "build", *session.posargs)


@nox.session(default=False)
def bump(session: nox.Session) -> None:
    """Set the version (-- minor, or 1.2.3), move the changelog, and say what to type next."""
    release_tool(session, "bump", *session.posargs)


@nox.session(default=False)
def release_check(session: nox.Session) -> None:
    """Say what would stop a release."""
    sync(session, "release", project="none")
    release_tool(session, "check")


@nox.session(default=False, tags=["check"])
def notices(session: nox.Session) -> None:
    """Check the notices of the crates that are linked in (-- --write: bring them up to date)."""
    release_tool(session, "notices", *session.posargs)


@nox.session(default=False, tags=["check"])
def wheel_manifest(session: nox.Session) -> None:
    """Check wheels.txt, the list of wheels (-- --write; -- built dist: compare it with a folder)."""
    sync(session, "release", project="none")
    release_tool(session, "wheels", *session.posargs)


@nox.session(default=False)
def inspect(session: nox.Session) -> None:
    """Look at everything that would be uploaded, in dist."""
    sync(session, "release", project="none")
    release_tool(session, "artifacts", *(session.posargs or ["dist"]))


@nox.session(default=False)
def reproduce(session: nox.Session) -> None:
    """Build sdist and wheel twice, and say what differs."""
    release_tool(session, "reproduce")


@nox.session(default=False)
def cibuildwheel(session: nox.Session) -> None:
    """Build the wheels of one platform into dist, as a release does (-- linux x86_64)."""
    sync(session, "release", project="none")
    release_tool(session, "wheels", "build", *session.posargs)


@nox.session(default=False)
def publish(session: nox.Session) -> None:
    """Publish the crates (-- crates [--dry-run]) or the release on GitHub (-- github dist)."""
    release_tool(session, "publish", *session.posargs)


@nox.session(default=False, venv_backend="none")
def ci_matrix(session: nox.Session) -> None:
    """Tell CI which sessions there are."""
    release_tool(session, "ci_matrix")


if (ROOT / "nox_local.py").exists():
    runpy.run_path(str(ROOT / "nox_local.py"), {"sync": sync, "cargo": cargo})

# The environment of an outer `uv run` is not for the environments of the sessions.
os.environ.pop("VIRTUAL_ENV", None)

if __name__ == "__main__":
    nox.main()
