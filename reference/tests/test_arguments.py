"""Arguments of the wrong type or out of range: one line at once, which names the value."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from bytemerge import (
    AbstractTokenizer,
    NaiveRustTokenizer,
    NaiveTokenizer,
    TokenBatch,
    Tokenizer,
    WordCounts,
)
from bytemerge.arguments import ERRORS

TOKENIZER = Tokenizer.train(["the cat"], 258, special_tokens=["<end>"])
RANKS = {bytes([byte]): byte for byte in range(256)}


def train(**options: Any) -> object:
    return Tokenizer.train(["the cat"], **({"vocab_size": 300} | options))


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    # Training.
    "vocab_size": (lambda: train(vocab_size=3.5), "vocab_size must be an integer, not 3.5"),
    "vocab_size of text": (lambda: train(vocab_size="x"), "vocab_size must be an integer, not 'x'"),
    "min_frequency": (
        lambda: train(min_frequency=1.5),
        "min_frequency must be an integer, not 1.5",
    ),
    "max_token_length": (
        lambda: train(max_token_length=0),
        "max_token_length must be at least 1, not 0",
    ),
    "max_token_length of a kind": (
        lambda: train(max_token_length="9"),
        "max_token_length must be an integer, not '9'",
    ),
    "pad_id": (
        lambda: TokenBatch.from_lists([[1]]).padded(2**63),
        "pad_id must be at most 9223372036854775807, not 9223372036854775808",
    ),
    "length of long rows": (
        lambda: TokenBatch.from_lists([[1]]).padded(0, length=2**31),
        "length must be at most 2147483647, not 2147483648",
    ),
    "ignore": (
        lambda: Tokenizer.from_huggingface("file", ignore=5),  # type: ignore[arg-type]
        "ignore must be a collection of str, not 5",
    ),
    "length of rows": (
        lambda: TokenBatch.from_lists([[1]]).padded(0, length=-1),
        "length must be at least 0, not -1",
    ),
    "side": (
        lambda: TokenBatch.from_lists([[1]]).padded(0, side="top"),  # type: ignore[arg-type]
        "side must be one of left, right, not 'top'",
    ),
    "keep": (
        lambda: TokenBatch.from_lists([[1]]).padded(0, keep="all"),  # type: ignore[arg-type]
        "keep must be one of first, last, not 'all'",
    ),
    "min_frequency below": (
        lambda: train(min_frequency=-1),
        "min_frequency must be at least 0, not -1",
    ),
    "threads": (lambda: train(threads="x"), "threads must be an integer, not 'x'"),
    "threads below": (lambda: train(threads=0), "threads must be at least 1, not 0"),
    "pattern": (lambda: train(pattern=5), "pattern must be a str, a list of them, or None, not 5"),
    "special_tokens": (
        lambda: train(special_tokens="abc"),
        "expected names of special tokens, not a single str: 'abc'",
    ),
    "special_tokens of none": (
        lambda: train(special_tokens=5),
        "expected names of special tokens, not 5",
    ),
    "special token": (
        lambda: train(special_tokens=[5]),
        "the name of a special token must be a str, not 5",
    ),
    "lines": (lambda: Tokenizer.train(5, 300), "expected an iterable of str, not int"),  # type: ignore[arg-type]
    "a single text": (
        lambda: Tokenizer.train("cat", 300),
        "expected an iterable of texts, not a single str: 'cat'",
    ),
    "a line": (lambda: Tokenizer.train(["a", 5], 300), "text 1: expected str, not int"),  # type: ignore[list-item]
    "a pretrained name": (
        lambda: Tokenizer.from_pretrained(None),  # type: ignore[arg-type]
        "expected str, not NoneType",
    ),
    "paths": (
        lambda: Tokenizer.train_from_files(1, 300),  # type: ignore[arg-type]
        "expected an iterable of paths, not 1",
    ),
    "a single path": (
        lambda: Tokenizer.train_from_files("a.txt", 300),
        "expected an iterable of paths, not a single str: 'a.txt'",
    ),
    "a path": (
        lambda: Tokenizer.train_from_files([1], 300),  # type: ignore[list-item]
        "a path must be a str or an os.PathLike, not 1",
    ),
    "min_frequency of files": (
        lambda: Tokenizer.train_from_files(["no such file"], 300, min_frequency=-1),
        "min_frequency must be at least 0, not -1",
    ),
    "counts": (lambda: Tokenizer.train_from_counts(5, 300), "expected WordCounts, not int"),  # type: ignore[arg-type]
    # Counts.
    "no pieces": (lambda: WordCounts(5), "expected a mapping of pieces to their numbers, not 5"),  # type: ignore[arg-type]
    "no pair": (lambda: WordCounts([5]), "expected pairs of a piece and its number, not 5"),  # type: ignore[list-item]
    "a piece": (lambda: WordCounts({"a": 1}), "a piece must be bytes, not 'a'"),  # type: ignore[arg-type]
    "pattern of counts": (
        lambda: WordCounts({}, pattern=5),  # type: ignore[arg-type]
        "pattern must be a str, a list of them, or None, not 5",
    ),
    "path of counts": (
        lambda: WordCounts.load(5),  # type: ignore[arg-type]
        "a path must be a str or an os.PathLike, not 5",
    ),
    # Other ways to make one.
    "ranks": (
        lambda: Tokenizer.from_ranks(5, pattern=None),  # type: ignore[arg-type]
        "ranks must be a mapping of tokens to ids, not 5",
    ),
    "a token": (
        lambda: Tokenizer.from_ranks({"a": 1}, pattern=None),  # type: ignore[dict-item]
        "a token must be bytes, not 'a'",
    ),
    "an id": (
        lambda: Tokenizer.from_ranks({b"a": "x"}, pattern=None),  # type: ignore[dict-item]
        "the id of b'a' must be an integer, not 'x'",
    ),
    "pattern of ranks": (
        lambda: Tokenizer.from_ranks(RANKS, pattern=5),  # type: ignore[arg-type]
        "pattern must be a str, a list of them, or None, not 5",
    ),
    "special_tokens of ranks": (
        lambda: Tokenizer.from_ranks(RANKS, pattern=None, special_tokens="abc"),  # type: ignore[arg-type]
        "special_tokens must be a mapping of tokens to ids, not 'abc'",
    ),
    "name of a special token": (
        lambda: TOKENIZER.with_special_tokens({5: 300}),  # type: ignore[dict-item]
        "a token must be a str, not 5",
    ),
    "id of a special token": (
        lambda: TOKENIZER.with_special_tokens({"<a>": "x"}),  # type: ignore[dict-item]
        "the id of '<a>' must be an integer, not 'x'",
    ),
    "name of a pretrained one": (
        lambda: Tokenizer.from_pretrained("gpt5"),
        "no pretrained tokenizer is called 'gpt5': there are gpt2, r50k_base, p50k_base, p50k_edit, cl100k_base, o200k_base, o200k_harmony, and models of OpenAI",
    ),
    # Encoding.
    "names": (
        lambda: TOKENIZER.encode("a", allowed_special=5),  # type: ignore[arg-type]
        "expected names of special tokens, not 5",
    ),
    "a single name": (
        lambda: TOKENIZER.encode("a", disallowed_special="<end>"),
        "expected names of special tokens, not a single str: '<end>'",
    ),
    "a name": (
        lambda: TOKENIZER.encode("a", allowed_special=[5]),  # type: ignore[list-item]
        "the name of a special token must be a str, not 5",
    ),
    "max_tokens": (
        lambda: TOKENIZER.truncate("a", "x"),  # type: ignore[arg-type]
        "max_tokens must be an integer, not 'x'",
    ),
    "max_tokens below": (
        lambda: TOKENIZER.truncate("a", -1),
        "max_tokens must be at least 0, not -1",
    ),
    "separator": (
        lambda: TOKENIZER.encode_files([], separator=5),  # type: ignore[arg-type]
        "the separator 5 is not a special token of this tokenizer",
    ),
    "texts": (
        lambda: TOKENIZER.encode_batch("cat"),
        "expected an iterable of texts, not a single str: 'cat'",
    ),
    # Decoding.
    "ids": (lambda: TOKENIZER.decode(["a"]), "an id must be an integer, not 'a'"),  # type: ignore[list-item]
    "bytes of ids": (
        lambda: TOKENIZER.decode_bytes([1.5]),  # type: ignore[list-item]
        "an id must be an integer, not 1.5",
    ),
    "lists of ids": (
        lambda: TOKENIZER.decode_batch([["a"]]),  # type: ignore[list-item]
        "an id must be an integer, not 'a'",
    ),
    "no ids": (
        lambda: TOKENIZER.decode(5),  # type: ignore[arg-type]
        "expected an iterable of ids, not 5",
    ),
    "a list that is no list": (
        lambda: TOKENIZER.decode_batch([[97], 98]),  # type: ignore[list-item]
        "expected an iterable of ids, not 98",
    ),
    "no lists": (
        lambda: TokenBatch.from_lists(5),  # type: ignore[arg-type]
        "expected an iterable of lists of ids, not 5",
    ),
    "an id of several lines": (
        lambda: TOKENIZER.decode([np.zeros((2, 2), int)]),  # type: ignore[list-item]
        "an id must be an integer, not array([[0, 0], [0, 0]])",
    ),
    "id of a stream": (
        lambda: TOKENIZER.decoder().feed(1.5),  # type: ignore[arg-type]
        "an id must be an integer, not 1.5",
    ),
    "id of a token": (
        lambda: TOKENIZER.token_bytes("a"),  # type: ignore[arg-type]
        "an id must be an integer, not 'a'",
    ),
    "arrays": (
        lambda: TokenBatch(5, 6),  # type: ignore[arg-type]
        "ids must be an array of one dimension of uint32, not 5",
    ),
    "errors": (
        lambda: TOKENIZER.decode([97], "none"),
        f"errors must be one of {', '.join(ERRORS)}, not 'none'",
    ),
    "path of a model": (
        lambda: Tokenizer.load(5),  # type: ignore[arg-type]
        "a path must be a str or an os.PathLike, not 5",
    ),
    "path of Hugging Face": (
        lambda: Tokenizer.from_huggingface(5.5),  # type: ignore[arg-type]
        "a path must be a str or an os.PathLike, not 5.5",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_value_is_named(name: str) -> None:
    call, expected = WRONG[name]
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    assert str(caught.value) == expected


@pytest.mark.parametrize("value", [5, True, "no"])
@pytest.mark.parametrize(
    "train",
    [
        NaiveTokenizer.train,
        NaiveRustTokenizer.train,
        Tokenizer.train,
        lambda lines, _, progress: WordCounts.count(lines, progress=progress),
        lambda lines, size, progress: Tokenizer.train_from_files(lines, size, progress=progress),
        lambda _, size, progress: Tokenizer.train_from_counts(
            WordCounts(), size, progress=progress
        ),
    ],
    ids=["naive", "naive in Rust", "fast", "counts", "files", "from counts"],
)
def test_a_progress_that_cannot_be_called_is_refused_before_anything_is_read(
    train: Callable[..., object], value: object
) -> None:
    read = []

    def lines() -> Iterator[str]:
        read.append("a line")
        yield "the cat"

    with pytest.raises(TypeError) as caught:
        train(lines(), 300, progress=value)
    assert str(caught.value) == f"progress must be a function of two numbers, not {value!r}"
    assert not read


@pytest.mark.parametrize("value", [1, b"cat", None, ["cat"]], ids=repr)
@pytest.mark.parametrize("cls", [NaiveTokenizer, NaiveRustTokenizer, Tokenizer])
@pytest.mark.parametrize("method", ["tokenize", "tokenize_text", "visualize"])
def test_what_is_no_text(cls: type[AbstractTokenizer], method: str, value: Any) -> None:
    tokenizer = cls.train(["the cat"], 300)
    with pytest.raises(TypeError) as caught:
        getattr(tokenizer, method)(value)
    kind = type(value).__name__
    known = {f"expected str, not {kind}", f"'{kind}' object is not an instance of 'str'"}
    assert str(caught.value) in known | {"'None' is not an instance of 'str'"}


def test_what_is_long_is_not_shown_in_full() -> None:
    with pytest.raises(TypeError) as caught:
        train(threads="x\n" * 1000)
    assert len(str(caught.value)) < 100
    assert "\n" not in str(caught.value)
