"""Tell CI which sessions there are: those tagged "check" run once, those tagged "everywhere" on every system."""

import json
import subprocess
import sys

from project import ROOT, output


def tagged(tag: str) -> list[str]:
    """Return the names of the sessions with a tag."""
    command = [sys.executable, "-m", "nox", "--list", "--json", "--tags", tag]
    listed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [session["session"] for session in json.loads(listed)]


def main() -> None:
    """Print both lists."""
    output("check", tagged("check"))
    output("everywhere", tagged("everywhere"))


if __name__ == "__main__":
    main()
