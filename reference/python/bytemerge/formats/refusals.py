"""The settings of a file that this package does not support, collected for one error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bytemerge.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping


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

    def check(self) -> None:
        """Raise ModelError if there are refusals."""
        if self.reasons:
            message = f"not supported: {'; '.join(self.reasons)}"
            raise ModelError(message)
