"""Reads one field of each line of JSON Lines, so that braces and quotes do not become tokens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bytemerge.errors import JsonLinesError
from bytemerge.reading import Reader
from bytemerge.show.printable import clipped
from bytemerge.suffixes import COMPRESSED, JSON_LINES, has_suffix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def are_json_lines(name: str) -> bool:
    """Return whether a file is JSON Lines, also compressed, by its name."""
    if has_suffix(name, COMPRESSED):
        name = name[: name.rindex(".")]
    return has_suffix(name, JSON_LINES)


def check_no_json_lines(names: Iterable[str], option: str) -> None:
    """Raise JsonLinesError for a file of JSON Lines, whose lines would be learnt as they are."""
    for name in names:
        if are_json_lines(name):
            message = f"{name}: JSON Lines, not plain text: name the field that has the text, as in {option}"
            raise JsonLinesError(message)


def texts(names: list[str], field: str, progress: Callable[[int, int], object]) -> Iterator[str]:
    """Yield the text in a field of each line. Empty lines are left out.

    Raises:
        OSError: a file cannot be read.
        NotUtf8Error: a file is not UTF-8.
        JsonLinesError: a line is not a JSON object with a text in this field, or the text has a
            lone surrogate.
    """
    for lines in Reader(names, progress).texts(whole=False):
        for index, line in enumerate(lines.texts):
            if line and not line.isspace():
                yield text_in(line, field, lines.location(index))


def text_in(line: str, field: str, where: str) -> str:
    """Return the text in a field of a line.

    Raises:
        JsonLinesError: it is not a JSON object with a text in this field, or the text has a lone
            surrogate; ``where`` names it.
    """
    try:
        found = json.loads(line)[field]
    except (ValueError, TypeError, LookupError, RecursionError):
        found = None
    if not isinstance(found, str):
        message = f"{where}: not a JSON object with a text in {field!r}: {clipped(line)}"
        raise JsonLinesError(message)
    try:
        found.encode()
    except UnicodeEncodeError as error:  # JSON can spell half a character
        half = f"the lone surrogate {found[error.start]!r} at index {error.start}"
        message = f"{where}: the text in {field!r} has {half}"
        raise JsonLinesError(message) from None
    return found
