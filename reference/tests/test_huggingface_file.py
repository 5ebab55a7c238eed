"""Files of Hugging Face, without its library: both ways, and what is refused by its name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bytemerge import Tokenizer
from bytemerge.errors import ModelError, NotUtf8Error, VocabularyError

LINES = ["the cat and the hat", "that théâtre"]


def written(path: Path, **changes: Any) -> dict[str, Any]:
    """Return the content of a file that stands there now."""
    Tokenizer.train(LINES, 270, special_tokens=["<end>"]).to_huggingface(path)
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content | changes


@pytest.mark.parametrize("pattern", ["gpt2", "cl100k", "o200k", None, r"\w+|\W"])
def test_what_is_written_is_read(pattern: str | None, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    tokenizer = Tokenizer.train(LINES, 280, pattern=pattern, special_tokens=["<end>", "<é>"])
    tokenizer.to_huggingface(path)
    back = Tokenizer.from_huggingface(path)
    text = "that cat's 1234 théâtre\n <end>"
    assert back.merges == tokenizer.merges
    assert back.special_tokens == tokenizer.special_tokens
    assert back.encode(text, allowed_special="all") == tokenizer.encode(text, allowed_special="all")


def test_merges_of_older_files(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    content["model"]["merges"] = [" ".join(merge) for merge in content["model"]["merges"]]
    expected = Tokenizer.from_huggingface(path)
    path.write_text(json.dumps(content))
    assert Tokenizer.from_huggingface(path) == expected


Edit = Callable[[dict[str, Any]], object]
REFUSED: dict[str, Edit] = {
    "model.type": lambda file: file["model"].update(type="Unigram"),
    "model.dropout": lambda file: file["model"].update(dropout=0.1),
    "model.byte_fallback": lambda file: file["model"].update(byte_fallback=True),
    "model.end_of_word_suffix": lambda file: file["model"].update(end_of_word_suffix="</w>"),
    "normalizer": lambda file: file.update(normalizer={"type": "NFC"}),
    "truncation": lambda file: file.update(truncation={"max_length": 5}),
    "post_processor": lambda file: file.update(post_processor={"type": "TemplateProcessing"}),
    "decoder": lambda file: file.update(decoder={"type": "Metaspace"}),
    "add_prefix_space": lambda file: file["pre_tokenizer"].update(add_prefix_space=True),
    "Metaspace": lambda file: file.update(pre_tokenizer={"type": "Metaspace"}),
    "pre_tokenizer = null": lambda file: file.update(pre_tokenizer=None),
    "lstrip": lambda file: file["added_tokens"][0].update(lstrip=True),
    "single_word": lambda file: file["added_tokens"][0].update(single_word=True),
    "special = false": lambda file: file["added_tokens"][0].update(special=False),
    "not a token of bytes": lambda file: file["model"]["vocab"].update({"語": 9999}),
    "not in the vocabulary": lambda file: file["model"]["merges"].append(["x", "yz"]),
    "not a tokenizer of Hugging Face": lambda file: file.pop("model"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_represented_is_refused_by_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    REFUSED[name](content)
    path.write_text(json.dumps(content))
    with pytest.raises(ModelError, match=name) as raised:
        Tokenizer.from_huggingface(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"model": 1}', b"\xff", b"[" * 9999]
)
def test_a_file_of_another_kind(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not a tokenizer of Hugging Face"):
        Tokenizer.from_huggingface(path)


def test_ignore_merges_where_it_makes_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    expected = Tokenizer.from_huggingface(path)
    content["model"]["ignore_merges"] = True
    path.write_text(json.dumps(content))
    assert Tokenizer.from_huggingface(path) == expected
    # b+c comes first, so the bytes of the token abc merge to a, bc.
    content["model"]["vocab"] = {
        token: id for token, id in content["model"]["vocab"].items() if len(token) == 1
    } | {"bc": 256, "ab": 257, "abc": 258}
    content["model"]["merges"] = [["b", "c"], ["a", "b"], ["ab", "c"]]
    content["added_tokens"] = []
    path.write_text(json.dumps(content))
    with pytest.raises(ModelError, match="ignore_merges"):
        Tokenizer.from_huggingface(path)
    content["model"]["ignore_merges"] = False
    path.write_text(json.dumps(content))
    by_list = Tokenizer.from_huggingface(path)
    assert by_list.encode("abc") == [97, 256]
    assert by_list.decode_batch([[97, 256], [258]]) == ["abc", "abc"]


def test_ranks_that_no_list_of_merges_can_say(tmp_path: Path) -> None:
    ranks = {bytes([byte]): byte for byte in range(256)} | {b"bc": 256, b"ab": 257, b"abc": 258}
    tokenizer = Tokenizer.from_ranks(ranks, pattern=None)
    assert tokenizer.encode("abc") == [258]
    with pytest.raises(VocabularyError):
        Tokenizer.from_ranks(ranks | {b"xyz": 259}, pattern=None).to_huggingface(tmp_path / "no")
    assert not (tmp_path / "no").exists()


def test_a_special_token_that_is_spelt_like_another(tmp_path: Path) -> None:
    tokenizer = Tokenizer.train(["abab"], 258, special_tokens=["ab"])
    with pytest.raises(VocabularyError, match="'ab'"):
        tokenizer.to_huggingface(tmp_path / "no")
    assert not (tmp_path / "no").exists()


def test_training_from_files(tmp_path: Path) -> None:
    first, second = tmp_path / "1.txt", tmp_path / "2.txt"
    first.write_text("the cat\nthe hat\n", encoding="utf-8", newline="")
    second.write_text("that", encoding="utf-8")
    trained = Tokenizer.train_from_files([first, str(second)], 270)
    assert trained == Tokenizer.train(["the cat\n", "the hat\n", "that"], 270)
    second.write_bytes(b"ab\xff")
    with pytest.raises(NotUtf8Error, match="0xff"):
        Tokenizer.train_from_files([first, second], 270)
    with pytest.raises(TypeError, match="single str"):
        Tokenizer.train_from_files(str(first), 270)
