"""The answers that a user can give, read from the template's questions."""

import itertools
import json
from collections.abc import Iterator

from allpairspy import AllPairs

from tools.template.render import TEMPLATE

Answers = dict[str, "str | bool"]


def choices() -> dict[str, list[str | bool]]:
    """Return the questions with a fixed set of answers.

    Each comes with its answers, the default first.
    """
    questions = json.loads(TEMPLATE.joinpath("cookiecutter.json").read_text(encoding="utf-8"))
    found: dict[str, list[str | bool]] = {}
    for question, default in questions.items():
        if question.startswith("_"):
            continue  # settings and computed values
        if isinstance(default, list):
            found[question] = default
        elif isinstance(default, bool):
            found[question] = [default, not default]
    return found


def default() -> Answers:
    """Return the answers of a user who accepts every default."""
    return {question: answers[0] for question, answers in choices().items()}


def most_different() -> Answers:
    """Return the answers that have nothing in common with the default ones."""
    return {question: answers[-1] for question, answers in choices().items()}


def fullest() -> Answers:
    """Return the default answers with all that can be added to a package."""
    return {question: answer is False or answer for question, answer in default().items()}


def every_combination() -> Iterator[Answers]:
    """Yield each combination of answers once, the default first."""
    questions = choices()
    for answers in itertools.product(*questions.values()):
        yield dict(zip(questions, answers, strict=True))


def every_pair() -> list[Answers]:
    """Return a few combinations that together have every pair of answers.

    The default one and the most different one are among them.
    """
    questions, first = choices(), [default(), most_different()]
    pairwise = (dict(zip(questions, answers, strict=True)) for answers in AllPairs(list(questions.values())))
    return [*first, *(each for each in pairwise if each not in first)]


def every_length_of_name() -> list[Answers]:
    """Return the shortest and the longest name that the template accepts.

    A long name makes lines that a formatter breaks.
    """
    names = ("b", "a-name-of-fifty-characters-which-is-the-longest-ok")
    return [{"project_name": name, **each} for name in names for each in (default(), most_different())]


def label(answers: Answers) -> str:
    """Return the answers in short, for a line of output: "MIT 3.12 abi3 cli git"."""
    chosen = {question: answer for question, answer in answers.items() if answer is not False}
    return " ".join(question if answer is True else str(answer) for question, answer in chosen.items())
