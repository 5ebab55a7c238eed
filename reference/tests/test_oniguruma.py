"""Expressions that Hugging Face's engine reads differently.

They are compared with that engine if it is installed.
"""

import string
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import random_expressions

from bytemerge import Tokenizer, WordCounts
from bytemerge.errors import PatternError
from bytemerge.formats.oniguruma import CATEGORIES, PAIRS, SCRIPTS, difference

PLANES = [*range(0xD800), *range(0xE000, 0x40000), *range(0xE0000, 0xE1000), 0x10FFFF]
"""The planes that have characters."""

UNICODE = "".join(map(chr, PLANES))
"""Each character once, so a piece occurs once too."""

# With a text that both engines split at the same offsets.
SAME = {
    r"\p{L}+|\P{L}": "aé1語½",
    r"[^\s\p{L}\p{N}]+|\s+(?!\S)|\s": "a  b\t\n!?",
    r"\s+|\S+": "a\x1c\x85\u180e\u200bb",
    r"\d+|\D": "1\u0663\xb2",
    r"\h+|\H": "abz",
    r".": "a\nb",
    r"\A.|.+": "abc",
    r".\z|.": "abc",
    r"a|\s++$|.": "a  \n a \n ",
    r"(?i)ks?|.": "KS\u212a\u017f",
    r"(?i:'s)|(?:a)|(?>b)|(?<=c)d|(?<!c)e|(?=f).|(?!g).": "'S'\u017fabcdefg",
    r"(?i)(?<!\d)[k-m]+?|.": "KkK1k",
    r"a{0,2}|b++|c*+d|e{2,}?|.": "aaabbccdeee",
    r"[a-z&&[^b]]+|[[!:]^-]|.": "abc:^-",
    r"[$^]+|\^|\$|.": "$^a",
    r"\x41|\x7f|\u00e9|.": "A\x7fé",
    r"[\-\]\[]+|.": "-][a",
    r"||a": "ba",
}

# The refused part, and a text that shows the reason if both read the expression at all.
DIFFERENT = {
    r"a+$|.": ("$", "aa\naa"),
    r"\s+$|\S": ("$", "a  \nb"),
    r"\s++$*|.": ("$", None),
    r"^a+|.": ("^", "aa\naa"),
    r"\w+|.": (r"\w", "a½"),
    r"[^\W]+|.": (r"\W", "a\u200db"),
    r"\p{Word}+|.": (r"\p{Word}", "a\u200db"),
    r"\p{Print}+|.": (r"\p{Print}", "a\u2028b"),
    r"\PN": (r"\P", "½²1a"),
    r".\b|..": (r"\b", "a½"),
    r".\B.|.": (r"\B", "a½"),
    r"\<|..": (r"\<", "a<b"),
    r"[[:alpha:]]+|.": ("[:", "aé"),
    r"\p{N}{1,3}+|.": ("{1,3}+", "12345"),
    r"a{2}?b": ("{2}?", "xb"),
    r"a{,2}|.": ("{", None),
    r"a{2,1}|.": ("{2,1}", None),
    r"a+{2}|.": ("+{", None),
    r"(a?){2,}b|.": ("{2,}", None),
    r"(?=a)?|.": ("?", None),
    r"(?m)a.|..": ("(?m)", "a\nb"),
    r"a(?i)b|c": ("(?i)", "aC"),
    r"(?s:a)|.": ("(?s:", None),
    r"(?x) a |.": ("(?x)", None),
    r"(?i:\p{Lu}+)|.": (r"\p{Lu}", "the"),
    r"(?i)[^a]|.": ("[", None),
    r"(?i)é|.": ("é", None),
    r"(?i:ss)": ("s", "xßx"),
    r"(?i:s{2})|.": ("{2}", None),
    r"(?i:s(?:t))|.": ("(?:", None),
    r"(?<=a+)b|.": ("(?<=a+)", None),
    r"(?<=(?i:k))b|.": ("(?<=(?i:", None),
    r"(a)\1|.": (r"\1", None),
    r"(?<name>a)|.": ("(?<name>a)", None),
    r"[a--b]|.": ("--", None),
    r"[a~~b]|.": ("~~", None),
    r"[a-c-e]|.": ("-", None),
    r"[a&&&b]|.": ("&", None),
    r"[]a]|.": ("]", None),
    r"a]|.": ("]", None),
    r"\X|.": (r"\X", None),
    r"\x80|.": (r"\x", None),
    "\\Z.|.": (r"\Z", None),
}


def pieces(expression: str, text: str) -> list[str]:
    tokenizer = Tokenizer.train([], 256, pattern=expression)
    return [piece.piece.decode() for piece in tokenizer.explain(text).pieces]


def theirs(expression: str) -> Callable[[str], list[str]]:
    """Return the function of Hugging Face that splits a text."""
    tokenizers = pytest.importorskip("tokenizers")
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(expression), "isolated")
    return lambda text: [piece for piece, _ in split.pre_tokenize_str(text)]


@pytest.mark.parametrize("expression", SAME)
def test_what_means_the_same(expression: str) -> None:
    assert difference(expression) is None
    text = SAME[expression]
    assert theirs(expression)(text) == pieces(expression, text)


@pytest.mark.parametrize("expression", DIFFERENT)
def test_what_means_something_else(expression: str) -> None:
    part, text = DIFFERENT[expression]
    assert difference(expression) == part
    if text is not None:
        assert theirs(expression)(text) != pieces(expression, text)


@pytest.mark.parametrize("expression", ["\\", "[", "[a", "[a-", "(", "(?", "a)", "(?i", "[:"])
def test_what_is_no_expression(expression: str) -> None:
    assert difference(expression)


def test_an_empty_expression() -> None:
    assert difference("") is None


def one_after_another(classes: list[str]) -> str:
    """Return an expression that matches each run of a class."""
    return "|".join(f"{each}+" for each in classes)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param(one_after_another(classes), id=name)
        for name, classes in {
            "categories": [rf"\p{{{name}}}" for name in CATEGORIES.split() if len(name) == 2],
            "groups of categories": [
                rf"\p{{{name}}}" for name in CATEGORIES.split() if len(name) == 1
            ],
            "scripts": [rf"\p{{{name}}}" for name in SCRIPTS.split()],
            "negated": [r"\P{L}"],
            "short": [r"\h", r"\d", r"\s"],
            "not white space": [r"\S"],
            "not digits": [r"\D"],
            "not of hexadecimal numbers": [r"\H"],
            "no newline": ["."],
            "intersection": [r"[\p{Lu}\p{Lo}\p{M}&&[^\p{Han}]]", r"[^\s\p{L}\p{N}]"],
        }.items()
    ],
)
def test_classes_over_all_of_unicode(expression: str) -> None:
    assert difference(expression) is None
    counts = WordCounts.count([UNICODE], pattern=expression)
    assert {piece.decode() for piece in dict(counts)} == set(theirs(expression)(UNICODE))


def test_letters_whose_case_is_ignored() -> None:
    """All of them, and all pairs, in a text of the characters that have a case."""
    letters = string.ascii_lowercase
    cased = [one for one in UNICODE if len({one, one.upper(), one.lower(), one.casefold()}) > 1]
    texts = ["".join(cased[start : start + 200]) for start in range(0, len(cased), 200)]

    def means_the_same(expression: str) -> bool:
        split = theirs(expression)
        return all(pieces(expression, text) == split(text) for text in texts)

    allowed = [a + b for a in letters for b in letters if difference(f"(?i:{a}{b})") is None]
    assert len(allowed) == len(letters) ** 2 - len(PAIRS)
    assert means_the_same(f"(?i:{'|'.join(allowed)})")
    assert means_the_same(f"(?i:{'|'.join(letters)})")
    assert means_the_same("(?i:[a-m]|[n-z])")
    assert not any(means_the_same(f"(?i:{pair})") for pair in PAIRS)


def test_every_ascii_character_in_each_position() -> None:
    text = "".join(map(chr, range(128)))
    accepted = 0
    for code in range(128):
        for written in (chr(code), rf"\{code:c}"):
            for shape in ("a{}", "{}b|.", "[{}]", "[^a{}]", "[{}a]", "[!-{}]"):
                expression = shape.format(written)
                if difference(expression) is not None:
                    continue
                accepted += 1
                assert pieces(expression, text) == theirs(expression)(text), expression
    assert accepted > 800


def test_expressions_at_random() -> None:
    chance = Random(0)
    accepted = 0
    for _ in range(3000):
        expression = random_expressions.expression(chance)
        if difference(expression) is not None:
            continue
        accepted += 1
        split = theirs(expression)
        tokenizer = Tokenizer.train([], 256, pattern=expression)
        for _ in range(10):
            text = random_expressions.text(chance)
            ours = [piece.piece.decode() for piece in tokenizer.explain(text).pieces]
            assert ours == split(text), (expression, text)
    assert accepted > 1000


@pytest.mark.parametrize("expression", [r"\w+|.", r"\p{N}{1,3}+|.", r"(?i:ss)|."])
def test_no_file_with_an_expression_that_means_something_else(
    expression: str, tmp_path: Path
) -> None:
    tokenizer = Tokenizer.train([], 256, pattern=expression)
    with pytest.raises(PatternError, match="Hugging Face may read it differently"):
        tokenizer.to_huggingface(tmp_path / "tokenizer.json")
