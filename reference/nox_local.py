"""What only this project needs: to see where the time goes, and to compare with others."""

from pathlib import Path

import nox

RESULTS = Path(__file__).parent / "benches" / "results"


def install(session: nox.Session, group: str) -> None:
    """Install the project for editing, and a group of the lock file."""
    session.run_install(
        *("uv", "sync", "--locked", "--no-default-groups", f"--group={group}"),
        f"--python={session.virtualenv.location}",
        env={"UV_PROJECT_ENVIRONMENT": session.virtualenv.location},
    )


@nox.session(default=False)
def peers(session: nox.Session) -> None:
    """Compare ids with tiktoken's, and merges with those of Hugging Face."""
    install(session, "peers")
    session.run("pytest", "tests/test_peers.py", *session.posargs)


@nox.session(default=False)
def profile(session: nox.Session) -> None:
    """Draw where the time goes in both languages: flame graphs in benches/results."""
    # Not as users get it: that build has no names in it. The loops are optimised all the same.
    install(session, "profile")
    RESULTS.mkdir(exist_ok=True)
    for language, native in (("py", []), ("rs", ["--native"])):
        for step in ("train", "tokenize"):
            picture = RESULTS / f"profile-{step}-{language}.svg"
            program = ["python", "benches/hot_loop.py", step, language]
            session.run(
                "py-spy", "record", *native, "--rate=200", f"--output={picture}", "--", *program
            )
            session.log(f"open {picture}")
