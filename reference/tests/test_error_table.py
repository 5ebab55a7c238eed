"""Each error of the core becomes the right exception, and only Ctrl-C becomes KeyboardInterrupt."""

import re
from pathlib import Path

from bytemerge import errors

CRATES = Path(__file__).parents[1] / "crates"
CORE = (CRATES / "bytemerge/src/error.rs").read_text(encoding="utf-8")
BINDING = (CRATES / "bytemerge-py/src/error.rs").read_text(encoding="utf-8")

EXCEPTIONS = {
    "EmptyCorpus": "EmptyCorpusError",
    "VocabularySize": "VocabularySizeError",
    "UnknownId": "UnknownTokenError",
    "Model": "ModelError",
    "File": "OSError",
    "NotUtf8": "NotUtf8Error",
    "InFile": "the exception of the error inside",
    "NoThread": "RuntimeError",
    "Pattern": "PatternError",
    "MissingByte": "VocabularyError",
    "EmptyToken": "VocabularyError",
    "DuplicateToken": "VocabularyError",
    "DuplicateId": "VocabularyError",
    "MissingId": "VocabularyError",
    "UnknownInMerge": "VocabularyError",
    "Unreachable": "VocabularyError",
    "EmptySpecialToken": "VocabularyError",
    "UnknownGone": "VocabularyError",
    "NormalizedName": "VocabularyError",
    "DisallowedSpecialToken": "SpecialTokenError",
    "PieceTooLong": "TooLargeError",
    "OutOfMemory": "MemoryError",
    "TooManyPieces": "TooLargeError",
    "CountOverflow": "TooLargeError",
    "SplitToken": "VocabularyError",
    "MergeOutOfOrder": "VocabularyError",
    "Interrupted": "KeyboardInterrupt",
    "_": "BytemergeError",
}
"""The exceptions by variant of the core's ``Error``.

The underscore is a variant that the binding does not know.
"""

SPELLED = {
    "os_error": "OSError",
    "exception": "the exception of the error inside",
}
"""The exceptions that functions of the binding make instead of an exception's ``new_err``."""


def variants() -> list[str]:
    _, body = CORE.split("pub enum Error {\n")
    return re.findall(r"^    ([A-Z]\w+)", body.split("\n}\n")[0], re.MULTILINE)


def table() -> dict[str, str]:
    """Return the exception of each arm of the binding's ``match``."""
    _, body = BINDING.split("    match error {\n")
    arms = re.findall(r"([^=]+)=>\s*\{?\s*([\w:]+)\(", body.split("\n    }\n")[0])
    found = {}
    for patterns, made in arms:
        name = made.removesuffix("::new_err").removeprefix("python::").removeprefix("Py")
        for variant in re.findall(r"Error::(\w+)|\b(_)\s*$", patterns):
            found["".join(variant)] = SPELLED.get(name, name)
    return found


def test_each_error_of_the_core_has_its_exception() -> None:
    assert [*variants(), "_"] == list(EXCEPTIONS)
    assert table() == EXCEPTIONS


def test_each_exception_of_the_package_is_one_that_python_defines() -> None:
    ours = {name for name in EXCEPTIONS.values() if f"errors, {name})" in BINDING}
    assert all(issubclass(getattr(errors, name), errors.BytemergeError) for name in ours)
    assert len(ours) > 5
