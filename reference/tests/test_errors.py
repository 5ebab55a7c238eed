"""Bad arguments: the class, the sentence, and the builtin that catches it."""

from collections.abc import Callable, Iterator

import pytest
from conftest import Class

from bytemerge import BytemergeError, EmptyCorpusError, Tokenizer, VocabularySizeError


@pytest.mark.parametrize("lines", [[], [""], [" \n", "...", "\ud800"]], ids=repr)
def test_an_empty_corpus(cls: Class, lines: list[str]) -> None:
    with pytest.raises(EmptyCorpusError, match=r"^there is no word to learn from$") as caught:
        cls.train(lines, 10)
    assert isinstance(caught.value, (BytemergeError, ValueError))


@pytest.mark.parametrize(
    ("vocab_size", "expected"),
    [
        (4, "^vocab_size must be at least 5, one for each character and two more, not 4$"),
        (0, "^vocab_size must be at least 1, not 0$"),
        (-(2**70), "^vocab_size must be at least 1, not -1180591620717411303424$"),
    ],
)
def test_a_vocabulary_without_room(cls: Class, vocab_size: int, expected: str) -> None:
    with pytest.raises(VocabularySizeError, match=expected) as caught:
        cls.train(["cat"], vocab_size)
    assert isinstance(caught.value, (BytemergeError, ValueError))


def test_a_vocabulary_with_room_for_everything(cls: Class) -> None:
    assert cls.train(["cat"], 5).tokens == ["UNK", " ", "a", "c", "t"]
    assert cls.train(["cat"], 2**70).tokens[-1] == "cat"


@pytest.mark.parametrize("vocab_size", ["10", 10.0, None])
def test_a_size_that_is_no_number(cls: Class, vocab_size: int) -> None:
    with pytest.raises(TypeError, match=r"^vocab_size must be an integer, not "):
        cls.train(["cat"], vocab_size)


@pytest.mark.parametrize("lines", ["cat", b"cat"], ids=["str", "bytes"])
def test_a_single_text_is_not_many_lines(cls: Class, lines: list[str]) -> None:
    with pytest.raises(TypeError, match=r"^expected an iterable of texts, not a single "):
        cls.train(lines, 10)


@pytest.mark.parametrize("line", [b"cat", 5, None])
def test_a_line_that_is_no_text(cls: Class, line: str) -> None:
    with pytest.raises(TypeError):
        cls.train(["cat", line], 10)
    with pytest.raises(TypeError):
        cls.train(["cat"], 10).tokenize(line)


def test_an_error_of_the_iterable_comes_through(cls: Class) -> None:
    def lines() -> Iterator[str]:
        yield "cat"
        message = "no more"
        raise LookupError(message)

    with pytest.raises(LookupError, match="no more"):
        cls.train(lines(), 10)


def test_an_error_of_progress_ends_the_training(cls: Class, corpus: list[str]) -> None:
    def progress(_size: int, _total: int) -> None:
        message = "enough"
        raise LookupError(message)

    with pytest.raises(LookupError, match="enough"):
        cls.train(corpus[:20_000], 100_000, progress=progress)


def test_a_message_shows_the_ends_of_a_long_value() -> None:
    name = "<" + "é" * 1000 + ">"
    tokenizer = Tokenizer.train([], 257, special_tokens=[name])
    calls: list[Callable[[], object]] = [
        lambda: tokenizer.encode(name),
        lambda: tokenizer.decode([97], errors=name),
        lambda: tokenizer.token_id(name.encode() + b"!"),
        lambda: Tokenizer.train([], 256, pattern=f"({name}"),
        lambda: Tokenizer.train([], 300, initial=tokenizer, pattern=name),
        lambda: tokenizer.encode_files([], separator=name[1:]),
        lambda: Tokenizer.train([], -(10**4000)),
        lambda: tokenizer.with_special_tokens({"a": 10**4000}),
    ]
    for call in calls:
        with pytest.raises((BytemergeError, ValueError), match=r"\.\.\.") as raised:
            call()
        assert len(str(raised.value)) < 400
