"""Errors that name the malformed or unsupported part of a file."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bytemerge.errors import ModelError
from bytemerge.show.printable import clipped, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeVar

    T = TypeVar("T")


MOST = 150
"""The most characters that are shown of the message of an underlying error."""

REASONS = 6
"""The most reasons that an error lists."""

WRONG = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""The errors that code raises if it takes a malformed value for a valid one."""


def shown(value: object) -> str:
    """Return a value for an error message: as JSON on one line, shortened if it is long."""
    return clipped(quoted(value))


class MalformedError(ModelError):
    """A value in a file is malformed. Each caller adds the part that has it, and raises again."""

    def __init__(self, problem: str) -> None:
        """Take where the value is, and the value or what it lacks."""
        super().__init__(f"not a tokenizer of Hugging Face: {problem}")
        self.problem: str = problem

    @classmethod
    def of(cls, at: str, value: object, error: Exception | None = None) -> MalformedError:
        """Return the error for a malformed value, given the exception that using it raised."""
        if isinstance(error, KeyError):
            return cls(f"{at}: {shown(error.args[0])} is missing")
        return cls(f"{at} = {shown(value)}")

    def within(self, part: str) -> MalformedError:
        """Return the error for the part of a file that has the value."""
        return MalformedError(part + self.problem)


@contextmanager
def naming(part: str, value: object) -> Iterator[None]:
    """Raise MalformedError for a part of a file that is malformed, or for a value in it."""
    try:
        yield
    except MalformedError as error:
        raise error.within(part) from None
    except ModelError:
        raise
    except WRONG as error:
        raise MalformedError.of(part, value, error) from None


def parsed_each(items: Iterable[tuple[object, Any]], parse: Callable[[Any], T]) -> list[T]:
    """Return the result of a function for each value. An error names the index or the key."""
    found = []
    for key, value in items:
        try:
            found.append(parse(value))
        except WRONG:
            with naming(f"[{shown(key)}]", value):
                raise
    return found


def check_values(value: Any) -> None:
    """Raise an error for a lone surrogate, or a number that is too large, anywhere in a value."""
    match value:
        case str():
            value.encode()
        case int() | float():
            if not math.isfinite(value):
                raise ValueError
        case list():
            parsed_each(enumerate(value), check_values)
        case dict():
            for name, each in value.items():
                with naming(f".{clipped(name)}", each):
                    check_values(name)
                    check_values(each)


def flat(step: Any, steps: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the steps of a sequence, which may contain others, each with where it is.

    ``steps`` is the name under which a sequence has them.
    """
    if step is None:
        return
    if text_of(step, "type") != "Sequence":
        yield "", step
        return
    for index, each in enumerate(step[steps]):
        at = f".{steps}[{index}]"
        with naming(at, each):
            yield from ((at + within, found) for within, found in flat(each, steps))


def text_of(mapping: Mapping[str, Any], name: str) -> str:
    """Return an entry that must be a text, or raise MalformedError."""
    value = mapping[name]
    if isinstance(value, str):
        return value
    raise MalformedError.of("." + name, value)


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
        self.reasons.append(f"{at} = {shown(value)}")

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
            more = len(self.reasons) - REASONS
            listed = [*self.reasons[:REASONS], *([f"{more} more"] if more > 0 else [])]
            message = f"not supported: {'; '.join(listed)}"
            raise ModelError(message)
