"""The behaviour of a tokenizer, case by case; each expected value can be found by hand."""

import copy
import pickle

import pytest
from conftest import Class

from bytemerge import UnknownTokenError

CATS = ["the cat", "This hat!"]


def cut(cls: Class, text: list[str], vocab_size: int, line: str, exact: bool = False) -> str:
    tokenizer = cls.train(text, vocab_size, exact_vocab_size=exact)
    return "|".join(tokenizer.tokens_as_strings(tokenizer.tokenize(line)))


def test_training_step_by_step(cls: Class) -> None:
    tokenizer = cls.train(CATS, 100)
    # "th" and "at" occur twice. "a" sorts before "t", so "at" comes first.
    assert tokenizer.tokens == [
        *("UNK", " ", "a", "c", "e", "h", "i", "s", "t"),
        *("at", "th", "cat", "hat", "is", "the", "this"),
    ]
    assert list(tokenizer.merges.items())[:3] == [
        (("a", "t"), "at"),
        (("t", "h"), "th"),
        (("c", "at"), "cat"),
    ]
    assert tokenizer.vocab_size == 16
    assert tokenizer.tokenize("the chat") == [14, 1, 3, 12, 1]


def test_a_word_that_merges_could_build_in_several_ways(cls: Class) -> None:
    text = ["pro gramm ing"] * 3 + ["programm"] * 2
    assert cut(cls, text, 18, "programming") == "pro|gramm|ing| "
    assert cut(cls, text, 19, "programming") == "programm|ing| "
    # Neither the first pair nor the longest token counts, only the first merge.
    assert cut(cls, ["bc bc ab"], 7, "abc") == "a|bc| "


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", ""),
        (" \t\u3000\u2028", ""),
        ("AT", "at| "),
        ("a,t", "at| "),
        ("a_t-a.t", "at|at| "),
        ("a\x1ct", "at| "),
        ("a\x85t", "a| |t| "),
        ("a\ud800t", "at| "),
        ("a\u0301t", "at| "),
        ("x at", "UNK| |at| "),
        ("\u0130", "i|UNK| "),
        ("UNK", "UNK|UNK|UNK| "),
        ("\ufeffat\r\n", "at| "),
        ("\u4e2d\u2167\u00bd", "UNK|UNK|UNK| "),
    ],
    ids=ascii,
)
def test_normalization(cls: Class, line: str, expected: str) -> None:
    assert cut(cls, CATS, 10, line) == expected


def test_repeated_letters_merge_from_left_to_right(cls: Class) -> None:
    assert cut(cls, ["aaa aaaa"], 4, "aaaaa") == "aa|aa|a| "


def test_exact_size_counts_tokens_in_use(cls: Class) -> None:
    approximate = cls.train(["ab ab ab cab"], 7)
    assert approximate.tokens == ["UNK", " ", "a", "b", "c", "ab", "cab"]
    # After the first merge, "a" and "b" are not used outside of it: seven are never reached.
    exact = cls.train(["ab ab ab cab"], 7, exact_vocab_size=True)
    assert exact.tokens == ["UNK", " ", "ab", "cab"]
    exact = cls.train(["ab ab ab ca cb"], 6, exact_vocab_size=True)
    assert exact.tokens == ["UNK", " ", "a", "b", "c", "ab"]
    exact = cls.train(["ab ab ab ca cb"], 100, exact_vocab_size=True)
    assert exact.tokens == ["UNK", " ", "ab", "ca", "cb"]
    assert exact.tokenize("ab a cb") == [2, 1, 0, 1, 4, 1]


def test_tokens_become_text(cls: Class) -> None:
    tokenizer = cls.train(CATS, 11)
    tokens = tokenizer.tokenize("That chat!")
    assert tokenizer.tokens_as_strings(tokens) == ["th", "at", " ", "c", "h", "at", " "]
    assert tokenizer.tokens_as_string(tokens) == "that chat "
    assert tokenizer.tokens_as_string(iter(tokens)) == "that chat "
    assert tokenizer.tokens_as_strings([]) == []


@pytest.mark.parametrize("token", [-1, 11, 2**64, -(2**70)])
def test_ids_that_are_none_are_refused(cls: Class, token: int) -> None:
    tokenizer = cls.train(CATS, 11)
    expected = f"^no token has the id {token}: they go from 0 to 10$"
    with pytest.raises(UnknownTokenError, match=expected) as caught:
        tokenizer.tokens_as_strings([0, token])
    assert isinstance(caught.value, KeyError)


def test_a_text_is_its_lines(cls: Class) -> None:
    tokenizer = cls.train(CATS, 11)
    lines = ["the cat", "", "\x1c", "hat\r", " at"]
    expected = [token for line in lines for token in tokenizer.tokenize(line)]
    assert tokenizer.tokenize_text("\n".join(lines)) == expected


def test_lines_are_read_once_and_progress_is_told(cls: Class) -> None:
    told: list[tuple[int, int]] = []
    lines = (f"{line}\n" for line in CATS)
    tokenizer = cls.train(lines, 11, progress=lambda *numbers: told.append(numbers))
    assert tokenizer == cls.train(CATS, 11)
    assert all(size <= total == 11 for size, total in told)


def test_tokenizers_are_values(cls: Class) -> None:
    tokenizer = cls.train(CATS, 11)
    for other in (cls.train(CATS, 11), copy.copy(tokenizer), pickle.loads(pickle.dumps(tokenizer))):
        assert other == tokenizer
        assert hash(other) == hash(tokenizer)
    assert tokenizer != cls.train(CATS, 12)
    assert tokenizer != "cat"
    assert repr(tokenizer) == f"<{cls.__name__} of 11 tokens>"
