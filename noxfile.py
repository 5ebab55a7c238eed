#!/usr/bin/env -S uv run --script

# /// script
# requires-python = ">=3.11"
# dependencies = ["nox[uv]>=2026.4"]
# ///
"""The one list of tasks: `uv run nox` shows it, CI calls nothing else."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "uv"
# uv makes an existing environment match the lock file, so a new one would only cost time.
nox.options.reuse_venv = "yes"

EVERY_PROCESSOR = ["--numprocesses=auto"]
"""The option of pytest for as many processes as there are processors."""


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Render a package into a folder (-- FOLDER), build and test it, and plot its speed."""
    need_rust(session)
    folder = Path(session.invoked_from, *(session.posargs or ["demo-out"]))
    # An unfinished run is made again; tools/measure/demo.py writes the mark.
    if folder.exists() and not (folder / ".demo-unfinished").exists():
        session.error(f"{folder} exists already: remove it, or name another one with `nox -s demo -- FOLDER`")
    install(session, "demo")
    run_tool(session, "measure.demo", str(folder))


@nox.session(default=False)
def test(session: nox.Session) -> None:
    """Run all that must hold before a change lands; with options, only pytest (-- OPTIONS)."""
    need_rust(session)
    use_pinned_rust(session)
    install(session, "test")
    options = session.posargs
    if not options:
        check_repository(session)
        run_tool(session, "template.drift")
        run_tool(session, "template.bake", "two")
        check_tour(session)
        check_steps(session)
        check_binding(session)
        check_exercises(session)
        check_reference(session)
        # In its own environment, once this is done.
        session.notify("docs")
        # What the tests of a file share is made once.
        options = [*EVERY_PROCESSOR, "--dist=loadfile"]
    session.run("pytest", *options)


@nox.session(default=False)
def lint(session: nox.Session) -> None:
    """Check the format, types, spelling and workflows of the repository's own files."""
    install(session, "lint")
    check_repository(session)


@nox.session(default=False)
def bake(session: nox.Session) -> None:
    """Render every combination of answers; build, test and judge a set with every pair of them."""
    need_rust(session)
    use_pinned_rust(session)
    install(session, "bake")
    run_tool(session, "template.bake", *(session.posargs or ["all"]))


@nox.session(default=False)
def judge(session: nox.Session) -> None:
    """Check a rendered project (-- FOLDER) with third-party linters and validators."""
    need_rust(session)
    use_pinned_rust(session)
    install(session, "bake")
    run_tool(session, "template.judge", *session.posargs)


@nox.session(default=False)
def rehearse(session: nox.Session) -> None:
    """Run every Linux job of the workflows in a fresh clone (-- --list, --only NAME, FOLDER)."""
    need_rust(session)
    install(session, "rehearse")
    run_tool(session, "workflows.rehearse", *session.posargs)


@nox.session(default=False)
def locks(session: nox.Session) -> None:
    """Make the lock files of the template again (-- --upgrade takes newer versions)."""
    need_rust(session)
    install(session, "bake")
    run_tool(session, "template.locks", *session.posargs)


@nox.session(default=False)
def drift(session: nox.Session) -> None:
    """Compare the reference with what the template renders (-- --write repairs it)."""
    install(session, "drift")
    run_tool(session, "template.drift", *session.posargs)


@nox.session(default=False)
def first_test(session: nox.Session) -> None:
    """Measure the time to the first passing test beside other templates (-- --cookie FOLDER)."""
    need_rust(session)
    install(session, "first-test")
    run_tool(session, "measure.first_test", *session.posargs)


@nox.session(default=False)
def boundary(session: nox.Session) -> None:
    """Measure the cost of a call into Rust, and Rust beside numpy, numba and Cython."""
    need_rust(session)
    use_pinned_rust(session)
    session.run_install(
        *("uv", "sync", "--quiet", "--locked", "--no-editable", "--project=docs/boundary"),
        f"--python={session.virtualenv.location}",
        env={"UV_PROJECT_ENVIRONMENT": session.virtualenv.location},
    )
    with session.chdir("docs/boundary"):
        session.run("cargo", "fmt", "--check", external=True)
        session.run("cargo", "clippy", "--locked", "--quiet", "--", "-D", "warnings", external=True)
    session.run("python", "docs/boundary/measure.py", env={"PYTHONPATH": "."})


@nox.session(default=False)
def steps(session: nox.Session) -> None:
    """Test and measure the steps from the naive to the production algorithm."""
    need_rust(session)
    use_pinned_rust(session)
    install(session, "demo")
    check_steps(session)
    session.run("python", "docs/steps/plots.py", env={"PYTHONPATH": "."})


@nox.session(default=False)
def four_ways(session: nox.Session) -> None:
    """Measure the naive and the better algorithm, each in Python and in Rust (-- --help)."""
    need_rust(session)
    use_pinned_rust(session)
    install(session, "demo")
    session.run("python", "docs/steps/four_ways.py", *session.posargs, env={"PYTHONPATH": "."})


@nox.session(default=False)
def cores(session: nox.Session) -> None:
    """Measure how busy each processor is with one thread, and with all (Linux)."""
    need_rust(session)
    install(session, "demo")
    session.run("python", "docs/tutorial/cores.py", env={"PYTHONPATH": "."})


@nox.session(default=False)
def case_studies(session: nox.Session) -> None:
    """Measure programs with a Rust core beside peers (-- --only NAME, --rounds N, --quick)."""
    install(session, "demo")
    session.run("python", "-m", "case_studies", *session.posargs)


@nox.session(default=False)
def made_of(session: nox.Session) -> None:
    """Measure how much of well-known packages is compiled code."""
    install(session, "demo")
    session.run("python", "docs/why/made_of.py", env={"PYTHONPATH": "."})


@nox.session(default=False)
def plots(session: nox.Session) -> None:
    """Draw every plot again from the saved measurements."""
    install(session, "demo")
    run_tool(session, "measure.redraw")


@nox.session(default=False)
def fill(session: nox.Session) -> None:
    """Fill in the figures of the pages from the measurements, and their code from tested files."""
    install(session, "lint")
    run_tool(session, "site.fill")


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the site into docs/_build/html, run its examples, and follow its links."""
    need_rust(session)
    use_pinned_rust(session)
    build_site(session)


@nox.session(default=False)
def site_test(session: nox.Session) -> None:
    """Check every page of the built site in a browser: errors, requests, widths, accessibility."""
    install(session, "site-test")
    # Alone: the fixtures of the other tests need more than a browser.
    session.run("pytest", "-q", "--confcutdir=tests/browser", "tests/browser", *session.posargs)


@nox.session(default=False)
def pictures(session: nox.Session) -> None:
    """Draw the tutorial's pictures of tokens again."""
    need_rust(session)
    install_site(session)
    run_tool(session, "site.token_pictures")


@nox.session(default=False)
def start(session: nox.Session) -> None:
    """Follow the page for beginners in a new package (-- --write records the output)."""
    need_rust(session)
    install(session, "render")
    run_tool(session, "site.start", *session.posargs)


@nox.session(default=False)
def minute(session: nox.Session) -> None:
    """Run the small measurements on the pages (-- --write records the output)."""
    need_rust(session)
    install(session, "render")
    run_tool(session, "site.minute", *session.posargs)


@nox.session(default=False)
def tour(session: nox.Session) -> None:
    """Test the programs of the tour of Rust (-- --write records the compiler's messages)."""
    need_rust(session)
    use_pinned_rust(session)
    install(session, "tour")
    check_tour(session)


def install_site(session: nox.Session) -> None:
    """Installs the packages of the reference's lock file.

    The reference's docs are part of the site, and the site's examples run on it.
    """
    session.run_install(
        *("uv", "sync", "--quiet", "--locked", "--project=reference", "--no-default-groups", "--group=site"),
        f"--python={session.virtualenv.location}",
        env={"UV_PROJECT_ENVIRONMENT": session.virtualenv.location},
    )


def build_site(session: nox.Session) -> None:
    """Builds the site, runs its examples, and checks its links."""
    install_site(session)
    # The folder of the reference's own task: nothing is compiled twice.
    target = Path(os.environ.get("CARGO_TARGET_DIR", Path("reference/target").resolve()), "nox")
    python = getattr(sys, "_base_executable", sys.executable)
    with session.chdir("reference"):
        session.run(
            *("cargo", "doc", "--locked", "--quiet", "--no-deps", "--workspace"),
            external=True,
            env={"CARGO_TARGET_DIR": str(target), "PYO3_PYTHON": python, "RUSTDOCFLAGS": "-D warnings"},
        )
    # Everything is read again, so that an unchanged page does not hide a warning. The second
    # builder reuses the output of the first.
    for builder, fresh in (("html", "-E"), ("doctest", "-T")):
        session.run(
            *("sphinx-build", "-WnTq", "--keep-going", fresh, "-d", "docs/_build/doctrees"),
            *("-b", builder, "docs", f"docs/_build/{builder}"),
        )
    # Separate from the site's environment, which is the reference's.
    checker = ("uv", "run", "--quiet", "--isolated", "--locked", "--only-group", "links")
    links = ("python", "-m", "tools", "site.links", "docs/_build/html")
    session.run(*checker, *links, external=True, env={"VIRTUAL_ENV": None, "UV_PROJECT_ENVIRONMENT": None})
    session.log("open docs/_build/html/index.html")


def check_repository(session: nox.Session) -> None:
    """Run the checks that `lint` and `test` share.

    Every tool comes from the lock file and needs no network.
    """
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("codespell")
    session.run("rumdl", "check", "--quiet", ".")
    workflows = sorted(str(path) for path in Path(".github/workflows").glob("*.yml"))
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    session.run("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml")
    session.run(
        "zizmor",
        "--quiet",
        "--persona=auditor",
        "--no-config",
        "--no-ignores",
        "--offline",
        ".github",
        external=True,
    )


def check_tour(session: nox.Session) -> None:
    """Test the programs of the tour.

    They are those in Rust, their twins in Python, and those that the compiler refuses.
    """
    check_crate(session, "docs/tour/crate")
    session.run("pytest", "-q", "docs/tour/python")
    run_tool(session, "site.refused", *session.posargs)


def check_steps(session: nox.Session) -> None:
    """Test the programs of the pages on learning and encoding against bytemerge itself."""
    check_crate(session, "docs/steps")


def check_binding(session: nox.Session) -> None:
    """Check the format and the lints of the module that the tutorial shows; pytest builds it."""
    with session.chdir("docs/binding"):
        session.run("cargo", "fmt", "--check", external=True)
        session.run("cargo", "clippy", "--locked", "--quiet", "--", "-D", "warnings", external=True)


def check_exercises(session: nox.Session) -> None:
    """Check the format of the exercises in Rust and of their solutions; pytest runs them."""
    files = sorted(str(path) for path in Path("exercises").glob("**/src/*.rs"))
    session.run("rustfmt", "--check", "--edition=2024", *files, external=True)


def check_crate(session: nox.Session, folder: str) -> None:
    """Check the format, the lints and the tests of a crate of the docs."""
    with session.chdir(folder):
        session.run("cargo", "fmt", "--check", external=True)
        session.run(
            *("cargo", "clippy", "--locked", "--quiet", "--all-targets", "--", "-D", "warnings"),
            external=True,
        )
        session.run("cargo", "test", "--locked", "--quiet", external=True)


def check_reference(session: nox.Session) -> None:
    """Run the reference's own tasks in the environments of its own lock file."""
    command = ["uv", "run", "--quiet", "--locked", "--only-group=nox", "nox", "--session"]
    with session.chdir("reference"):
        tasks = (
            "test",
            "arrow",
            "dask",
            "peers",
            "lint",
            "typecheck",
            "stubs",
            "docs",
            "notices",
            "wheel_manifest",
        )
        for task in tasks:
            options = ("--", *EVERY_PROCESSOR) if task in {"test", "peers"} else ()
            # Without the environment of this session, and without the Pythons that it passes on.
            session.run(*command, task, *options, external=True, env={"VIRTUAL_ENV": None})


def need_rust(session: nox.Session) -> None:
    """Ends the session with one line, before anything is done, if the machine cannot compile."""
    missing = session.run("python", "tools/preflight.py", silent=True, log=False, success_codes=[0, 1])
    if missing:
        session.error(str(missing).strip())


def use_pinned_rust(session: nox.Session) -> None:
    """Compiles with the Rust of the reference's lints.

    Tests compare its messages, and each version has different ones.
    """
    pin = nox.project.load_toml("reference/.github/rust-toolchain.toml")["toolchain"]
    command = f"rustup toolchain install {pin['channel']} --profile minimal -c clippy -c rustfmt"
    rustup = ("rustup", "toolchain", "list")
    here = shutil.which("rustup") and session.run(*rustup, external=True, silent=True, log=False)
    if f"{pin['channel']}-" not in str(here):
        if not here or "CI" not in os.environ:
            session.log(f"this is the installed Rust; CI uses {pin['channel']}. To use it too: {command}")
            return
        session.run(*command.split(), external=True)
    session.env["RUSTUP_TOOLCHAIN"] = pin["channel"]


def install(session: nox.Session, group: str) -> None:
    """Makes the session's environment equal to one group of uv.lock."""
    session.run_install("uv", "sync", "--quiet", "--locked", "--only-group", group)


def run_tool(session: nox.Session, name: str, *arguments: str) -> None:
    """Runs one of the modules of tools/, which report their own failures."""
    session.run("python", "-m", "tools", name, *arguments)


if __name__ == "__main__":
    nox.main()
