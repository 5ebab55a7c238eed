"""The added tokens of a file of Hugging Face: special tokens, and others with their own ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bytemerge.formats.refusals import Refusals

RULES = ("single_word", "lstrip", "rstrip", "normalized")
"""The settings that say where a token is found, in the order of the core."""


class AddedToken(NamedTuple):
    """A name, its id, and its rules: whether it is not special, and then those of RULES."""

    name: str
    id: int
    rules: tuple[bool, bool, bool, bool, bool]

    @property
    def is_special(self) -> bool:
        """Return whether it needs permission, and can be left out of a text."""
        return not self.rules[0]


def parsed(
    listed: Iterable[Mapping[str, Any]],
    vocab: Mapping[str, int],
    refusals: Refusals,
    *,
    has_normalizer: bool,
) -> list[AddedToken]:
    """Return the added tokens, with the ids that Hugging Face gives them."""
    listed = list(listed)
    # Without a normalizer, the tokens that are looked for in normalized text make a difference only
    # where others overlap them, because these are found first.
    passes = has_normalizer or overlap(listed)
    tokens: dict[str, AddedToken] = {}
    for each in listed:
        name, id = str(each["content"]), as_id(each["id"])
        for flag in ("special", *RULES):
            if not isinstance(each.get(flag, False), bool):
                refusals.add(each[flag], f"added_tokens: {name!r}: {flag}")
        single_word, lstrip, rstrip, normalized = (bool(each.get(rule)) for rule in RULES)
        rules = not each.get("special"), single_word, lstrip, rstrip, normalized and passes
        # Tokens outside the vocabulary get the next ids, whatever the file says.
        taken = [token.id for token in tokens.values()]
        following = max([len(vocab), *(other + 1 for other in taken)])
        if not name:
            continue  # Hugging Face ignores it
        if name in tokens:
            refusals.add(name, "added_tokens: twice the same")
        elif id in taken:
            # Hugging Face finds only the last of them in a text.
            refusals.add(id, f"added_tokens: {name!r}: the id of another one")
        elif id != vocab.get(name, following):
            other = vocab.get(name, following)
            refusals.add(id, f"added_tokens: {name!r}: an id other than {other}")
        tokens[name] = AddedToken(name, id, rules)
    return list(tokens.values())


def overlap(listed: list[Mapping[str, Any]]) -> bool:
    """Return whether a normalized and another token can overlap in a text."""
    normalized = [str(token["content"]) for token in listed if token.get("normalized")]
    others = [str(token["content"]) for token in listed if not token.get("normalized")]
    has_strip = any(token.get("lstrip") or token.get("rstrip") for token in listed)
    return bool(normalized and others) and (
        has_strip
        or any(
            overlaps(one, other) or overlaps(other, one) for one in normalized for other in others
        )
    )


def overlaps(one: str, other: str) -> bool:
    """Return whether a text contains another, or its end is the start of the other."""
    return other in one or any(one.endswith(other[:size]) for size in range(1, len(other)))


def content(tokens: Iterable[AddedToken]) -> list[dict[str, Any]]:
    """Return the content of a file for added tokens, by id."""
    return [
        {
            "id": token.id,
            "content": token.name,
            **dict(zip(RULES, token.rules[1:], strict=True)),
            "special": token.is_special,
        }
        for token in sorted(tokens, key=lambda token: token.id)
    ]


def as_id(value: object) -> int:
    """Return an id, or raise TypeError: True and 1.0 are not ids."""
    if type(value) is int:
        return value
    raise TypeError
