"""The tokenizer that people would use: byte-level, exact and fast."""

from __future__ import annotations

import codecs
import os
import sys
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, Self

from bytemerge import _core, explanation, huggingface_file, pretrained, tiktoken_file
from bytemerge.abstract import (
    TOKENS_SHOWN,
    AbstractTokenizer,
    check_type,
    checked_integer,
    checked_progress,
    checked_threads,
    shown,
)
from bytemerge.decoder import Decoder, checked_errors
from bytemerge.encoding import Encoding
from bytemerge.errors import ModelError, SpecialTokenError, UnknownTokenError, VocabularySizeError
from bytemerge.texts import checked_path, checked_paths, checked_pattern, checked_texts
from bytemerge.token_visualization import TokenVisualization
from bytemerge.truncation import Truncation
from bytemerge.word_counts import WordCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    import numpy as np

    from bytemerge.explanation import Explanation
    from bytemerge.token_batch import TokenBatch

NONE: frozenset[str] = frozenset()
"""No special tokens: what is allowed without a word."""

BYTES = 256
"""Tokens that every vocabulary has."""

PORTION = 1 << 22
"""Bytes that are decoded in one go: some milliseconds of work."""


class Tokenizer(AbstractTokenizer):
    """Cuts text into tokens of bytes: any text, and back again without a loss.

    A text is cut at its special tokens, then by a pattern into pieces, and in each piece pairs of
    neighbouring tokens merge. ``decode(encode(text)) == text`` for every text that encodes.
    Tokenizers never change, so threads can share them; long calls let other threads of Python run,
    and Ctrl-C stops them. Where memory ends, a call raises ``MemoryError``, and the next one works.

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

    def __init__(self) -> None:
        """Raise ``TypeError``: a tokenizer is learnt or loaded."""
        message = "make a Tokenizer with train, from_pretrained, from_ranks, load, or another from_ method"
        raise TypeError(message)

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

        The texts are an iterable of str, an array of numpy, or an Arrow array of strings: a column of polars,
        pyarrow, pandas or DuckDB. They are read once, one after the other, and not kept: memory grows with the
        distinct pieces. ``progress`` is called now and then with the number of merges so far and the number wanted.

        Raises:
            VocabularySizeError: ``vocab_size`` has no room for the bytes and the special tokens.
            VocabularyError: a special token is there twice, or empty.
            PatternError: the pattern is not a regular expression, or gives up on a text.
            UnicodeEncodeError: a text has a lone surrogate.
            TooLargeError: there are more pieces than can be trained on: more than a gigabyte of distinct ones.
            ValueError: ``min_frequency`` is negative, or ``threads`` is less than 1.
            TypeError: ``lines`` is a single str, or holds anything else than str; a null is none. Or an option is
                of another type: ``progress``, say, cannot be called.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["low low lower", "newest"], 260, special_tokens=["<end>"])
            >>> tokenizer.merges
            [(b'l', b'o'), (b'lo', b'w'), (b' ', b'low')]
            >>> tokenizer.special_tokens
            {'<end>': 259}
        """
        # Before hours of counting, not after.
        checked_merges(vocab_size, special_tokens)
        checked_frequency(min_frequency)
        checked_progress(progress)
        counts = WordCounts.count(lines, pattern=pattern, threads=threads)
        return cls.train_from_counts(
            counts,
            vocab_size,
            special_tokens=special_tokens,
            min_frequency=min_frequency,
            progress=progress,
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
        r"""Return a tokenizer learnt from files of UTF-8 text, plain or compressed by gzip, zstd, bzip2 or xz.

        Each file is one text, as it is: the tokenizer is that of ``train([all of the file])``. The files are read in
        blocks and in parallel; see ``WordCounts.count_files``, which this calls. ``progress`` is called now and then
        with the bytes read so far and those of all files, then with the merges so far and the number wanted. To show
        one after the other, count first and then train from the counts.

        Raises:
            VocabularySizeError: ``vocab_size`` has no room for the bytes and the special tokens.
            VocabularyError: a special token is there twice, or empty.
            OSError: a file cannot be read, or is compressed and damaged.
            NotUtf8Error: a file is not UTF-8; the sentence says which byte, and where.
            PatternError: the pattern is not a regular expression, or gives up on a text.
            TooLargeError: there are more pieces than can be trained on: more than a gigabyte of distinct ones.
            ValueError: ``min_frequency`` is negative, or ``threads`` is less than 1.
            TypeError: ``paths`` is a single path, or an option is of another type.

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import Tokenizer
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "text.txt")
            ...     _ = path.write_bytes(b"the cat\nthe hat\n")
            ...     Tokenizer.train_from_files([path], 258).merges
            [(b'a', b't'), (b'h', b'e')]
        """
        checked_merges(vocab_size, special_tokens)
        checked_frequency(min_frequency)
        counts = WordCounts.count_files(paths, pattern=pattern, threads=threads, progress=progress)
        return cls.train_from_counts(
            counts,
            vocab_size,
            special_tokens=special_tokens,
            min_frequency=min_frequency,
            progress=progress,
        )

    @classmethod
    def train_from_counts(
        cls,
        counts: WordCounts,
        vocab_size: int,
        *,
        special_tokens: Sequence[str] = (),
        min_frequency: int = 0,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Return a tokenizer learnt from pieces that are already counted; its pattern is that of the counts.

        It is the tokenizer that ``train`` makes of the texts. The counts can be made in many places, added up, kept
        in a file, and trained on as often as you like: with other sizes, or other special tokens.

        Raises:
            VocabularySizeError: ``vocab_size`` has no room for the bytes and the special tokens.
            VocabularyError: a special token is there twice, or empty.
            TooLargeError: there are more pieces, or higher counts, than can be trained on.
            ValueError: ``min_frequency`` is negative.
            TypeError: ``counts`` are no WordCounts, or an option is of another type.

        Example:
            >>> from bytemerge import Tokenizer, WordCounts
            >>> counts = WordCounts({b"low": 5, b"lower": 2, b"newest": 6, b"widest": 3})
            >>> Tokenizer.train_from_counts(counts, 260).merges
            [(b'e', b's'), (b'es', b't'), (b'l', b'o'), (b'lo', b'w')]
        """
        merges, special = checked_merges(vocab_size, special_tokens)
        check_type(counts, WordCounts)
        frequency, report = checked_frequency(min_frequency), checked_progress(progress)
        return cls._of(_core.Tokenizer.train(counts._rust, merges, special, frequency, report))

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
            VocabularyError: a byte is missing, an id is missing, there twice or no number of 32 bits, a token is empty.
            PatternError: the pattern is not a regular expression.
            TypeError: the tokens are not bytes, or their ids no numbers.

        Example:
            >>> from bytemerge import Tokenizer
            >>> ranks = {bytes([byte]): byte for byte in range(256)} | {b"at": 256}
            >>> Tokenizer.from_ranks(ranks, pattern="gpt2").encode("cat")
            [99, 256]
        """
        special = checked_mapping(special_tokens or {}, "special_tokens")
        listed = checked_mapping(ranks, "ranks")
        return cls._of(_core.Tokenizer.of(listed, None, checked_pattern(pattern), special))

    @classmethod
    def from_tiktoken(
        cls,
        path: str | os.PathLike[str],
        *,
        pattern: str | None,
        special_tokens: Mapping[str, int] | None = None,
    ) -> Self:
        """Return the tokenizer of a file of ranks, as tiktoken keeps them: a line for each token.

        The file says neither the pattern nor the special tokens; they are what the caller knows of the model.

        Raises:
            OSError: the file cannot be read.
            ModelError: it is not such a file; the sentence names the line.
            VocabularyError: a byte or an id is missing, or there twice.
            PatternError: the pattern is not a regular expression.

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import Tokenizer
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "cats.tiktoken")
            ...     Tokenizer.train(["the cat", "the hat"], 258).to_tiktoken(path)
            ...     path.read_text(encoding="utf-8").splitlines()[-2:]
            ...     tokenizer = Tokenizer.from_tiktoken(path, pattern="gpt2")
            ['YXQ= 256', 'aGU= 257']
            >>> tokenizer.encode("cat")
            [99, 256]
        """
        ranks = tiktoken_file.load(checked_path(path))
        return cls.from_ranks(ranks, pattern=pattern, special_tokens=special_tokens)

    def to_tiktoken(self, path: str | os.PathLike[str]) -> None:
        """Write the ranks into a file that tiktoken reads, in one step. It has no place for pattern and special tokens.

        Raises:
            VocabularyError: ranks would encode otherwise than this tokenizer; the token is named.
            OSError: the file cannot be written.

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 258)
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "cats.tiktoken")
            ...     tokenizer.to_tiktoken(path)
            ...     Tokenizer.from_tiktoken(path, pattern=tokenizer.pattern).encode("cat")
            [99, 256]
        """
        path = checked_path(path)
        self._rust.check_ranks()
        tiktoken_file.save(path, self._rust.tokens)

    @classmethod
    def from_huggingface(
        cls,
        path: str | os.PathLike[str],
        *,
        post_processor: Literal["refuse", "ignore"] = "refuse",
    ) -> Self:
        """Return the tokenizer of a file ``tokenizer.json``, as Hugging Face keeps them.

        It must be byte-level: the pre-tokenizer ByteLevel, alone or behind one Split. Its added tokens are the
        special tokens; Hugging Face finds all of them in a text, as ``allowed_special="all"`` does.

        A file may ask for special tokens around each text, as that of Llama 3 does. Nothing here adds any, so that such a
        file is refused, unless you say that you know: with ``post_processor="ignore"`` the ids are those of
        ``encode(text, add_special_tokens=False)`` there.

        Raises:
            OSError: the file cannot be read.
            ModelError: it is not such a file, or asks for what this class does not do; the setting is named.
            ValueError: ``post_processor`` is neither "refuse" nor "ignore".

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the cat", "a hat"], 258, special_tokens=["<end>"])
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "tokenizer.json")
            ...     tokenizer.to_huggingface(path)
            ...     Tokenizer.from_huggingface(path).encode("cat<end>", allowed_special="all")
            [99, 256, 257]
        """
        path = checked_path(path)
        parts = huggingface_file.load(path, checked_post_processor(post_processor))
        try:
            rust = _core.Tokenizer.of(*parts)
        except (ValueError, OverflowError) as error:
            message = f"{os.fspath(path)}: {error}"
            raise ModelError(message) from None
        return cls._of(rust)

    def to_huggingface(self, path: str | os.PathLike[str]) -> None:
        r"""Write a file ``tokenizer.json`` that Hugging Face reads, and from which it makes the same ids.

        Raises:
            VocabularyError: merges cannot say what the ranks of this tokenizer do, or a special token
                is spelt like another one; the token is named.
            PatternError: the pattern means something else to the engine of Hugging Face, as ``\w``, ``^`` and ``$`` do.
            OSError: the file cannot be written.

        Example:
            >>> import json, pathlib, tempfile
            >>> from bytemerge import Tokenizer
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "tokenizer.json")
            ...     Tokenizer.train(["the cat", "the hat"], 258).to_huggingface(path)
            ...     json.loads(path.read_text(encoding="utf-8"))["model"]["merges"]
            [['a', 't'], ['h', 'e']]
        """
        path = checked_path(path)
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
        parts = huggingface_file.Parts(tokens, merges, pattern, special, rust.ignores_merges)
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

        Example:
            It needs a network, unless the ranks are in the cache:

            >>> from bytemerge import Tokenizer
            >>> Tokenizer.from_pretrained("gpt2").encode("Hello world")  # doctest: +SKIP
            [15496, 995]
        """
        known = pretrained.known(name)
        ranks = tiktoken_file.parse(pretrained.ranks(known), known.url)
        return cls.from_ranks(ranks, pattern=known.pattern, special_tokens=known.special_tokens)

    def with_special_tokens(self, special_tokens: Mapping[str, int]) -> Self:
        """Return the same tokenizer with these special tokens in place of its own.

        Raises:
            VocabularyError: an id is taken or no number of 32 bits, or a special token is empty.
            TypeError: ``special_tokens`` is no mapping of str to integers.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train([], 256).with_special_tokens({"<end>": 300}).special_tokens
            {'<end>': 300}
        """
        special = checked_mapping(special_tokens, "special_tokens")
        return self._of(self._rust.with_special_tokens(special))

    def encode(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = NONE,
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
            PatternError: the pattern, an expression of your own, gives up on the text.
            ValueError: a special token is both allowed and disallowed, or ``threads`` is less than 1.
            TypeError: ``text`` is not a str, or the special tokens are a single one, whose items are characters.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the the"], 259, special_tokens=["<end>"])
            >>> tokenizer.encode("the<end>", allowed_special={"<end>"})
            [257, 258]
            >>> tokenizer.encode("<end>", disallowed_special=())
            [60, 101, 110, 100, 62]
        """
        allowed, disallowed = checked_special(allowed_special, disallowed_special)
        return self._rust.encode(text, allowed, disallowed, checked_threads(threads))

    def encode_ordinary(self, text: str) -> list[int]:
        """Return the ids of a text in which special tokens are text like any other.

        No text raises an error for what it spells, so this is the call for text of strangers.

        Raises:
            UnicodeEncodeError: the text has a lone surrogate.
            PatternError: the pattern, an expression of your own, gives up on the text.
            TypeError: ``text`` is not a str.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the the"], 259, special_tokens=["<end>"])
            >>> tokenizer.encode_ordinary("the<end>")
            [257, 60, 101, 110, 100, 62]
        """
        return self._rust.encode(text, [], [], 0)

    def encode_numpy(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = NONE,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        threads: int | None = None,
    ) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        """Return what ``encode`` returns, as an array: faster, since no number becomes an object.

        Raises:
            SpecialTokenError: the text has a disallowed special token.
            UnicodeEncodeError: the text has a lone surrogate.
            PatternError: the pattern, an expression of your own, gives up on the text.
            ValueError: a special token is both allowed and disallowed, or ``threads`` is less than 1.
            TypeError: ``text`` is not a str, or the special tokens are a single one, whose items are characters.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).encode_numpy("the")
            array([257], dtype=uint32)
        """
        allowed, disallowed = checked_special(allowed_special, disallowed_special)
        return self._rust.encode_numpy(text, allowed, disallowed, checked_threads(threads))

    def encode_batch(
        self,
        texts: Iterable[str],
        *,
        allowed_special: Literal["all"] | Collection[str] = NONE,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        threads: int | None = None,
    ) -> TokenBatch:
        """Return the ids of many texts, encoded in parallel. One thread is really one.

        The texts are an iterable of str, an array of numpy, or an Arrow array of strings: a column of polars, pyarrow,
        pandas or DuckDB. The strings of Arrow are read where they are.

        Raises:
            SpecialTokenError: a text has a disallowed special token.
            UnicodeEncodeError: a text has a lone surrogate.
            PatternError: the pattern, an expression of your own, gives up on a text.
            ValueError: a special token is both allowed and disallowed, or ``threads`` is less than 1.
            TypeError: ``texts`` is a single str, or holds anything else than str; a null is none, and is named by its row.

        Example:
            >>> from bytemerge import Tokenizer
            >>> batch = Tokenizer.train(["the the"], 258).encode_batch(["the", "", "the the"])
            >>> batch.tolist()
            [[257], [], [257, 32, 257]]
            >>> batch[2]
            array([257,  32, 257], dtype=uint32)
        """
        from bytemerge.token_batch import TokenBatch  # noqa: PLC0415  # numpy is slow to import

        options = checked_special(allowed_special, disallowed_special)
        return TokenBatch(
            *self._rust.encode_batch(checked_texts(texts), *options, checked_threads(threads))
        )

    def encode_files(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        separator: str | None = None,
        allowed_special: Literal["all"] | Collection[str] = NONE,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        threads: int | None = None,
    ) -> TokenBatch:
        """Return the ids of files of UTF-8 text, one row a file, plain or compressed by gzip, zstd, bzip2 or xz.

        ``separator`` is a special token, as ``"<|endoftext|>"``: its id comes last in each row, so that ``batch.ids``
        is all documents one after the other, with an end to each.

        Raises:
            OSError: a file cannot be read, or is compressed and damaged.
            NotUtf8Error: a file is not UTF-8; the sentence says which byte, and where.
            SpecialTokenError: a file has a disallowed special token, or ``separator`` is no special token.
            PatternError: the pattern, an expression of your own, gives up on a file.
            ValueError: a special token is both allowed and disallowed, or ``threads`` is less than 1.
            TypeError: ``paths`` is a single path.

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train([], 257, special_tokens=["<end>"])
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "text.txt")
            ...     _ = path.write_bytes(b"cat")
            ...     tokenizer.encode_files([path, path], separator="<end>").tolist()
            [[99, 97, 116, 256], [99, 97, 116, 256]]
        """
        from bytemerge.token_batch import TokenBatch  # noqa: PLC0415  # numpy is slow to import

        options = checked_special(allowed_special, disallowed_special)
        end = None if separator is None else self.special_tokens.get(separator)
        if separator is not None and end is None:
            message = f"the separator {separator!r} is not a special token of this tokenizer"
            raise SpecialTokenError(message)
        given = checked_paths(paths)
        return TokenBatch(*self._rust.encode_files(given, end, *options, checked_threads(threads)))

    def encode_with_offsets(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = NONE,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        threads: int | None = None,
    ) -> Encoding:
        """Return the ids of a text, and where each token stands in it, in bytes and in characters.

        A token may be a part of a character: see ``Encoding`` for what its place is. Places take about
        as long as the ids, so that all of it takes as long as ``encode``.

        Raises:
            SpecialTokenError: the text has a disallowed special token.
            UnicodeEncodeError: the text has a lone surrogate.
            PatternError: the pattern, an expression of your own, gives up on the text.
            ValueError: a special token is both allowed and disallowed, or ``threads`` is less than 1.
            TypeError: ``text`` is not a str, or the special tokens are a single one, whose items are characters.

        Example:
            >>> from bytemerge import Tokenizer
            >>> text = "the thé"
            >>> encoding = Tokenizer.train(["the the"], 258).encode_with_offsets(text)
            >>> [text[start:end] for start, end in encoding.char_offsets]
            ['the', ' ', 't', 'h', 'é', 'é']
        """
        options = checked_special(allowed_special, disallowed_special)
        threads = checked_threads(threads)
        return Encoding(*self._rust.encode_with_offsets(text, *options, threads))

    def truncate(
        self,
        text: str,
        max_tokens: int,
        *,
        allowed_special: Literal["all"] | Collection[str] = NONE,
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> Truncation:
        """Return the first tokens of a text, at most so many, and the text that they stand for.

        The ids are the first ones that ``encode`` returns for the whole text, and end where a character ends: where the
        last token would end inside of one, that token and the others of the character are left out, so that there are up to
        three less. The text is a prefix of the text, ``decode(ids)``, and may encode to other ids by itself.

        It stops where it has enough: the time depends on what is kept and on the piece in which that ends, not on the rest of
        the text. (The interpreter makes UTF-8 of a text that is not ASCII once, which reads all of it.) What comes after
        the end is not searched for disallowed special tokens either.

        Raises:
            ValueError: ``max_tokens`` is negative, or a special token is both allowed and disallowed.
            SpecialTokenError: a disallowed special token starts in the part that is kept.
            UnicodeEncodeError: the text has a lone surrogate.
            PatternError: the pattern, an expression of your own, gives up on the part that is kept.
            TypeError: ``text`` is not a str, or ``max_tokens`` no number.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 260)
            >>> tokenizer.truncate("the hat and the cat", 3)
            Truncation(ids=[258, 32, 104], text='the h', byte_end=5)
        """
        limit = checked_integer(max_tokens, "max_tokens")
        if limit < 0:
            message = f"max_tokens must be at least 0, not {limit}"
            raise ValueError(message)
        options = checked_special(allowed_special, disallowed_special)
        ids, end = self._rust.truncate(text, min(limit, sys.maxsize), *options)
        # Where there is nothing but ASCII, as in a part of it, characters are bytes.
        kept = text[:end] if text.isascii() else self.decode_bytes(ids).decode()
        return Truncation(ids, kept, end)

    def explain(self, word: str) -> Explanation:
        """Return how a word becomes tokens, merge by merge: a table, a picture in a notebook, and data.

        It is replayed from the definition, and leads to what ``encode`` returns. Special tokens are plain text.

        Raises:
            ValueError: the text is longer than 1,000 bytes: the steps take the square of that.
            UnicodeEncodeError: the text has a lone surrogate.
            TypeError: ``word`` is not a str.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 260)
            >>> print(tokenizer.explain("the"))
            the: 3 bytes, 2 merges, 1 token
            <BLANKLINE>
            step  pair    rank   id  tokens
               0                     t|h|e
               1  h + e    257  257  t|he
               2  t + he   258  258  the
        """
        return explanation.explain(self, word)

    def visualize(
        self, text: str, *, allowed_special: Literal["all"] | Collection[str] = frozenset()
    ) -> TokenVisualization:
        """Return the text cut into coloured tokens with their ids, for the terminal and for notebooks.

        Special tokens that are not allowed are plain text.

        Raises:
            UnicodeEncodeError: the text has a lone surrogate.
            PatternError: the pattern, an expression of your own, gives up on the text.
            TypeError: ``text`` is not a str.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 260)
            >>> print(tokenizer.visualize("the thatcher"))
            the| |t|h|at|c|he|r
        """
        ids = self.encode(text, allowed_special=allowed_special, disallowed_special=())
        return self._shown(ids)

    def _shown(self, ids: Iterable[int]) -> TokenVisualization:
        listed = tuple(ids)
        tokens = tuple(map(self.token_bytes, listed))
        return TokenVisualization(tokens, listed, frozenset(self.special_tokens.values()))

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the newest tokens, and the special ones."""
        import html  # noqa: PLC0415  # slow to import

        ids = sorted({*(id for _, id in self._rust.tokens), *self.special_tokens.values()})
        title = (
            f"<p><b>{html.escape(type(self).__name__)}</b>: {len(ids):,} tokens; the newest:</p>"
        )
        return title + self._shown(ids[: -TOKENS_SHOWN - 1 : -1]).as_html()

    def encode_bytes(self, data: bytes) -> list[int]:
        r"""Return the ids of bytes, which need not be UTF-8; as tiktoken's ``_encode_bytes``.

        Special tokens are plain text, and ``decode_bytes`` returns the bytes as they were.

        Raises:
            PatternError: the pattern, an expression of your own, gives up on the text.
            TypeError: ``data`` is not bytes.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the the"], 258)
            >>> tokenizer.encode_bytes(b"the\xff")
            [257, 255]
            >>> tokenizer.decode_bytes([257, 255])
            b'the\xff'
        """
        return self._rust.encode_bytes(data)

    def count(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = NONE,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        threads: int | None = None,
    ) -> int:
        """Return the number of ids of a text, without making them.

        Raises:
            SpecialTokenError: the text has a disallowed special token.
            UnicodeEncodeError: the text has a lone surrogate.
            PatternError: the pattern, an expression of your own, gives up on the text.
            ValueError: a special token is both allowed and disallowed, or ``threads`` is less than 1.
            TypeError: ``text`` is not a str, or the special tokens are a single one, whose items are characters.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).count("the cat")
            5
        """
        allowed, disallowed = checked_special(allowed_special, disallowed_special)
        return self._rust.count(text, allowed, disallowed, checked_threads(threads))

    def decode(self, ids: Iterable[int], errors: str = "replace") -> str:
        r"""Return the text of ids. Bytes that are not UTF-8 are replaced, or as ``errors`` says.

        Any ids may follow each other, and a part of a character is not UTF-8. ``errors`` means what it does
        for ``bytes.decode``: "strict", "replace", "ignore", "backslashreplace" or "surrogateescape".

        Raises:
            UnknownTokenError: an id stands for nothing.
            ValueError: ``errors`` is none of these.
            UnicodeDecodeError: the bytes are not UTF-8, and ``errors`` is "strict".
            TypeError: an id is not a number.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train([], 256)
            >>> tokenizer.decode([110, 195, 169])
            'né'
            >>> tokenizer.decode([110, 195]), tokenizer.decode([110, 195], "backslashreplace")
            ('n\ufffd', 'n\\xc3')
        """
        return decoded(self._rust.decode_bytes(ids), checked_errors(errors))

    def decoder(self, errors: str = "replace") -> Decoder:
        """Return what turns ids into text as they come, one by one, and never cuts a character.

        Raises:
            ValueError: there is no such way to treat errors; see ``decode``.

        Example:
            >>> from bytemerge import Tokenizer
            >>> decoder = Tokenizer.train([], 256).decoder()
            >>> [decoder.feed(id) for id in (110, 195, 169)], decoder.finish()
            (['n', '', 'é'], '')
        """
        return Decoder(self, errors)

    def decode_stream(self, ids: Iterable[int], errors: str = "replace") -> Iterator[str]:
        """Return the text of ids in parts, each as soon as its characters are whole.

        No part is empty, and together they are what ``decode`` returns. The ids are taken one at a time.

        Raises:
            ValueError: there is no such way to treat errors; see ``decode``.
            UnknownTokenError: an id stands for nothing; while it goes on, as the next one.
            UnicodeDecodeError: the bytes are not UTF-8, and ``errors`` is "strict".

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train([], 256)
            >>> list(tokenizer.decode_stream(tokenizer.encode("né")))
            ['n', 'é']
        """
        decoder = self.decoder(errors)
        parts = chain(map(decoder.feed, ids), (decoder.finish() for _ in range(1)))
        return filter(None, parts)

    def decode_batch(
        self,
        batch: TokenBatch | Iterable[Iterable[int]],
        errors: str = "replace",
        *,
        threads: int | None = None,
    ) -> list[str]:
        """Return the text of each row of a TokenBatch, or of each list of ids, decoded in parallel; see ``decode``.

        Raises:
            UnknownTokenError: an id stands for nothing.
            UnicodeDecodeError: the bytes of a row are not UTF-8, and ``errors`` is ``"strict"``.
            ValueError: there is no such way to treat errors, or ``threads`` is less than 1.
            TypeError: an id is not a number.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train([], 256)
            >>> tokenizer.decode_batch([[99, 97, 116], []])
            ['cat', '']
        """
        from bytemerge.token_batch import TokenBatch  # noqa: PLC0415  # numpy is slow to import

        rows = batch if isinstance(batch, TokenBatch) else TokenBatch.from_lists(batch)
        return self._rust.decode_batch(
            rows.ids, rows.offsets, checked_errors(errors), checked_threads(threads)
        )

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        r"""Return the bytes of ids, which need not be UTF-8.

        Raises:
            UnknownTokenError: an id stands for nothing.
            TypeError: an id is not a number.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).decode_bytes([257, 195])
            b'the\xc3'
        """
        return self._rust.decode_bytes(ids)

    def tokenize(self, line: str) -> list[int]:
        """Return the ids of a text, as ``encode_ordinary``: special tokens are plain text.

        Raises:
            UnicodeEncodeError: the text has a lone surrogate.
            PatternError: the pattern, an expression of your own, gives up on the text.
            TypeError: ``line`` is not a str.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).tokenize("the thé")
            [257, 32, 116, 104, 195, 169]
        """
        return self.encode_ordinary(line)

    def tokenize_text(self, text: str) -> list[int]:
        r"""Return the ids of a text, as ``encode_ordinary``: lines are nothing special here.

        Raises:
            UnicodeEncodeError: the text has a lone surrogate.
            PatternError: the pattern, an expression of your own, gives up on the text.
            TypeError: ``text`` is not a str.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).tokenize_text("the\nthe")
            [257, 10, 257]
        """
        return self.encode_ordinary(text)

    def tokens_as_strings(self, tokens: Iterable[int]) -> list[str]:
        """Return what each token stands for; bytes that are no character alone are replaced.

        Raises:
            UnknownTokenError: an id stands for nothing.
            TypeError: an id is not a number.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the the"], 258)
            >>> tokenizer.tokens_as_strings(tokenizer.encode("the thé"))
            ['the', ' ', 't', 'h', '\ufffd', '\ufffd']
        """
        return [self.token_bytes(token).decode("utf-8", "replace") for token in tokens]

    def tokens_as_string(self, tokens: Iterable[int]) -> str:
        """Return the text that all tokens together stand for, as ``decode``: a character may be cut into several.

        Raises:
            UnknownTokenError: an id stands for nothing.
            TypeError: an id is not a number.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the the"], 258)
            >>> tokenizer.tokens_as_string(tokenizer.encode("the thé"))
            'the thé'
        """
        return self.decode(tokens)

    def token_bytes(self, id: int) -> bytes:
        """Return the bytes of one token, which need not be UTF-8.

        Raises:
            UnknownTokenError: the id stands for nothing.
            TypeError: ``id`` is not a number.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).token_bytes(257)
            b'the'
        """
        return self._rust.decode_bytes([id])

    def token_id(self, token: bytes) -> int:
        """Return the id of the token with these bytes.

        Raises:
            UnknownTokenError: there is none.
            TypeError: ``token`` is not bytes.

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).token_id(b"the")
            257
        """
        id = self._rust.token_id(token)
        if id is None:
            message = f"no token has the bytes {token!r}"
            raise UnknownTokenError(message)
        return id

    @property
    def vocab_size(self) -> int:
        """The number of tokens, special ones and all; ``n_vocab`` is what an embedding needs."""
        return self._rust.vocab_size

    @property
    def n_vocab(self) -> int:
        """One more than the highest id, which is the number of rows of an embedding, as in tiktoken.

        It is more than ``vocab_size`` where ids are left out, as in ``cl100k_base``.

        Example:
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the the"], 258)
            >>> tokenizer = tokenizer.with_special_tokens({"<end>": 300})
            >>> tokenizer.vocab_size, tokenizer.n_vocab
            (259, 301)
        """
        return self._rust.n_vocab

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

        Example:
            >>> from bytemerge import Tokenizer
            >>> Tokenizer.train(["the the"], 258).merges
            [(b'h', b'e'), (b't', b'he')]
        """
        merges = self._rust.merges
        tokens = {id: token for token, id in self._rust.tokens}
        return [(tokens[left], tokens[right]) for left, right in merges]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the tokenizer into a file, in one step: a failure leaves what was there before.

        The file has a version and a checksum, and holds all that there is: the pattern, the special tokens, and
        whether tokens merge by ranks or by a list.

        Raises:
            OSError: the file cannot be written.

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import Tokenizer
            >>> tokenizer = Tokenizer.train(["the cat"], 258, special_tokens=["<end>"])
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "cats.bytemerge")
            ...     tokenizer.save(path)
            ...     Tokenizer.load(path) == tokenizer
            True
        """
        self._rust.save(checked_path(path))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the tokenizer that ``save`` wrote into a file, on any system.

        Raises:
            OSError: the file cannot be read.
            ModelError: it is truncated, damaged, of a later version, or something else.

        Example:
            >>> import pathlib, tempfile
            >>> from bytemerge import ModelError, Tokenizer
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder, "cats.bytemerge")
            ...     Tokenizer.train(["the cat"], 258).save(path)
            ...     Tokenizer.load(path).vocab_size
            ...     _ = path.write_bytes(path.read_bytes()[:-1])
            ...     try:
            ...         Tokenizer.load(path)
            ...     except ModelError as error:
            ...         print(str(error).removeprefix(str(path)))
            258
            : truncated: its end is missing
        """
        return cls._of(_core.Tokenizer.load(checked_path(path)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tokenizer):
            return NotImplemented
        return self._rust == other._rust

    def __hash__(self) -> int:
        return hash(self._rust)

    def __reduce__(self) -> tuple[Callable[..., Tokenizer], tuple[type[Self], bytes]]:
        """Return a function and its arguments, for pickle and copy: the content of a model file."""
        return _unpickled, (type(self), self._rust.to_bytes())


def _unpickled(cls: type[Tokenizer], content: bytes) -> Tokenizer:
    return cls._of(_core.Tokenizer.from_bytes(content))


def checked_names(names: Any) -> list[str]:
    """Return the names as a list, or raise where they are one name, whose items are characters, or none."""
    if isinstance(names, str | bytes):
        kind = type(names).__name__
        message = f"expected names of special tokens, not a single {kind}: {shown(names)}"
        raise TypeError(message)
    try:
        listed = list(names)
    except TypeError:
        message = f"expected names of special tokens, not {shown(names)}"
        raise TypeError(message) from None
    for name in listed:
        if not isinstance(name, str):
            message = f"the name of a special token must be a str, not {shown(name)}"
            raise TypeError(message)
    return listed


def checked_mapping(mapping: Mapping[Any, int], name: str) -> list[tuple[Any, int]]:
    """Return tokens and their ids as pairs, or raise where they are no mapping."""
    try:
        return list(dict(mapping).items())
    except (TypeError, ValueError):
        message = f"{name} must be a mapping of tokens to ids, not {shown(mapping)}"
        raise TypeError(message) from None


def checked_post_processor(post_processor: str) -> bool:
    """Return whether what a file wants to be added is ignored, or raise where nobody knows that word."""
    if post_processor not in ("refuse", "ignore"):
        message = f'post_processor must be "refuse" or "ignore", not {shown(post_processor)}'
        raise ValueError(message)
    return post_processor == "ignore"


def checked_frequency(min_frequency: int) -> int:
    """Return a frequency that Rust can hold, or raise."""
    frequency = checked_integer(min_frequency, "min_frequency")
    if frequency < 0:
        message = f"min_frequency must be at least 0, not {frequency}"
        raise ValueError(message)
    return min(frequency, sys.maxsize)


def decoded(data: bytes, errors: str) -> str:
    """Return the text of bytes, of many in portions, so that other threads run meanwhile."""
    if len(data) <= PORTION:
        return data.decode("utf-8", errors)
    decoder = codecs.getincrementaldecoder("utf-8")(errors)
    ends = range(PORTION, len(data) + PORTION, PORTION)
    try:
        return "".join(
            [decoder.decode(data[end - PORTION : end], end >= len(data)) for end in ends]
        )
    except UnicodeDecodeError:
        return data.decode("utf-8", errors)  # it knows the place in the whole


def checked_merges(vocab_size: int, special_tokens: Sequence[str]) -> tuple[int, list[str]]:
    """Return the number of merges, and the special tokens, or raise where there is no room for them."""
    size, special = checked_integer(vocab_size, "vocab_size"), checked_names(special_tokens)
    smallest = BYTES + len(special)
    if size < smallest:
        message = (
            f"vocab_size must be at least {smallest}, the bytes and the special tokens, not {size}"
        )
        raise VocabularySizeError(message)
    return size - smallest, special


def checked_special(
    allowed: Literal["all"] | Collection[str], disallowed: Literal["all"] | Collection[str]
) -> tuple[list[str] | None, list[str] | None]:
    """Return both as lists, None for all of them, or raise where they contradict each other."""
    if allowed is NONE and disallowed == "all":
        # What hardly anybody changes: the rest takes as long as to encode a sentence.
        return [], None
    lists = [None if names == "all" else checked_names(names) for names in (allowed, disallowed)]
    allowed_names, disallowed_names = lists
    both = set(allowed_names or ()) & set(disallowed_names or ())
    if both:
        message = f"both allowed and disallowed: {min(both)!r}"
        raise ValueError(message)
    return allowed_names, disallowed_names
