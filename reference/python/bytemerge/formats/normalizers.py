"""The normalizers of Hugging Face as a list of changes, in the spelling of ``tokenizer.json``.

Only a Replace is spelled differently: a text to replace is an expression that matches it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bytemerge.errors import PatternError
from bytemerge.formats.oniguruma import difference
from bytemerge.formats.pre_tokenizers import literal, unclear

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bytemerge.formats.refusals import Refusals

Change = dict[str, Any]

SETTINGS: dict[str, dict[str, type]] = {
    "NFC": {},
    "NFD": {},
    "NFKC": {},
    "NFKD": {},
    "Lowercase": {},
    "Prepend": {"prepend": str},
    "Strip": {"strip_left": bool, "strip_right": bool},
    "Replace": {"content": str},
}
"""The settings of each normalizer that is supported, and their types."""


def changes(normalizer: Mapping[str, Any] | None, refusals: Refusals) -> list[Change]:
    """Return the changes of a normalizer, in order."""
    found: list[Change] = []
    for step in flat(normalizer):
        kind = step["type"]
        if kind not in SETTINGS:
            refusals.add(kind, "normalizer")
            continue
        change: Change = {"type": kind}
        for name, expected in SETTINGS[kind].items():
            change[name] = step[name]
            if type(step[name]) is not expected:
                refusals.add(step[name], f"normalizer: {kind}.{name}")
        if kind == "Replace":
            change["pattern"] = replaced(step["pattern"], refusals)
        found.append(change)
    return found


def flat(normalizer: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """Yield the normalizers of a sequence, which may contain others."""
    if normalizer is None:
        return
    if normalizer["type"] != "Sequence":
        yield normalizer
        return
    for each in normalizer["normalizers"]:
        yield from flat(each)


def replaced(pattern: Mapping[str, Any], refusals: Refusals) -> str:
    """Return the expression for what a Replace replaces."""
    text, expression = pattern.get("String"), pattern.get("Regex")
    if isinstance(text, str) and text:
        return literal(text)
    if not isinstance(expression, str):
        refusals.add(dict(pattern), "normalizer: Replace.pattern")
        return ""
    part = difference(expression)
    if part is not None:
        refusals.reasons.append(unclear(part, expression))
    return expression


def content(changes: Sequence[Change]) -> dict[str, Any] | None:
    """Return the content of a file for changes.

    Raises:
        PatternError: an expression may mean something else to Hugging Face.
    """
    steps = [dict(change) for change in changes]
    for step in steps:
        if step["type"] == "Replace":
            part = difference(step["pattern"])
            if part is not None:
                message = f"not supported: {unclear(part, step['pattern'])}"
                raise PatternError(message)
            step["pattern"] = {"Regex": step["pattern"]}
    if len(steps) > 1:
        return {"type": "Sequence", "normalizers": steps}
    return steps[0] if steps else None
