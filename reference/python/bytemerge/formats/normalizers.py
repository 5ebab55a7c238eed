"""The normalizers of Hugging Face as a list of changes, in the spelling of ``tokenizer.json``.

Only a Replace is spelled differently: a text to replace is an expression that matches it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bytemerge.formats.oniguruma import can_be_empty
from bytemerge.formats.pre_tokenizers import checked, literal, reason_against
from bytemerge.formats.refusals import flat, naming, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    for at, step in flat(normalizer, "normalizers"):
        kind = step["type"]
        if kind not in SETTINGS:
            refusals.add(kind, "normalizer")
            continue
        change: Change = {"type": kind}
        with naming(at, step):
            for name, expected in SETTINGS[kind].items():
                change[name] = step[name]
                if type(step[name]) is not expected:
                    refusals.add(step[name], f"normalizer: {kind}.{name}")
            if kind == "Replace":
                change["pattern"] = replaced(step["pattern"], refusals)
        found.append(change)
    return found


def replaced(pattern: Mapping[str, Any], refusals: Refusals) -> str:
    """Return the expression for what a Replace replaces."""
    with naming(".pattern", pattern):
        text, expression = pattern.get("String"), pattern.get("Regex")
    if isinstance(text, str) and text:
        return literal(text)
    if not isinstance(expression, str):
        refusals.add(dict(pattern), "normalizer: Replace.pattern")
        return ""
    reason = reason_against(expression)
    if reason is None and can_be_empty(expression):
        # Hugging Face replaces empty matches at other offsets.
        reason = f"normalizer: Replace of what may be empty, {shown(expression)}"
    if reason is not None:
        refusals.reasons.append(reason)
    return expression


def content(changes: Sequence[Change]) -> dict[str, Any] | None:
    """Return the content of a file for changes.

    Raises:
        PatternError: an expression may mean something else to Hugging Face.
    """
    steps = [dict(change) for change in changes]
    for step in steps:
        if step["type"] == "Replace":
            step["pattern"] = {"Regex": checked(step["pattern"])}
    if len(steps) > 1:
        return {"type": "Sequence", "normalizers": steps}
    return steps[0] if steps else None
