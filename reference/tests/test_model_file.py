"""Model files: the same from both languages, whole or not at all, checked when they are read."""

import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Class

from bytemerge import ModelError, NaiveRustTokenizer, NaiveTokenizer

LINES = ["the cat", 'naïve \U00010400 "quoted"', "\u01c5 \u0130"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.json"


def forged(model: object, **header: object) -> bytes:
    """A file that no tokenizer saved, with a valid checksum."""
    line = json.dumps(model).encode()
    fields = {
        "format": "bytemerge",
        "version": 1,
        "kind": "naive",
        "bytes": len(line),
        "sha256": hashlib.sha256(line).hexdigest(),
        **header,
    }
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n" + line + b"\n"


@pytest.mark.parametrize("exact", [False, True])
def test_both_languages_write_the_same_and_read_each_other(tmp_path: Path, exact: bool) -> None:
    python = NaiveTokenizer.train(LINES, 30, exact_vocab_size=exact)
    rust = NaiveRustTokenizer.train(LINES, 30, exact_vocab_size=exact)
    python.save(tmp_path / "py")
    rust.save(str(tmp_path / "rs"))
    assert (tmp_path / "py").read_bytes() == (tmp_path / "rs").read_bytes()
    assert NaiveTokenizer.load(str(tmp_path / "rs")) == python
    assert NaiveRustTokenizer.load(tmp_path / "py") == rust
    assert sorted(file.name for file in tmp_path.iterdir()) == ["py", "rs"]


def test_the_checksum_is_that_of_the_second_line(cls: Class, path: Path) -> None:
    cls.train(LINES, 30).save(path)
    header, model, end = path.read_bytes().split(b"\n")
    fields = json.loads(header)
    assert list(fields) == ["format", "version", "kind", "bytes", "sha256"]
    assert fields["sha256"] == hashlib.sha256(model).hexdigest()
    assert fields["bytes"] == len(model)
    assert end == b""


def edited(content: bytes) -> bytes:
    return content.replace(b'["a","t"]', b'["t","a"]')


TOKENS = ["UNK", " ", "a", "b"]
NOT_AS_SAVED = "damaged: it is not what was saved"
DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "not a bytemerge model"),
    "something else": (lambda _: b"hello\n", "not a bytemerge model"),
    "other JSON": (lambda _: b'{"version":1}\n{}\n', "not a bytemerge model"),
    "cut in the header": (lambda content: content[:60], "truncated: its end is missing"),
    "cut in the model": (lambda content: content[:-40], "truncated: its end is missing"),
    "cut by one": (lambda content: content[:-1], "truncated: its end is missing"),
    "edited": (edited, NOT_AS_SAVED),
    "longer": (lambda content: content + b"\n", NOT_AS_SAVED),
    "header edited": (lambda content: content.replace(b'"bytes":', b'"bytes":-'), NOT_AS_SAVED),
    "header broken": (lambda content: content.replace(b'"kind":', b'"kind"'), NOT_AS_SAVED),
    "newer": (
        lambda content: content.replace(b'"version":1', b'"version":2'),
        "format 2 is newer than this program, which knows 1",
    ),
    "older than any": (
        lambda content: content.replace(b'"version":1', b'"version":0'),
        NOT_AS_SAVED,
    ),
    "another kind": (
        lambda _: forged({}, kind="fast"),
        'a model of kind "fast", not "naive"',
    ),
    "no model": (lambda _: forged([]), "not a valid model: "),
    "null": (lambda _: forged(None), "not a valid model: "),
    "no tokens": (lambda _: forged({"merges": []}), "not a valid model: "),
    "deep": (lambda _: forged(eval("[" * 90 + "]" * 90)), "not a valid model: "),
    "not text": (lambda _: forged({"merges": [], "tokens": [1]}), "not a valid model: "),
    "no UNK": (
        lambda _: forged({"merges": [], "tokens": ["a", "b"]}),
        "not a valid model: its first tokens are not UNK and the end of a word",
    ),
    "merge of nothing": (
        lambda _: forged({"merges": [[["ab", "a"], "aba"]], "tokens": TOKENS}),
        'not a valid model: "ab" and "a" merge before they are tokens',
    ),
    "merge of the end": (
        lambda _: forged({"merges": [[["a", " "], "a "]], "tokens": TOKENS}),
        'not a valid model: "a" and " " merge before they are tokens',
    ),
    "wrong merge": (
        lambda _: forged({"merges": [[["a", "b"], "ba"]], "tokens": TOKENS}),
        'not a valid model: "a" and "b" become "ba"',
    ),
    "token of nothing": (
        lambda _: forged({"merges": [], "tokens": [*TOKENS, "ab"]}),
        'not a valid model: nothing merges into "ab"',
    ),
}


@pytest.mark.parametrize(("damage", "expected"), DAMAGES.values(), ids=DAMAGES)
def test_a_bad_file_is_refused(
    cls: Class, path: Path, damage: Callable[[bytes], bytes], expected: str
) -> None:
    cls.train(["the cat", "this hat"], 11).save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelError) as caught:
        cls.load(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: {expected}")
    assert "\n" not in sentence
    assert isinstance(caught.value, ValueError)


def test_every_cut_is_noticed(cls: Class, path: Path) -> None:
    cls.train(["the cat", "this hat"], 11).save(path)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(ModelError, match=r"truncated|not a bytemerge model"):
            cls.load(path)


def test_what_cannot_be_written_leaves_what_was_there(cls: Class, tmp_path: Path) -> None:
    tokenizer = cls.train(["the cat"], 9)
    missing = tmp_path / "missing" / "model.json"
    with pytest.raises(FileNotFoundError) as caught:
        tokenizer.save(missing)
    assert caught.value.filename == str(missing)
    with pytest.raises(FileNotFoundError) as caught:
        cls.load(missing)
    assert caught.value.filename == str(missing)
    with pytest.raises(IsADirectoryError):
        cls.load(tmp_path)
    with pytest.raises(IsADirectoryError):
        tokenizer.save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_error_names_the_path_as_it_was_given(
    cls: Class, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError) as caught:
        cls.train(["the cat"], 9).save("missing/model.json")
    assert Path(caught.value.filename) == Path("missing/model.json")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_stays_a_link_and_a_device_a_device(cls: Class, tmp_path: Path) -> None:
    tokenizer = cls.train(["the cat"], 9)
    (tmp_path / "link").symlink_to(tmp_path / "model")
    tokenizer.save(tmp_path / "model")
    tokenizer.save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert cls.load(tmp_path / "link") == tokenizer
    tokenizer.save(os.devnull)
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(os.name == "nt", reason="permissions mean something else on Windows")
def test_a_model_has_the_permissions_of_any_new_file(cls: Class, path: Path) -> None:
    cls.train(["the cat"], 9).save(path)
    path.with_name("other").touch()
    assert path.stat().st_mode == path.with_name("other").stat().st_mode


@pytest.mark.skipif(os.name == "nt", reason="permissions mean something else on Windows")
def test_a_model_keeps_the_permissions_of_the_one_it_replaces(cls: Class, path: Path) -> None:
    path.touch()
    path.chmod(0o600)
    tokenizer = cls.train(["the cat"], 9)
    tokenizer.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cls.load(path) == tokenizer


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="not on Windows, and root may write anywhere"
)
def test_a_protected_model_is_not_replaced(cls: Class, path: Path) -> None:
    path.write_bytes(b"precious")
    path.chmod(0o400)
    with pytest.raises(PermissionError) as caught:
        cls.train(["the cat"], 9).save(path)
    assert Path(caught.value.filename) == path
    assert path.read_bytes() == b"precious"
    assert list(path.parent.iterdir()) == [path]


def test_a_tokenizer_from_parts_is_checked() -> None:
    with pytest.raises(ModelError, match=r"^not a valid model: "):
        NaiveRustTokenizer([("ab", "c")], TOKENS)
