"""Wraps a tokenizer as one of the library transformers. It needs transformers 5.

It is honest about what it does not do: pairs of texts, words that are split already, overflowing
tokens, masks of assistants and the indices of words raise ``NotImplementedError``, and ``is_fast``
is False, since a ``BatchEncoding`` has no encodings of ``tokenizers`` in it. Offsets include the
spaces of a token, which ``trim_offsets`` of ByteLevel leaves out there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from transformers import AddedToken, BatchEncoding, PreTrainedTokenizerBase
from transformers.tokenization_utils_base import TruncationStrategy
from transformers.utils import PaddingStrategy

from bytemerge.arguments import check_type, shown
from bytemerge.formats.added_tokens import RULES
from bytemerge.formats.huggingface import as_bytes, as_letters
from bytemerge.tokenizer import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FILE = "tokenizer.json"

UNSUPPORTED = ("add_bos_token", "add_eos_token", "added_tokens_decoder", "add_prefix_space")
"""Settings that change what a tokenizer does, and have no counterpart here."""


class TransformersTokenizer(PreTrainedTokenizerBase):  # type: ignore[misc]  # it has no types
    """A ``Tokenizer`` with the methods of ``PreTrainedTokenizerFast``, and the same results.

    ``tokenizer`` is the tokenizer; the other arguments are those of transformers, such as
    ``eos_token``, ``pad_token``, ``model_max_length``, ``padding_side`` and ``chat_template``.
    Calling it, ``encode``, ``decode``, ``pad``, ``apply_chat_template`` and data collators work.
    ``save_pretrained`` writes a ``tokenizer.json``, which ``AutoTokenizer`` reads.

    Raises:
        TypeError: ``tokenizer`` is not a Tokenizer.

    Example:
        >>> from bytemerge import Tokenizer
        >>> from bytemerge.transformers import TransformersTokenizer  # doctest: +SKIP
        >>> tokenizer = Tokenizer.train(["the the"], 259, special_tokens=["<end>"])
        >>> fast = TransformersTokenizer(tokenizer, pad_token="<end>")  # doctest: +SKIP
        >>> fast(["the", "the the"], padding=True)["attention_mask"]  # doctest: +SKIP
        [[1, 0, 0], [1, 1, 1]]
    """

    vocab_files_names = {"tokenizer_file": FILE}  # noqa: RUF012  # the base class says so
    model_input_names = ["input_ids", "attention_mask"]  # noqa: RUF012

    def __init__(self, tokenizer: Tokenizer, **settings: Any) -> None:
        """Take a tokenizer, and the settings of transformers."""
        check_type(tokenizer, Tokenizer)
        for name in UNSUPPORTED:
            refuse(**{name: settings.get(name)})
        self.tokenizer = tokenizer
        super().__init__(**settings)
        named = filter(None, self._special_tokens_map.values())
        self._add_tokens([*named, *self._extra_special_tokens], special_tokens=True)

    @classmethod
    def from_pretrained(cls, *_: object, **__: object) -> TransformersTokenizer:
        """Raise NotImplementedError: it is made from a Tokenizer."""
        message = (
            "make it from a Tokenizer, as TransformersTokenizer(Tokenizer.from_huggingface(path))"
        )
        raise NotImplementedError(message)

    @property
    def is_fast(self) -> bool:
        """False: a ``BatchEncoding`` has no encodings of ``tokenizers`` in it."""
        return False

    @property
    def vocab_size(self) -> int:
        """The number of tokens, without added tokens."""
        return len(self.tokenizer._rust.tokens)

    def __len__(self) -> int:
        """Return the number of tokens."""
        return self.tokenizer.vocab_size

    def get_vocab(self) -> dict[str, int]:
        """Return the ids by token, in which each byte is a character, as in ``tokenizer.json``."""
        vocab = {as_letters(token): id for token, id in self.tokenizer._rust.tokens}
        return vocab | self.get_added_vocab()

    def get_added_vocab(self) -> dict[str, int]:
        """Return the ids of the added tokens by name."""
        return dict(self._added)

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer that does the work."""
        return self._tokenizer

    @tokenizer.setter
    def tokenizer(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        # Asked for each token.
        self._added = {name: id for name, id, _ in tokenizer._rust.added_tokens}
        self._names = {id: name for name, id in self._added.items()}

    @property
    def added_tokens_encoder(self) -> dict[str, int]:
        """The ids of the added tokens by name."""
        return self.get_added_vocab()

    @property
    def added_tokens_decoder(self) -> dict[int, AddedToken]:
        """The added tokens by id."""
        return {
            id: AddedToken(name, special=not rules[0], **dict(zip(RULES, rules[1:], strict=True)))
            for name, id, rules in self.tokenizer._rust.added_tokens
        }

    def _convert_token_to_id_with_added_voc(self, token: str) -> int | None:
        if token in self._added:
            return self._added[token]
        try:
            id = self.tokenizer._rust.token_id(as_bytes(token))
        except ValueError:
            id = None
        return self.unk_token_id if id is None else id

    def convert_ids_to_tokens(
        self, ids: int | Iterable[int], skip_special_tokens: bool = False
    ) -> str | list[str]:
        """Return tokens, in which each byte is a character. One id gives one token.

        Raises:
            UnknownTokenError: no token has the id.
        """
        if isinstance(ids, int):
            return self._token(ids)
        special = set(self.all_special_ids) if skip_special_tokens else set()
        return [self._token(int(id)) for id in ids if int(id) not in special]

    def _token(self, id: int) -> str:
        name = self._names.get(id)
        return as_letters(self.tokenizer.token_bytes(id)) if name is None else name

    def convert_tokens_to_string(self, tokens: list[str]) -> str:
        """Return the text of tokens."""
        text: str = self.decode(self.convert_tokens_to_ids(tokens))
        return text

    def tokenize(
        self, text: str, pair: str | None = None, add_special_tokens: bool = False, **options: Any
    ) -> list[str]:
        """Return the tokens of a text, in which each byte is a character."""
        ids = self(text, pair, add_special_tokens=add_special_tokens, **options)["input_ids"]
        tokens: list[str] = self.convert_ids_to_tokens(ids)  # type: ignore[assignment]
        return tokens

    def num_special_tokens_to_add(self, pair: bool = False) -> int:
        """Return the number of special tokens around a text."""
        refuse(pair=pair)
        return sum(map(len, self.tokenizer.template))

    def get_special_tokens_mask(
        self,
        token_ids_0: list[int],
        token_ids_1: list[int] | None = None,
        already_has_special_tokens: bool = False,
    ) -> list[int]:
        """Return 1 for each special token, and 0 for others."""
        refuse(token_ids_1=token_ids_1)
        if not already_has_special_tokens:
            before, after = self.tokenizer.template
            return [1] * len(before) + [0] * len(token_ids_0) + [1] * len(after)
        special = set(self.all_special_ids)
        return [int(id in special) for id in token_ids_0]

    def _add_tokens(
        self, new_tokens: Sequence[str | AddedToken], special_tokens: bool = False
    ) -> int:
        rust, vocab = self.tokenizer._rust, self.get_vocab()
        tokens = {name: (name, id, rules) for name, id, rules in rust.added_tokens}
        following, known = self.tokenizer.n_vocab, len(vocab)
        for each in new_tokens:
            name = str(each)
            given = each
            if not isinstance(given, AddedToken):
                given = AddedToken(name, normalized=not special_tokens)
            id = vocab.get(name)
            if id is None:
                id = vocab[name] = following
                following += 1
            rules = [getattr(given, rule) for rule in RULES]
            is_known = name in tokens and not isinstance(each, AddedToken)
            if is_known:
                rules = list(tokens[name][2][1:])
            is_special = special_tokens or given.special or (is_known and not tokens[name][2][0])
            tokens[name] = (name, id, (not is_special, *rules))
        parts = rust.normalizer, rust.pre_tokenizer, rust.template
        changed = rust.with_added_tokens(list(tokens.values()), *parts)
        self.tokenizer = Tokenizer._of(changed)
        return len(vocab) - known

    def apply_chat_template(self, *arguments: Any, **options: Any) -> Any:
        """Return the ids of a chat, or its text."""
        refuse(return_assistant_tokens_mask=options.get("return_assistant_tokens_mask"))
        return super().apply_chat_template(*arguments, **options)

    def _encode_plus(  # noqa: PLR0913, PLR0917  # those of transformers
        self,
        text: str | list[str],
        text_pair: object = None,
        add_special_tokens: bool = True,
        padding_strategy: PaddingStrategy = PaddingStrategy.DO_NOT_PAD,
        truncation_strategy: TruncationStrategy = TruncationStrategy.DO_NOT_TRUNCATE,
        max_length: int | None = None,
        stride: int = 0,
        is_split_into_words: bool = False,
        pad_to_multiple_of: int | None = None,
        padding_side: str | None = None,
        return_tensors: str | None = None,
        return_token_type_ids: bool | None = None,
        return_attention_mask: bool | None = None,
        return_overflowing_tokens: bool = False,
        return_special_tokens_mask: bool = False,
        return_offsets_mapping: bool = False,
        return_length: bool = False,
        split_special_tokens: bool | None = None,
        **others: Any,
    ) -> BatchEncoding:
        refuse(
            text_pair=text_pair,
            stride=stride,
            is_split_into_words=is_split_into_words,
            return_overflowing_tokens=return_overflowing_tokens,
            sanitize_control_tokens=others.get("sanitize_control_tokens"),
        )
        splits = self.split_special_tokens if split_special_tokens is None else split_special_tokens
        texts = [text] if isinstance(text, str) else check_texts(text)
        special: Any = {"allowed_special": () if splits else "all", "disallowed_special": ()}
        if return_offsets_mapping:
            encodings = (self.tokenizer.encode_with_offsets(each, **special) for each in texts)
            found = [(each.ids.tolist(), each.char_offsets.tolist()) for each in encodings]
        else:
            batch = self.tokenizer.encode_batch(texts, **special)
            found = [(ids, [(0, 0)] * len(ids)) for ids in batch.tolist()]
        truncates = truncation_strategy != TruncationStrategy.DO_NOT_TRUNCATE
        frame = self.tokenizer.template if add_special_tokens else ([], [])
        rows = [self._row(*each, frame, max_length if truncates else None) for each in found]
        wanted = {
            "input_ids": True,
            "token_type_ids": wants(self, "token_type_ids", return_token_type_ids),
            "attention_mask": wants(self, "attention_mask", return_attention_mask),
            "special_tokens_mask": return_special_tokens_mask,
            "offset_mapping": return_offsets_mapping,
        }
        data = {
            name: [row[name] for row in rows] for name, is_wanted in wanted.items() if is_wanted
        }
        if padding_strategy != PaddingStrategy.DO_NOT_PAD:
            data = self._padded(
                data, padding_strategy, max_length, pad_to_multiple_of, padding_side
            )
        if return_length:
            lengths: list[Any] = [len(ids) for ids in data["input_ids"]]
            data["length"] = lengths
        for ids in data["input_ids"]:
            self._eventual_warn_about_too_long_sequence(ids, max_length, self.verbose)
        if isinstance(text, str) and return_tensors is None:
            # The length of a single text stays in a list there too.
            data = {name: v if name == "length" else v[0] for name, v in data.items()}
        return BatchEncoding(data, tensor_type=return_tensors)

    def _row(
        self,
        ids: list[int],
        offsets: list[Any],
        frame: tuple[list[int], list[int]],
        limit: int | None,
    ) -> dict[str, list[Any]]:
        """Return the ids of a text, cut to a limit, with special tokens around them."""
        before, after = frame
        added = len(before) + len(after)
        if limit is not None:
            kept = min(max(limit - added, 0), len(ids))
            start = len(ids) - kept if self.truncation_side == "left" else 0
            ids, offsets = ids[start : start + kept], offsets[start : start + kept]
        no_text = [(0, 0)]
        return {
            "input_ids": [*before, *ids, *after],
            "token_type_ids": [0] * (len(ids) + added),
            "attention_mask": [1] * (len(ids) + added),
            "special_tokens_mask": [1] * len(before) + [0] * len(ids) + [1] * len(after),
            "offset_mapping": [
                *no_text * len(before),
                *map(tuple, offsets),
                *no_text * len(after),
            ],
        }

    def _padded(
        self,
        data: dict[str, list[Any]],
        strategy: PaddingStrategy,
        max_length: int | None,
        multiple: int | None,
        side: str | None,
    ) -> dict[str, list[Any]]:
        """Return rows of one length."""
        width = max(map(len, data["input_ids"]), default=0)
        if strategy == PaddingStrategy.MAX_LENGTH and max_length is not None:
            width = max_length
        if multiple:
            width = -(-width // multiple) * multiple
        padding = {
            "input_ids": self.pad_token_id,
            "token_type_ids": self.pad_token_type_id,
            "attention_mask": 0,
            "special_tokens_mask": 1,
            "offset_mapping": (0, 0),
        }

        def row(name: str, values: list[Any]) -> list[Any]:
            fill = [padding[name]] * (width - len(values))
            is_left = (side or self.padding_side) == "left"
            return fill + values if is_left else values + fill

        return {name: [row(name, each) for each in rows] for name, rows in data.items()}

    def _decode(
        self, token_ids: int | list[int], skip_special_tokens: bool = False, **_: Any
    ) -> str:
        ids = [token_ids] if isinstance(token_ids, int) else token_ids
        return self.tokenizer.decode(ids, skip_special_tokens=skip_special_tokens, unknown="ignore")

    def save_vocabulary(
        self, save_directory: str, filename_prefix: str | None = None
    ) -> tuple[str, ...]:
        """Write ``tokenizer.json`` into a folder, and return its path."""
        prefix = f"{filename_prefix}-" if filename_prefix else ""
        path = Path(save_directory, prefix + FILE)
        self.tokenizer.to_huggingface(path)
        return (str(path),)

    def _save_pretrained(
        self,
        save_directory: str,
        file_names: tuple[str, ...],
        legacy_format: bool | None = None,
        filename_prefix: str | None = None,
    ) -> tuple[str, ...]:
        del legacy_format  # there is one format
        return file_names + self.save_vocabulary(str(save_directory), filename_prefix)


def check_texts(texts: Any) -> list[str]:
    """Return texts, or raise ValueError, as transformers does, for anything but a list of str."""
    if isinstance(texts, list | tuple) and all(isinstance(text, str) for text in texts):
        return list(texts)
    message = f"texts must be a str or a list of str, not {shown(texts)}"
    raise ValueError(message)


def wants(tokenizer: TransformersTokenizer, name: str, given: bool | None) -> bool:
    """Return whether the result has an entry, which by default the inputs of the model decide."""
    return name in tokenizer.model_input_names if given is None else given


def refuse(**options: object) -> None:
    """Raise NotImplementedError for an option that has no counterpart here."""
    for name, value in options.items():
        if value:
            message = f"{name} is not supported: use the tokenizer of transformers for it"
            raise NotImplementedError(message)
