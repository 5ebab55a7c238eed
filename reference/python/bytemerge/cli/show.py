"""The command ``bytemerge show``: prints text cut into coloured tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bytemerge.cli import models
from bytemerge.cli import options as shared
from bytemerge.cli.writing import check_standard_output
from bytemerge.reading import Reader
from bytemerge.show.colours import has_colours
from bytemerge.show.token_visualization import TokenVisualization

if TYPE_CHECKING:
    import argparse

USAGE = "[OPTION ...] MODEL [FILE ...]"
DESCRIPTION = """\
Where there is no colour, dots or bars stand between the tokens. Colours are for terminals, unless NO_COLOR
is set in the environment; FORCE_COLOR is for pipes too. Special tokens are plain text here."""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_model(command)
    shared.add_files(command)
    shared.add_colour(command)
    command.add_argument(
        "--ids",
        action="store_true",
        help="print the id of each token below it, where there is colour",
    )


def run(options: argparse.Namespace) -> None:
    """Print text cut into coloured tokens."""
    check_standard_output()
    tokenizer = models.load(options)
    if options.ids:
        models.for_production(tokenizer, "--ids")
    coloured = {"auto": has_colours(), "always": True, "never": False}[options.colour]
    for texts in Reader(options.files, lambda *_: None).texts(whole=False):
        for line in texts.texts:
            picture = tokenizer.visualize(line)
            if not coloured:
                shown = str(picture)
            elif isinstance(picture, TokenVisualization):
                shown = picture.as_terminal(ids=options.ids)
            else:
                shown = picture.as_terminal()
            print(shown, flush=True)
