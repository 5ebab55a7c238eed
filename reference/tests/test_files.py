"""Files that cannot be opened: the same class of exception, and the same words, on every system."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Captured, refusal

from bytemerge import NaiveRustTokenizer, NaiveTokenizer, Tokenizer, WordCounts, files


def as_windows_says(number: int, winerror: int, words: str) -> OSError:
    """An error with a number of Windows, and its message in the language of the user."""
    error = OSError(number, words)
    error.winerror = winerror  # type: ignore[attr-defined,unused-ignore]
    return error


def refuse(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    def refused(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refused)


def test_a_folder_that_windows_denies_is_a_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refuse(monkeypatch, PermissionError(errno.EACCES, "Permission denied", str(tmp_path)))
    with pytest.raises(IsADirectoryError) as caught:
        files.read(tmp_path)
    assert (caught.value.errno, caught.value.filename) == (errno.EISDIR, str(tmp_path))
    with pytest.raises(PermissionError):
        files.read(tmp_path / "file")


@pytest.mark.parametrize("command", ["info", "encode"])
def test_the_command_line_has_no_words_of_windows(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    error = as_windows_says(errno.EACCES, 5, "Zugriff verweigert")
    error.filename = "model"
    refuse(monkeypatch, error)
    assert refusal(capsys, command, str(tmp_path / "model")) == "model: Permission denied"


READ: dict[str, Callable[[Path], object]] = {
    "naive": NaiveTokenizer.load,
    "naive-rust": NaiveRustTokenizer.load,
    "fast": Tokenizer.load,
    "tiktoken": lambda path: Tokenizer.from_tiktoken(path, pattern=None),
    "huggingface": Tokenizer.from_huggingface,
    "texts": lambda path: Tokenizer.train_from_files([path], 300),
    "counts": lambda path: WordCounts.count_files([path]),
    "encoding": lambda path: Tokenizer.from_ranks(
        {bytes([byte]): byte for byte in range(256)}, pattern=None
    ).encode_files([path]),
}


@pytest.mark.parametrize("read", READ)
def test_every_way_to_read_a_file_says_the_same(read: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, expected, number, words in (
        (tmp_path / "gone", FileNotFoundError, errno.ENOENT, "No such file or directory"),
        (tmp_path, IsADirectoryError, errno.EISDIR, "Is a directory"),
    ):
        with pytest.raises(expected) as caught:
            READ[read](path)
        error = caught.value
        assert (error.errno, files.words(error)) == (number, words)
        assert error.filename is None or Path(error.filename) == path


@pytest.mark.parametrize("read", ["naive-rust", "texts", "counts", "encoding"])
def test_what_would_lie_within_a_file_is_in_no_folder(read: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError) as caught:
        READ[read](tmp_path / "file" / "gone")
    assert caught.value.errno == errno.ENOTDIR
    assert caught.value.strerror == "Not a directory"


@pytest.mark.skipif(os.name != "nt", reason="only Windows has numbers of its own")
def test_windows_keeps_its_own_number(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        Tokenizer.train_from_files([tmp_path / "gone"], 300)
    assert getattr(caught.value, "winerror", None) == 2
    assert caught.value.strerror == "No such file or directory"


TOKENIZER = Tokenizer.train(["the cat"], 258)
WRITE: dict[str, Callable[[Path], object]] = {
    "naive": NaiveTokenizer.train(["the cat"], 9).save,
    "naive-rust": NaiveRustTokenizer.train(["the cat"], 9).save,
    "fast": TOKENIZER.save,
    "tiktoken": TOKENIZER.to_tiktoken,
    "huggingface": TOKENIZER.to_huggingface,
}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("write", WRITE)
def test_a_link_that_leads_to_no_file_gets_one(write: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("other")
    (tmp_path / "other").symlink_to("folder/file")
    WRITE[write](tmp_path / "link")
    assert (tmp_path / "link").readlink() == Path("other")
    WRITE[write](tmp_path / "plain")
    assert (tmp_path / "folder" / "file").read_bytes() == (tmp_path / "plain").read_bytes()
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(OSError, match="symbolic links"):
        WRITE[write](tmp_path / "circle")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("circle", "folder", "link", "other", "plain")
    ]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has files without a name")
@pytest.mark.parametrize("has_proc", [True, False])
def test_a_file_has_no_name_before_it_is_complete(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, has_proc: bool
) -> None:
    file = files.unnamed(tmp_path)
    if file is None:
        pytest.skip("this file system has no files without a name")
    file.close()
    if not has_proc:
        monkeypatch.setattr(files, "in_proc", lambda _: "/no/proc")
    path = tmp_path / "file"
    for content in (b"old", b"new"):
        with files.replacing(path) as file:
            file.write(content)
            file.flush()
            names = {each.name for each in tmp_path.iterdir()} - {"file"}
            assert len(names) == (0 if has_proc else 1)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
