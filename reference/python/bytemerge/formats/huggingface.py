"""The file ``tokenizer.json`` of Hugging Face, if it is a byte-level tokenizer.

A file may have settings that this package does not support; an error names the setting. The meaning
of a file is what Hugging Face's own library does with it: https://huggingface.co/docs/tokenizers,
and the source of its loader.

Nearly all of a file is its vocabulary and merges. Rust reads them (``_core.VocabAndMerges``): files
with 100,000 to 200,000 tokens load in 0.3 of the CPU time that they take with an object of Python
for each token.
"""

from __future__ import annotations

import codecs
import itertools
import json
import operator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from bytemerge import _core
from bytemerge.errors import ModelError, UnknownTokenError, VocabularyError
from bytemerge.files import read, replace
from bytemerge.formats import added_tokens, normalizers, post_processors, pre_tokenizers
from bytemerge.formats.added_tokens import AddedToken
from bytemerge.formats.post_processors import Template
from bytemerge.formats.pre_tokenizers import Cuts
from bytemerge.formats.refusals import (
    MOST,
    MalformedError,
    Refusals,
    check_values,
    flat,
    naming,
    parsed_each,
    shown,
)
from bytemerge.show.printable import clipped

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from typing import TypeAlias

    Model: TypeAlias = "_core.VocabAndMerges | CheckedVocabAndMerges"


class Parts(NamedTuple):
    """The parts that make a tokenizer, besides its vocabulary and merges."""

    cuts: Cuts
    added_tokens: list[AddedToken]
    ignore_merges: bool
    unknown: tuple[int | None, bool] | None
    normalizer: list[dict[str, Any]]
    template: Template

    def tokenizer(self, model: Model, removed: set[str]) -> _core.Tokenizer:
        """Return the tokenizer with the vocabulary, except for some tokens, and the merges.

        Raises:
            VocabularyError: the parts do not fit together.
        """
        special = [(token.name, token.id) for token in self.added_tokens]
        parts = self.cuts.patterns, special, self.ignore_merges, self.unknown
        tokenizer = model.tokenizer(removed, *parts)
        changes, splits = json.dumps(self.normalizer), json.dumps(self.cuts.pre_tokenizer)
        return tokenizer.with_added_tokens(self.added_tokens, changes, splits, self.template)


class CheckedVocabAndMerges(dict[str, int]):
    """The same as `_core.VocabAndMerges`, for files that are unusual, such as those with mistakes.

    It is slower, but its errors name what is wrong.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        """Take the vocabulary and the merges out of a part of a file."""
        with naming(".vocab", model["vocab"]):
            vocab = model["vocab"]
            super().__init__(
                zip(vocab, parsed_each(vocab.items(), added_tokens.as_id), strict=True)
            )
        with naming(".merges", model["merges"]):
            self.merges = parsed_each(enumerate(model["merges"]), split)
        self.merged = {
            token for left, right in self.merges for token in (left, right, left + right)
        }

    def is_merged(self, token: str) -> bool:
        """Return whether a token is a part or the result of a merge."""
        return token in self.merged

    def check_merges(self) -> None:
        """Raise ModelError if a merge needs or makes something that is not a token."""
        for left, right in self.merges:
            for token in (left, right, left + right):
                if token not in self:
                    message = f"a merge needs {shown(token)}, which is not in the vocabulary"
                    raise ModelError(message)

    def first_without_bytes(self, removed: set[str]) -> str | None:
        """Return the first token with a letter that stands for no byte, if it is not removed."""
        wrong = (token for token in self if not LETTER_SET.issuperset(token))
        return next((token for token in wrong if token not in removed), None)

    def tokenizer(
        self,
        removed: set[str],
        pattern: list[str],
        special_tokens: list[tuple[str, int]],
        ignore_merges: bool,
        unknown: tuple[int | None, bool] | None,
    ) -> _core.Tokenizer:
        """Return the tokenizer, from all tokens but those that are removed."""
        tokens = [(as_bytes(token), id) for token, id in self.items() if token not in removed]
        merges = [(self[left], self[right]) for left, right in self.merges]
        return _core.Tokenizer.of(tokens, merges, pattern, special_tokens, ignore_merges, unknown)


def letters() -> str:
    """Return the character for each byte: itself if it is visible, else one from 256 on."""
    seen = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = map(chr, itertools.count(256))
    return "".join(chr(byte) if byte in seen else next(others) for byte in range(256))


MODEL: dict[str, tuple[Any, ...]] = {
    "type": (None, "BPE"),
    "dropout": (None, 0.0),
    "continuing_subword_prefix": (None, ""),
    "end_of_word_suffix": (None, ""),
    "byte_fallback": (None, False),
}
"""The settings of a model that are supported."""

ID = operator.attrgetter("id")

LETTERS = letters()
LETTER_SET = frozenset(LETTERS)
BYTES_OF = codecs.charmap_build(LETTERS)


def load(path: str | os.PathLike[str], ignored: AbstractSet[str] = frozenset()) -> _core.Tokenizer:
    """Return the tokenizer in a file.

    Raises:
        OSError: the file cannot be read.
        ModelError: it is not such a file, or needs something that this package does not do.
            Truncation and padding count, unless they are ignored.
    """
    try:
        parts, model, removed = parse_file(read(Path(path)), ignored)
    except ModelError as error:
        message = f"{path}: {error}"
        raise ModelError(message) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        message = f"{path}: not a tokenizer of Hugging Face"
        raise ModelError(message) from None
    try:
        return parts.tokenizer(model, removed)
    except UnknownTokenError as error:
        message = f"{path}: post_processor: {error}"
        raise ModelError(message) from None
    except (ValueError, OverflowError) as error:
        message = f"{path}: {clipped(str(error), MOST)}"
        raise ModelError(message) from None


def load_older(
    vocab: str | os.PathLike[str],
    merges: str | os.PathLike[str],
    pattern: str | list[str] | None,
    special_tokens: list[str],
) -> _core.Tokenizer:
    """Return the tokenizer in the files ``vocab.json`` and ``merges.txt``.

    Raises:
        OSError: a file cannot be read.
        ModelError: one is not such a file, or they do not fit together.
        PatternError: the pattern is not a regular expression.
    """
    ids = vocabulary_in(vocab)
    try:
        parts, model, removed = parse(
            {
                "model": {"vocab": ids, "merges": list(listed(read(Path(merges))))},
                "added_tokens": special_of(special_tokens, ids),
                "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False},
            },
            frozenset(),
        )
    except ModelError as error:
        message = f"{merges}: {error}"
        raise ModelError(message) from None
    try:
        names = [pattern] if isinstance(pattern, str) else pattern or []
        cuts = parts.cuts._replace(patterns=names)
        # These files do not say what becomes of bytes without a token, so none may lack one.
        return parts._replace(cuts=cuts, unknown=None).tokenizer(model, removed)
    except VocabularyError as error:
        message = f"{vocab}: {clipped(str(error), MOST)}"
        raise ModelError(message) from None


NOT_A_VOCABULARY = "not a vocabulary, which is a JSON object of ids by token"


def vocabulary_in(path: str | os.PathLike[str]) -> dict[str, int]:
    """Return the ids of the tokens in a file ``vocab.json``.

    Raises:
        OSError: the file cannot be read.
        ModelError: it has no JSON object of ids by token; the message names the first other entry.
    """
    try:
        ids = json.loads(read(Path(path)))
        with naming("", ids):
            parsed_each(ids.items(), added_tokens.as_id)
    except MalformedError as error:
        message = f"{path}: {NOT_A_VOCABULARY}: {error.problem.removeprefix(' = ')}"
        raise ModelError(message) from None
    except (ValueError, RecursionError):
        message = f"{path}: {NOT_A_VOCABULARY}"
        raise ModelError(message) from None
    return cast("dict[str, int]", ids)


def listed(content: bytes) -> Iterator[str]:
    """Yield the merges in the lines of a file.

    Raises:
        ModelError: a line is not two tokens with a space between them; the message names it.
    """
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError:
        message = "not UTF-8"
        raise ModelError(message) from None
    for number, line in enumerate(lines, 1):
        if line.startswith("#version") or not line:
            continue
        if line.count(" ") != 1:
            message = f"line {number} is not a merge of two tokens: {shown(line)}"
            raise ModelError(message)
        yield line


def special_of(names: Iterable[str], vocab: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return special tokens, with the ids of a vocabulary or the next ones.

    Raises:
        ModelError: a name is empty, or occurs twice.
    """
    found: dict[str, int] = {}
    following = len(vocab)
    for name in names:
        if not name or name in found:
            problem = f"{shown(name)} occurs twice" if name else "an empty name"
            message = f"special_tokens: {problem}"
            raise ModelError(message)
        found[name] = vocab.get(name, following)
        following = max(following, found[name] + 1)
    return [{"content": name, "id": id, "special": True} for name, id in found.items()]


def parse_file(content: bytes, ignored: AbstractSet[str]) -> tuple[Parts, Model, set[str]]:
    """Return the result of `parse` for the bytes of a file."""
    split = _core.VocabAndMerges.split(content)
    if split is None:
        return parse(json.loads(content), ignored)
    rest, listed = split
    return parse(json.loads(rest), ignored, listed)


def parse(
    content: Mapping[str, Any],
    ignored: AbstractSet[str],
    listed: _core.VocabAndMerges | None = None,
) -> tuple[Parts, Model, set[str]]:
    """Return the parts of the tokenizer in a file, its model, and the tokens to leave out.

    The vocabulary and the merges are those in the content, or ``listed`` if given.
    """
    refusals = Refusals()
    with naming("the file", content):
        model = content["model"]
    with naming("model", model):
        for name, allowed in MODEL.items():
            refusals.only(model, name, allowed, "model.")
    for name in ("truncation", "padding"):
        if name not in ignored:
            refusals.only(content, name, (None,))
    ignores = "post_processor" in ignored
    processor = None if ignores else content.get("post_processor")
    with naming("normalizer", content.get("normalizer")):
        check_values(content.get("normalizer"))
        normalizer = normalizers.changes(content.get("normalizer"), refusals)
    with naming("post_processor", processor):
        check_values(processor)
        template = post_processors.parsed(processor, refusals)
    # Decoding bytes is what ByteLevel does.
    with naming("decoder", content.get("decoder")):
        types = [step["type"] for _, step in flat(content.get("decoder"), "decoders")]
        if set(types) - {"ByteLevel", "Fuse"}:
            refusals.add(types[0] if len(types) == 1 else types, "decoder")
    with naming("pre_tokenizer", content.get("pre_tokenizer")):
        check_values(content.get("pre_tokenizer"))
        cuts = pre_tokenizers.parsed(content.get("pre_tokenizer"), refusals)
    ignores_merges = refusals.flag(model, "ignore_merges", "model.")
    with naming("model", model):
        tokens = CheckedVocabAndMerges(model) if listed is None else listed
    listed_tokens = content.get("added_tokens") or []
    with naming("added_tokens", listed_tokens):
        added = added_tokens.parsed(
            listed_tokens, tokens, refusals, has_normalizer=bool(normalizer)
        )
    refusals.check()
    removed: set[str] = set()
    for token in added:
        if tokens.get(token.name) is None:
            continue
        if not is_merged_too(token, tokens, ignores_merges=ignores_merges):
            removed.add(token.name)
        elif not token.name.isascii():
            refusals.add(token.name, "model.merges with the added token")
    unknown = unknown_of(model, tokens, refusals)
    refusals.check()
    if isinstance(tokens, CheckedVocabAndMerges):
        tokens.check_merges()
    wrong = tokens.first_without_bytes(removed)
    if wrong is not None:
        as_bytes(wrong)  # raises the error
    parts = Parts(cuts, added, ignores_merges, unknown, normalizer, template)
    return parts, tokens, removed


def is_merged_too(token: AddedToken, model: Model, *, ignores_merges: bool) -> bool:
    """Return whether ordinary text can become an added token that is in the vocabulary.

    It can by merges, or as a whole piece.
    """
    return model.is_merged(token.name) or is_piece(token, ignores_merges=ignores_merges)


def is_piece(token: AddedToken, *, ignores_merges: bool) -> bool:
    """Return whether a piece of ordinary text becomes an added token without a merge.

    A single byte does. With ``ignore_merges``, so does a piece that spells a ``single_word`` token
    inside a word.
    """
    if not all(letter in LETTERS for letter in token.name):
        return False
    is_single_word = token.rules[added_tokens.RULES.index("single_word") + 1]
    return len(token.name) == 1 or (ignores_merges and is_single_word)


def unknown_of(
    model: Mapping[str, Any], tokens: Model, refusals: Refusals
) -> tuple[int | None, bool] | None:
    """Return what becomes of bytes without a token, as the core spells it."""
    if all(tokens.get(letter) is not None for letter in LETTERS):
        return None
    name, fuse = model.get("unk_token"), refusals.flag(model, "fuse_unk", "model.")
    if name is None:
        return None, fuse
    id = tokens.get(name) if isinstance(name, str) else None
    if id is None or tokens.is_merged(name):
        refusals.add(name, "model.unk_token")
        return None
    return id, fuse


def split(merge: object) -> tuple[str, str]:
    """Return both tokens of a merge, which is a list, or in older files a text with a space."""
    left, right = merge.split(" ") if isinstance(merge, str) else cast("list[object]", merge)
    if isinstance(left, str) and isinstance(right, str):
        return left, right
    raise TypeError


def as_bytes(token: str) -> bytes:
    """Return the bytes that the characters of a token stand for."""
    try:
        return codecs.charmap_encode(token, "strict", BYTES_OF)[0]
    except UnicodeEncodeError:
        message = f"not a token of bytes: {shown(token)}"
        raise ModelError(message) from None


def as_letters(token: bytes) -> str:
    """Return the characters that stand for the bytes of a token."""
    return codecs.charmap_decode(token, "strict", LETTERS)[0]


def parts_of(tokenizer: _core.Tokenizer) -> Parts:
    """Return the parts of a tokenizer as a list of merges.

    Raises:
        VocabularyError: it merges by ranks, and no list of merges does the same.
    """
    added = [AddedToken(name, id, rules) for name, id, rules in tokenizer.added_tokens]
    pattern = tokenizer.pattern
    names = [pattern] if isinstance(pattern, str) else list(pattern or ())
    cuts = Cuts(**json.loads(tokenizer.pre_tokenizer), patterns=names)
    if tokenizer.by_ranks:
        # If the list merges the bytes of each token to the token itself, both rules take the same
        # steps within these bytes, and no other pair of neighbours ever makes a token.
        special = [(token.name, token.id) for token in added]
        model = tokenizer.tokens, tokenizer.merges, pattern, special, False, tokenizer.unknown
        _core.Tokenizer.of(*model).check_merges()
    normalizer = json.loads(tokenizer.normalizer)
    ignore_merges, unknown = tokenizer.ignores_merges, tokenizer.unknown
    template = Template(*tokenizer.template)
    return Parts(cuts, added, ignore_merges, unknown, normalizer, template)


def names_of(parts: Parts, text_of: Mapping[int, str]) -> dict[str, int]:
    """Return the added tokens that must be in the vocabulary, with their ids.

    If ordinary text would become one of them, it stays out of the vocabulary, with all that have
    higher ids. Hugging Face then gives them the next ids.

    Raises:
        VocabularyError: a token has the name or the id of another one.
    """
    ids = {text: id for id, text in text_of.items()}
    new = sorted((token for token in parts.added_tokens if token.name not in ids), key=ID)
    pieces = [is_piece(token, ignores_merges=parts.ignore_merges) for token in new]
    inside = pieces.index(True) if True in pieces else len(new)
    expected = {token.name: id for id, token in enumerate(new[inside:], len(ids) + inside)}
    seen: set[int] = set()
    for name, id, _ in parts.added_tokens:
        has_other_id = ids.get(name, expected.get(name, id)) != id
        if has_other_id or text_of.get(id, name) != name or id in seen:
            reason = "is spelled like it" if has_other_id else f"has its id, {id}"
            message = (
                f"a file of Hugging Face cannot hold the special token {shown(name)}:"
                f" another token {reason}"
            )
            raise VocabularyError(message)
        seen.add(id)
    return {token.name: token.id for token in new[:inside]}


def save(path: str | os.PathLike[str], tokenizer: _core.Tokenizer) -> None:
    """Write a tokenizer into a file, in one step.

    Raises:
        VocabularyError: the tokenizer merges by ranks in a way that no list of merges does, or a
            special token is spelled like another token or has its id.
        PatternError: the pattern may mean something else to Hugging Face.
        OSError: the file cannot be written.
    """
    parts = parts_of(tokenizer)
    pre_tokenizer = pre_tokenizers.content(parts.cuts, tokenizer.oniguruma_expressions)
    text_of = {id: as_letters(token) for token, id in tokenizer.tokens}
    vocab = {text: id for id, text in text_of.items()} | names_of(parts, text_of)
    names = {token.id: token.name for token in parts.added_tokens}
    unk_id, fuse_unk = parts.unknown or (None, False)
    unk_token = next((text for text, id in vocab.items() if id == unk_id), None)
    if unk_id is not None and unk_token is None:
        message = f"a file of Hugging Face cannot hold the unknown token {shown(names[unk_id])}"
        raise VocabularyError(message)
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added_tokens.content(parts.added_tokens),
        "normalizer": normalizers.content(parts.normalizer),
        "pre_tokenizer": pre_tokenizer,
        "post_processor": post_processors.content(parts.template, {**text_of, **names}),
        "decoder": {**pre_tokenizers.BYTE_LEVEL, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": unk_token,
            **dict.fromkeys(("continuing_subword_prefix", "end_of_word_suffix")),
            "fuse_unk": fuse_unk,
            "byte_fallback": False,
            "ignore_merges": parts.ignore_merges,
            "vocab": vocab,
            "merges": [[text_of[left], text_of[right]] for left, right in tokenizer.merges],
        },
    }
    replace(Path(path), json.dumps(content, ensure_ascii=False, indent=1).encode())
