"""Replaces surrogates and unknown ids, where a caller asks for it instead of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from bytemerge.arguments import check_choice, is_arrow
from bytemerge.errors import UnknownTokenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bytemerge import _core

Surrogates = Literal["strict", "replace"]
"""The ways to treat lone surrogates in a text."""

UnknownIds = Literal["error", "replace", "ignore"]
"""The ways to treat ids without a token."""

STRICT: Final = "strict"
ERROR: Final = "error"
UNKNOWN = (ERROR, "replace", "ignore")

REPLACEMENT = "\ufffd".encode()
"""The bytes that stand for an id without a token."""


def without_surrogates(text: str, errors: Surrogates) -> str:
    r"""Return a text in which pairs of surrogates are characters, and others are replaced.

    Example:
        >>> from bytemerge.lenient import without_surrogates
        >>> without_surrogates("\ud83d\ude00 \ud83d", "replace")
        '😀 �'
    """
    check_choice(errors, "errors", ("strict", "replace"))
    if errors == STRICT or not isinstance(text, str):
        return text  # whatever is wrong with it, encoding says so
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def all_without_surrogates(texts: Any, errors: Surrogates) -> Any:
    """Return texts without surrogates. Those of Arrow never have any."""
    check_choice(errors, "errors", ("strict", "replace"))
    if is_arrow(texts):
        return texts
    return (without_surrogates(text, errors) for text in texts)


def decoded_bytes(
    tokenizer: _core.Tokenizer, ids: Iterable[int], unknown: UnknownIds, *, skip: bool
) -> bytes:
    """Return the bytes of ids, with a replacement or nothing for those that no token has."""
    check_choice(unknown, "unknown", UNKNOWN)
    listed = list(ids)
    try:
        return tokenizer.decode_bytes(listed, skip)
    except UnknownTokenError:
        if unknown == ERROR:
            raise
    other = REPLACEMENT if unknown == "replace" else b""

    def decoded(id: int) -> bytes:
        try:
            return tokenizer.decode_bytes([id], skip)
        except UnknownTokenError:
            return other

    return b"".join(map(decoded, listed))
