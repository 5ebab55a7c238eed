"""ruff (Rust) beside black and isort (Python, compiled by mypyc) and flake8 (Python)."""

from __future__ import annotations

import difflib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from case_studies import environments, sources, timing
from tools.measure.drawing import Bar
from tools.measure.formatting import time_of
from tools.measure.turns import in_turns
from tools.shell import end_of, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from case_studies.study import Options

TITLE = "Formatting and linting: ruff beside black, isort and flake8"
AXIS = "seconds on all cores, shorter is better"
ROUNDS = 3
LINES = 15_000
"""A slow peer takes a minute for 50,000 lines, and it runs in every round."""
LINE_LENGTH = 88
LONGEST = 1_000
"""A longer file would keep one core busy while the others wait."""
ONE_THREAD = {"RAYON_NUM_THREADS": "1"}
LOCATION = "%(path)s:%(row)d:%(code)s"

Words = list[str | Path]
Problem = tuple[str, int, str]


class Commands:
    """The command lines of the peers.

    They use no caches and no settings of others, and the same rules.
    """

    def __init__(self, python: Path) -> None:
        self.bin = environments.bin_of(python.parent.parent)
        self.codes = self._common_codes()

    def _common_codes(self) -> list[str]:
        """Return the rules of pycodestyle and Pyflakes that ruff has.

        flake8 has them all, and its other rules stay off.
        """
        rules = json.loads(
            run([self.bin / "ruff", "rule", "--all", "--output-format=json"], environments.HOME)
        )
        return sorted(
            rule["code"]
            for rule in rules
            if rule["linter"] in {"pycodestyle", "Pyflakes"} and {"Stable", "Preview"} & {*rule["status"]}
        )

    def black(self, *options: str) -> Words:
        return [self.bin / "black", "--quiet", "--no-cache", f"--line-length={LINE_LENGTH}", *options, "."]

    def isort(self, *options: str) -> Words:
        # All cores, which the others use by default.
        same = [
            "--quiet",
            "--jobs=-1",
            "--profile=black",
            f"--line-length={LINE_LENGTH}",
            "--settings-path=.",
        ]
        return [self.bin / "isort", *same, *options, "."]

    def flake8(self, *options: str) -> Words:
        same = [
            "--isolated",
            f"--select={','.join(self.codes)}",
            "--ignore=",
            f"--max-line-length={LINE_LENGTH}",
        ]
        return [self.bin / "flake8", *same, f"--format={LOCATION}", *options, "."]

    def ruff_format(self, *options: str) -> Words:
        same = ["--quiet", "--isolated", "--no-cache", f"--line-length={LINE_LENGTH}"]
        return [self.bin / "ruff", "format", *same, *options, "."]

    def ruff_check(self, codes: str, *options: str) -> Words:
        same = ["--isolated", "--no-cache", f"--line-length={LINE_LENGTH}", f"--select={codes}"]
        return [self.bin / "ruff", "check", *same, *options, "."]

    def ruff_lint(self, *options: str) -> Words:
        # Some of pycodestyle's rules are still in preview.
        return self.ruff_check(",".join(self.codes), "--preview", *options)


def measure(options: Options) -> dict[str, Any]:
    python = environments.python_of("ruff")
    commands = Commands(python)
    texts = sources.files(sources.library(), min(options.lines, LINES), longest=LONGEST)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        before = folder / "before"
        sources.write(texts, before)
        (before / "pyproject.toml").touch()  # the root of the project, for all of them
        agreement = compare(commands, python, before)
        seconds = take_times(commands, before, options.rounds)
        read = [
            json.loads(environments.inside(python, "parsing", "seconds", before))
            for _ in range(options.rounds)
        ]
        one = folder / "one"
        first = dict([next(iter(texts.items()))])
        sources.write(first, one)
        (one / "pyproject.toml").touch()
        seconds["one file"] = take_times(commands, one, options.rounds)["all cores"]
        more = folder / "more"
        more_texts = sources.files(sources.library(), options.lines)
        sources.write(more_texts, more)
        seconds["ruff with more files"] = more_files(commands, more, options.rounds)
    return {
        "versions": environments.versions(
            python, ["ruff", "black", "isort", "flake8", "pycodestyle", "pyflakes"]
        ),
        "compiled": {name: compiled(python, name) for name in ("black", "isort", "flake8")},
        "input": {
            **sources.described(texts),
            "one file": sources.described(first),
            "more files": sources.described(more_texts),
        },
        "agreement": agreement,
        "seconds": {**seconds, "parsing": {name: [each[name] for each in read] for name in read[0]}},
    }


def take_times(commands: Commands, folder: Path, rounds: int) -> dict[str, timing.Seconds]:
    """Return the seconds of each way.

    All report what they would change, and change nothing, so that each round has the same work.
    """

    def way(words: Words, **variables: str) -> Callable[[], float]:
        return way_in(folder, words, **variables)

    ways = {
        "all cores": {
            "format: black": way(commands.black("--check")),
            "format: black --fast": way(commands.black("--check", "--fast")),
            "format: ruff": way(commands.ruff_format("--check")),
            "sort imports: isort": way(commands.isort("--check-only")),
            "sort imports: ruff": way(commands.ruff_check("I", "--quiet")),
            "lint: flake8": way(commands.flake8()),
            "lint: ruff": way(commands.ruff_lint("--quiet")),
        },
        "one process or thread": {
            "format: black --fast": way(commands.black("--check", "--fast", "--workers=1")),
            "format: ruff": way(commands.ruff_format("--check"), **ONE_THREAD),
            "lint: flake8": way(commands.flake8("--jobs=1")),
            "lint: ruff": way(commands.ruff_lint("--quiet"), **ONE_THREAD),
        },
        "starting": {
            name: way([commands.bin / name, "--version"]) for name in ("black", "isort", "flake8", "ruff")
        },
    }
    if len([*folder.rglob("*.py")]) == 1:
        ways = {"all cores": ways["all cores"]}
    together = {(group, name): way for group, each in ways.items() for name, way in each.items()}
    seconds = in_turns(together, rounds)
    return {group: {name: seconds[group, name] for name in each} for group, each in ways.items()}


def more_files(commands: Commands, folder: Path, rounds: int) -> timing.Seconds:
    """Return the seconds of ruff alone, for more files than its peers could take in time."""
    check, lint = commands.ruff_format("--check"), commands.ruff_lint("--quiet")
    ways = {
        "format: ruff, one": way_in(folder, check, **ONE_THREAD),
        "format: ruff, all": way_in(folder, check),
        "lint: ruff, one": way_in(folder, lint, **ONE_THREAD),
        "lint: ruff, all": way_in(folder, lint),
    }
    return in_turns(ways, rounds)


def way_in(folder: Path, words: Words, **variables: str) -> Callable[[], float]:
    """Return a way to run a command in a folder.

    Status 1 says that there is something to change.
    """
    return lambda: timing.seconds_of(words, folder, variables, statuses=(0, 1))


def compare(commands: Commands, python: Path, before: Path) -> dict[str, Any]:
    """Compare the results before anything is measured. Return how far they agree."""
    found: dict[str, Any] = {"rules": len(commands.codes)}
    for task, words in {
        "format": {"black": commands.black(), "ruff": commands.ruff_format()},
        "sort imports": {"isort": commands.isort(), "ruff": commands.ruff_check("I", "--quiet", "--fix")},
    }.items():
        folders = []
        for name, command in words.items():
            after = before.parent / f"{task} {name}"
            shutil.copytree(before, after)
            run(command, after)
            folders.append(after)
        found[task] = {**same_lines(before, *folders)}
        if task == "format":
            same = environments.inside(python, "parsing", "equivalent", before, folders[1])
            found[task]["files of the same meaning"] = json.loads(same)
    flake8 = problems(end_of(commands.flake8("--exit-zero"), before).output)
    ruff = {
        (Path(each["filename"]).relative_to(before).as_posix(), each["location"]["row"], each["code"])
        for each in json.loads(
            run(commands.ruff_lint("--exit-zero", "--output-format=json", "--quiet"), before)
        )
    }
    found["lint"] = {
        "both": len(flake8 & ruff),
        "flake8 only": len(flake8 - ruff),
        "ruff only": len(ruff - flake8),
    }
    if len(flake8 & ruff) < 0.8 * len(flake8 | ruff):
        sys.exit("flake8 and ruff find different problems: their times cannot be compared.")
    return found


def problems(output: str) -> set[Problem]:
    """Return what flake8 found: the file, the line and the rule."""
    found = set()
    for line in output.splitlines():
        path, row, code = line.rsplit(":", 2)
        found.add((Path(path).as_posix(), int(row), code))
    return found


def same_lines(before: Path, one: Path, other: Path) -> dict[str, int]:
    """Return the number of lines in `one`, those also in `other`, and those not in `before`."""
    lines = same = changed = 0
    for path in sorted(one.rglob("*.py")):
        name = path.relative_to(one)
        old, mine, theirs = (
            folder.joinpath(name).read_text("utf-8").split("\n") for folder in (before, one, other)
        )
        lines += len(mine)
        same += len(mine) if mine == theirs else common(mine, theirs)
        changed += 0 if mine == old else len(mine) - common(old, mine)
    if same < 0.95 * lines:
        sys.exit(
            f"{one.name} and {other.name} differ in {lines - same} of {lines} lines: too many to compare."
        )
    return {"lines": lines, "the same in both": same, "not in the input": changed}


def common(one: list[str], other: list[str]) -> int:
    """Return how many lines two texts have in common, in the same order."""
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def compiled(python: Path, package: str) -> bool:
    """Return whether the modules of a package are machine code.

    mypyc puts that beside the sources.
    """
    found = [*python.parent.parent.rglob(f"site-packages/{package}/*")]
    return any(path.suffix in {".so", ".pyd"} for path in found)


def bars(measured: dict[str, Any]) -> list[Bar]:
    """Return the lines of the plot."""
    return [
        Bar(name, seconds, time_of(seconds), name.endswith("ruff"))
        for name, each in measured["seconds"]["all cores"].items()
        for seconds in [median(each)]
    ]
