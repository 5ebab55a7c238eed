"""Replaces or keeps surrogates, and replaces unknown ids, where a caller asks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from bytemerge.arguments import DEFAULT_OPTIONS, check_choice, checked_list, is_arrow
from bytemerge.errors import UnknownTokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np

    from bytemerge import _core

    Options = tuple[list[str] | None, list[str] | None, int, bool] | tuple[()]

Surrogates = Literal["strict", "replace", "surrogatepass"]
"""The ways to treat lone surrogates in a text."""

UnknownIds = Literal["error", "replace", "ignore"]
"""The ways to treat ids without a token."""

STRICT: Final = "strict"
SURROGATE_BYTES: Final = "surrogatepass"
SURROGATES = (STRICT, "replace", SURROGATE_BYTES)
LONE = re.compile("([\ud800-\udfff]+)")
ERROR: Final = "error"
UNKNOWN = (ERROR, "replace", "ignore")

REPLACEMENT = "\ufffd".encode()
"""The bytes that stand for an id without a token."""


def without_surrogates(text: str, errors: Surrogates) -> str:
    r"""Return a text in which pairs of surrogates are characters, and others are replaced.

    If ``errors`` is not "replace", it is the text itself.

    Example:
        >>> from bytemerge.lenient import without_surrogates
        >>> without_surrogates("\ud83d\ude00 \ud83d", "replace")
        '😀 �'
    """
    check_choice(errors, "errors", SURROGATES)
    if errors != "replace" or not isinstance(text, str):
        return text  # whatever is wrong with it, encoding says so
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def has_passing(text: object, errors: Surrogates) -> bool:
    """Return whether a text has surrogates that pass."""
    return errors == SURROGATE_BYTES and isinstance(text, str) and LONE.search(text) is not None


def encode_passing(tokenizer: _core.Tokenizer, text: str, options: Options) -> list[int]:
    """Return the ids of a text with surrogates, which cut it as special tokens do.

    Each run of them becomes the ids of its bytes, three for each surrogate, and each part between
    them those of a text of its own.
    """
    allowed, disallowed, threads, add = options or DEFAULT_OPTIONS
    before, after, _ = tokenizer.template
    ids: list[int] = []
    for index, part in enumerate(LONE.split(text)):
        if index % 2:
            ids += tokenizer.encode_bytes(part.encode("utf-8", SURROGATE_BYTES))
        else:
            ids += tokenizer.encode(part, allowed, disallowed, threads)
    return [*before, *ids, *after] if add else ids


def treated(texts: Any, errors: Surrogates) -> tuple[Any, dict[int, str]]:
    """Return the texts to encode, and by row the texts whose surrogates are kept.

    In the first result, these texts are empty: they are encoded apart. Arrow texts have no
    surrogates.
    """
    check_choice(errors, "errors", SURROGATES)
    if errors == STRICT or is_arrow(texts):
        return texts, {}
    if errors != SURROGATE_BYTES:
        return (without_surrogates(text, errors) for text in texts), {}
    listed = checked_list(texts, "an iterable of texts")
    passing = {row: text for row, text in enumerate(listed) if has_passing(text, errors)}
    return ["" if row in passing else text for row, text in enumerate(listed)], passing


def with_rows(
    ids: np.ndarray, offsets: np.ndarray, rows: Mapping[int, list[int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids and offsets of a batch with other ids in some rows, given in rising order."""
    import numpy as np  # noqa: PLC0415  # slow to import

    lengths = np.diff(offsets)
    parts, start = [], 0
    for row, found in rows.items():
        parts += [ids[start : offsets[row]], np.array(found, np.uint32)]
        start = offsets[row + 1]
        lengths[row] = len(found)
    ends = np.cumsum(lengths, dtype=np.uint64)
    return np.concatenate([*parts, ids[start:]]), np.concatenate([offsets[:1], ends])


def decoded_bytes(
    tokenizer: _core.Tokenizer, ids: Iterable[int], unknown: UnknownIds, *, skip: bool
) -> bytes:
    """Return the bytes of ids, with a replacement or nothing for those that no token has."""
    check_choice(unknown, "unknown", UNKNOWN)
    other = REPLACEMENT if unknown == "replace" else b""

    def decoded(ids: list[int]) -> bytes:
        try:
            return tokenizer.decode_bytes(ids, skip)
        except UnknownTokenError:
            if unknown == ERROR:
                raise
        if len(ids) == 1:
            return other
        # Unknown ids are few: few halves have one.
        middle = len(ids) // 2
        return decoded(ids[:middle]) + decoded(ids[middle:])

    return decoded(list(ids))
