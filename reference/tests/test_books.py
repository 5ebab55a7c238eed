"""The books for measurements: downloaded once, verified, and skipped without a network."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import books
import corpus
import pytest

FILE = (
    "\ufeffThe Project Gutenberg EBook of Two Words\r\n\r\n"
    "*** START OF THIS PROJECT GUTENBERG EBOOK TWO WORDS ***\r\n\r\n\r\n"
    "Produced by A. Volunteer\r\nand another\r\n\r\n\r\n"
    "TWO WORDS\r\n\r\n    Indented “words”.\r\n\r\n\r\n"
    "End of the Project Gutenberg EBook of Two Words, by\r\nNobody\r\n\r\n"
    "*** END OF THIS PROJECT GUTENBERG EBOOK TWO WORDS ***\r\n\r\n"
    "*** START: FULL LICENSE ***\r\n"
).encode()
TEXT = "TWO WORDS\n\n    Indented “words”.\n"
BOOK = books.Book("two_words", "Two-Words_1/0123abc/1-0.txt", hashlib.sha256(FILE).hexdigest())


class Server(HTTPServer):
    """Serves one file, and records the requests."""

    content = FILE
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    """Answers every request in the same way."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(FILE)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(autouse=True)
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path for the book in the cache; no books are beside the repository, or anywhere else."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("BYTEMERGE_CORPUS", raising=False)
    monkeypatch.setattr(corpus, "FOLDERS", [])
    monkeypatch.setattr(books, "BOOKS", [BOOK])
    return tmp_path / "bytemerge" / "books" / "two_words.txt"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """GITenberg, for this test."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        monkeypatch.setattr(books, "ADDRESS", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_book_is_downloaded_once(server: Server, cached: Path) -> None:
    for _ in range(2):
        text = corpus.corpus()
        assert (text.name, text.lines) == ("two_words", TEXT.split("\n"))
    assert server.asked == ["/Two-Words_1/0123abc/1-0.txt"]
    assert cached.read_bytes() == FILE
    assert list(cached.parent.iterdir()) == [cached]


@pytest.mark.parametrize("content", [FILE.replace(b"TWO", b"TOO"), FILE[:-9], b""])
def test_another_file_is_refused_in_one_line(server: Server, cached: Path, content: bytes) -> None:
    server.content = content
    with pytest.raises(SystemExit) as caught:
        corpus.corpus()
    expected = f"{BOOK.url}: not the file that it should be: its SHA-256 differs"
    assert caught.value.code == expected
    assert not cached.parent.exists()


def test_what_is_broken_in_the_cache_is_downloaded_again(server: Server, cached: Path) -> None:
    cached.parent.mkdir(parents=True)
    cached.write_bytes(FILE[:100])
    assert corpus.corpus().lines == TEXT.split("\n")
    assert len(server.asked) == 1
    assert cached.read_bytes() == FILE


def test_without_a_network_it_is_the_documentation_of_python(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cached: Path
) -> None:
    monkeypatch.setattr(books, "ADDRESS", "http://127.0.0.1:9")  # nothing listens there
    text = corpus.corpus()
    assert (text.name, text.source) == ("the documentation of Python", [])
    assert len(text.lines) > 1000
    *_, line = capsys.readouterr().out.splitlines()
    assert line.startswith("the books cannot be had (")
    assert not cached.parent.exists()


def test_tests_download_nothing(server: Server) -> None:
    assert corpus.corpus(download=False).name == "the documentation of Python"
    assert server.asked == []


def test_a_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYTEMERGE_CORPUS", str(tmp_path))
    with pytest.raises(SystemExit, match=r"BYTEMERGE_CORPUS: no \.txt file is in '"):
        corpus.corpus()
    for name, text in (("b", "3\r4"), ("a", "1\n2"), ("c.md", "5")):
        (tmp_path / name).with_suffix(".txt" if name != "c.md" else ".md").write_bytes(
            text.encode()
        )
    assert corpus.corpus().name == "a, b"
    assert corpus.corpus().lines == ["1", "2", "3", "4"]


def test_the_five_books_are_known_by_their_checksum(monkeypatch: pytest.MonkeyPatch) -> None:
    text = corpus.Corpus("", ["the same"])
    assert text.source == []
    monkeypatch.setattr(books, "SHA256", text.sha256)
    assert text.source == [BOOK.url]
    assert replace(text, lines=["another"]).source == []
