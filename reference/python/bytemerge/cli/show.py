"""``bytemerge show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bytemerge.cli import models
from bytemerge.cli import options as shared
from bytemerge.cli.reading import Reader
from bytemerge.visualize import has_colours

if TYPE_CHECKING:
    import argparse

USAGE = "[OPTION ...] MODEL [FILE ...]"
DESCRIPTION = """\
Where there is no colour, dots stand between the tokens. Colours are for terminals, unless NO_COLOR
is set in the environment; FORCE_COLOR is for pipes too. Special tokens are plain text here."""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    shared.add_model(command)
    shared.add_files(command)
    command.add_argument(
        *("--colour", "--color"),
        dest="colour",
        metavar="WHEN",
        choices=("auto", "always", "never"),
        default="auto",
        help="auto (default), always or never",
    )


def run(options: argparse.Namespace) -> None:
    """Print text cut into coloured tokens."""
    tokenizer = models.load(options)
    coloured = {"auto": has_colours(), "always": True, "never": False}[options.colour]
    for texts in Reader(options.files, lambda *_: None).texts(whole=False):
        for line in texts.texts:
            picture = tokenizer.visualize(line)
            print(picture.as_terminal() if coloured else picture, flush=True)
