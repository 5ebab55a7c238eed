"""The tokenizer for production: byte-level, exact and fast."""

from __future__ import annotations

import json
import os
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, Self

from bytemerge import _core, formats
from bytemerge.abstract import TOKENS_SHOWN, AbstractTokenizer
from bytemerge.arguments import (
    ALL,
    DEFAULT_OPTIONS,
    NO_TOKENS,
    check_choice,
    check_type,
    checked_errors,
    checked_flag,
    checked_ignored,
    checked_integer,
    checked_mapping,
    checked_names,
    checked_options,
    checked_path,
    checked_paths,
    checked_pattern,
    checked_separator,
    checked_size,
    checked_special,
    checked_texts,
    checked_threads,
    checked_training,
    shown,
)
from bytemerge.decoder import Decoder, decoded
from bytemerge.encoding import Encoding
from bytemerge.errors import UnknownTokenError
from bytemerge.formats.model_file import sha256
from bytemerge.initial_tokenizer import initial_pattern, initial_size
from bytemerge.lenient import (
    ERROR,
    STRICT,
    UNKNOWN,
    decoded_bytes,
    encode_passing,
    has_passing,
    treated,
    with_rows,
    without_surrogates,
)
from bytemerge.show.explanation import Explanation, explain
from bytemerge.show.printable import clipped
from bytemerge.show.token_visualization import TokenVisualization
from bytemerge.token_batch import TokenBatch
from bytemerge.truncation import Truncation
from bytemerge.word_counts import WordCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    import numpy as np


class Tokenizer(AbstractTokenizer):
    """Turns any text into the ids of tokens, and back without loss.

    A text is cut at its special tokens, then into pieces by a pattern. In each piece, pairs of
    neighbouring tokens merge. ``decode(encode(text)) == text`` for every text that encodes, unless
    a file of Hugging Face has brought parts that change texts: ``normalizer``, ``pre_tokenizer``,
    or a vocabulary without all bytes.

    Tokenizers never change, so threads can share them. Long calls let other Python threads run, and
    Ctrl-C stops them. If memory runs out, a call raises ``MemoryError``, and the next one works.

    Make one with ``train``, ``from_pretrained``, ``from_tiktoken``, ``from_huggingface``,
    ``from_ranks`` or ``load``.

    Example:
        >>> from bytemerge import Tokenizer
        >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 260, pattern="gpt2")
        >>> tokenizer.merges
        [(b'a', b't'), (b'h', b'e'), (b't', b'he'), (b'c', b'at')]
        >>> tokenizer.decode(tokenizer.encode("that hat"))
        'that hat'
        >>> tokenizer.token_bytes(258), tokenizer.token_id(b"the")
        (b'the', 258)
    """

    __slots__ = ("_rust",)

    _rust: _core.Tokenizer

    def __init__(self) -> None:
        """Raise TypeError: a tokenizer is trained or loaded."""
        message = "make a Tokenizer with train, load, from_pretrained or another from_ method"
        raise TypeError(message)

    @classmethod
    def _of(cls, rust: _core.Tokenizer) -> Self:
        tokenizer = cls.__new__(cls)
        tokenizer._rust = rust
        return tokenizer

    @classmethod
    def train(
        cls,
        texts: Iterable[str | Sequence[str]],
        vocab_size: int,
        *,
        pattern: str | Sequence[str] | None = "gpt2",
        initial: Tokenizer | None = None,
        special_tokens: Sequence[str] = (),
        min_frequency: int = 0,
        max_token_length: int | None = None,
        threads: int | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Return a tokenizer of ``vocab_size`` tokens, learnt from texts.

        The 256 bytes come first, then the merges in the order learnt, then the special tokens. The
        most frequent pair merges first. Ties are broken as in the trainer of Hugging Face, so the
        merges are the same. There are fewer if no pair is left that occurs ``min_frequency`` times
        and makes a token of at most ``max_token_length`` bytes.

        The texts are an iterable of str or of lists of str, a numpy array, or an Arrow array of
        strings: a column of polars, pyarrow, pandas or DuckDB. Memory grows only with the distinct
        pieces. ``pattern`` is gpt2, cl100k, o200k, a regular expression, or None, which cuts
        nothing; or a list, in which each cuts the pieces of the one before. ``progress`` is called
        now and then with the number of merges so far and the number wanted.

        Training goes on from an ``initial`` tokenizer: its tokens and their ids stay, its pattern
        cuts the texts, and the tokens that are learnt have the next ids. ``vocab_size`` includes
        its tokens.

        Raises:
            VocabularySizeError: ``vocab_size`` has no room for the bytes and the special tokens.
            VocabularyError: a special token is empty, or occurs twice; or ``initial`` is not a
                tokenizer that training makes, or changes texts.
            PatternError: the pattern is not a regular expression, or gives up on a text.
            UnicodeEncodeError: a text contains a lone surrogate.
            TooLargeError: the distinct pieces have more than about a gigabyte.
            ValueError: ``min_frequency`` is negative, ``max_token_length`` or ``threads`` is less
                than 1, or ``pattern`` differs from that of ``initial``.
            TypeError: ``texts`` is a single str, or contains a non-str (a null counts as one). Or
                an option has the wrong type, such as a ``progress`` that is not callable.

        Example:
            >>> tokenizer = Tokenizer.train(["low lower"], 259, special_tokens=["<end>"])
            >>> tokenizer.merges, tokenizer.special_tokens
            ([(b'l', b'o'), (b'lo', b'w')], {'<end>': 258})
            >>> Tokenizer.train(["newer newest"], 261, initial=tokenizer).merges[2:]
            [(b'e', b'w'), (b'n', b'ew')]
        """
        # Before hours of counting.
        size = cls._initial_size(initial)
        options = checked_training(
            vocab_size, special_tokens, min_frequency, max_token_length, progress, initial=size
        )
        cuts = initial_pattern(initial, pattern)
        counts = WordCounts.count(texts, pattern=cuts, threads=threads)
        return cls._trained(counts, initial, *options)

    @classmethod
    def train_from_files(
        cls,
        paths: Iterable[str | os.PathLike[str]],
        vocab_size: int,
        *,
        pattern: str | Sequence[str] | None = "gpt2",
        field: str | None = None,
        initial: Tokenizer | None = None,
        special_tokens: Sequence[str] = (),
        min_frequency: int = 0,
        max_token_length: int | None = None,
        threads: int | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Return a tokenizer learnt from files of UTF-8 text, each of which is one text.

        See ``WordCounts.count_files`` for compressed files, for how they are read, and for JSON
        Lines, of which ``field`` names the text. ``progress`` is called first with the bytes read
        so far and the bytes of all files, then with the merges. Options and other errors are those
        of ``train``.

        Raises:
            OSError: a file cannot be read, or is compressed and damaged.
            NotUtf8Error: a file is not UTF-8; the message names the byte and its offset.
            JsonLinesError: a file is JSON Lines, and ``field`` is missing or not a field with a
                text, or the text has a lone surrogate.
            TypeError: ``paths`` is a single path, or an option has the wrong type.
        """
        size = cls._initial_size(initial)
        options = checked_training(
            vocab_size, special_tokens, min_frequency, max_token_length, progress, initial=size
        )
        cuts = initial_pattern(initial, pattern)
        counts = WordCounts.count_files(
            paths, pattern=cuts, field=field, threads=threads, progress=progress
        )
        return cls._trained(counts, initial, *options)

    @classmethod
    def train_from_counts(
        cls,
        counts: WordCounts,
        vocab_size: int,
        *,
        initial: Tokenizer | None = None,
        special_tokens: Sequence[str] = (),
        min_frequency: int = 0,
        max_token_length: int | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Return a tokenizer learnt from counts; its pattern is that of the counts.

        It is the tokenizer that ``train`` makes of the texts, with the same options and errors.
        Counts can be made on many machines, added up, saved, and trained on with several sizes.

        Raises:
            TooLargeError: there are more pieces, or higher counts, than training can handle.
            ValueError: the pattern of ``counts`` differs from that of ``initial``.
            TypeError: ``counts`` is not a WordCounts, or an option has the wrong type.

        Example:
            >>> from bytemerge import WordCounts
            >>> counts = WordCounts({b"low": 5, b"lower": 2, b"newest": 6, b"widest": 3})
            >>> Tokenizer.train_from_counts(counts, 260).merges
            [(b'e', b's'), (b'es', b't'), (b'l', b'o'), (b'lo', b'w')]
        """
        size = cls._initial_size(initial)
        options = checked_training(
            vocab_size, special_tokens, min_frequency, max_token_length, progress, initial=size
        )
        check_type(counts, WordCounts)
        if initial is not None and counts.pattern != initial.pattern:
            wrong, right = clipped(repr(counts.pattern)), clipped(repr(initial.pattern))
            message = f"the pattern of the counts is {wrong}, not {right} of the initial tokenizer"
            raise ValueError(message)
        return cls._trained(counts, initial, *options)

    @staticmethod
    def _initial_size(initial: Tokenizer | None) -> int | None:
        if initial is not None:
            check_type(initial, Tokenizer)
        return initial_size(initial)

    @classmethod
    def _trained(cls, counts: WordCounts, initial: Tokenizer | None, *options: Any) -> Self:
        if initial is None:
            return cls._of(_core.Tokenizer.train(counts._rust, *options))
        return cls._of(initial._rust.train_further(counts._rust, *options))

    @classmethod
    def from_ranks(
        cls,
        ranks: Mapping[bytes, int],
        *,
        pattern: str | Sequence[str] | None,
        special_tokens: Mapping[str, int] | None = None,
    ) -> Self:
        """Return a tokenizer that merges by rank, as in tiktoken: the ids are the ranks.

        Raises:
            VocabularyError: a byte or an id is missing, an id occurs twice or does not fit into 32
                bits, or a token is empty.
            PatternError: the pattern is not a regular expression.
            TypeError: a token is not bytes, or an id is not an integer.

        Example:
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
        pattern: str | Sequence[str] | None,
        special_tokens: Mapping[str, int] | None = None,
    ) -> Self:
        """Return the tokenizer of a rank file of tiktoken, which has a line for each token.

        The file contains neither the pattern nor the special tokens, so the caller must know them.
        Errors are those of ``from_ranks``, and these:

        Raises:
            OSError: the file cannot be read.
            ModelError: it is not a rank file; the message names the line.

        Example:
            >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 258)
            >>> tokenizer.to_tiktoken("cats.tiktoken")  # doctest: +SKIP
            >>> Tokenizer.from_tiktoken("cats.tiktoken", pattern="gpt2").merges  # doctest: +SKIP
            [(b'a', b't'), (b'h', b'e')]
        """
        ranks = formats.tiktoken.load(checked_path(path))
        return cls.from_ranks(ranks, pattern=pattern, special_tokens=special_tokens)

    def to_tiktoken(self, path: str | os.PathLike[str]) -> None:
        """Write a rank file for tiktoken, in one step, without the pattern and the special tokens.

        Raises:
            VocabularyError: ranks would encode some text differently; the message names the token.
            OSError: the file cannot be written.
        """
        path = checked_path(path)
        self._rust.check_ranks()
        formats.tiktoken.save(path, self._rust.tokens)

    @classmethod
    def from_huggingface(
        cls,
        path: str | os.PathLike[str],
        *,
        ignore: Collection[Literal["post_processor", "truncation", "padding"]] = (),
    ) -> Self:
        """Return the tokenizer of a file ``tokenizer.json`` of Hugging Face.

        It must be byte-level: its pre-tokenizer is ByteLevel, alone or with any of Split, Digits,
        Punctuation, Whitespace, WhitespaceSplit and BertPreTokenizer. Its normalizers may be
        Unicode's normal forms, Lowercase, Strip, Prepend and Replace. ``allowed_special="all"``
        encodes special tokens as Hugging Face does; added tokens that are not special are found in
        any text.

        Special tokens that the file asks for around each text, as that of Llama 3 does, are added
        only by ``encode(text, add_special_tokens=True)``. Nothing here truncates or pads by itself,
        so a file that asks for it is refused by default. ``ignore`` names the parts to leave out.

        Raises:
            OSError: the file cannot be read.
            ModelError: it is not such a file, or needs unsupported settings, all of which are
                named.
            ValueError: ``ignore`` names another part.
            TypeError: ``ignore`` is not a collection of str.

        Example:
            >>> tokenizer = Tokenizer.train(["the cat", "the hat"], 258)
            >>> tokenizer.to_huggingface("tokenizer.json")  # doctest: +SKIP
            >>> Tokenizer.from_huggingface("tokenizer.json").merges  # doctest: +SKIP
            [(b'a', b't'), (b'h', b'e')]
        """
        return cls._of(formats.huggingface.load(checked_path(path), checked_ignored(ignore)))

    @classmethod
    def from_vocab_and_merges(
        cls,
        vocab: str | os.PathLike[str],
        merges: str | os.PathLike[str],
        *,
        pattern: str | Sequence[str] | None = "gpt2",
        special_tokens: Sequence[str] = (),
    ) -> Self:
        """Return the tokenizer of the older files ``vocab.json`` and ``merges.txt``.

        They contain neither the pattern nor which tokens are special, so the caller must know them.
        The id of a special token is that of the vocabulary, or the next one.

        Raises:
            OSError: a file cannot be read.
            ModelError: one is not such a file, or they do not fit together.
            PatternError: the pattern is not a regular expression.
            TypeError: ``special_tokens`` is a single str, or has something else than str.

        Example:
            >>> Tokenizer.from_vocab_and_merges("vocab.json", "merges.txt")  # doctest: +SKIP
            <Tokenizer of 257 tokens>
        """
        paths = checked_path(vocab), checked_path(merges)
        names = checked_names(special_tokens)
        return cls._of(formats.huggingface.load_older(*paths, checked_pattern(pattern), names))

    def to_huggingface(self, path: str | os.PathLike[str]) -> None:
        r"""Write a file ``tokenizer.json``, with which Hugging Face makes the same ids of a text.

        The post-processor of a file that was loaded goes back as it was, with what it says about
        pairs of texts, types of ids and offsets, unless ``with_special_tokens`` has taken or
        renumbered one of its tokens.

        Raises:
            VocabularyError: merges cannot do what the ranks of this tokenizer do, or a special
                token is spelled like another token or has its id; the message names the token.
            PatternError: the pattern may mean something else to Hugging Face, as ``\w`` and ``^``
                do; the message names the part.
            OSError: the file cannot be written.
        """
        formats.huggingface.save(checked_path(path), self._rust)

    @classmethod
    def from_pretrained(cls, name: str) -> Self:
        """Return a published tokenizer of OpenAI, by the name of its encoding or of a model.

        The encodings are gpt2, r50k_base, p50k_base, p50k_edit, cl100k_base, o200k_base and
        o200k_harmony. A model, such as gpt-4o, has the encoding that ``encoding_for_model`` of
        tiktoken gives it. The ranks are downloaded once, checked, and kept where tiktoken keeps
        them: in the folder ``TIKTOKEN_CACHE_DIR``, or in the system's folder for temporary files.
        With ``BYTEMERGE_OFFLINE=1`` in the environment, the network is not tried.

        Raises:
            ValueError: there is no such tokenizer.
            TypeError: ``name`` is not a str.
            OSError: the ranks are not in the cache and cannot be downloaded; the message names the
                address and the file, and says where to put it.
            ModelError: the downloaded file has the wrong checksum.

        Example:
            >>> Tokenizer.from_pretrained("gpt2").encode("Hello world")  # doctest: +SKIP
            [15496, 995]
        """
        check_type(name, str)
        known = formats.pretrained.known(name)
        ranks = formats.tiktoken.parse(formats.pretrained.ranks(known), known.url)
        return cls.from_ranks(ranks, pattern=known.pattern, special_tokens=known.special_tokens)

    def with_special_tokens(self, special_tokens: Mapping[str, int]) -> Self:
        """Return the same tokenizer with these special tokens in place of its own.

        Names that stay keep the rules that a file of Hugging Face gave them, and ``added_tokens``
        stay. Special tokens that are gone are gone from ``template`` too.

        Several names may share an id, which decodes to the first of them in alphabetical order.

        Raises:
            VocabularyError: a merged token has the id, it does not fit into 32 bits, or a name is
                empty.
            TypeError: ``special_tokens`` is not a mapping of str to integers.

        Example:
            >>> Tokenizer.train([], 256).with_special_tokens({"<end>": 300}).special_tokens
            {'<end>': 300}
        """
        special = checked_mapping(special_tokens, "special_tokens")
        return self._of(self._rust.with_special_tokens(special))

    def encode(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        add_special_tokens: bool = False,
        errors: Literal["strict", "replace", "surrogatepass"] = STRICT,
        threads: int | None = None,
    ) -> list[int]:
        """Return the ids of a text.

        Allowed special tokens in the text become their ids. By default all of them are disallowed:
        text that spells one raises an error, so untrusted text cannot inject control tokens. With
        ``disallowed_special=()``, those that are not allowed are plain text. A name that both
        options list is disallowed. ``add_special_tokens`` adds the ids of ``template`` around the
        text. With ``errors="replace"``, lone surrogates are replaced, as in tiktoken. With
        "surrogatepass", each becomes the ids of its three bytes, as in ``str.encode``, and cuts the
        text as a special token does. Long texts use all processors unless ``threads`` limits them.

        Raises:
            SpecialTokenError: the text contains a disallowed special token.
            UnicodeEncodeError: the text contains a lone surrogate, and ``errors`` is "strict".
            PatternError: the pattern, a regular expression of your own, gives up on the text.
            ValueError: ``threads`` is less than 1, or ``errors`` is an unknown name.
            TypeError: ``text`` is not a str, special tokens are a single str instead of several, or
                ``add_special_tokens`` is not a bool.

        Example:
            >>> tokenizer = Tokenizer.train(["the the"], 259, special_tokens=["<end>"])
            >>> tokenizer.encode("the<end>", allowed_special={"<end>"})
            [257, 258]
            >>> tokenizer.encode_ordinary("the<end>")
            [257, 60, 101, 110, 100, 62]
        """
        # As in encode_numpy and count: calling checked_options nearly doubles a short text's time.
        if (
            errors is STRICT
            and allowed_special is NO_TOKENS
            and disallowed_special is ALL
            and add_special_tokens is False
            and threads is None
        ):
            return self._rust.encode(text)
        options = checked_options(
            allowed_special, disallowed_special, threads, add=add_special_tokens
        )
        if errors is not STRICT:
            text = without_surrogates(text, errors)
            if has_passing(text, errors):
                return encode_passing(self._rust, text, options)
        return self._rust.encode(text, *options)

    def encode_ordinary(self, text: str) -> list[int]:
        """Return the ids of a text in which special tokens are plain text.

        Use it for untrusted text: errors are those of ``encode``, without SpecialTokenError.
        """
        return self._rust.encode(text, [], [], 0)

    def encode_numpy(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        add_special_tokens: bool = False,
        errors: Literal["strict", "replace", "surrogatepass"] = STRICT,
        threads: int | None = None,
    ) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        """Return the ids of a text as an array of uint32: faster, since no int objects are made.

        Options and errors are those of ``encode``.

        Example:
            >>> Tokenizer.train(["the the"], 258).encode_numpy("the")
            array([257], dtype=uint32)
        """
        if (
            errors is STRICT
            and allowed_special is NO_TOKENS
            and disallowed_special is ALL
            and add_special_tokens is False
            and threads is None
        ):
            return self._rust.encode_numpy(text)
        options = checked_options(
            allowed_special, disallowed_special, threads, add=add_special_tokens
        )
        if errors is not STRICT:
            text = without_surrogates(text, errors)
            if has_passing(text, errors):
                import numpy as np  # noqa: PLC0415  # slow to import

                return np.array(encode_passing(self._rust, text, options), np.uint32)
        return self._rust.encode_numpy(text, *options)

    def encode_batch(
        self,
        texts: Iterable[str],
        *,
        allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        add_special_tokens: bool = False,
        errors: Literal["strict", "replace", "surrogatepass"] = STRICT,
        nulls: Literal["error", "empty", "null"] = "error",
        threads: int | None = None,
    ) -> TokenBatch:
        """Return the ids of many texts, encoded in parallel. ``threads=1`` uses only this thread.

        The texts are an iterable of str, a numpy array, or an Arrow array of strings: a column of
        polars, pyarrow, pandas or DuckDB. Arrow strings are not copied. ``nulls`` says what becomes
        of None or a null of Arrow: an error; the row of an empty text; or such a row that is also
        null in Arrow and in ``TokenBatch.nulls``. Other options and errors are those of ``encode``.

        Raises:
            TypeError: ``texts`` is a single str, or contains a non-str, whose row is named.
            ValueError: ``nulls`` is something else.

        Example:
            >>> batch = Tokenizer.train(["the the"], 258).encode_batch(["the", "", "the the"])
            >>> batch.tolist(), batch[2]
            ([[257], [], [257, 32, 257]], array([257,  32, 257], dtype=uint32))
        """
        options = checked_options(
            allowed_special, disallowed_special, threads, add=add_special_tokens
        )
        given, passing = treated(checked_texts(texts), errors)
        check_choice(nulls, "nulls", ("error", "empty", "null"))
        empty = nulls != "error"
        ids, offsets, rows = self._rust.encode_batch(given, *(options or DEFAULT_OPTIONS), empty)
        if passing:
            found = {row: encode_passing(self._rust, passing[row], options) for row in passing}
            ids, offsets = with_rows(ids, offsets, found)
        return TokenBatch(ids, offsets, rows if nulls == "null" else None)

    def encode_files(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        separator: str | None = None,
        allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        add_special_tokens: bool = False,
        threads: int | None = None,
    ) -> TokenBatch:
        """Return the ids of files of UTF-8 text, one row for each file.

        Files may be compressed by gzip, zstd, bzip2 or xz. The id of ``separator``, a special token
        such as ``"<|endoftext|>"``, ends each row, so ``batch.ids`` is all documents in one array.
        The other options and errors are those of ``encode``.

        Raises:
            OSError: a file cannot be read, or is compressed and damaged.
            NotUtf8Error: a file is not UTF-8; the message names the byte and its offset.
            SpecialTokenError: a file contains a disallowed special token, or ``separator`` is not a
                special token of this tokenizer.
            TypeError: ``paths`` is a single path.

        Example:
            >>> import pathlib
            >>> _ = pathlib.Path("cat.txt").write_bytes(b"cat")  # doctest: +SKIP
            >>> tokenizer = Tokenizer.train_from_files(  # doctest: +SKIP
            ...     ["cat.txt"], 257, special_tokens=["<end>"]
            ... )
            >>> tokenizer.encode_files(["cat.txt"], separator="<end>").tolist()  # doctest: +SKIP
            [[99, 97, 116, 256]]
        """
        options = checked_options(
            allowed_special, disallowed_special, threads, add=add_special_tokens
        )
        end = checked_separator(separator, self.special_tokens)
        given = checked_paths(paths)
        return TokenBatch(*self._rust.encode_files(given, end, *options))

    def encode_with_offsets(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        add_special_tokens: bool = False,
        threads: int | None = None,
    ) -> Encoding:
        """Return the ids of a text, and where each token starts and ends in bytes and characters.

        ``Encoding`` says what the offsets of a part of a character are. The offsets take about as
        long as the ids; where a normalizer changes the text, much longer. Options and errors are
        those of ``encode``.

        Example:
            >>> text = "the thé"
            >>> encoding = Tokenizer.train(["the the"], 258).encode_with_offsets(text)
            >>> [text[start:end] for start, end in encoding.char_offsets]
            ['the', ' ', 't', 'h', 'é', 'é']
        """
        options = checked_options(
            allowed_special, disallowed_special, threads, add=add_special_tokens
        )
        return Encoding(*self._rust.encode_with_offsets(text, *options))

    def truncate(
        self,
        text: str,
        max_tokens: int,
        *,
        allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        add_special_tokens: bool = False,
    ) -> Truncation:
        """Return the first tokens of a text, at most ``max_tokens``, and their text.

        The ids are the first ones of ``encode(text)``, and end where a character ends: if the last
        token would end inside one, all tokens of that character are left out, so there may be up to
        three fewer. The text is the prefix that they stand for. Alone it may encode to other ids.

        The time depends on the part that is kept, not on the rest, unless a non-ASCII text must
        become UTF-8 first, a normalizer changes the text, or special tokens have rules. The rest is
        not searched for disallowed special tokens. Options and other errors are those of
        ``encode``.

        Raises:
            ValueError: ``max_tokens`` is negative, or leaves no room for added special tokens.
            SpecialTokenError: a disallowed special token starts in the part that is kept.
            TypeError: ``text`` is not a str, or ``max_tokens`` is not an integer.

        Example:
            >>> Tokenizer.train(["the cat", "the hat"], 260).truncate("the hat and the cat", 3)
            Truncation(ids=[258, 32, 104], text='the h', byte_end=5)
        """
        limit = checked_size(max_tokens, "max_tokens")
        options = checked_special(allowed_special, disallowed_special)
        add = checked_flag(add_special_tokens, "add_special_tokens")
        if add:
            added = sum(map(len, self.template))
            checked_integer(max_tokens, "max_tokens with special tokens", at_least=added)
        ids, end = self._rust.truncate(text, limit, *options, add)
        # There are at most as many characters as bytes.
        kept = text[:end].encode()[:end].decode()
        return Truncation(ids, kept, end)

    def encode_bytes(self, data: bytes) -> list[int]:
        r"""Return the ids of bytes, which need not be UTF-8, as ``_encode_bytes`` of tiktoken does.

        Special tokens are plain text, and ``decode_bytes`` returns the same bytes, unless the
        tokenizer changes texts. Bytes that are not UTF-8 are taken as they are: not normalized, not
        split, and without ``added_tokens``. TypeError means that ``data`` is not bytes; other
        errors are those of ``encode_ordinary``.

        Example:
            >>> tokenizer = Tokenizer.train(["the the"], 258)
            >>> tokenizer.encode_bytes(b"the\xff"), tokenizer.decode_bytes([257, 255])
            ([257, 255], b'the\xff')
        """
        return self._rust.encode_bytes(data)

    def count(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        add_special_tokens: bool = False,
        errors: Literal["strict", "replace", "surrogatepass"] = STRICT,
        threads: int | None = None,
    ) -> int:
        """Return the number of ids of a text, without making them.

        Options and errors are those of ``encode``.

        Example:
            >>> Tokenizer.train(["the the"], 258).count("the cat")
            5
        """
        if (
            errors is STRICT
            and allowed_special is NO_TOKENS
            and disallowed_special is ALL
            and add_special_tokens is False
            and threads is None
        ):
            return self._rust.count(text)
        options = checked_options(
            allowed_special, disallowed_special, threads, add=add_special_tokens
        )
        if errors is not STRICT:
            text = without_surrogates(text, errors)
            if has_passing(text, errors):
                return len(encode_passing(self._rust, text, options))
        return self._rust.count(text, *options)

    def count_batch(
        self,
        texts: Iterable[str],
        *,
        allowed_special: Literal["all"] | Collection[str] = NO_TOKENS,
        disallowed_special: Literal["all"] | Collection[str] = "all",
        add_special_tokens: bool = False,
        errors: Literal["strict", "replace", "surrogatepass"] = STRICT,
        nulls: Literal["error", "empty"] = "error",
        threads: int | None = None,
    ) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        """Return the number of ids of each text as an array of uint64, without making the ids.

        Texts, options and errors are those of ``encode_batch``; with ``nulls="empty"``, a null
        counts as an empty text.

        Example:
            >>> Tokenizer.train(["the the"], 258).count_batch(["the cat", "", "the"]).tolist()
            [5, 0, 1]
        """
        options = checked_options(
            allowed_special, disallowed_special, threads, add=add_special_tokens
        )
        check_choice(nulls, "nulls", ("error", "empty"))
        given, passing = treated(checked_texts(texts), errors)
        counts = self._rust.count_batch(given, *(options or DEFAULT_OPTIONS), nulls != "error")
        for row, text in passing.items():
            counts[row] = len(encode_passing(self._rust, text, options))
        return counts

    def explain(self, text: str) -> Explanation:
        """Return how a text becomes tokens, merge by merge: as data, a table, and a picture.

        It follows the definition step by step, and reaches the ids of ``encode_ordinary``. Errors
        are those of ``encode_ordinary``, and this one:

        Raises:
            ValueError: the text has more than 1,000 bytes; memory grows with their square.
        """
        return explain(text, self._rust.explain, self.token_bytes)

    def visualize(
        self, text: str, *, allowed_special: Literal["all"] | Collection[str] = NO_TOKENS
    ) -> TokenVisualization:
        """Return the text cut into coloured tokens with their ids, for terminals and notebooks.

        Special tokens that are not allowed are plain text. Other errors are those of ``encode``.

        Example:
            >>> print(Tokenizer.train(["the cat", "the hat"], 260).visualize("the thatcher"))
            the| |t|h|at|c|he|r
        """
        special = self.special_tokens.values()
        if len(set(special)) == len(special):
            ids = self.encode(text, allowed_special=allowed_special, disallowed_special=())
            return self._shown(ids)
        # Several names share an id: the text shows which one it has.
        encoding = self.encode_with_offsets(
            text, allowed_special=allowed_special, disallowed_special=()
        )
        data, offsets = text.encode(), encoding.byte_offsets.tolist()
        tokens = [data[start:end] for start, end in offsets]
        return TokenVisualization(tokens, encoding.ids.tolist(), special)

    def _shown(self, ids: list[int]) -> TokenVisualization:
        return TokenVisualization(map(self.token_bytes, ids), ids, self.special_tokens.values())

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the newest tokens, including special tokens."""
        added = (id for _, id, _ in self._rust.added_tokens)
        ids = sorted({*(id for _, id in self._rust.tokens), *added})
        return self._title(len(ids)) + self._shown(ids[: -TOKENS_SHOWN - 1 : -1]).as_html()

    def decode(
        self,
        ids: Iterable[int],
        errors: str = "replace",
        *,
        skip_special_tokens: bool = False,
        unknown: Literal["error", "replace", "ignore"] = ERROR,
    ) -> str:
        r"""Return the text of ids. By default, bytes that are not UTF-8 are replaced.

        Any sequence of ids is valid, but may cut a character. ``errors`` is that of
        ``bytes.decode``: "strict", "replace", "ignore", "backslashreplace", "surrogateescape" or
        "surrogatepass".
        With ``skip_special_tokens``, special tokens leave no text. An ``unknown`` id, which no
        token has, can "replace" to U+FFFD or "ignore" instead of an "error".

        Raises:
            UnknownTokenError: no token has the id, and ``unknown`` is "error".
            ValueError: ``errors`` or ``unknown`` is not one of these.
            UnicodeDecodeError: the bytes are not UTF-8, and ``errors`` is "strict"; or
                "surrogatepass", and they are not surrogates either.
            TypeError: an id is not an integer, or ``skip_special_tokens`` is not a bool.

        Example:
            >>> tokenizer = Tokenizer.train([], 256)
            >>> tokenizer.decode([110, 195, 169])
            'né'
            >>> tokenizer.decode([110, 195]), tokenizer.decode([110, 195], "backslashreplace")
            ('n\ufffd', 'n\\xc3')
            >>> tokenizer = tokenizer.with_special_tokens({"<end>": 256})
            >>> tokenizer.decode([110, 256]), tokenizer.decode([110, 256], skip_special_tokens=True)
            ('n<end>', 'n')
        """
        data = self.decode_bytes(ids, skip_special_tokens=skip_special_tokens, unknown=unknown)
        return decoded(data, checked_errors(errors))

    def decode_bytes(
        self,
        ids: Iterable[int],
        *,
        skip_special_tokens: bool = False,
        unknown: Literal["error", "replace", "ignore"] = ERROR,
    ) -> bytes:
        """Return the bytes of ids, which need not be UTF-8.

        Errors and options are those of ``decode``.
        """
        skip = checked_flag(skip_special_tokens, "skip_special_tokens")
        if unknown is not ERROR:
            return decoded_bytes(self._rust, ids, unknown, skip=skip)
        return self._rust.decode_bytes(ids, skip)

    def decode_batch(
        self,
        batch: TokenBatch | Iterable[Iterable[int]],
        errors: str = "replace",
        *,
        skip_special_tokens: bool = False,
        unknown: Literal["error", "replace", "ignore"] = ERROR,
        threads: int | None = None,
    ) -> list[str]:
        """Return the text of each row of a TokenBatch, or of each list of ids, decoded in parallel.

        Errors and options are those of ``decode``, and ``threads`` is that of ``encode``.

        Example:
            >>> Tokenizer.train([], 256).decode_batch([[99, 97, 116], []])
            ['cat', '']
        """
        skip = checked_flag(skip_special_tokens, "skip_special_tokens")
        how = checked_errors(errors), skip, checked_threads(threads)
        if unknown is not ERROR:
            check_choice(unknown, "unknown", UNKNOWN)
            options: Any = {"skip_special_tokens": skip, "unknown": unknown}
            return [self.decode(ids, errors, **options) for ids in batch]
        rows = batch if isinstance(batch, TokenBatch) else TokenBatch.from_lists(batch)
        return self._rust.decode_batch(rows.ids, rows.offsets, *how)

    def decoder(
        self,
        errors: str = "replace",
        *,
        skip_special_tokens: bool = False,
        unknown: Literal["error", "replace", "ignore"] = ERROR,
    ) -> Decoder:
        """Return a decoder for ids that come one by one; it never cuts a character."""
        return Decoder(self, errors, skip_special_tokens=skip_special_tokens, unknown=unknown)

    def decode_stream(
        self,
        ids: Iterable[int],
        errors: str = "replace",
        *,
        skip_special_tokens: bool = False,
        unknown: Literal["error", "replace", "ignore"] = ERROR,
    ) -> Iterator[str]:
        """Return an iterator over the text of ids, in parts that come as soon as they are complete.

        No part is empty, and together they are ``decode(ids)``, whose options these are. Ids are
        taken one at a time. The errors of ``decode`` come with their id.

        Example:
            >>> list(Tokenizer.train([], 256).decode_stream([110, 195, 169]))
            ['n', 'é']
        """
        decoder = self.decoder(errors, skip_special_tokens=skip_special_tokens, unknown=unknown)
        parts = chain(map(decoder.feed, ids), (decoder.finish() for _ in range(1)))
        return filter(None, parts)

    def tokenize(self, text: str) -> list[int]:
        return self.encode_ordinary(text)

    def tokenize_text(self, text: str) -> list[int]:
        return self.encode_ordinary(text)

    def tokens_as_strings(self, ids: Iterable[int]) -> list[str]:
        return [self.token_bytes(id).decode("utf-8", "replace") for id in ids]

    def tokens_as_string(self, ids: Iterable[int]) -> str:
        return self.decode(ids)

    def token_bytes(self, id: int) -> bytes:
        """Return the bytes of one token; errors are those of ``decode``."""
        return self._rust.decode_bytes([id])

    def token_id(self, token: bytes) -> int:
        """Return the id of the token with these bytes.

        Raises:
            UnknownTokenError: no token has these bytes.
            TypeError: ``token`` is not bytes.
        """
        id = self._rust.token_id(token)
        if id is None:
            message = f"no token has the bytes {shown(token)}"
            raise UnknownTokenError(message)
        return id

    @property
    def vocab_size(self) -> int:
        return self._rust.vocab_size

    @property
    def n_vocab(self) -> int:
        """The highest id plus one, for an embedding; above ``vocab_size`` if ids are unused."""
        return self._rust.n_vocab

    @property
    def pattern(self) -> str | tuple[str, ...] | None:
        """The pattern that cuts texts into pieces, by its name if it has one; None cuts nothing.

        In a tuple, each pattern cuts the pieces of the one before.
        """
        return self._rust.pattern

    @property
    def digest(self) -> str:
        """The SHA-256 of the tokenizer's model, in hexadecimal.

        Equal tokenizers have equal digests, on any machine, so a file of ids can name the tokenizer
        that made them. A version that writes models in another way may change it.

        Example:
            >>> Tokenizer.train(["the cat"], 257).digest == Tokenizer.train([], 256).digest
            False
        """
        return sha256(self._rust.to_bytes())

    @property
    def special_tokens(self) -> dict[str, int]:
        """The special tokens with their ids."""
        return dict(self._rust.special_tokens)

    @property
    def added_tokens(self) -> dict[str, int]:
        """The tokens that are found whole in any text, without permission, with their ids.

        Only files of Hugging Face have such tokens: those that they add and do not call special.
        """
        return {name: id for name, id, rules in self._rust.added_tokens if rules[0]}

    @property
    def normalizer(self) -> list[dict[str, Any]]:
        """The changes of each text before it is cut, in the spelling of ``tokenizer.json``."""
        changes: list[dict[str, Any]] = json.loads(self._rust.normalizer)
        return changes

    @property
    def pre_tokenizer(self) -> dict[str, Any]:
        """The splits that drop or join parts of each text before the pattern cuts the rest.

        ``prefix_space`` says whether a space then comes before each part that starts with none.
        Only files of Hugging Face have these; each split is spelled as in ``tokenizer.json``.
        """
        splits: dict[str, Any] = json.loads(self._rust.pre_tokenizer)
        return splits

    @property
    def template(self) -> tuple[list[int], list[int]]:
        """The ids that ``add_special_tokens`` adds before and after a text.

        Only files of Hugging Face have such ids, in their post-processor.
        """
        before, after, _ = self._rust.template
        return before, after

    @property
    def merges(self) -> list[tuple[bytes, bytes]]:
        """The pairs that merge, in order.

        Raises:
            VocabularyError: the ranks contain a token that no two other tokens form.
        """
        merges = self._rust.merges
        tokens = {id: token for token, id in self._rust.tokens}
        return [(tokens[left], tokens[right]) for left, right in merges]

    def save(self, path: str | os.PathLike[str]) -> None:
        self._rust.save(checked_path(path))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        return cls._of(_core.Tokenizer.load(checked_path(path)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tokenizer):
            return NotImplemented
        return self._rust == other._rust

    def __hash__(self) -> int:
        return hash(self._rust)

    def __reduce__(self) -> tuple[Callable[..., Tokenizer], tuple[type[Self], bytes]]:
        return _unpickled, (type(self), self._rust.to_bytes())


def _unpickled(cls: type[Tokenizer], content: bytes) -> Tokenizer:
    return cls._of(_core.Tokenizer.from_bytes(content))
