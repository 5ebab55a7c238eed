"""Expressions that Hugging Face's engine reads differently.

They are compared with that engine if it is installed.
"""

import pytest

from bytemerge import Tokenizer
from bytemerge.formats.oniguruma import difference

# With a text that both engines split at the same offsets.
SAME = {
    r"\p{L}+|\P{L}": "aé1語½",
    r"[^\s\p{L}\p{N}]+|\s+(?!\S)|\s": "a  b\t\n!?",
    r"\s+|\S+": "a\x1c\x85\u180e\u200bb",
    r"\d+|\D": "1\u0663\xb2",
    r"\h+|\H": "abz",
    r"\R|.": "\r\n\na\r",
    r".": "a\nb",
    r"\A.|.+": "abc",
    r".\z|.": "abc",
    r"(?i)ss|.": "sSSs",
    r"(?i:'s)|(?:a)|(?>b)|(?<=c)d|(?<!c)e|(?=f).|(?!g).": "'S'\u017fabcdefg",
    r"(?<name>a)|.": "ba",
    r"(a)\1|.": "aab",
    r"a{,2}|b++|c*+d|.": "aaabbccd",
    r"[a-z&&[^b]]+|.": "abc",
    r"[$^]+|\^|\$|.": "$^a",
    r"\x41|\x7f|.": "A\x7fé",
    r"[\-\]\[]+|.": "-][a",
}

# The refused part, and a text that shows the reason if both read the expression at all.
DIFFERENT = {
    r"a+$|.": ("$", "aa\naa"),
    r"^a+|.": ("^", "aa\naa"),
    r"\w+|.": (r"\w", "a½"),
    r"[^\W]+|.": (r"\W", "a\u200db"),
    r"\PN": (r"\P", "½²1a"),
    r".\b|..": (r"\b", "a½"),
    r".\B.|.": (r"\B", "a½"),
    r"[[:alpha:]]+|.": ("[:", "aé"),
    r"\p{N}{1,3}+|.": ("}+", "12345"),
    r"(?m)a.|..": ("(?m)", "a\nb"),
    r"a(?i)b|c": ("(?i)", "aC"),
    r"(?s:a)|.": ("(?s:", None),
    r"(?x) a |.": ("(?x)", None),
    r"[a--b]|.": ("--", None),
    r"[a~~b]|.": ("~~", None),
    r"\X|.": (r"\X", None),
    r"\x80|.": (r"\x", None),
    "\\Z.|.": (r"\Z", None),
}


def pieces(expression: str, text: str) -> list[str]:
    tokenizer = Tokenizer.train([], 256, pattern=expression)
    return [piece.piece.decode() for piece in tokenizer.explain(text).pieces]


@pytest.mark.parametrize("expression", SAME)
def test_what_means_the_same(expression: str) -> None:
    assert difference(expression) is None
    tokenizers = pytest.importorskip("tokenizers")
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(expression), "isolated")
    text = SAME[expression]
    assert [piece for piece, _ in split.pre_tokenize_str(text)] == pieces(expression, text)


@pytest.mark.parametrize("expression", DIFFERENT)
def test_what_means_something_else(expression: str) -> None:
    part, text = DIFFERENT[expression]
    assert difference(expression) == part
    if text is None:
        return
    tokenizers = pytest.importorskip("tokenizers")
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(expression), "isolated")
    assert [piece for piece, _ in split.pre_tokenize_str(text)] != pieces(expression, text)


@pytest.mark.parametrize("expression", ["", "\\", "[", "(?", "]", "(?i", "[:"])
def test_what_is_no_expression(expression: str) -> None:
    assert difference(expression) in {None, "[:"}
