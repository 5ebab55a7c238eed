r"""The pre-tokenizers of Hugging Face as patterns: each cuts the pieces of the one before.

Only those that keep the whole text are here. Matches of Split and the text between them are both
kept, so it cuts like its expression. The last one is ByteLevel, which cuts by the pattern of GPT-2,
or not at all.

Digits and Punctuation have characters of their own, which are those of the tables in the library's
dependencies: some are newer than those of ``\p{N}``, and some older than those of ``\p{P}``. The
tests compare them over all of Unicode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bytemerge import _core
from bytemerge.errors import PatternError
from bytemerge.formats.oniguruma import difference
from bytemerge.formats.refusals import flat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bytemerge.formats.refusals import Refusals

GPT2 = "gpt2"
"""The pattern of ByteLevel."""

BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
"""ByteLevel in a file, without ``use_regex``."""

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


def patterns(pre_tokenizer: Mapping[str, Any] | None, refusals: Refusals) -> list[str]:
    """Return the patterns of a pre-tokenizer, in order."""
    steps = list(flat(pre_tokenizer, "pretokenizers"))
    if not steps or all(step["type"] != "ByteLevel" for step in steps):
        types = [step["type"] for step in steps]
        refusals.add(types[0] if len(types) == 1 else types or None, "pre_tokenizer")
        return []
    found: list[str] = []
    while steps:
        step = steps.pop(0)
        found += pattern(step, refusals)
        if step["type"] == "ByteLevel":
            break
    if steps:
        # They would cut the characters that stand for bytes.
        refusals.add([step["type"] for step in steps], "pre_tokenizer: after ByteLevel")
    return found


def pattern(step: Mapping[str, Any], refusals: Refusals) -> list[str]:
    """Return the pattern of a pre-tokenizer, or nothing if it does not cut."""
    match step["type"]:
        case "ByteLevel":
            refusals.only(step, "add_prefix_space", (False,), "pre_tokenizer: ByteLevel.")
            cuts = refusals.flag(step, "use_regex", "pre_tokenizer: ByteLevel.", default=True)
            return [GPT2] if cuts else []
        case "Digits":
            alone = refusals.flag(step, "individual_digits", "pre_tokenizer: Digits.")
            return [DIGIT if alone else f"{DIGIT}+"]
        case "Punctuation":
            behavior = step.get("behavior", "Isolated")
            refusals.only(
                {"behavior": behavior},
                "behavior",
                ("Isolated", "Contiguous"),
                "pre_tokenizer: Punctuation.",
            )
            return [SIGN if behavior == "Isolated" else f"{SIGN}+"]
        case "Split":
            return split(step, refusals)
        case other:
            refusals.add(other, "pre_tokenizer")
            return []


def split(step: Mapping[str, Any], refusals: Refusals) -> list[str]:
    """Return the pattern of a Split that keeps the whole text."""
    text = step["pattern"].get("String")
    if isinstance(text, str):
        refusals.only(step, "behavior", ("Isolated",), "pre_tokenizer: Split.")
        reason = reason_against(literal(text))
        if reason is not None:
            refusals.reasons.append(reason)
        return [f"(?:{literal(text)})"] if text else []
    expression = step["pattern"].get("Regex")
    if not isinstance(expression, str):
        refusals.add(step["pattern"], "pre_tokenizer: Split.pattern")
        return []
    inverted = refusals.flag(step, "invert", "pre_tokenizer: Split.")
    reason = reason_against(expression)
    known = reason is None and _core.is_known_pattern(expression)
    if known and step["behavior"] == "Removed" and inverted:
        pass  # the text between matches is removed, but the matches cover everything
    else:
        # Matches and the text between them are both kept, so inverting makes no difference.
        refusals.only(step, "behavior", ("Isolated",), "pre_tokenizer: Split.")
    if known and expression.isidentifier():
        return [f"(?:{expression})"]  # not the name of a pattern, but a word to match
    if reason is not None:
        refusals.reasons.append(reason)
    return [expression]


def reason_against(expression: str) -> str | None:
    """Return why an expression is refused: it is invalid, or may mean something else elsewhere."""
    try:
        _core.is_known_pattern(expression)
    except PatternError as error:
        return str(error)
    except UnicodeEncodeError:
        return f"a lone surrogate in the pattern {expression!r}"
    part = difference(expression)
    return None if part is None else unclear(part, expression)


def literal(text: str) -> str:
    """Return an expression that matches a text."""
    return "".join(f"\\{each}" if each in SPECIAL else each for each in text)


def unclear(part: str, expression: str) -> str:
    """Return the reason to refuse an expression that may mean something else elsewhere."""
    reason = "the engine of Hugging Face may read it differently"
    return f"{part} in the pattern {expression!r}: {reason}"


def content(cuts: Sequence[str | None], *, by_gpt2: bool) -> dict[str, Any]:
    """Return the content of a file for expressions, of which the only one may be that of GPT-2.

    Raises:
        PatternError: an expression may mean something else to Hugging Face.
    """
    if by_gpt2 or not cuts:
        return {**BYTE_LEVEL, "use_regex": by_gpt2}
    steps = [
        {
            "type": "Split",
            "pattern": {"Regex": checked(expression or "")},
            "behavior": "Isolated",
            "invert": False,
        }
        for expression in cuts
    ]
    return {"type": "Sequence", "pretokenizers": [*steps, {**BYTE_LEVEL, "use_regex": False}]}


def checked(expression: str) -> str:
    """Return an expression, or raise PatternError if it may mean something else elsewhere."""
    part = difference(expression)
    if part is not None:
        message = f"not supported: {unclear(part, expression)}"
        raise PatternError(message)
    return expression
