"""Fills the figures in the docs from measurements: nobody types them, so none is out of date.

`docs/measured` holds what `nox -s demo`, `nox -s first_test`, `nox -s case_studies` and others measured, `reference/docs/measured` what
`nox -s bench`, `nox -s bench_peers` and `nox -s pgo` of the reference did. Between `<!-- NAME -->` and `<!-- end -->`, a page shows the table of that name, or
the sentences.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from tools import ROOT
from tools.measure.formatting import digits
from tools.site import boundary_figures, case_figures, filling, generated_pages, peer_figures, steps_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

MEASURED = ROOT / "docs" / "measured"
# A place ends before the next comment: without its end it would take in what follows, and lose it.
PLACE = re.compile(
    r"(?<=<!-- )(?P<name>(?!end )[\w-]+)(?P<open> -->\n\n)(?:(?!<!--).)*(?=<!-- end -->)", re.DOTALL
)
COMMENT = re.compile(r"<!--\s*(?P<name>[\w-]+)[^>]*-->")
NO_FIGURES = {"end", "excerpt", "site"}
"""Other comments: the end of a place, what `tools.site.excerpts` fills, and what only the site shows."""

FILLED_ELSEWHERE = {"help"}
"""What the reference's own tests fill: the help of its command line."""


def speed(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of what `nox -s demo` measured."""
    medians: dict[str, float] = measured["median"]
    slowest = max(medians.values())
    rows = [
        [
            name,
            f"{seconds * 1000:.0f} ms",
            f"{measured['bytes'] / 1e6 / seconds:.0f} MB/s",
            f"{slowest / seconds:.1f}",
        ]
        for name, seconds in medians.items()
    ]
    return [["counting the words", "time", "speed", "times as fast"], *rows]


def first_test(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of what `nox -s first_test` measured, the quickest first."""
    rows = [
        [
            rival["name"],
            f"{median(rival['first']):.1f} s",
            f"{min(rival['first']):.1f} to {max(rival['first']):.1f} s",
            f"{median(rival['all']):.1f} s",
            str(rival["passed"] or "none: an import"),
        ]
        for rival in sorted(measured["rivals"], key=lambda rival: median(rival["first"]))
    ]
    return [["start with", "first test passes after", "of all turns", "all tests after", "tests"], *rows]


def training(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of how long training takes in both languages."""
    seconds = {name: curve[-1][1] for name, curve in measured["training seconds"].items()}
    rows = [
        [
            size,
            *(f"{seconds[f'{language}, {size}']:.0f} s" for language in ("Python", "Rust")),
            f"{ratio:.1f}",
        ]
        for size, ratio in (
            ("approximate", measured["ratios"]["training"]),
            ("exact", measured["ratios"]["training, exact"]),
        )
    ]
    return [[f"training, {measured['vocab_size']:,} tokens", "Python", "Rust", "times as fast"], *rows]


def tokenizing(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of how fast tokens are made on one thread."""
    speeds = measured["tokens per second"]
    rows = [
        [f"{size:,}", f"{python:,.0f}", f"{rust:,.0f}", f"{rust / python:.1f}"]
        for (size, python), (_, rust) in zip(speeds["Python"], speeds["Rust"], strict=True)
    ]
    return [["vocabulary", "Python, tokens a second", "Rust, tokens a second", "times as fast"], *rows]


TALK = {"training": 4.4, "tokenizing": 20.0}
"""How many times as fast as Python the talk found Rust to be, at 10,000 tokens and on one thread."""


def talk(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of what the talk found, and what is found here."""
    rows = [[step, f"{ratio:g}", f"{measured['ratios'][step]:.1f}"] for step, ratio in TALK.items()]
    return [[f"Rust against Python, {measured['vocab_size']:,} tokens", "in the talk", "here"], *rows]


def production(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of what another algorithm buys on top of another language."""
    python, tokenizer = (
        {
            "training": f"{seconds:,.{0 if seconds > 10 else 2}f} s",
            "tokenizing": f"{speed:,.0f} tokens a second",
        }
        for seconds, speed in (
            (
                measured["training seconds"][trained][-1][1],
                measured["tokens per second"][made][-1][1],
            )
            for trained, made in (("Python, approximate", "Python"), ("Tokenizer", "Tokenizer"))
        )
    )
    rows = [
        [step, python[step], tokenizer[step], f"{measured['ratios'][f'{step}, Tokenizer']:,.0f}"]
        for step in python
    ]
    return [[f"{measured['vocab_size']:,} tokens", "Python", "`Tokenizer`", "times as fast"], *rows]


def curve(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of the whole way: naive in Python, the same in Rust, and the production tokenizer."""
    steps = {
        "naive Python": ("Python, approximate", "Python"),
        "the same in Rust": ("Rust, approximate", "Rust"),
        "`Tokenizer`, for production": ("Tokenizer", "Tokenizer"),
    }
    seconds = {step: measured["training seconds"][trained][-1][1] for step, (trained, _) in steps.items()}
    speeds = {step: measured["tokens per second"][made][-1][1] for step, (_, made) in steps.items()}
    slowest, *_ = steps
    rows = [
        [
            step,
            f"{digits(seconds[step])} s",
            digits(seconds[slowest] / seconds[step]),
            digits(speeds[step]),
            digits(speeds[step] / speeds[slowest]),
        ]
        for step in steps
    ]
    head = f"{measured['vocab_size']:,} tokens"
    return [[head, "training", "times as fast", "tokens a second", "times as fast"], *rows]


def threads(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of what rayon adds."""
    (_, one), *_ = speeds = measured["tokens per second by threads"]["Rust"]
    rows = [[str(count), f"{speed:,.0f}", f"{speed / one:.2f}"] for count, speed in speeds]
    return [["threads", "Rust, tokens a second", "times as fast"], *rows]


def tricks(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of what needs no thought."""
    steps = list(measured["tricks"]["none"])
    plain = measured["tricks"]["none"]
    rows = [
        [name, *(f"{seconds[step]:.2f} s, {plain[step] / seconds[step]:.2f}x" for step in steps)]
        for name, seconds in measured["tricks"].items()
    ]
    return [["trick", *steps], *rows]


def lines_of_code(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of how much code there is."""
    rows = [[part, *map(str, lines.values())] for part, lines in measured["lines of code"].items()]
    return [["lines of", *next(iter(measured["lines of code"].values()))], *rows]


def pgo(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of what a wheel gains that is built by a profile."""
    rows = [
        [
            step,
            *(f"{found[wheel] * 1000:.1f} ms" for wheel in ("plain", "pgo")),
            f"{median(found['times as fast']):.2f}",
            f"{min(found['times as fast']):.2f} to {max(found['times as fast']):.2f}",
        ]
        for step, found in measured["steps"].items()
    ]
    sizes = measured["bytes of the module"]
    size = [
        "the compiled module",
        *(f"{sizes[wheel] / 1e6:.1f} MB" for wheel in ("plain", "pgo")),
        "",
        "",
    ]
    return [["", "plain", "by a profile", "times as fast", "of all rounds"], *rows, size]


def passage(measured: dict[str, Any]) -> list[list[str]]:
    """The rows of how long one passage is in tokens."""
    rows = [
        [f"{int(size):,}", *(str(counts[name]) for name in ("characters", "words", "tokens"))]
        for size, counts in measured["passage"].items()
    ]
    return [["vocabulary", "characters", "words", "tokens"], *rows]


def cores(measured: dict[str, Any]) -> str:
    """The sentence of how busy the threads were."""
    said = [
        f"{count} {'threads' if int(count) > 1 else 'thread'}: {work['tokens']:,} tokens in {work['seconds']:.2f} s"
        for count, work in measured["threads"].items()
    ]
    return (
        "The operating system was asked fifty times a second how long each thread had run. Each lane is a thread; an empty lane is a "
        f"processor without one. The picture shows the fastest of {measured['rounds']} runs. {'; '.join(said)}."
    )


@dataclass(frozen=True)
class Figures:
    """A table: the file it is made from, how, and the command that measures it."""

    measured: Path
    rows: Callable[[Any], list[list[str]] | str]
    """Its rows, the head first; or sentences instead of a table."""
    command: str
    says_where: bool = True
    """Whether the page says at this place where the numbers come from: once is enough for many tables of one run."""


BENCH = ROOT / "reference" / "docs" / "measured" / "bench.json"
PEERS = BENCH.with_name("peers.json")
PGO = BENCH.with_name("pgo.json")
QUESTIONS = ROOT / "template" / "cookiecutter.json"
NOXFILES = {
    "package": ROOT / "reference" / "noxfile.py",
    "reference": ROOT / "reference" / "nox_local.py",
    "repository": ROOT / "noxfile.py",
}
TABLES = {
    "questions": Figures(QUESTIONS, generated_pages.questions, "", says_where=False),
    **{
        f"tasks-of-{whose}": Figures(noxfile, generated_pages.tasks, "", says_where=False)
        for whose, noxfile in NOXFILES.items()
    },
    "speed": Figures(MEASURED / "speed.json", speed, "nox -s demo"),
    "first-test-warm": Figures(MEASURED / "first-test-warm.json", first_test, "nox -s first_test"),
    "first-test-cold": Figures(MEASURED / "first-test-cold.json", first_test, "nox -s first_test -- --cold"),
    "pgo": Figures(PGO, pgo, "{command}"),
    "cores": Figures(MEASURED / "cores.json", cores, "nox -s cores"),
    "passage": Figures(MEASURED / "tutorial.json", passage, "nox -s pictures"),
    **{
        rows.__name__.replace("_", "-"): Figures(
            BENCH, rows, "nox -s bench -- --vocab-size={vocab_size} --rounds={rounds}"
        )
        for rows in (curve, talk, training, tokenizing, production, threads, tricks, lines_of_code)
    },
    **{
        f"boundary-{rows.__name__.replace('_', '-')}": Figures(
            MEASURED / "boundary.json",
            rows,
            "nox -s boundary",
            says_where=rows is boundary_figures.calls,
        )
        for rows in (
            boundary_figures.calls,
            boundary_figures.chatty,
            boundary_figures.numbers,
            boundary_figures.texts,
            boundary_figures.one_text,
            boundary_figures.examples,
            boundary_figures.waits,
            boundary_figures.amdahl,
        )
    },
    **{
        rows.__name__.replace("_", "-"): Figures(
            PEERS, rows, "{command}", says_where=rows is peer_figures.peers_summary
        )
        for rows in (
            peer_figures.peers_summary,
            peer_figures.peers_texts,
            peer_figures.peers_ratios,
            peer_figures.peers_arrays,
            peer_figures.peers_lists,
            peer_figures.peers_counts,
            peer_figures.peers_encodings,
            peer_figures.peers_threads,
            peer_figures.peers_short,
            peer_figures.peers_worst,
            peer_figures.peers_training,
            peer_figures.peers_imports,
        )
    },
    **{
        rows.__name__.replace("_", "-"): Figures(
            MEASURED / "steps.json", rows, "{command}", says_where=rows is steps_figures.steps_distinct
        )
        for rows in steps_figures.ALL
    },
    **{
        rows.__name__.replace("_", "-"): Figures(
            # A table and its sentences come from the file of their study, which the second word names.
            MEASURED / f"case-{rows.__name__.split('_')[1]}.json",
            rows,
            "{command}",
            says_where=rows.__name__.count("_") == 1,
        )
        for rows in case_figures.ALL
    },
    "case-overview": Figures(
        MEASURED / "case-ruff.json", lambda _: case_figures.case_overview(studies()), "", says_where=False
    ),
    "case-threads": Figures(
        MEASURED / "case-ruff.json", lambda _: case_figures.case_threads(studies()), "", says_where=False
    ),
}


STUDIES = ("ruff", "uv", "polars", "pydantic", "tokenizers", "orjson")


def studies() -> dict[str, dict[str, Any]]:
    """What all case studies measured, each from its own file."""
    return {
        name: json.loads((MEASURED / f"case-{name}.json").read_text(encoding="utf-8")) for name in STUDIES
    }


def aligned(column: Sequence[str]) -> str:
    """The rule above a column: at the right where most of what it says begins with a number."""
    said = [cell for cell in column if cell not in {"", "-"}]
    return "---:" if 2 * sum(cell[0].isdigit() for cell in said) > len(said) else "---"


def table(name: str) -> str:
    """The table or the sentences of a measurement in Markdown, and where its numbers come from."""
    figures = TABLES[name]
    text = figures.measured.read_text(encoding="utf-8")
    measured: Any = json.loads(text) if figures.measured.suffix == ".json" else text
    found = figures.rows(measured)
    if isinstance(found, str):
        lines = [found]
    else:
        head, *rows = found
        rule = ["---", *(aligned(column) for column in list(zip(*rows, strict=True))[1:])]
        lines = [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]
    if not figures.says_where:
        return "\n".join([*lines, ""]) + "\n"
    machine = measured["machine"]
    python = measured.get("python", machine["python"])
    # The compiler, where something was compiled here; else the versions of what came from elsewhere.
    if "rust" in machine:
        others = [machine["rust"].split(" (")[0]]
    else:
        others = [f"{name} {version}" for name, version in measured["versions"].items()]
    beside = "" if "rust" in machine else others_had(measured.get("others"))
    command = figures.command.format(**measured)
    if figures.measured.is_relative_to(ROOT / "reference"):
        # From the top of the repository, where the reader of any page may be.
        command = command.replace("nox -s", "nox -f reference/noxfile.py -s", 1)
    source = (
        f"Measured on {machine['date'][:10]} with `{command}` on {machine['cores']} cores ("
        f"{machine['processor']}), {', '.join([f'Python {python}', *others])}.{beside}"
    )
    return "\n".join([*lines, "", source, ""]) + "\n"


def others_had(share: float | None) -> str:
    """The sentence about what other programs used of the cores: what they use, no thread can."""
    if share is None:
        return " It was not recorded what share of the cores other programs used: what uses several threads may be faster than it seems."
    return f" Other programs used {share:.0%} of the cores meanwhile."


def filled(text: str) -> str:
    """A page with the tables of today's measurements."""

    def fill(place: re.Match[str]) -> str:
        if place["name"] in FILLED_ELSEWHERE:
            return place[0]
        return f"{place['name']}{place['open']}{table(place['name'])}"

    return PLACE.sub(fill, text)


def faults(text: str) -> list[str]:
    """One line for each comment of a page that is meant to be a place for figures, and is none."""
    places = [place["name"] for place in PLACE.finditer(text)]
    named = [comment["name"] for comment in COMMENT.finditer(text)]
    found = []
    for name in sorted({*named} - NO_FIGURES - FILLED_ELSEWHERE):
        if name not in TABLES:
            found.append(f"no figures are called {name}")
        elif named.count(name) != places.count(name):
            found.append(f"what is called {name} lacks an empty line after its name, or its end")
    return found


def main() -> None:
    filling.main("figures", __doc__, lambda text, _: faults(text), lambda text, _: filled(text))


if __name__ == "__main__":
    main()
