#!/usr/bin/env -S uv run --script

# /// script
# dependencies = ["nox[uv]>=2026.4"]
# ///
"""The one list of tasks: `uv run nox` shows them, CI calls nothing else.

What only this project needs stands in nox_local.py, which is loaded where it is there and may use
`sync` and `cargo`.
"""

import os
import runpy
import shutil
import sys
import tempfile
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
        "--locked",
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


@nox.session(default=False)
def test(session: nox.Session) -> None:
    """Run the tests of both languages."""
    cargo(session, "test", "--locked", "--quiet")
    sync(session, "test")
    session.run("pytest", *session.posargs)


@nox.session(default=False, python=PYTHONS)
def test_python(session: nox.Session) -> None:
    """Run the Python tests on each supported Python that is installed."""
    sync(session, "test")
    session.run("pytest", *session.posargs)


@nox.session(default=False)
def lint(session: nox.Session) -> None:
    """Check style, spelling, workflows and Rust's lints."""
    sync(session, "lint", project="none")
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


@nox.session(default=False)
def typecheck(session: nox.Session) -> None:
    """Check the types of the Python code."""
    sync(session, "typecheck")
    session.run("mypy")


@nox.session(default=False)
def stubs(session: nox.Session) -> None:
    """Compare the stubs with the compiled module."""
    sync(session, "typecheck")
    session.run("python", "-m", "mypy.stubtest", PACKAGE)


@nox.session(default=False)
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


@nox.session(default=False)
def wheel(session: nox.Session) -> None:
    """Build the sdist, from it the wheel, and test the wheel as installed."""
    sync(session, "test", project="none")
    shutil.rmtree("dist", ignore_errors=True)
    session.run("uv", "build", "--quiet", "--sdist", external=True)
    (sdist,) = Path("dist").glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as folder:
        # Elsewhere, so that nothing but the sdist can be what it is made of.
        # Made here a moment ago; the first releases of Python 3.11 cannot filter what they unpack.
        shutil.unpack_archive(sdist, folder)
        (source,) = Path(folder).iterdir()
        # Beside what the project compiled: the same names in one folder would be taken for each other.
        shared = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
        target = {"CARGO_TARGET_DIR": str(Path(shared) / "sdist")}
        session.chdir(source)
        session.run(
            *("uv", "build", "--quiet", "--wheel", f"--out-dir={ROOT / 'dist'}"), env=target
        )
        cargo(session, "test", "--locked", "--quiet", **target)
        (wheel,) = (ROOT / "dist").glob("*.whl")
        session.install("--no-deps", "--reinstall", str(wheel))
        session.run("pytest", *session.posargs)
    session.log(f"dist/{sdist.name}")
    session.log(f"dist/{wheel.name}")


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


if (ROOT / "nox_local.py").exists():
    runpy.run_path(str(ROOT / "nox_local.py"), {"sync": sync, "cargo": cargo})

# The environment of an outer `uv run` is not for the environments of the sessions.
os.environ.pop("VIRTUAL_ENV", None)

if __name__ == "__main__":
    nox.main()
