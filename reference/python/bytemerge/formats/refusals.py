"""The settings of a file that this package does not support, collected for one error."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bytemerge.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


SHOWN = 60
"""The most characters of a wrong part that an error shows."""


@contextmanager
def naming(part: str, value: object) -> Iterator[None]:
    """Raise ModelError with the name and the start of a part of a file that is malformed."""
    try:
        yield
    except ModelError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        text = json.dumps(value, default=repr)
        text = text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
        message = f"not a tokenizer of Hugging Face: {part} = {text}"
        raise ModelError(message) from None


def flat(step: Any, steps: str) -> Iterator[dict[str, Any]]:
    """Yield the steps of a sequence, which may contain others; ``steps`` is where it has them."""
    if step is None:
        return
    if text_of(step, "type") != "Sequence":
        yield step
        return
    for each in step[steps]:
        yield from flat(each, steps)


def text_of(mapping: Mapping[str, Any], name: str) -> str:
    """Return an entry that must be a text, or raise TypeError."""
    value = mapping[name]
    if isinstance(value, str):
        return value
    raise TypeError


class Refusals:
    """Settings that are not supported. One error names them all, so nobody meets them one by one.

    Example:
        >>> from bytemerge.formats.refusals import Refusals
        >>> refusals = Refusals()
        >>> refusals.only({"dropout": 0.1}, "dropout", (None, 0.0), "model.")
        >>> refusals.add("Metaspace", "pre_tokenizer")
        >>> refusals.check()
        Traceback (most recent call last):
        ...
        bytemerge.errors.ModelError: not supported: model.dropout = 0.1; pre_tokenizer = "Metaspace"
    """

    def __init__(self) -> None:
        """Start without refusals."""
        self.reasons: list[str] = []

    def add(self, value: object, at: str) -> None:
        """Refuse the value of a setting."""
        self.reasons.append(f"{at} = {json.dumps(value, ensure_ascii=False)}")

    def only(
        self, mapping: Mapping[str, Any], name: str, allowed: tuple[Any, ...], prefix: str = ""
    ) -> None:
        """Refuse an entry that does not have one of the allowed values."""
        value = mapping.get(name)
        if value not in allowed:
            self.add(value.get("type", value) if isinstance(value, dict) else value, prefix + name)

    def flag(
        self, mapping: Mapping[str, Any], name: str, prefix: str, *, default: bool = False
    ) -> bool:
        """Return an entry that must be true or false, or refuse it."""
        value = mapping.get(name, default)
        if not isinstance(value, bool):
            self.add(value, prefix + name)
        return bool(value)

    def check(self) -> None:
        """Raise ModelError if there are refusals."""
        if self.reasons:
            message = f"not supported: {'; '.join(self.reasons)}"
            raise ModelError(message)
