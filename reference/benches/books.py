"""The five books of Project Gutenberg, at addresses where they never change.

Project Gutenberg corrects its files now and then, so their checksums can change. GITenberg keeps
each of them in git: a commit never changes.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from bytemerge.files import replace
from bytemerge.formats.pretrained import download

ADDRESS = "https://raw.githubusercontent.com/GITenberg"

SHA256 = "12bb7adab50e9515b527d6b4f437a2dd27d18cae8188b931be9de0cab981438e"
"""The checksum of the five texts, one after the other, without the licence."""


class WrongBookError(Exception):
    """The download is not the expected file."""


@dataclass(frozen=True)
class Book:
    """A file at one commit of a repository, and its checksum."""

    name: str
    file: str
    sha256: str

    @property
    def url(self) -> str:
        """The address of the file."""
        return f"{ADDRESS}/{self.file}"

    def is_in(self, content: bytes) -> bool:
        """Return whether the content is this file."""
        return hashlib.sha256(content).hexdigest() == self.sha256


BOOKS = [
    Book(
        "alice_in_wonderland",
        "Alice-s-Adventures-in-Wonderland_11/7f18748e114b994d5d9454d5793581bc0b9cf9d7/11-0.txt",
        "49a0b2726606e1290ac03a63978fa1dd1bd38a8d805704d98265f393533ea094",
    ),
    Book(
        "frankenstein",
        "Frankenstein_84/c98a483bd1f34e7366126b81bcedd1a6faee636e/84-0.txt",
        "c29a4f56dd91aa894a3f17d5f96b356ccb499e3e2c5a27964de911845e39efab",
    ),
    Book(
        "moby_dick",
        "Moby-Dick--Or-The-Whale_2701/bdf1948e6cd00963730971e5624e764a35f238c3/2701-0.txt",
        "baf9b04fcf6e0008f30eaaa6697277751448c1070b20175e0082f28cbb161fd3",
    ),
    Book(
        "pride_and_prejudice",
        "Pride-and-Prejudice_1342/81db45c9c48c592f0b77f01fc59e677ad0a5634e/1342-0.txt",
        "48e0522844402a86a3ea98f0947ba85ea54838db3c59022299298ed968a5a163",
    ),
    Book(
        "tom_sawyer",
        "The-Adventures-of-Tom-Sawyer_74/9b4174649064f197ca27895d98806b4a8659722b/74-0.txt",
        "b1cd5782db259c00bc1a8fbb58238f285e40828cc858c1343f74a0a75157cc91",
    ),
]

# The text between the marks, without thanks and farewells that are not the author's.
TEXT = re.compile(
    r"^\*\*\* START OF [^\n]*\n\s*(?:Produced by .*?\n\n\s*)?"
    r"(?P<text>.*?)\s*"
    r"^(?:End of (?:the )?Project Gutenberg.*?)?\*\*\* END OF ",
    re.DOTALL | re.MULTILINE,
)


def cache() -> Path:
    """Return the folder in which the books are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bytemerge" / "books"


def text_of(book: Book) -> str:
    """Return the text of a book, without a licence; from the cache, or else downloaded.

    Raises:
        WrongBookError: the file at its address is not the book.
        OSError: it cannot be downloaded or saved.
    """
    cached = cache() / f"{book.name}.txt"
    try:
        content = cached.read_bytes()
    except FileNotFoundError:
        content = b""
    if not book.is_in(content):
        print(f"downloading {book.url}", flush=True)
        content = download(book.url)
        if not book.is_in(content):
            message = f"{book.url}: not the file that it should be: its SHA-256 differs"
            raise WrongBookError(message)
        cached.parent.mkdir(parents=True, exist_ok=True)
        replace(cached, content)
    return without_licence(content.decode("utf-8-sig").replace("\r\n", "\n"))


def without_licence(text: str) -> str:
    """Return the author's text."""
    found = TEXT.search(text)
    assert found, "these are no marks of Project Gutenberg"
    return found["text"] + "\n"
