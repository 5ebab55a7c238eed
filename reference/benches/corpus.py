"""The text to measure on."""

import os
from pathlib import Path
from pydoc_data.topics import topics

ROOT = Path(__file__).parents[1]
# Beside the repository, of which this project may be a folder.
BOOKS = [folder / "shared" / "data" / "gutenberg" for folder in ROOT.parents[:2]]


def corpus() -> tuple[str, list[str]]:
    """Return what the text is, and its lines.

    The files of BYTEMERGE_CORPUS, else the five books where they are, else the documentation that
    every Python brings with it.
    """
    given = os.environ.get("BYTEMERGE_CORPUS")
    folders = [Path(given)] if given else BOOKS
    files = sorted(file for folder in folders for file in folder.glob("*.txt"))
    if files:
        name = ", ".join(file.stem for file in files)
        texts = [file.read_text(encoding="utf-8") for file in files]
    else:
        name = "the documentation of Python"
        texts = list(topics.values())
    return name, [line for text in texts for line in text.split("\n")]
