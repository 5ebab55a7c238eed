"""Makes the lock files that the template renders.

There is one for each combination of answers that changes a lock file. A rendered project is
`--locked` from its first build, so its lock files are stored with the template. They are written
for a project named `placeholder-name`, which no user can have, and the template replaces it with
the real name. The notices of the crates in Cargo.lock are made again with them.
"""

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import report
from tools.shell import run, uv
from tools.template.answers import Answers, choices
from tools.template.render import TEMPLATE, render

LOCKS = TEMPLATE / "locks"
PLACEHOLDER = "placeholder-name"
# The template refuses the placeholder as it refuses every name in a lock file. So the project has
# another name while its lock files are made: one that no package has.
PROBE = "pairforge-lock-probe"


@dataclass(frozen=True)
class Stored:
    """A stored file, the answers of the project that it is for, and the command that makes it."""

    name: str
    rendered: str
    answers: Answers
    command: list[str]

    def current(self) -> str:
        """Return the text that should be stored."""
        with tempfile.TemporaryDirectory(prefix="locks-") as temporary:
            folder = render({**self.answers, "project_name": PROBE, "git": False}, Path(temporary))
            made = folder / self.rendered
            if not made.read_text(encoding="utf-8").strip():
                made.unlink()
            run(self.command, folder)
            return made.read_text(encoding="utf-8").replace(PROBE, PLACEHOLDER)


def every_file(*, upgrade: bool = False) -> Iterator[Stored]:
    """Yield each file that is stored; `upgrade` takes newer versions than the locked ones.

    The notices of the crates come after the lock file that names the crates.
    """
    for example, part in (("words", ""), ("minimal", "-minimal")):
        for name, rendered, answers in (
            (f"Cargo{part}.lock", "Cargo.lock", {"cli": False}),
            (f"Cargo{part}-cli.lock", "Cargo.lock", {"cli": True}),
            (f"fuzz{part}.lock", "fuzz/Cargo.lock", {"fuzz": True}),
        ):
            update = ["cargo", "update", "--manifest-path", str(Path(rendered).with_name("Cargo.toml"))]
            keep = [] if upgrade else ["--workspace"]
            yield Stored(name, rendered, {"example": example, **answers}, [*update, *keep])
        notices = [sys.executable, "tools/release/notices.py", "--write"]
        yield Stored(f"notices{part}.txt", "THIRD-PARTY-NOTICES.txt", {"example": example}, notices)
    for python in choices()["lowest_python"]:
        lock = [uv(), "lock", "--python", str(python), *(["--upgrade"] if upgrade else [])]
        for docs, part in ((False, ""), (True, "-docs")):
            given: Answers = {"lowest_python": python, "docs": docs}
            yield Stored(f"uv-{python}{part}.lock", "uv.lock", given, lock)


def main(parser: ArgumentParser) -> None:
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    stored = [*every_file(upgrade=parser.parse_args().upgrade)]
    for each in stored:
        # The template does not render while a lock file is missing; an empty one is made anew.
        LOCKS.joinpath(each.name).touch()
    for each in stored:
        with report.step(each.name):
            text = each.current()
        LOCKS.joinpath(each.name).write_text(text, encoding="utf-8", newline="\n")
