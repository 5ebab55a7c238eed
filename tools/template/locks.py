"""Makes the lock files that the template renders.

There is one for each combination of answers that changes a lock file. A rendered project is
`--locked` from its first build, so its lock files are stored with the template. They are written
for a project named `placeholder-name`, which no user can have, and the template replaces it with
the real name. The notices of the crates in Cargo.lock are made again with them.
"""

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools import report
from tools.shell import run, uv
from tools.template.answers import Answers, choices
from tools.template.render import TEMPLATE, render

LOCKS = TEMPLATE / "locks"
PLACEHOLDER = "placeholder-name"
NOTICES = {"words": "notices.txt", "minimal": "notices-minimal.txt"}
# The template refuses the placeholder as it refuses every name in a lock file. So the project has
# another name while its lock files are made: one that no package has.
PROBE = "pairforge-lock-probe"


@dataclass(frozen=True)
class Lock:
    """A stored lock file, and the project that it is for."""

    stored: str
    rendered: str
    answers: Answers

    def command(self, *, upgrade: bool) -> list[str]:
        """Return the command that updates the rendered lock file.

        It keeps the locked versions unless told to upgrade.
        """
        if self.rendered == "uv.lock":
            python = str(self.answers["lowest_python"])
            return [uv(), "lock", "--python", python, *(["--upgrade"] if upgrade else [])]
        manifest = Path(self.rendered).with_name("Cargo.toml")
        return ["cargo", "update", "--manifest-path", str(manifest), *([] if upgrade else ["--workspace"])]


def every_lock() -> Iterator[Lock]:
    """Yield each lock file that is stored."""
    for example, part in (("words", ""), ("minimal", "-minimal")):
        yield Lock(f"Cargo{part}.lock", "Cargo.lock", {"example": example, "cli": False})
        yield Lock(f"Cargo{part}-cli.lock", "Cargo.lock", {"example": example, "cli": True})
        yield Lock(f"fuzz{part}.lock", "fuzz/Cargo.lock", {"example": example, "fuzz": True})
    for python in choices()["lowest_python"]:
        yield Lock(f"uv-{python}.lock", "uv.lock", {"lowest_python": python, "docs": False})
        yield Lock(f"uv-{python}-docs.lock", "uv.lock", {"lowest_python": python, "docs": True})


def current(lock: Lock, *, upgrade: bool) -> str:
    """Return the text that should be stored."""
    with tempfile.TemporaryDirectory(prefix="locks-") as temporary:
        folder = render({**lock.answers, "project_name": PROBE, "git": False}, Path(temporary))
        rendered = folder / lock.rendered
        if not rendered.read_text(encoding="utf-8").strip():
            rendered.unlink()
        run(lock.command(upgrade=upgrade), folder)
        return rendered.read_text(encoding="utf-8").replace(PROBE, PLACEHOLDER)


def notices(example: str) -> str:
    """Return the notices of the crates that every project with this example links.

    The lock file names those crates.
    """
    with tempfile.TemporaryDirectory(prefix="locks-") as temporary:
        folder = render({"project_name": PROBE, "example": example, "git": False}, Path(temporary))
        run([sys.executable, "tools/release/notices.py", "--write"], folder)
        written = folder / "THIRD-PARTY-NOTICES.txt"
        return written.read_text(encoding="utf-8").replace(PROBE, PLACEHOLDER)


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail when a stored file is stale"
    )
    options = parser.parse_args()

    LOCKS.mkdir(exist_ok=True)
    for name in (*(lock.stored for lock in every_lock()), *NOTICES.values()):
        # The template does not render while a lock file is missing; an empty one is made anew.
        LOCKS.joinpath(name).touch()
    steps: dict[Path, Callable[[], str]] = {
        LOCKS / lock.stored: partial(current, lock, upgrade=options.upgrade) for lock in every_lock()
    }
    steps |= {LOCKS / stored: partial(notices, example) for example, stored in NOTICES.items()}
    stale = []
    for stored, make in steps.items():
        before = stored.read_text(encoding="utf-8")
        with report.step(stored.name):
            after = make()
        if after != before:
            stale.append(stored.name)
            if not options.check:
                stored.write_text(after, encoding="utf-8", newline="\n")
    if options.check and stale:
        sys.exit(f"Stale: {', '.join(stale)}. `uv run nox -s locks` mends that.")
    report.console.print(f"Changed: {', '.join(stale)}." if stale else "Nothing has changed.")
