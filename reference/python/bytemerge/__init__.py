"""Byte-pair encoding, from naive Python to production Rust."""

from bytemerge._core import __version__
from bytemerge.abstract import AbstractTokenizer
from bytemerge.errors import (
    BytemergeError,
    EmptyCorpusError,
    ModelError,
    NotUtf8Error,
    PatternError,
    SpecialTokenError,
    TooLargeError,
    UnknownTokenError,
    VocabularyError,
    VocabularySizeError,
)
from bytemerge.naive import NaiveTokenizer
from bytemerge.naive_rust import NaiveRustTokenizer
from bytemerge.token_batch import TokenBatch
from bytemerge.tokenizer import Tokenizer
from bytemerge.visualize import Visualization

__all__ = [
    "AbstractTokenizer",
    "BytemergeError",
    "EmptyCorpusError",
    "ModelError",
    "NaiveRustTokenizer",
    "NaiveTokenizer",
    "NotUtf8Error",
    "PatternError",
    "SpecialTokenError",
    "TokenBatch",
    "Tokenizer",
    "TooLargeError",
    "UnknownTokenError",
    "Visualization",
    "VocabularyError",
    "VocabularySizeError",
    "__version__",
]
