"""Makes the tables about bytemerge's three tokenizers.

`nox -s bench` and `nox -s pgo` of the reference measure them.
"""

from collections.abc import Mapping
from statistics import median
from typing import Any

from tools.site.tables import table

TALK = {"training": 4.4, "tokenizing": 20.0}
"""The speed-up of Rust over Python in the talk, at 10,000 tokens and on one thread."""


def training_seconds(bench: Mapping[str, Any]) -> dict[str, float]:
    """Return the seconds of the largest vocabulary."""
    return {way: points[-1][1] for way, points in bench["training seconds"].items()}


def training(bench: Mapping[str, Any]) -> str:
    """Return the table of the training times in both languages, and what a time in it is."""
    seconds = training_seconds(bench)
    head, columns = f"training, {bench['vocab_size']:,} tokens | Python | Rust | times as fast", []
    sizes = {"approximate": "training", "exact": "training, exact"}
    for language in ("Python", "Rust"):
        columns.append({size: f"{seconds[f'{language}, {size}']:.0f} s" for size in sizes})
    shown = table(head, *columns, {size: f"{bench['ratios'][name]:.1f}" for size, name in sizes.items()})
    return f"{shown}\n\nEach time is {training_runs(bench)}."


def training_runs(bench: Mapping[str, Any]) -> str:
    """Return what a time of naive training is, since one that takes minutes has few rounds."""
    rounds = bench.get("training rounds", 1)
    return "one run" if rounds == 1 else f"the median of {rounds} runs, in turns"


def tokenizing(bench: Mapping[str, Any]) -> str:
    """Return the table of the tokenizing speeds on one thread."""
    head = "vocabulary | Python, tokens a second | Rust, tokens a second | times as fast"
    python, rust = (dict(bench["tokens per second"][way]) for way in ("Python", "Rust"))
    columns = ({size: f"{speed:,.0f}" for size, speed in way.items()} for way in (python, rust))
    return table(head, *columns, {size: f"{rust[size] / python[size]:.1f}" for size in python})


def talk(bench: Mapping[str, Any]) -> str:
    """Return the table that compares the talk's results with ours."""
    head = f"Rust against Python, {bench['vocab_size']:,} tokens | in the talk | here"
    here = {step: f"{bench['ratios'][step]:.1f}" for step in TALK}
    return table(head, {step: f"{ratio:g}" for step, ratio in TALK.items()}, here)


def production(bench: Mapping[str, Any]) -> str:
    """Return the table of what the better algorithm adds to the faster language."""
    seconds, columns = training_seconds(bench), []
    for trained, made in (("Python, approximate", "Python"), ("Tokenizer", "Tokenizer")):
        took, speed = seconds[trained], bench["tokens per second"][made][-1][1]
        trains = f"{took:,.{0 if took > 10 else 2}f} s"
        columns.append({"training": trains, "tokenizing": f"{speed:,.0f} tokens a second"})
    ratios = {step: f"{bench['ratios'][f'{step}, Tokenizer']:,.0f}" for step in columns[0]}
    return table(f"{bench['vocab_size']:,} tokens | Python | `Tokenizer` | times as fast", *columns, ratios)


def threads(bench: Mapping[str, Any]) -> str:
    """Return the table of the speed-up by rayon."""
    speeds = dict(bench["tokens per second by threads"]["Rust"])
    one, *_ = speeds.values()
    said = {count: f"{speed:,.0f}" for count, speed in speeds.items()}
    ratios = {count: f"{speed / one:.2f}" for count, speed in speeds.items()}
    return table("threads | Rust, tokens a second | times as fast", said, ratios)


def tricks(bench: Mapping[str, Any]) -> str:
    """Return the table of the simple optimizations."""
    tricks = bench["tricks"]
    plain, columns = tricks["none"], []
    for step, slow in plain.items():
        columns.append(
            {name: f"{each[step]:.2f} s, {slow / each[step]:.2f}x" for name, each in tricks.items()}
        )
    return table(" | ".join(["trick", *plain]), *columns)


def lines_of_code(bench: Mapping[str, Any]) -> str:
    """Return the table of how much code there is."""
    parts = bench["lines of code"]
    languages = [*next(iter(parts.values()))]
    columns = [{part: lines[language] for part, lines in parts.items()} for language in languages]
    return table(" | ".join(["lines of", *languages]), *columns)


def pgo(measured: Mapping[str, Any]) -> str:
    """Return the table of the speed-up of a wheel by profile-guided optimization."""
    steps, sizes = measured["steps"], measured["bytes of the module"]
    wheels = []
    for wheel in ("plain", "pgo"):
        took = {step: f"{found[wheel] * 1000:.1f} ms" for step, found in steps.items()}
        wheels.append(took | {"the compiled module": f"{sizes[wheel] / 1e6:.1f} MB"})
    ratios = {step: found["times as fast"] for step, found in steps.items()}
    none = {"the compiled module": ""}
    return table(
        " | plain | by a profile | times as fast | of all rounds",
        *wheels,
        {step: f"{median(each):.2f}" for step, each in ratios.items()} | none,
        {step: f"{min(each):.2f} to {max(each):.2f}" for step, each in ratios.items()} | none,
    )
