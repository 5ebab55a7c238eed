"""Checks the arguments of the public methods, and names the value in the error.

A function called ``checked_`` returns the argument in the form that the rest of the package takes.
"""

from __future__ import annotations

import operator
import os
import reprlib
import sys
from collections.abc import Collection
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal

from bytemerge.errors import SpecialTokenError, VocabularySizeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

BYTES = 256
"""The number of single bytes. Each is a token of every vocabulary for production."""

NO_TOKENS: frozenset[str] = frozenset()
"""No special tokens: the default of ``allowed_special``."""

ALL: Final = "all"
"""All special tokens: the default of ``disallowed_special``."""

DEFAULT_OPTIONS: Final[tuple[list[str] | None, list[str] | None, int, bool]] = ([], None, 0, False)
"""No special tokens allowed or added, any number of threads: the defaults of encoding."""

ERRORS = ("strict", "replace", "ignore", "backslashreplace", "surrogateescape", "surrogatepass")
"""The ways to treat bytes that are not UTF-8: the names and meanings of ``bytes.decode``."""

IGNORABLE = ("post_processor", "truncation", "padding")
"""The parts of a file of Hugging Face that a caller may ignore: what it adds or takes away."""


def shown(value: object) -> str:
    """Return a value for an error message: on one line, and shortened if it is long."""
    try:
        return " ".join(reprlib.repr(value).split())
    except ValueError:  # an int with more digits than Python writes
        return f"an {type(value).__name__} of thousands of digits"


def check_type(value: object, expected: type) -> None:
    """Raise TypeError here; the later AttributeError would not explain the mistake."""
    if not isinstance(value, expected):
        message = f"expected {expected.__name__}, not {type(value).__name__}"
        raise TypeError(message)


def check_choice(value: object, name: str, choices: tuple[str, ...]) -> None:
    """Raise ValueError for anything but one of the choices."""
    if value not in choices:
        message = f"{name} must be one of {', '.join(choices)}, not {shown(value)}"
        raise ValueError(message)


def checked_flag(value: object, name: str) -> bool:
    """Return a bool, or raise TypeError: "no" would count as True."""
    if not isinstance(value, bool):
        message = f"{name} must be True or False, not {shown(value)}"
        raise TypeError(message)
    return value


def checked_integer(
    value: object, name: str, at_least: int | None = None, at_most: int | None = None
) -> int:
    """Return an integer, or raise TypeError: 2.0 is not an integer.

    Raises:
        ValueError: it is less than ``at_least``, or more than ``at_most``.
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        message = f"{name} must be an integer, not {shown(value)}"
        raise TypeError(message) from None
    if at_least is not None and number < at_least:
        message = f"{name} must be at least {at_least}, not {shown(number)}"
        raise ValueError(message)
    if at_most is not None and number > at_most:
        message = f"{name} must be at most {at_most}, not {shown(number)}"
        raise ValueError(message)
    return number


def checked_size(value: object, name: str) -> int:
    """Return a number that is not negative, and that Rust can hold."""
    return min(checked_integer(value, name, at_least=0), sys.maxsize)


def checked_threads(threads: int | None) -> int:
    """Return the number of threads, at most one for each processor; 0 means one for each."""
    if threads is None:
        return 0
    number = checked_integer(threads, "threads", at_least=1)
    # Counting the processors takes longer than encoding a sentence.
    return 1 if number == 1 else min(number, os.cpu_count() or 1)


def checked_progress(progress: Any) -> Callable[[int, int], object] | None:
    """Return the function to call, or raise before the work starts."""
    if progress is not None and not callable(progress):
        message = f"progress must be a function of two numbers, not {shown(progress)}"
        raise TypeError(message)
    report: Callable[[int, int], object] | None = progress
    return report


def checked_vocab_size(vocab_size: int) -> int:
    """Return a size that Rust can hold."""
    size = checked_integer(vocab_size, "vocab_size")
    if size < 1:
        message = f"vocab_size must be at least 1, not {shown(size)}"
        raise VocabularySizeError(message)
    return min(size, sys.maxsize)


def checked_merges(
    vocab_size: int, special_tokens: Sequence[str], initial: int | None = None
) -> tuple[int, list[str]]:
    """Return the number of merges that lead to a size, and the special tokens.

    Training starts with bytes, or with the tokens of an initial tokenizer, given their number.
    """
    size, special = checked_integer(vocab_size, "vocab_size"), checked_names(special_tokens)
    smallest = (BYTES if initial is None else initial) + len(special)
    if size < smallest:
        first = "the bytes" if initial is None else "the tokens of the initial tokenizer"
        room = f"{smallest}, {first} and the special tokens"
        message = f"vocab_size must be at least {room}, not {shown(size)}"
        raise VocabularySizeError(message)
    return size - smallest, special


def checked_training(  # noqa: PLR0913  # those of train
    vocab_size: int,
    special_tokens: Sequence[str],
    min_frequency: int,
    max_token_length: int | None,
    progress: Any,
    *,
    initial: int | None = None,
) -> tuple[int, list[str], int, int | None, Callable[[int, int], object] | None]:
    """Return the arguments of training: merges, special tokens, limits, and progress."""
    merges, special = checked_merges(vocab_size, special_tokens, initial)
    length = max_token_length
    if length is not None:
        length = min(checked_integer(length, "max_token_length", at_least=1), sys.maxsize)
    return (
        merges,
        special,
        checked_size(min_frequency, "min_frequency"),
        length,
        checked_progress(progress),
    )


def checked_pattern(pattern: object) -> str | list[str] | None:
    """Return the pattern, or raise TypeError, or UnicodeEncodeError for a lone surrogate."""
    if isinstance(pattern, str):
        pattern.encode()
    if pattern is None or isinstance(pattern, str):
        return pattern
    if isinstance(pattern, list | tuple):
        names = [name for name in pattern if isinstance(name, str)]
        if len(names) == len(pattern):
            "".join(names).encode()
            return names
    message = f"pattern must be a str, a list of them, or None, not {shown(pattern)}"
    raise TypeError(message)


def checked_errors(errors: str) -> str:
    """Return the name, or raise ValueError: Python itself checks it only when there is an error."""
    if errors not in ERRORS:
        message = f"errors must be one of {', '.join(ERRORS)}, not {shown(errors)}"
        raise ValueError(message)
    return errors


def checked_ignored(ignore: object) -> set[str]:
    """Return the parts of a file to ignore, or raise an error for a part that no file has."""
    if not isinstance(ignore, Collection) or isinstance(ignore, str | bytes):
        message = f"ignore must be a collection of str, not {shown(ignore)}"
        raise TypeError(message)
    for name in ignore:
        if name not in IGNORABLE:
            message = f"ignore must have only {', '.join(IGNORABLE)}, not {shown(name)}"
            raise ValueError(message)
    return set(ignore)


def checked_mapping(mapping: Mapping[Any, int], name: str) -> list[tuple[Any, int]]:
    """Return the pairs of a mapping of tokens to ids."""
    try:
        return list(dict(mapping).items())
    except (TypeError, ValueError):
        message = f"{name} must be a mapping of tokens to ids, not {shown(mapping)}"
        raise TypeError(message) from None


def check_not_single(value: object, single: type | tuple[type, ...], expected: str) -> None:
    """Raise TypeError for one item in place of many: the items of a str are its characters."""
    if isinstance(value, single):
        message = f"expected {expected}, not a single {type(value).__name__}: {shown(value)}"
        raise TypeError(message)


def checked_list(items: Iterable[Any], expected: str) -> list[Any]:
    """Return the items of an iterable, or raise TypeError."""
    try:
        return list(items)
    except TypeError:
        message = f"expected {expected}, not {shown(items)}"
        raise TypeError(message) from None


def checked_texts(texts: Iterable[str | Sequence[str]]) -> Any:
    """Return texts in a form that Rust takes: an iterable of str, or an Arrow array of strings.

    The strings in a numpy array are objects, or have four bytes for each character. They become
    str here, all at once.
    """
    check_not_single(texts, (str, bytes), "an iterable of texts")
    if sys.modules.get("numpy") is None:  # nothing is an array
        return texts
    # Waits if another thread is importing it: then the module is there, but not all of its names.
    import numpy as np  # noqa: PLC0415  # slow to import

    if not isinstance(texts, np.ndarray):
        return texts
    if texts.ndim != 1:
        message = f"expected an array of one dimension, not of {texts.ndim}"
        raise TypeError(message)
    return texts.tolist()


def is_arrow(texts: object) -> bool:
    """Return whether texts are an Arrow array, in one chunk or in several."""
    return hasattr(texts, "__arrow_c_array__") or hasattr(texts, "__arrow_c_stream__")


def flat_texts(texts: Any) -> Any:
    """Return the texts. If the first item is a list or a tuple, the items are batches of texts.

    Iterators over a corpus often give batches.
    """
    if is_arrow(texts):
        return texts
    try:
        iterator = iter(texts)
    except TypeError:
        return texts  # whatever is wrong with it, counting says so
    nothing = object()
    first = next(iterator, nothing)
    if first is nothing:
        return texts
    is_batch = isinstance(first, list | tuple)
    if iterator is not texts:  # it can be asked again, and perhaps for its length
        return in_batches(texts) if is_batch else texts
    rest = chain([first], iterator)
    return in_batches(rest) if is_batch else rest


def in_batches(batches: Iterable[Any]) -> Iterator[Any]:
    """Yield the texts in lists or tuples of them, or raise TypeError for anything else."""
    for batch in batches:
        if not isinstance(batch, list | tuple):
            message = f"expected lists of texts, as the first one is, not {shown(batch)}"
            raise TypeError(message)
        yield from batch


def checked_path(path: str | os.PathLike[str]) -> str:
    """Return a path as a str."""
    try:
        return os.fspath(path)
    except TypeError:
        message = f"a path must be a str or an os.PathLike, not {shown(path)}"
        raise TypeError(message) from None


def checked_paths(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Return paths as a list of str."""
    expected = "an iterable of paths"
    check_not_single(paths, (str, bytes, os.PathLike), expected)
    return list(map(checked_path, checked_list(paths, expected)))


def checked_names(names: Any) -> list[str]:
    """Return the names of special tokens as a list of str."""
    expected = "names of special tokens"
    check_not_single(names, (str, bytes), expected)
    listed = checked_list(names, expected)
    for name in listed:
        if not isinstance(name, str):
            message = f"the name of a special token must be a str, not {shown(name)}"
            raise TypeError(message)
    return listed


def checked_special(
    allowed: Literal["all"] | Collection[str], disallowed: Literal["all"] | Collection[str]
) -> tuple[list[str] | None, list[str] | None]:
    """Return the allowed and the disallowed special tokens as lists; None stands for all."""
    if allowed is NO_TOKENS and disallowed == "all":
        # The defaults: the checks below take as long as encoding a sentence.
        return [], None
    return (
        None if allowed == "all" else checked_names(allowed),
        None if disallowed == "all" else checked_names(disallowed),
    )


def checked_options(
    allowed: Literal["all"] | Collection[str],
    disallowed: Literal["all"] | Collection[str],
    threads: int | None,
    *,
    add: bool = False,
) -> tuple[list[str] | None, list[str] | None, int, bool] | tuple[()]:
    """Return the special tokens, the number of threads, and whether to add special tokens.

    An empty tuple stands for the defaults.
    """
    if allowed is NO_TOKENS and disallowed == "all" and threads is None and add is False:
        return ()  # To pass them takes as long as encoding a few words.
    special = checked_special(allowed, disallowed)
    return *special, checked_threads(threads), checked_flag(add, "add_special_tokens")


def checked_separator(separator: str | None, special_tokens: Mapping[str, int]) -> int | None:
    """Return the id of a separator, which must be a special token."""
    if separator is None:
        return None
    if separator not in special_tokens:
        message = f"the separator {shown(separator)} is not a special token of this tokenizer"
        raise SpecialTokenError(message)
    return special_tokens[separator]
