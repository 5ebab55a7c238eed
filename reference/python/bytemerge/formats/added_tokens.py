"""The added tokens of a file of Hugging Face: special tokens, and others with their own ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bytemerge.formats.refusals import naming, parsed_each, shown, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bytemerge import _core
    from bytemerge.formats.refusals import Refusals

RULES = ("single_word", "lstrip", "rstrip", "normalized")
"""The settings that say where a token is found, in the order of the core."""


MOST_PAIRS, LONG = 10_000, 100
"""The most pairs of tokens, and the most characters of one, that are compared."""


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
    vocab: _core.VocabAndMerges | Mapping[str, int],
    refusals: Refusals,
    *,
    has_normalizer: bool,
) -> list[AddedToken]:
    """Return the added tokens, with the ids that Hugging Face gives them."""
    listed = list(listed)
    named = parsed_each(enumerate(listed), lambda each: (text_of(each, "content"), id_of(each)))
    # Without a normalizer, the tokens that are looked for in normalized text make a difference only
    # where others overlap them, because these are found first.
    passes = has_normalizer or overlap(listed)
    tokens: dict[str, AddedToken] = {}
    ids: set[int] = set()
    # Tokens outside the vocabulary get the next ids, whatever the file says. Where ids are left
    # out, older versions of the library go on after the highest id, and newer ones do not.
    following = lowest = len(vocab)
    for (name, id), each in zip(named, listed, strict=True):
        at = f"added_tokens: {shown(name)}"
        special, single_word, lstrip, rstrip, normalized = (
            refusals.flag(each, flag, f"{at}: ") for flag in ("special", *RULES)
        )
        rules = not special, single_word, lstrip, rstrip, normalized and passes
        if not name:
            continue  # Hugging Face ignores it
        known = vocab.get(name)
        expected = following if known is None else known
        if name in tokens:
            refusals.add(name, "added_tokens: twice the same")
        elif id in ids:
            # Hugging Face finds only the last of them in a text.
            refusals.add(id, f"{at}: the id of another one")
        elif id != expected:
            refusals.add(id, f"{at}: an id other than {expected}")
        elif known is None and following != lowest:
            reason = f"{at}: ids are left out, so its version decides the id"
            refusals.add(id, reason)
        tokens[name] = AddedToken(name, id, rules)
        ids.add(id)
        following = max(following, id + 1)
        lowest += known is None
    return list(tokens.values())


def overlap(listed: list[Mapping[str, Any]]) -> bool:
    """Return whether a normalized and another token can touch or overlap in a text.

    If there are many tokens, or long ones, all count as overlapping: comparing them takes long.
    """
    normalized = [token["content"] for token in listed if token.get("normalized")]
    others = [token["content"] for token in listed if not token.get("normalized")]
    if not normalized or not others:
        return False
    if any(token.get(rule) for token in listed for rule in ("single_word", "lstrip", "rstrip")):
        return True
    if len(normalized) * len(others) > MOST_PAIRS or max(map(len, normalized + others)) > LONG:
        return True
    return any(
        overlaps(one, other) or overlaps(other, one) for one in normalized for other in others
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


def id_of(token: Mapping[str, Any]) -> int:
    """Return the id of an added token."""
    with naming(".id", token["id"]):
        return as_id(token["id"])


def as_id(value: object) -> int:
    """Return an id of 32 bits, or raise ValueError: True and 1.0 are not ids either."""
    if type(value) is int and 0 <= value < 2**32:
        return value
    raise ValueError
