"""Byte-pair encoding, from naive Python to production Rust."""

# Before anything that takes time.
from bytemerge import interrupted_import as _interrupted_import  # noqa: F401
from bytemerge._core import __version__
from bytemerge.abstract import AbstractTokenizer
from bytemerge.decoder import Decoder
from bytemerge.encoding import Encoding
from bytemerge.errors import (
    BytemergeError,
    ClusterError,
    CountsError,
    EmptyCorpusError,
    JsonLinesError,
    ModelError,
    NotUtf8Error,
    PatternError,
    SourceError,
    SpecialTokenError,
    TooLargeError,
    UnknownTokenError,
    VocabularyError,
    VocabularySizeError,
)
from bytemerge.naive import NaiveTokenizer
from bytemerge.naive_rust import NaiveRustTokenizer
from bytemerge.show.explanation import ExplainedPiece, Explanation, MergeStep
from bytemerge.show.token_visualization import TokenVisualization
from bytemerge.show.visualization import Visualization
from bytemerge.token_batch import PaddedBatch, TokenBatch
from bytemerge.tokenizer import Tokenizer
from bytemerge.truncation import Truncation
from bytemerge.word_counts import WordCounts

__all__ = [
    "AbstractTokenizer",
    "BytemergeError",
    "ClusterError",
    "CountsError",
    "Decoder",
    "EmptyCorpusError",
    "Encoding",
    "ExplainedPiece",
    "Explanation",
    "JsonLinesError",
    "MergeStep",
    "ModelError",
    "NaiveRustTokenizer",
    "NaiveTokenizer",
    "NotUtf8Error",
    "PaddedBatch",
    "PatternError",
    "SourceError",
    "SpecialTokenError",
    "TokenBatch",
    "TokenVisualization",
    "Tokenizer",
    "TooLargeError",
    "Truncation",
    "UnknownTokenError",
    "Visualization",
    "VocabularyError",
    "VocabularySizeError",
    "WordCounts",
    "__version__",
]
