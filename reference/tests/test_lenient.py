"""Replaced surrogates and unknown ids, where a caller asks for them instead of an error."""

import copy
import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bytemerge import Tokenizer
from bytemerge.errors import SpecialTokenError, UnknownTokenError

TEXTS = ["\ud83d\ude00", "a\ud83d", "\ude00\ud83d b", "the \udfff\udfff", "plain", "", "né 中"]


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer.train(["the the né"], 260, special_tokens=["<end>"])


def test_surrogates_are_replaced(tokenizer: Tokenizer) -> None:
    for text in TEXTS:
        expected = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        ids = tokenizer.encode(expected)
        assert tokenizer.encode(text, errors="replace") == ids
        assert tokenizer.encode_numpy(text, errors="replace").tolist() == ids
        assert tokenizer.count(text, errors="replace") == len(ids)
    alone = [tokenizer.encode(text, errors="replace") for text in TEXTS]
    assert tokenizer.encode_batch(iter(TEXTS), errors="replace").tolist() == alone
    assert tokenizer.count_batch(TEXTS, errors="replace").tolist() == list(map(len, alone))
    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        tokenizer.encode_batch(TEXTS)


def test_as_tiktoken_replaces_them() -> None:
    tiktoken = pytest.importorskip("tiktoken")
    ranks = {bytes([byte]): byte for byte in range(256)} | {b"\xef\xbf\xbd": 256}
    pattern = r"\s+|\S+"
    ours = Tokenizer.from_ranks(ranks, pattern=pattern)
    theirs = tiktoken.Encoding("s", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    for text in TEXTS:
        assert ours.encode(text, errors="replace") == theirs.encode(text)


def test_surrogates_pass(tokenizer: Tokenizer) -> None:
    """Their bytes are those of Python, and decode to the same text."""
    how: Any = {"errors": "surrogatepass"}
    for text in TEXTS:
        data = text.encode("utf-8", "surrogatepass")
        ids = tokenizer.encode(text, **how)
        assert tokenizer.decode_bytes(ids) == data
        assert tokenizer.decode(ids, "surrogatepass") == text
        assert tokenizer.decode_batch([ids], "surrogatepass") == [text]
        assert "".join(tokenizer.decode_stream(ids, "surrogatepass")) == text
        assert tokenizer.encode_numpy(text, **how).tolist() == ids
        assert tokenizer.count(text, **how) == len(ids)
    assert tokenizer.encode("the\ud83dthe", **how) == [257, 237, 160, 189, 257]
    alone = [tokenizer.encode(text, **how) for text in TEXTS]
    batch = tokenizer.encode_batch(iter(TEXTS), **how)
    assert batch.tolist() == alone
    assert batch.ids.dtype.name == "uint32"
    assert batch.offsets.dtype.name == "uint64"
    assert tokenizer.count_batch(iter(TEXTS), **how).tolist() == list(map(len, alone))
    with_nulls = [None, *TEXTS, None]
    batch = tokenizer.encode_batch(with_nulls, nulls="null", **how)  # type: ignore[arg-type]
    assert batch.tolist() == [[], *alone, []]
    assert batch.nulls is not None
    assert batch.nulls.tolist() == [0, len(with_nulls) - 1]
    with pytest.raises(TypeError, match="expected an iterable of texts, not 5"):
        tokenizer.encode_batch(5, **how)  # type: ignore[arg-type]


def test_special_tokens_beside_surrogates_that_pass(tmp_path: Path) -> None:
    tokenizer = Tokenizer.train(["the the"], 259, special_tokens=["<end>"])
    path = tmp_path / "tokenizer.json"
    tokenizer.to_huggingface(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<end>", "type_id": 0}}, {"Sequence": {"id": "A"}}],
        "pair": [],
        "special_tokens": {"<end>": {"id": "<end>", "ids": [258], "tokens": ["<end>"]}},
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    tokenizer = Tokenizer.from_huggingface(path)
    how: Any = {"errors": "surrogatepass", "allowed_special": "all", "add_special_tokens": True}
    ids = [258, 257, 258, 237, 160, 189]
    assert tokenizer.encode("the<end>\ud83d", **how) == ids
    assert tokenizer.encode_batch(["the<end>\ud83d", "the"], **how).tolist() == [ids, [258, 257]]
    with pytest.raises(SpecialTokenError, match="<end>"):
        tokenizer.encode("\ud83d<end>", errors="surrogatepass")
    with pytest.raises(TypeError, match="add_special_tokens must be True or False, not 1"):
        tokenizer.encode("\ud83d", errors="surrogatepass", add_special_tokens=1)  # type: ignore[arg-type]


def test_wrong_values(tokenizer: Tokenizer) -> None:
    for name in ("encode", "encode_numpy", "count"):
        with pytest.raises(
            ValueError, match=r"errors must be one of .* surrogatepass, not 'ignore'"
        ):
            getattr(tokenizer, name)("a", errors="ignore")
        with pytest.raises(TypeError):
            getattr(tokenizer, name)(b"a", errors="replace")
    with pytest.raises(ValueError, match=r"errors must be one of .* surrogatepass, not 'ignore'"):
        tokenizer.encode_batch(["a"], errors="ignore")  # type: ignore[arg-type]
    for name in ("decode", "decode_bytes", "decode_batch", "decode_stream"):
        with pytest.raises(ValueError, match="unknown must be one of error, replace, ignore"):
            getattr(tokenizer, name)([], unknown="skip")


def test_unknown_ids(tokenizer: Tokenizer) -> None:
    """-100 stands for no label in training; the last ids of an embedding may have no token."""
    ids = [116, 104, -100, tokenizer.n_vocab, 2**40, 195, 169, tokenizer.n_vocab - 1]
    for skip, unknown in product((False, True), ("replace", "ignore")):
        other = "\ufffd" * 3 if unknown == "replace" else ""
        expected = f"th{other}é" + ("" if skip else "<end>")
        how = {"skip_special_tokens": skip, "unknown": unknown}
        assert tokenizer.decode(ids, **how) == expected  # type: ignore[arg-type]
        assert tokenizer.decode(iter(ids), **how) == expected  # type: ignore[arg-type]
        assert tokenizer.decode_bytes(ids, **how).decode() == expected  # type: ignore[arg-type]
        batch = tokenizer.decode_batch([ids, [], [116]], **how)  # type: ignore[arg-type]
        assert batch == [expected, "", "t"]
        assert "".join(tokenizer.decode_stream(ids, **how)) == expected  # type: ignore[arg-type]
        decoder = copy.copy(tokenizer.decoder(**how))  # type: ignore[arg-type]
        assert decoder.feed(ids) == expected
    with pytest.raises(UnknownTokenError, match="-100"):
        tokenizer.decode(ids)
    with pytest.raises(TypeError, match="list 1: expected an iterable of ids, not None"):
        tokenizer.decode_batch([[116], None])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        tokenizer.decode(["a"], unknown="replace")  # type: ignore[list-item]
