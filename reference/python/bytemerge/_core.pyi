from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, Final, Self, TypeAlias, final

import numpy as np
from typing_extensions import Buffer  # of collections.abc, from Python 3.12 on

__all__ = [
    "Decompressed",
    "NaiveTokenizer",
    "Tokenizer",
    "VocabAndMerges",
    "WordCounts",
    "__version__",
    "batch_from_arrow",
    "batch_from_lists",
    "batch_to_arrow",
    "is_compressed",
    "is_known_pattern",
]

__version__: Final[str]

def is_compressed(start: bytes, /) -> bool: ...
def is_known_pattern(expression: str, /) -> bool: ...

@final
class VocabAndMerges:
    @staticmethod
    def split(content: bytes, /) -> tuple[str, VocabAndMerges] | None: ...
    def __len__(self, /) -> int: ...
    def get(self, token: str, /) -> int | None: ...
    def is_merged(self, token: str, /) -> bool: ...
    def first_without_bytes(self, removed: set[str], /) -> str | None: ...
    def tokenizer(
        self,
        removed: set[str],
        pattern: str | Sequence[str] | None,
        special_tokens: list[tuple[str, int]],
        ignore_merges: bool,
        unknown: tuple[int | None, bool] | None,
        /,
    ) -> Tokenizer: ...

@final
class NaiveTokenizer:
    def __new__(cls, merges: list[tuple[str, str]], tokens: list[str], /) -> Self: ...
    @staticmethod
    def train(
        texts: Iterable[str],
        vocab_size: int,
        exact_vocab_size: bool,
        progress: Callable[[int, int], object] | None,
        /,
    ) -> NaiveTokenizer: ...
    def tokenize(self, text: str, /) -> list[int]: ...
    def tokenize_text(self, text: str, /) -> list[int]: ...
    def tokens_as_strings(self, ids: Iterable[int], /) -> list[str]: ...
    @property
    def vocab_size(self) -> int: ...
    @property
    def tokens(self) -> list[str]: ...
    @property
    def merges(self) -> list[tuple[str, str]]: ...
    def save(self, path: str, /) -> None: ...
    @staticmethod
    def load(path: str, /) -> NaiveTokenizer: ...
    def __eq__(self, other: object, /) -> bool: ...

_Special: TypeAlias = list[str] | None
_Ids: TypeAlias = np.ndarray[tuple[int], np.dtype[np.uint32]]
_Places: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.int64]]
_Step: TypeAlias = tuple[int, int, int, int, int]
_Offsets: TypeAlias = np.ndarray[tuple[int], np.dtype[np.uint64]]

@final
class Tokenizer:
    @staticmethod
    def of(
        tokens: list[tuple[bytes, int]],
        merges: list[tuple[int, int]] | None,
        pattern: str | Sequence[str] | None,
        special_tokens: list[tuple[str, int]],
        ignore_merges: bool = False,
        unknown: tuple[int | None, bool] | None = None,
        /,
    ) -> Tokenizer: ...
    @staticmethod
    def train(
        counts: WordCounts,
        merges: int,
        special_tokens: list[str],
        min_frequency: int,
        token_length: int | None,
        progress: Callable[[int, int], object] | None,
        /,
    ) -> Tokenizer: ...
    def train_further(
        self,
        counts: WordCounts,
        merges: int,
        special_tokens: list[str],
        min_frequency: int,
        token_length: int | None,
        progress: Callable[[int, int], object] | None,
        /,
    ) -> Tokenizer: ...
    def encode(
        self,
        text: str,
        allowed: _Special = ...,
        disallowed: _Special = ...,
        threads: int = 0,
        add: bool = False,
        /,
    ) -> list[int]: ...
    def encode_numpy(
        self,
        text: str,
        allowed: _Special = ...,
        disallowed: _Special = ...,
        threads: int = 0,
        add: bool = False,
        /,
    ) -> _Ids: ...
    def count(
        self,
        text: str,
        allowed: _Special = ...,
        disallowed: _Special = ...,
        threads: int = 0,
        add: bool = False,
        /,
    ) -> int: ...
    def encode_batch(
        self,
        texts: Iterable[str],
        allowed: _Special = ...,
        disallowed: _Special = ...,
        threads: int = 0,
        add: bool = False,
        nulls_are_empty: bool = False,
        /,
    ) -> tuple[_Ids, _Offsets, _Offsets]: ...
    def count_batch(
        self,
        texts: Iterable[str],
        allowed: _Special = ...,
        disallowed: _Special = ...,
        threads: int = 0,
        add: bool = False,
        nulls_are_empty: bool = False,
        /,
    ) -> np.ndarray[tuple[int], np.dtype[np.uint64]]: ...
    def encode_files(
        self,
        paths: list[str],
        separator: int | None,
        allowed: _Special = ...,
        disallowed: _Special = ...,
        threads: int = 0,
        add: bool = False,
        /,
    ) -> tuple[_Ids, _Offsets]: ...
    def decode_batch(
        self,
        ids: np.ndarray,
        offsets: np.ndarray,
        errors: str,
        skip_special_tokens: bool,
        threads: int,
        /,
    ) -> list[str]: ...
    def encode_bytes(self, data: bytes, /) -> list[int]: ...
    def encode_with_offsets(
        self,
        text: str,
        allowed: _Special = ...,
        disallowed: _Special = ...,
        threads: int = 0,
        add: bool = False,
        /,
    ) -> tuple[_Ids, _Places, _Places]: ...
    def truncate(
        self, text: str, limit: int, allowed: _Special, disallowed: _Special, add: bool, /
    ) -> tuple[list[int], int]: ...
    def explain(self, text: str, /) -> list[tuple[bytes, list[_Step], list[int]]]: ...
    def decode_bytes(self, ids: Iterable[int], skip_special_tokens: bool = ..., /) -> bytes: ...
    def token_bytes(self, id: int, /) -> bytes | None: ...
    def token_id(self, token: bytes, /) -> int | None: ...
    def with_added_tokens(
        self,
        tokens: Sequence[tuple[str, int, tuple[bool, bool, bool, bool, bool]]],
        changes: str,
        pre_tokenizer: str,
        template: tuple[Sequence[int], Sequence[int], str],
        /,
    ) -> Tokenizer: ...
    def with_special_tokens(self, special_tokens: list[tuple[str, int]], /) -> Tokenizer: ...
    def save(self, path: str, /) -> None: ...
    @staticmethod
    def load(path: str, /) -> Tokenizer: ...
    def check_ranks(self) -> None: ...
    def check_merges(self) -> None: ...
    def to_bytes(self) -> bytes: ...
    @staticmethod
    def from_bytes(bytes: bytes, /) -> Tokenizer: ...
    @property
    def ignores_merges(self) -> bool: ...
    @property
    def vocab_size(self) -> int: ...
    @property
    def n_vocab(self) -> int: ...
    @property
    def pattern(self) -> str | tuple[str, ...] | None: ...
    @property
    def added_tokens(self) -> list[tuple[str, int, tuple[bool, bool, bool, bool, bool]]]: ...
    @property
    def normalizer(self) -> str: ...
    @property
    def template(self) -> tuple[list[int], list[int], str]: ...
    @property
    def pre_tokenizer(self) -> str: ...
    @property
    def oniguruma_expressions(self) -> list[str | None]: ...
    @property
    def special_tokens(self) -> list[tuple[str, int]]: ...
    @property
    def tokens(self) -> list[tuple[bytes, int]]: ...
    @property
    def merges(self) -> list[tuple[int, int]]: ...
    @property
    def unknown(self) -> tuple[int | None, bool] | None: ...
    @property
    def by_ranks(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
class Decompressed:
    def __new__(cls, file: BinaryIO, /) -> Self: ...
    def read1(self, size: int, /) -> bytes: ...
    @property
    def bytes_read(self) -> int: ...

@final
class WordCounts:
    @staticmethod
    def of(
        items: list[tuple[bytes, int]], pattern: str | Sequence[str] | None, /
    ) -> WordCounts: ...
    @staticmethod
    def count(
        texts: Iterable[str],
        pattern: str | Sequence[str] | None,
        threads: int,
        progress: Callable[[int, int], object] | None,
        nulls_are_empty: bool = False,
        /,
    ) -> WordCounts: ...
    @staticmethod
    def count_files(
        paths: Sequence[str | None],
        pattern: str | Sequence[str] | None,
        threads: int,
        progress: Callable[[int, int], object] | None,
        /,
    ) -> WordCounts: ...
    @staticmethod
    def count_stream(
        file: BinaryIO,
        name: str,
        part: tuple[int, int] | None,
        pattern: str | Sequence[str] | None,
        /,
    ) -> WordCounts: ...
    @staticmethod
    def start_of_part(start: int, /) -> int: ...
    @staticmethod
    def from_arrow(
        table: object, pattern: str | Sequence[str] | None, is_given: bool, /
    ) -> WordCounts: ...
    @staticmethod
    def of_buffers(
        pieces: Buffer, ends: Buffer, counts: Buffer, pattern: str | Sequence[str] | None, /
    ) -> WordCounts: ...
    def buffers(self) -> list[Buffer]: ...
    @staticmethod
    def sum(parts: Iterable[WordCounts], /) -> WordCounts | None: ...
    def split(self, shares: int, /) -> list[WordCounts]: ...
    def at_least(self, min_count: int, /) -> WordCounts: ...
    def get(self, piece: bytes, /) -> int | None: ...
    def items(self) -> list[tuple[bytes, int]]: ...
    @property
    def pattern(self) -> str | tuple[str, ...] | None: ...
    @property
    def total(self) -> int: ...
    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...
    def __eq__(self, other: object, /) -> bool: ...

def batch_to_arrow(
    ids: np.ndarray, offsets: np.ndarray, valid: np.ndarray | None, requested: object | None, /
) -> tuple[object, object]: ...
def batch_from_arrow(lists: object, /) -> tuple[list[memoryview], list[int]]: ...
def batch_from_lists(lists: Iterable[Iterable[int]], /) -> tuple[_Ids, _Offsets]: ...
