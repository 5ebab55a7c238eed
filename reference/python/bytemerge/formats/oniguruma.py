r"""Finds the parts of an expression that Oniguruma, Hugging Face's engine, may read differently.

An expression is parsed with a grammar of what both engines read alike, and whatever the grammar
does not have is refused. The tests compare each class over all of Unicode, and thousands of
expressions that the grammar allows. These are the differences that shape it:

- ``\w``, ``\b`` and some properties mean other characters: for Oniguruma, ½ is a word character.
- ``^`` and ``$`` match at each line there. ``\s++$`` means the same, since no newline can follow.
- ``{2}+`` repeats ``{2}`` there, and is possessive here. ``{2}?`` is optional there, and lazy here.
- A loop whose body matches the empty text ends at different times.
- If case is ignored, ``ss`` matches ß there, but not here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

CATEGORIES = (
    "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp"
    " C Cc Cf Co Cn"
)
"""The general categories, by their short names."""

SCRIPTS = (
    "Arabic Armenian Bengali Bopomofo Cherokee Common Cyrillic Devanagari Ethiopic Georgian Greek"
    " Gujarati Gurmukhi Han Hangul Hebrew Hiragana Inherited Kannada Katakana Khmer Lao Latin"
    " Malayalam Mongolian Myanmar Oriya Sinhala Tamil Telugu Thai Tibetan Yi"
)
"""The scripts that the tests compare."""

PUNCTUATION = r"""!"#$%&()*+,-./:;=?@[\]^_{|}~"""
"""The signs that a backslash makes literal."""

PAIRS = ("ff", "fi", "fl", "ss", "st")
"""The ASCII letters that equal one character if case is ignored: the ligatures, and sharp s."""

MOST = 1000
"""The highest number of repetitions. Each engine has a higher limit of its own."""

CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
"""The control characters that have a letter."""

CODE = r"\\(?:x([0-7][0-9a-fA-F])|u([0-9a-fA-F]{4}))"
ESCAPED = rf"{CODE}|\\[{''.join(CONTROLS)}{re.escape(PUNCTUATION)}]"
LITERAL = re.compile(rf"{ESCAPED}|[^.*+?()\[\]{{}}|^$\\]", re.DOTALL)
LITERAL_IN_CLASS = re.compile(rf"{ESCAPED}|(?!--|&&|~~)[^\[\]\\]", re.DOTALL)
SHORT_CLASS = re.compile(r"\\[sSdDhH]")
PROPERTY = re.compile(rf"\\[pP]\{{(?:{'|'.join([*CATEGORIES.split(), *SCRIPTS.split()])})\}}")
POSITION = re.compile(r"\\[Az]")
SPACE_TO_END = re.compile(r"\\s\+\+\$(?![*+?{])")
GROUP = re.compile(r"\((?:(?![?*])|\?(?:(?P<plain>(?P<i>i)?:)|(?P<look>(?P<behind><)?[=!])|>))")
REPETITION = re.compile(
    r"(?P<sign>[*+?])[+?]?|\{(?P<least>[0-9]{1,4})(?:\}|(?P<comma>,)(?P<most>[0-9]{1,4})?\}\??)"
)
"""A repetition, with the sign that makes it lazy or possessive."""

ANOTHER = re.compile(r"[*+?{]")
SHOWN = re.compile(r"\\(?:[pP]\{[^}]*\}|.)?|\(\?[^:)]*[:)]?|\[:|--|&&|~~|.", re.DOTALL)
"""The part that an error shows."""


class DifferentError(Exception):
    """A part of an expression that the grammar does not have."""


class Part(NamedTuple):
    """The properties of a part of an expression that the grammar asks about."""

    can_be_empty: bool = False
    """Whether it can match the empty text."""

    length: int | None = None
    """The number of characters that it matches, if a look-behind may have it."""

    letters: frozenset[str] = frozenset()
    """The letters whose case it ignores, in lower case."""


def difference(expression: str) -> str | None:
    r"""Return the first part of an expression that both engines may read differently, or None.

    Example:
        >>> from bytemerge.formats.oniguruma import difference
        >>> difference(r"(?i:'s)|[^\s\p{L}]+|\s+(?!\S)")
        >>> difference(r"\s+$"), difference(r"\w+"), difference(r"\p{N}{1,3}+")
        ('$', '\\w', '{1,3}+')
    """
    try:
        Parser(expression).check()
    except DifferentError as error:
        return str(error)
    return None


def can_be_empty(expression: str) -> bool:
    r"""Return whether an expression without differences can match the empty text.

    Example:
        >>> from bytemerge.formats.oniguruma import can_be_empty
        >>> can_be_empty(r"\s*|a"), can_be_empty("(?=a)"), can_be_empty("a+")
        (True, True, False)
    """
    return Parser(expression).check().can_be_empty


class Parser:
    """A parser by recursive descent, which raises DifferentError for the part that it refuses."""

    def __init__(self, expression: str) -> None:
        """Start before the first character."""
        self.expression = expression
        self.offset = 0
        self.ignores_case = False

    def check(self) -> Part:
        """Parse the whole expression, and return its properties."""
        self.ignores_case = self.take("(?i)")
        whole = self.alternatives()
        if self.offset < len(self.expression):
            raise self.different(self.offset)
        return whole

    def alternatives(self) -> Part:
        """Parse sequences with ``|`` between them."""
        parts = [self.sequence()]
        while self.take("|"):
            parts.append(self.sequence())
        lengths = {part.length for part in parts}
        return Part(
            any(part.can_be_empty for part in parts),
            lengths.pop() if len(lengths) == 1 else None,
            frozenset().union(*(part.letters for part in parts)),
        )

    def sequence(self) -> Part:
        """Parse parts that follow each other."""
        parts: list[Part] = []
        letters: frozenset[str] = frozenset()
        while self.offset < len(self.expression) and self.expression[self.offset] not in "|)":
            start = self.offset
            part = self.repeated(self.atom())
            if can_pair(letters, part.letters):
                raise self.different(start)
            parts.append(part)
            letters |= part.letters
        lengths = [part.length for part in parts if part.length is not None]
        return Part(
            all(part.can_be_empty for part in parts),
            sum(lengths) if len(lengths) == len(parts) else None,
            letters,
        )

    def repeated(self, part: Part) -> Part:
        """Parse the repetition of a part, if there is one."""
        start = self.offset
        found = self.match(REPETITION)
        if found is None:
            return part
        least, most = limits(found)
        pairs = most > 1 and can_pair(part.letters, part.letters)
        another = self.match(ANOTHER)
        if another or pairs or part.can_be_empty or most == 0 or not least <= most <= MOST:
            raise DifferentError(self.expression[start : self.offset])
        return Part(can_be_empty=least == 0, letters=part.letters)

    def atom(self) -> Part:
        """Parse a part that can be repeated, or a position."""
        if self.is_at("("):
            return self.group()
        if self.is_at("["):
            return Part(length=1, letters=self.char_class())
        if self.match(SPACE_TO_END):
            return Part()
        if self.match(POSITION):
            return Part(can_be_empty=True)
        with_case = not self.ignores_case
        if self.take(".") or self.match(SHORT_CLASS) or (with_case and self.match(PROPERTY)):
            return Part(length=1)
        start = self.offset
        character = self.character(LITERAL)
        return Part(length=1, letters=self.letters(character, character, start))

    def group(self) -> Part:
        """Parse a group, a look-ahead or a look-behind."""
        start, outer = self.offset, self.ignores_case
        found = self.match(GROUP)
        if found is None:
            raise self.different(start)
        self.ignores_case = outer or found["i"] is not None
        inside = self.alternatives()
        self.ignores_case = outer
        if not self.take(")"):
            raise self.different(start)
        # Letters that differ only in case may have different numbers of bytes.
        if found["behind"] and (not inside.length or inside.letters):
            raise self.different(start)
        if found["look"]:
            return Part(can_be_empty=True)
        return inside if found["plain"] else inside._replace(length=None)

    def char_class(self) -> frozenset[str]:
        """Parse a class in brackets, and return the letters whose case it ignores."""
        start = self.offset
        self.take("[")
        if self.is_at(":") or (self.take("^") and self.ignores_case):
            raise self.different(start)
        letters = self.member(is_first=True)
        while not self.take("]"):
            if self.take("&&") and self.is_at("&"):
                raise self.different(self.offset)
            letters |= self.member()
        return letters

    def member(self, *, is_first: bool = False) -> frozenset[str]:
        """Parse a character, a range or a class in a class, and return the letters as above."""
        start = self.offset
        if not self.ignores_case:
            if self.is_at("["):
                return self.char_class()
            if self.match(SHORT_CLASS) or self.match(PROPERTY):
                return frozenset()
        if self.is_at("-") and not is_first and not self.is_at("-]"):
            raise self.different(start)
        first = last = self.character(LITERAL_IN_CLASS)
        if self.is_at("--"):
            raise self.different(self.offset)
        if not self.is_at("-]") and self.take("-"):
            last = self.character(LITERAL_IN_CLASS)
            if last < first:
                raise self.different(start)
        return self.letters(first, last, start)

    def character(self, pattern: re.Pattern[str]) -> str:
        """Parse a literal character."""
        found = self.match(pattern)
        if found is None:
            raise self.different(self.offset)
        text, code = found.group(), found[1] or found[2]
        if code:
            return chr(int(code, 16))
        return CONTROLS.get(text[1], text[1]) if text[0] == "\\" else text

    def letters(self, first: str, last: str, start: int) -> frozenset[str]:
        """Return the letters of a range whose case is ignored: all of them or none."""
        if not self.ignores_case:
            return frozenset()
        if not last.isascii():
            raise self.different(start)
        texts = map(chr, range(ord(first), ord(last) + 1))
        return frozenset(text.lower() for text in texts if text.isalpha())

    def is_at(self, text: str) -> bool:
        """Return whether a text comes next."""
        return self.expression.startswith(text, self.offset)

    def take(self, text: str) -> bool:
        """Return whether a text comes next, and go past it."""
        found = self.is_at(text)
        self.offset += len(text) if found else 0
        return found

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what comes next if it is a match, and go past it."""
        found = pattern.match(self.expression, self.offset)
        self.offset = found.end() if found else self.offset
        return found

    def different(self, start: int) -> DifferentError:
        """Return the error that names the part at an offset, or the whole that is not complete."""
        shown = SHOWN.match(self.expression, start)
        return DifferentError(shown.group() if shown else self.expression)


def can_pair(left: frozenset[str], right: frozenset[str]) -> bool:
    """Return whether a letter of the left and one of the right are one of PAIRS."""
    return any(pair[0] in left and pair[1] in right for pair in PAIRS)


def limits(repetition: re.Match[str]) -> tuple[int, int]:
    """Return the lowest and the highest number of repetitions. Without a highest, it is MOST."""
    if repetition["sign"]:
        return {"?": (0, 1), "*": (0, MOST), "+": (1, MOST)}[repetition["sign"]]
    least = int(repetition["least"])
    return least, int(repetition["most"] or MOST) if repetition["comma"] else least
