"""Replaced surrogates and unknown ids, where a caller asks for them instead of an error."""

import copy
from itertools import product

import pytest

from bytemerge import Tokenizer
from bytemerge.errors import UnknownTokenError

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


def test_wrong_values(tokenizer: Tokenizer) -> None:
    for name in ("encode", "encode_numpy", "count"):
        with pytest.raises(ValueError, match="errors must be one of strict, replace, not 'ignore'"):
            getattr(tokenizer, name)("a", errors="ignore")
        with pytest.raises(TypeError):
            getattr(tokenizer, name)(b"a", errors="replace")
    with pytest.raises(ValueError, match="errors must be one of strict, replace, not 'ignore'"):
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
