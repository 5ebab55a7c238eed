r"""The pre-tokenizers of Hugging Face as patterns, each of which cuts the pieces of the one before.

ByteLevel cuts by the pattern of GPT-2, or not at all. What comes after it sees a letter for each
byte, as do the patterns after ``byte_letters``. Where matches and the text between them are both
kept, a Split cuts like its expression. Other steps, and all before them, are not patterns but
splits, in the spelling of the core: a Split with its expression, or the space of ByteLevel.

Digits and Punctuation have characters of their own, which are those of the tables in the library's
dependencies: some are newer than those of ``\p{N}``, and some older than those of ``\p{P}``. The
tests compare them over all of Unicode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bytemerge import _core
from bytemerge.errors import PatternError
from bytemerge.formats.oniguruma import difference
from bytemerge.formats.refusals import MOST, flat, naming, shown, text_of
from bytemerge.show.printable import clipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bytemerge.formats.refusals import Refusals

GPT2 = "gpt2"
"""The pattern of ByteLevel."""

BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
"""ByteLevel in a file, without ``use_regex``."""

BYTE_LETTERS = "byte_letters"
"""The step after which patterns see a letter for each byte."""

ISOLATED = "Isolated"
BEHAVIORS = (ISOLATED, "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous")

Split = dict[str, Any]
"""A split, as the core spells it: its pattern, its behavior, and whether it is inverted."""

SPACE = r"\s"
WORDS = r"\w+|[^\w\s]+"
"""The expressions of WhitespaceSplit and Whitespace."""

SPECIAL = r"\.+*?()|[]{}^$"
"""The characters that a backslash makes literal."""

NEW_NUMBERS = "11de0-11de9 16ff4-16ff6"
"""The numbers of Unicode 17, which Digits knows before the regex engines do."""

OLD_PUNCTUATION = "166d 111c9"
"""The characters that were punctuation once, and still are for Punctuation."""

NEW_PUNCTUATION = (
    "61d 9fd a76 c77 c84 1b4e-1b4f 1b7d-1b7f 2e43-2e4f 2e52-2e5d 10d6e 10ead 10f55-10f59"
    " 10f86-10f89 113d4-113d5 113d7-113d8 1144b-1144f 1145a-1145b 1145d 11660-1166c 116b9 1183b"
    " 11944-11946 119e2 11a3f-11a46 11a9a-11a9c 11a9e-11aa2 11b00-11b09 11be1 11c41-11c45"
    " 11c70-11c71 11ef7-11ef8 11f43-11f4f 11fff 12ff1-12ff2 16d6d-16d6f 16e97-16e9a 16fe2 1e5ff"
    " 1e95e-1e95f"
)
"""The punctuation of Unicode 9 and later, which Punctuation does not know."""


def ranges(listed: str) -> str:
    """Return ranges of characters, given by their numbers, as they stand in a class."""
    return "".join(
        "-".join(chr(int(number, 16)) for number in each.split("-")) for each in listed.split()
    )


DIGIT = rf"[\p{{N}}{ranges(NEW_NUMBERS)}]"
SIGN = rf"[[!-/:-@\[-`\{{-~\p{{P}}{ranges(OLD_PUNCTUATION)}]&&[^{ranges(NEW_PUNCTUATION)}]]"


class Cuts(NamedTuple):
    """How a text is cut: first by splits, then by patterns."""

    splits: list[Split]
    prefix_space: bool
    patterns: list[str]

    @property
    def pre_tokenizer(self) -> dict[str, Any]:
        """The splits and the space, as the core spells them."""
        return {"splits": self.splits, "prefix_space": self.prefix_space}


def parsed(pre_tokenizer: Mapping[str, Any] | None, refusals: Refusals) -> Cuts:
    """Return what a pre-tokenizer does."""
    steps = list(flat(pre_tokenizer, "pretokenizers"))
    types = [step["type"] for _, step in steps]
    if "ByteLevel" not in types:
        refusals.add(types[0] if len(types) == 1 else types or None, "pre_tokenizer")
        return Cuts([], False, [])
    at = types.index("ByteLevel")
    if "ByteLevel" in types[at + 1 :]:
        refusals.add(types, "pre_tokenizer: ByteLevel twice")
    splits = splits_of(steps[:at], refusals)
    flags = {"add_prefix_space": True, "use_regex": True}
    prefix_space, by_gpt2 = (
        refusals.flag(steps[at][1], name, "pre_tokenizer: ByteLevel.", default=default)
        for name, default in flags.items()
    )
    # The splits at the end are patterns, unless a space comes before each of their parts.
    most = len(splits)
    while not prefix_space and most and splits[most - 1]["behavior"] == ISOLATED:
        most -= 1
    patterns = [each["pattern"] for each in splits[most:]] + [GPT2] * by_gpt2
    after = [(where, step) for where, step in steps[at + 1 :] if step["type"] != "ByteLevel"]
    letters = splits_of(after, refusals)
    for each in letters:
        if each["behavior"] != ISOLATED:
            refusals.add(each["behavior"], "pre_tokenizer: after ByteLevel: behavior")
    if letters:
        patterns += [BYTE_LETTERS, *(each["pattern"] for each in letters)]
    return Cuts(splits[:most], prefix_space, patterns)


def splitting(pattern: str, behavior: str = ISOLATED, *, invert: bool = False) -> Split:
    """Return a split."""
    return {"pattern": pattern, "behavior": behavior, "invert": invert}


ALWAYS_THE_SAME = {
    "Whitespace": [splitting(WORDS, "Removed", invert=True)],
    "WhitespaceSplit": [splitting(SPACE, "Removed")],
    "BertPreTokenizer": [splitting(SPACE, "Removed"), splitting(SIGN)],
}
"""The splits of pre-tokenizers without settings."""


def splits_of(steps: Iterable[tuple[str, Mapping[str, Any]]], refusals: Refusals) -> list[Split]:
    """Return the splits of pre-tokenizers, given with where they are."""
    found: list[Split] = []
    for at, step in steps:
        with naming(at, step):
            found += step_splits(step, refusals)
    return found


def step_splits(step: Mapping[str, Any], refusals: Refusals) -> list[Split]:
    """Return the splits of a pre-tokenizer."""
    match step["type"]:
        case "Split":
            return split(step, refusals)
        case "Digits":
            alone = refusals.flag(step, "individual_digits", "pre_tokenizer: Digits.")
            return [splitting(DIGIT if alone else f"{DIGIT}+")]
        case "Punctuation":
            behavior = {"behavior": step.get("behavior", ISOLATED)}
            refusals.only(behavior, "behavior", BEHAVIORS, "pre_tokenizer: Punctuation.")
            if behavior["behavior"] == "Contiguous":
                return [splitting(f"{SIGN}+")]
            return [splitting(SIGN, **behavior)]
        case "CharDelimiterSplit":
            return [splitting(f"(?:{literal(text_of(step, 'delimiter'))})", "Removed")]
        case other:
            if other not in ALWAYS_THE_SAME:
                refusals.add(other, "pre_tokenizer")
            return ALWAYS_THE_SAME.get(other, [])


def split(step: Mapping[str, Any], refusals: Refusals) -> list[Split]:
    """Return the split of a Split."""
    refusals.only(step, "behavior", BEHAVIORS, "pre_tokenizer: Split.")
    behavior, invert = step["behavior"], refusals.flag(step, "invert", "pre_tokenizer: Split.")
    with naming(".pattern", step["pattern"]):
        text, expression = step["pattern"].get("String"), step["pattern"].get("Regex")
    if isinstance(text, str):
        expression = literal(text)
    elif not isinstance(expression, str):
        refusals.add(step["pattern"], "pre_tokenizer: Split.pattern")
        return []
    reason = reason_against(expression)
    if reason is not None:
        refusals.reasons.append(reason)
        return []
    if isinstance(text, str) or expression.isidentifier():
        expression = f"(?:{expression})"  # not the name of a pattern, but a word to match
    known = _core.is_known_pattern(expression)
    # The matches of a known pattern cover everything, so there is no text between to remove. If
    # matches and the text between them are both kept, inverting makes no difference.
    if behavior == ISOLATED or (behavior == "Removed" and known and invert):
        return [splitting(expression)]
    return [splitting(expression, behavior, invert=invert)]


def reason_against(expression: str) -> str | None:
    """Return why an expression is refused: it is invalid, or may mean something else elsewhere."""
    try:
        _core.is_known_pattern(expression)
    except PatternError as error:
        return clipped(str(error), MOST)
    part = difference(expression)
    return None if part is None else unclear(part, expression)


def literal(text: str) -> str:
    """Return an expression that matches a text."""
    return "".join(f"\\{each}" if each in SPECIAL else each for each in text)


def unclear(part: str, expression: str) -> str:
    """Return the reason to refuse an expression that may mean something else elsewhere."""
    reason = "the engine of Hugging Face may read it differently"
    return f"{clipped(part)} in the pattern {shown(expression)}: {reason}"


def content(cuts: Cuts, expressions: Sequence[str | None]) -> dict[str, Any]:
    """Return the content of a file for cuts, given the expressions of the patterns.

    Raises:
        PatternError: an expression may mean something else to Hugging Face.
    """
    names = cuts.patterns
    at = names.index(BYTE_LETTERS) if BYTE_LETTERS in names else len(names)
    # The pattern of ByteLevel comes last before the letters.
    by_gpt2 = names[:at] == [GPT2] or (cuts.prefix_space and names[:at][-1:] == [GPT2])
    before, after = expressions[: at - by_gpt2], expressions[at + 1 :]
    if before and cuts.prefix_space:
        message = f"not supported: a space before the pieces of the pattern {before[0]!r}"
        raise PatternError(message)
    byte_level = {**BYTE_LEVEL, "add_prefix_space": cuts.prefix_space, "use_regex": by_gpt2}
    steps = [
        *map(step, cuts.splits),
        *(step(splitting(expression or "")) for expression in before),
        byte_level,
        *(step(splitting(expression or "")) for expression in after),
    ]
    if len(steps) == 1:
        return byte_level
    return {"type": "Sequence", "pretokenizers": steps}


def step(split: Split) -> dict[str, Any]:
    """Return the content of a file for a split."""
    if split == splitting(WORDS, "Removed", invert=True):
        return {"type": "Whitespace"}
    pattern = {"Regex": checked(split["pattern"])}
    return {"type": "Split", **split, "pattern": pattern}


def checked(expression: str) -> str:
    """Return an expression, or raise PatternError if it may mean something else elsewhere."""
    part = difference(expression)
    if part is not None:
        message = f"not supported: {unclear(part, expression)}"
        raise PatternError(message)
    return expression
