"""The command ``bytemerge explain``: prints how a word becomes tokens, merge by merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bytemerge.cli import models
from bytemerge.cli import options as shared
from bytemerge.cli.options import RefusedError
from bytemerge.cli.writing import check_standard_output
from bytemerge.show.colours import has_colours

if TYPE_CHECKING:
    import argparse

USAGE = "[OPTION ...] MODEL WORD ..."
DESCRIPTION = (
    "Each merge is a line of a table: the pair, its rank, the new token, and what the word is then."
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_model(command)
    command.add_argument("words", metavar="WORD", nargs="+", help="what is to be explained")
    shared.add_colour(command)


def run(options: argparse.Namespace) -> None:
    """Print how a word becomes tokens, merge by merge."""
    check_standard_output()
    tokenizer = models.for_production(models.load(options), "explain")
    coloured = {"auto": has_colours(), "always": True, "never": False}[options.colour]
    for number, word in enumerate(options.words):
        try:
            explanation = tokenizer.explain(word)
        except ValueError as error:  # it is too long
            raise RefusedError(str(error)) from None
        if number:
            print()
        print(explanation.as_terminal() if coloured else explanation)
