"""The tokenizer that people would use: byte-level, exact and fast."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, Self

from bytemerge import _core, huggingface_file, pretrained, tiktoken_file
from bytemerge.abstract import AbstractTokenizer, checked_lines, checked_vocab_size
from bytemerge.corpus import lines_of
from bytemerge.errors import ModelError, UnknownTokenError, VocabularySizeError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import numpy as np

    from bytemerge.token_batch import TokenBatch

BYTES = 256
"""Tokens that every vocabulary has."""


class Tokenizer(AbstractTokenizer):
    """Cuts text into tokens of bytes: any text, and back again without a loss.

    A text is cut at its special tokens, then by a pattern into pieces, and in each piece pairs of
    neighbouring tokens merge. ``decode(encode(text)) == text`` for every text that encodes.
    Tokenizers never change, so threads can share them; long calls let other threads of Python run,
    and Ctrl-C stops them.

    Make one with ``train``, ``from_pretrained``, ``from_tiktoken``, ``from_huggingface``,
    ``from_ranks`` or ``load``.

    Example:
        >>> from bytemerge import Tokenizer
        >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 260, pattern="gpt2")
        >>> tokenizer.merges
        [(b'a', b't'), (b'h', b'e'), (b't', b'he'), (b'c', b'at')]
        >>> tokenizer.decode(tokenizer.encode("that hat"))
        'that hat'
    """

    __slots__ = ("_rust",)

    _rust: _core.Tokenizer

    @classmethod
    def _of(cls, rust: _core.Tokenizer) -> Self:
        tokenizer = cls.__new__(cls)
        tokenizer._rust = rust
        return tokenizer

    @classmethod
    def train(  # noqa: PLR0913  # all options have a name and a default
        cls,
        lines: Iterable[str],
        vocab_size: int,
        *,
        pattern: str | None = "gpt2",
        special_tokens: Sequence[str] = (),
        min_frequency: int = 0,
        threads: int | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Return a tokenizer of ``vocab_size`` tokens, learnt from texts.

        The tokens are the 256 bytes, then merges in the order learnt, then the special tokens. The
        pair that occurs most often merges first. Among equals it is the one that the trainer of Hugging
        Face would take, so merges are the same as its, one by one. There are fewer tokens when no
        pair is left that occurs ``min_frequency`` times.

        The texts are read once, one after the other, and not kept: memory grows with the distinct
        pieces. ``progress`` is called now and then with the number of merges so far and the number wanted.

        Raises:
            VocabularySizeError: ``vocab_size`` has no room for the bytes and the special tokens.
            PatternError: the pattern is not a regular expression, or gives up on a text.
            UnicodeEncodeError: a text has a lone surrogate.
            TypeError: ``lines`` is a single str, or holds anything else than str.
        """
        size, special = checked_vocab_size(vocab_size), list(special_tokens)
        merges = size - BYTES - len(special)
        if merges < 0:
            smallest = BYTES + len(special)
            message = f"vocab_size must be at least {smallest}, the bytes and the special tokens, not {size}"
            raise VocabularySizeError(message)
        texts = checked_lines(lines)
        return cls._of(
            _core.Tokenizer.train(
                texts, merges, pattern, special, min_frequency, threads or 0, progress
            )
        )

    @classmethod
    def train_from_files(  # noqa: PLR0913  # all options have a name and a default
        cls,
        paths: Iterable[str | os.PathLike[str]],
        vocab_size: int,
        *,
        pattern: str | None = "gpt2",
        special_tokens: Sequence[str] = (),
        min_frequency: int = 0,
        threads: int | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Return a tokenizer learnt from files of UTF-8 text, as ``train`` does from their lines.

        The files are read line by line and not kept. Each line is a text of its own, with its end: no
        token reaches from one line into the next.

        Raises:
            OSError: a file cannot be read.
            NotUtf8Error: a file is not UTF-8; the sentence says where, and which byte.
            TypeError: ``paths`` is a single path.
        """
        if isinstance(paths, str | bytes | os.PathLike):
            message = f"expected an iterable of paths, not a single {type(paths).__name__}"
            raise TypeError(message)
        return cls.train(
            lines_of((os.fspath(path) for path in paths), keep_ends=True),
            vocab_size,
            pattern=pattern,
            special_tokens=special_tokens,
            min_frequency=min_frequency,
            threads=threads,
            progress=progress,
        )

    @classmethod
    def from_ranks(
        cls,
        ranks: Mapping[bytes, int],
        *,
        pattern: str | None,
        special_tokens: Mapping[str, int] | None = None,
    ) -> Self:
        """Return a tokenizer that merges by rank, as tiktoken does: the ids are the ranks.

        Raises:
            VocabularyError: a byte is missing, an id is missing or there twice, a token is empty.
            PatternError: the pattern is not a regular expression.
        """
        special = list((special_tokens or {}).items())
        return cls._of(_core.Tokenizer.of(list(ranks.items()), None, pattern, special))

    @classmethod
    def from_tiktoken(
        cls,
        path: str | os.PathLike[str],
        *,
        pattern: str | None,
        special_tokens: Mapping[str, int] | None = None,
    ) -> Self:
        """Return the tokenizer of a file of ranks, as tiktoken keeps them.

        Raises:
            OSError: the file cannot be read.
            ModelError: it is not such a file.
        """
        ranks = tiktoken_file.load(path)
        return cls.from_ranks(ranks, pattern=pattern, special_tokens=special_tokens)

    def to_tiktoken(self, path: str | os.PathLike[str]) -> None:
        """Write the ranks into a file that tiktoken reads. It has no place for pattern and special tokens.

        Raises:
            VocabularyError: ranks would encode otherwise than this tokenizer; the token is named.
            OSError: the file cannot be written.
        """
        self._rust.check_ranks()
        tiktoken_file.save(path, self._rust.tokens)

    @classmethod
    def from_huggingface(cls, path: str | os.PathLike[str]) -> Self:
        """Return the tokenizer of a file ``tokenizer.json``, as Hugging Face keeps them.

        It must be byte-level: the pre-tokenizer ByteLevel, alone or behind one Split. Its added tokens are the
        special tokens; Hugging Face finds all of them in a text, as ``allowed_special="all"`` does.

        Raises:
            OSError: the file cannot be read.
            ModelError: it is not such a file, or asks for what this class does not do; the setting is named.
        """
        parts = huggingface_file.load(path)
        try:
            rust = _core.Tokenizer.of(*parts[:4])
            if parts.ignore_merges:
                # It makes a difference only where a token's own bytes merge to something else.
                rust.check_ranks()
        except (ValueError, OverflowError) as error:
            about = "not supported: model.ignore_merges: " if parts.ignore_merges else ""
            message = f"{os.fspath(path)}: {about}{error}"
            raise ModelError(message) from None
        return cls._of(rust)

    def to_huggingface(self, path: str | os.PathLike[str]) -> None:
        """Write a file ``tokenizer.json`` that Hugging Face reads, and from which it makes the same ids.

        Raises:
            VocabularyError: merges cannot say what the ranks of this tokenizer do, or a special token
                is spelt like another one; the token is named.
            OSError: the file cannot be written.
        """
        rust = self._rust
        merges = rust.merges
        tokens, special = rust.tokens, rust.special_tokens
        if rust.by_ranks:
            # Where each token merges to itself by the list, no other pair of neighbours can ever make
            # one: within its bytes both rules take the same steps.
            _core.Tokenizer.of(tokens, merges, rust.pattern, special).check_ranks()
        pattern = self.pattern
        if pattern != huggingface_file.GPT2:
            pattern = rust.oniguruma_expression
        parts = huggingface_file.Parts(tokens, merges, pattern, special, ignore_merges=False)
        huggingface_file.save(path, parts)

    @classmethod
    def from_pretrained(cls, name: str) -> Self:
        """Return a tokenizer that others have trained: gpt2, r50k_base, p50k_base, cl100k_base, o200k_base.

        Its ranks are downloaded once, checked, and kept where tiktoken keeps them: in the folder
        that ``TIKTOKEN_CACHE_DIR`` names, or in one of the system's for temporary files.

        Raises:
            ValueError: there is no such tokenizer.
            OSError: the ranks are not in the cache and cannot be downloaded.
            ModelError: what was downloaded is not what it should be.
        """
        known = pretrained.known(name)
        ranks = tiktoken_file.parse(pretrained.ranks(known), known.url)
        return cls.from_ranks(ranks, pattern=known.pattern, special_tokens=known.special_tokens)

    def with_special_tokens(self, special_tokens: Mapping[str, int]) -> Self:
        """Return the same tokenizer with these special tokens in place of its own.

        Raises:
            VocabularyError: an id is taken.
        """
        return self._of(self._rust.with_special_tokens(list(special_tokens.items())))

    def encode(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
        threads: int | None = None,
    ) -> list[int]:
        """Return the ids of a text.

        Special tokens become their ids where they are allowed. Where they are disallowed, which
        without a word they are, their spelling in the text is an error: who encodes the text of a
        stranger does not want him to write control tokens. ``disallowed_special=()`` takes them for plain text.

        Raises:
            SpecialTokenError: the text has a disallowed special token.
            UnicodeEncodeError: the text has a lone surrogate.
        """
        options = checked_special(allowed_special, disallowed_special)
        return self._rust.encode(text, *options, 0 if threads is None else threads)

    def encode_ordinary(self, text: str) -> list[int]:
        """Return the ids of a text in which special tokens are text like any other."""
        return self._rust.encode(text, [], [], 0)

    def encode_numpy(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
        threads: int | None = None,
    ) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        """Return what ``encode`` returns, as an array: faster, since no number becomes an object."""
        options = checked_special(allowed_special, disallowed_special)
        return self._rust.encode_numpy(text, *options, 0 if threads is None else threads)

    def encode_batch(
        self,
        texts: Iterable[str],
        *,
        allowed_special: Literal["all"] | Collection[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
        threads: int | None = None,
    ) -> TokenBatch:
        """Return the ids of many texts, encoded in parallel. One thread is really one."""
        from bytemerge.token_batch import TokenBatch  # noqa: PLC0415  # numpy is slow to import

        options = checked_special(allowed_special, disallowed_special)
        listed = list(checked_lines(texts))
        return TokenBatch(
            *self._rust.encode_batch(listed, *options, 0 if threads is None else threads)
        )

    def encode_bytes(self, data: bytes) -> list[int]:
        """Return the ids of bytes, which need not be UTF-8; as tiktoken's ``_encode_bytes``."""
        return self._rust.encode_bytes(data)

    def count(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
        threads: int | None = None,
    ) -> int:
        """Return the number of ids of a text, without making them."""
        options = checked_special(allowed_special, disallowed_special)
        return self._rust.count(text, *options, 0 if threads is None else threads)

    def decode(self, ids: Iterable[int], errors: str = "replace") -> str:
        """Return the text of ids. Bytes that are not UTF-8 are replaced, or as ``errors`` says.

        Raises:
            UnknownTokenError: an id stands for nothing.
        """
        return self._rust.decode_bytes(ids).decode("utf-8", errors)

    def decode_batch(self, batch: Iterable[Iterable[int]], errors: str = "replace") -> list[str]:
        """Return the text of each list of ids, or of each text of a TokenBatch; see ``decode``.

        Raises:
            UnknownTokenError: an id stands for nothing.
        """
        return [self.decode(ids, errors) for ids in batch]

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """Return the bytes of ids.

        Raises:
            UnknownTokenError: an id stands for nothing.
        """
        return self._rust.decode_bytes(ids)

    def tokenize(self, line: str) -> list[int]:
        """Return the ids of a text, in which special tokens are plain text."""
        return self.encode_ordinary(line)

    def tokenize_text(self, text: str) -> list[int]:
        """Return the ids of a text, in which special tokens are plain text."""
        return self.encode_ordinary(text)

    def tokens_as_strings(self, tokens: Iterable[int]) -> list[str]:
        """Return what each token stands for; bytes that are no character alone are replaced."""
        return [self.token_bytes(token).decode("utf-8", "replace") for token in tokens]

    def token_bytes(self, id: int) -> bytes:
        """Return the bytes of one token.

        Raises:
            UnknownTokenError: the id stands for nothing.
        """
        return self._rust.decode_bytes([id])

    def token_id(self, token: bytes) -> int:
        """Return the id of the token with these bytes.

        Raises:
            UnknownTokenError: there is none.
        """
        id = self._rust.token_id(token)
        if id is None:
            message = f"no token has the bytes {token!r}"
            raise UnknownTokenError(message)
        return id

    @property
    def vocab_size(self) -> int:
        """The number of tokens, special ones and all."""
        return self._rust.vocab_size

    @property
    def pattern(self) -> str | None:
        """The pattern that cuts texts into pieces, by its name if it has one; None cuts nothing."""
        return self._rust.pattern

    @property
    def special_tokens(self) -> dict[str, int]:
        """The special tokens with their ids."""
        return dict(self._rust.special_tokens)

    @property
    def merges(self) -> list[tuple[bytes, bytes]]:
        """The pairs that merge, in order.

        Raises:
            VocabularyError: a token of foreign ranks is made of no two others.
        """
        return [
            (self.token_bytes(left), self.token_bytes(right)) for left, right in self._rust.merges
        ]

    def save(self, path: str | os.PathLike[str]) -> None:
        self._rust.save(os.fspath(path))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        return cls._of(_core.Tokenizer.load(os.fspath(path)))

    def _parts(self) -> tuple[Any, ...]:
        """Return what ``_core.Tokenizer.of`` makes this tokenizer of."""
        rust = self._rust
        merges = None if rust.by_ranks else rust.merges
        return rust.tokens, merges, rust.pattern, rust.special_tokens

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tokenizer):
            return NotImplemented
        return self._rust == other._rust

    def __hash__(self) -> int:
        return hash(self._rust)

    def __reduce__(self) -> tuple[Callable[..., Tokenizer], tuple[type[Self], tuple[Any, ...]]]:
        """Return a function and its arguments, for pickle and copy."""
        return _unpickled, (type(self), self._parts())


def _unpickled(cls: type[Tokenizer], parts: tuple[Any, ...]) -> Tokenizer:
    return cls._of(_core.Tokenizer.of(*parts))


def checked_special(
    allowed: Literal["all"] | Collection[str], disallowed: Literal["all"] | Collection[str]
) -> tuple[list[str] | None, list[str] | None]:
    """Return both as lists, None for all of them, or raise where they contradict each other."""
    is_all = "all" in (allowed, disallowed)
    both = set() if is_all else set(allowed) & set(disallowed)
    if both:
        message = f"both allowed and disallowed: {min(both)!r}"
        raise ValueError(message)
    return (
        None if allowed == "all" else list(allowed),
        None if disallowed == "all" else list(disallowed),
    )
