"""The tokenizer from which training goes on, whose tokens and ids stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bytemerge.errors import VocabularyError
from bytemerge.show.printable import clipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bytemerge.tokenizer import Tokenizer


def initial_size(initial: Tokenizer | None) -> int | None:
    """Return the number of tokens that training starts with, or None for the bytes.

    Raises:
        VocabularyError: the tokenizer changes texts, which training does not do, or its merges are
            not those that training makes.
    """
    if initial is None:
        return None
    splits = initial.pre_tokenizer
    changes = {
        "normalizer": bool(initial.normalizer),
        "pre-tokenizer": bool(splits["splits"] or splits["prefix_space"]),
    }
    for part, is_there in changes.items():
        if is_there:
            message = f"the {part} of the initial tokenizer changes texts, and training does not"
            raise VocabularyError(message)
    try:
        initial._rust.check_merges()
    except VocabularyError as error:
        message = f"training cannot go on from the initial tokenizer: {error}"
        raise VocabularyError(message) from None
    return initial.vocab_size


def initial_pattern(
    initial: Tokenizer | None, pattern: str | Sequence[str] | None
) -> str | Sequence[str] | None:
    """Return the pattern of the initial tokenizer, or the given one if there is none.

    Raises:
        ValueError: a pattern is given that differs from that of the initial tokenizer.
    """
    if initial is None:
        return pattern
    own = initial.pattern
    given = tuple(pattern) if isinstance(pattern, list) else pattern
    if given not in ("gpt2", own):
        right, wrong = clipped(repr(own)), clipped(repr(pattern))
        message = f"pattern must be {right}, that of the initial tokenizer, not {wrong}"
        raise ValueError(message)
    return own
