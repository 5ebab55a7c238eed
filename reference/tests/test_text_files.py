"""Files of text: however they are compressed or split, each is one text."""

import bz2
import gzip
import lzma
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from interruption import assert_it_stops

from bytemerge import (
    BytemergeError,
    NotUtf8Error,
    SpecialTokenError,
    Tokenizer,
    WordCounts,
)


def raw_zstd(data: bytes) -> bytes:
    """Frames of zstd that compress nothing, with one that is skipped between them."""
    frames = [b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"]
    for start in range(0, len(data), 100):
        part = data[start : start + 100]
        size = (len(part) << 3 | 1).to_bytes(3, "little")
        frames.append(b"\x28\xb5\x2f\xfd\x20" + bytes([len(part)]) + size + part)
    return b"".join(frames)


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": raw_zstd,
}


@pytest.fixture(scope="module")
def text(corpus: list[str]) -> str:
    """Some megabytes, and so several blocks."""
    return "\r\n".join(corpus[:60_000]) + "\n\n\xe9"


@pytest.mark.parametrize("pattern", ["gpt2", "cl100k", "o200k", r"\w+|\W", None])
@pytest.mark.parametrize("threads", [None, 1, 3])
def test_a_file_is_one_text(
    tmp_path: Path, text: str, pattern: str | None, threads: int | None
) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode())
    counts = WordCounts.count_files([path, str(path)], pattern=pattern, threads=threads)
    assert counts == WordCounts.count([text, text], pattern=pattern)


@pytest.mark.parametrize("kind", COMPRESSED)
def test_compressed_files(tmp_path: Path, text: str, kind: str) -> None:
    compress, data = COMPRESSED[kind], text.encode()
    # Two parts, one after the other, have the content of both; the name does not matter.
    path = tmp_path / "text.txt"
    path.write_bytes(compress(data) + compress(b" end"))
    assert WordCounts.count_files([path]) == WordCounts.count([text + " end"])
    path.write_bytes(compress(b""))
    assert WordCounts.count_files([path]) == WordCounts()
    trained = Tokenizer.train([text[:5000]], 300)
    path.write_bytes(compress(text[:5000].encode()))
    assert Tokenizer.train_from_files([path], 300) == trained


@pytest.mark.parametrize("kind", [kind for kind in COMPRESSED if kind != "plain"])
def test_compressed_files_that_are_damaged(tmp_path: Path, text: str, kind: str) -> None:
    whole = COMPRESSED[kind](text[:100_000].encode())
    path = tmp_path / "text"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OSError, match=rf"text: damaged {kind} file: ") as caught:
        WordCounts.count_files([path])
    assert "\n" not in str(caught.value)
    with pytest.raises(OSError, match=rf"text: damaged {kind} file: "):
        Tokenizer.train([], 256).encode_files([path])


def test_a_sum_that_is_wrong(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(b"the cat"))
    whole[-6] ^= 1
    path = tmp_path / "text"
    path.write_bytes(whole)
    with pytest.raises(OSError, match="damaged gzip file"):
        WordCounts.count_files([path])


def test_text_that_starts_like_a_compressed_file(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("BZh is how bzip2 begins", encoding="utf-8")
    assert WordCounts.count_files([path])[b"BZh"] == 1
    for start in ("", "B", "BZh91AY&S"):
        path.write_text(start, encoding="utf-8", newline="")
        assert WordCounts.count_files([path]) == WordCounts.count([start])


@pytest.mark.parametrize("kind", ["plain", "gzip"])
def test_what_is_not_utf8(tmp_path: Path, kind: str) -> None:
    start = "word " * 500_000
    path = tmp_path / "text"
    for end in (b"\xff more", b"\xe2\x82"):
        path.write_bytes(COMPRESSED[kind](start.encode() + end))
        says = f"text: not UTF-8: byte 0x{end[0]:02x} at offset {len(start)} in line 1$"
        for work in (
            lambda: WordCounts.count_files([path]),
            lambda: Tokenizer.train_from_files([path], 300),
            lambda: Tokenizer.train([], 256).encode_files([path]),
        ):
            with pytest.raises(NotUtf8Error, match=says) as caught:
                work()
            assert isinstance(caught.value, (BytemergeError, ValueError))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("the cat", encoding="utf-8")
    tokenizer = Tokenizer.train([], 256)
    for work in (WordCounts.count_files, tokenizer.encode_files):
        with pytest.raises(FileNotFoundError) as caught:
            work([there, tmp_path / "missing"])
        assert caught.value.filename == str(tmp_path / "missing")
        with pytest.raises(IsADirectoryError):
            work([tmp_path])
        for single in (str(there), there):
            with pytest.raises(TypeError, match=r"^expected an iterable of paths, not a single "):
                work(single)  # type: ignore[arg-type]


def test_progress_in_bytes_then_in_merges(tmp_path: Path, text: str) -> None:
    path, heard = tmp_path / "text", []
    path.write_bytes(text.encode())
    size = path.stat().st_size
    Tokenizer.train_from_files([path], 300, progress=lambda *numbers: heard.append(numbers))
    assert (size, size) in heard
    assert heard[-1] == (44, 44)
    assert {total for _, total in heard} == {size, 44}

    def enough(_done: int, _total: int) -> None:
        message = "enough"
        raise LookupError(message)

    with pytest.raises(LookupError, match="enough"):
        WordCounts.count_files([path], progress=enough)


# --- Encoding files ---


def test_a_row_a_file(tmp_path: Path, text: str) -> None:
    tokenizer = Tokenizer.train([text[:50_000]], 500, special_tokens=["<end>"])
    texts = [text, "", "the cat", text[:1000]]
    paths = [tmp_path / str(number) for number in range(len(texts))]
    for path, each, compress in zip(paths, texts, COMPRESSED.values(), strict=False):
        path.write_bytes(compress(each.encode()))
    expected = [tokenizer.encode(each) for each in texts]
    for threads in (None, 1, 2):
        assert tokenizer.encode_files(paths, threads=threads).tolist() == expected
        rows = tokenizer.encode_files(paths, separator="<end>", threads=threads).tolist()
        assert rows == [[*ids, tokenizer.special_tokens["<end>"]] for ids in expected]
    assert tokenizer.encode_files([]).tolist() == []


def test_special_tokens_in_files(tmp_path: Path) -> None:
    tokenizer = Tokenizer.train([], 257, special_tokens=["<end>"])
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("a", encoding="utf-8")
    bad.write_text("a<end>", encoding="utf-8")
    with pytest.raises(SpecialTokenError, match=r'bad: the text has the special token "<end>" at'):
        tokenizer.encode_files([good, bad])
    assert tokenizer.encode_files([bad], allowed_special="all").tolist() == [[97, 256]]
    assert tokenizer.encode_files([bad], disallowed_special=()).tolist() == [[97, *b"<end>"]]
    with pytest.raises(SpecialTokenError, match="the separator '<stop>' is not a special token"):
        tokenizer.encode_files([good], separator="<stop>")


# --- Decoding batches ---


def test_decoding_many(text: str) -> None:
    tokenizer = Tokenizer.train([text[:50_000]], 500)
    texts = [text[start : start + 50] for start in range(0, 200_000, 50)] + [""]
    batch = tokenizer.encode_batch(texts)
    for threads in (None, 1, 2):
        assert tokenizer.decode_batch(batch, threads=threads) == texts
        assert tokenizer.decode_batch(batch.tolist(), threads=threads) == texts
    assert tokenizer.decode_batch([]) == []


@pytest.mark.parametrize("errors", ["replace", "ignore", "backslashreplace"])
def test_decoding_what_is_no_text(errors: str) -> None:
    tokenizer = Tokenizer.train([], 256)
    rows = [[0xFF, 97], [0xE2, 0x82], [0xC3, 0xA9], [0xF0, 0x9F, 0x98, 97]]
    expected = [bytes(row).decode("utf-8", errors) for row in rows]
    assert tokenizer.decode_batch(rows, errors) == expected
    with pytest.raises(UnicodeDecodeError):
        tokenizer.decode_batch(rows, "strict")


def test_decoding_ids_that_stand_for_nothing() -> None:
    tokenizer = Tokenizer.train([], 256)
    for id in (256, -1, 2**40):
        with pytest.raises(KeyError, match=f"no token has the id {id}"):
            tokenizer.decode_batch([[97], [id, 300]])
    rows = [[97] * 10_000, [256], [257]] * 4
    with pytest.raises(KeyError, match="no token has the id 256"):
        tokenizer.decode_batch(rows, threads=2)


# --- Other threads, and Ctrl-C ---


def test_other_threads_run_while_files_are_counted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "text"
    path.write_bytes(text.encode() * 4)
    steps, finished = 0, threading.Event()

    def step() -> None:
        nonlocal steps
        while not finished.wait(0.001):
            steps += 1

    thread = threading.Thread(target=step)
    thread.start()
    try:
        WordCounts.count_files([path] * 4)
    finally:
        finished.set()
        thread.join()
    assert steps >= 5


SETUP = """
import sys
from bytemerge import Tokenizer, WordCounts
tokenizer = Tokenizer.train(["the cat"], 260)
"""


@pytest.mark.parametrize(
    "call",
    [
        "WordCounts.count_files([sys.argv[1]] * 1000)",
        "WordCounts.count_files([sys.argv[1]] * 1000, threads=1)",
        # A pipe to which no process writes.
        "WordCounts.count_files([sys.argv[1], '/dev/stdin'])",
        "tokenizer.encode_files([sys.argv[1]] * 1000)",
        "tokenizer.encode_files([sys.argv[1]] * 1000, threads=1)",
    ],
)
def test_ctrl_c_stops_work_on_files(tmp_path: Path, text: str, call: str) -> None:
    path = tmp_path / "text"
    path.write_bytes(text.encode() * 4)
    assert_it_stops(SETUP, call, path)
