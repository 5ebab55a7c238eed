"""The text for the measurements."""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from pydoc_data.topics import topics

import books

ROOT = Path(__file__).parents[1]
# Beside the repository, in which this project may be a folder.
FOLDERS = [folder / "shared" / "data" / "gutenberg" for folder in ROOT.parents[:2]]


@dataclass(frozen=True)
class Corpus:
    """A text, and its description."""

    name: str
    lines: list[str]

    @property
    def sha256(self) -> str:
        """The checksum of all lines, the same for every source of the text."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()

    @property
    def source(self) -> list[str]:
        """The addresses of the same text; known for the books, wherever they came from."""
        return [book.url for book in books.BOOKS] if self.sha256 == books.SHA256 else []

    def first(self, lines: int) -> "Corpus":
        """Return at most `lines` lines of it."""
        return Corpus(self.name, self.lines[:lines])


def corpus(download: bool = True) -> Corpus:
    """Return the description of the text, and its lines.

    The files of BYTEMERGE_CORPUS, else the five books if they are beside the repository, else the
    books downloaded earlier, else the documentation that comes with every Python.
    """
    texts = given() or beside()
    if not texts and download:
        try:
            texts = {book.name: books.text_of(book) for book in books.BOOKS}
        except books.WrongBookError as error:
            sys.exit(str(error))
        except OSError as error:
            print(f"the books cannot be had ({error}): measuring on Python's documentation")
    name = ", ".join(texts) or "the documentation of Python"
    return Corpus(
        name, [line for text in texts.values() or topics.values() for line in text.split("\n")]
    )


def given() -> dict[str, str]:
    """Return the texts that BYTEMERGE_CORPUS names."""
    folder = os.environ.get("BYTEMERGE_CORPUS")
    if not folder:
        return {}
    texts = texts_in(Path(folder))
    if not texts:
        sys.exit(f"BYTEMERGE_CORPUS: no .txt file is in {folder!r}")
    return texts


def beside() -> dict[str, str]:
    """Return the books that are beside the repository."""
    found = [folder for folder in FOLDERS if folder.is_dir()]
    return texts_in(found[0]) if found else {}


def texts_in(folder: Path) -> dict[str, str]:
    """Return the texts of a folder by name."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt"))}
