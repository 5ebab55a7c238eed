"""The file ``tokenizer.json`` of Hugging Face, if it is a byte-level tokenizer.

A file may have settings that this package does not support; an error names the setting. The meaning
of the file is that of its own library: https://huggingface.co/docs/tokenizers, and the loader's
source.
"""

from __future__ import annotations

import codecs
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from bytemerge import _core
from bytemerge.errors import ModelError, PatternError, VocabularyError
from bytemerge.files import read, replace
from bytemerge.formats.oniguruma import difference

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

ADD_TOKENS = {"TemplateProcessing", "RobertaProcessing", "BertProcessing"}
"""Post-processors that only add special tokens around a text."""

GPT2 = "gpt2"
"""The pattern of ByteLevel."""


class Parts(NamedTuple):
    """The arguments of ``_core.Tokenizer.of``."""

    tokens: list[tuple[bytes, int]]
    merges: list[tuple[int, int]]
    pattern: str | None
    special_tokens: list[tuple[str, int]]
    ignore_merges: bool


def letters() -> str:
    """Return the character for each byte: itself if it is visible, else one from 256 on."""
    seen = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = map(chr, itertools.count(256))
    return "".join(chr(byte) if byte in seen else next(others) for byte in range(256))


SHOWN = 40
"""The most characters of a wrong token that an error shows."""

LETTERS = letters()
BYTES_OF = codecs.charmap_build(LETTERS)


def load(path: str | os.PathLike[str], ignore_added: bool = False) -> _core.Tokenizer:
    """Return the tokenizer in a file, without the special tokens that it adds to each text.

    Raises:
        OSError: the file cannot be read.
        ModelError: it is not such a file, or needs something that this package does not do. A
            post-processor that adds special tokens counts, unless ``ignore_added`` is set.
    """
    try:
        parts = parse(json.loads(read(Path(path))), ignore_added)
    except ModelError as error:
        message = f"{path}: {error}"
        raise ModelError(message) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        message = f"{path}: not a tokenizer of Hugging Face"
        raise ModelError(message) from None
    try:
        return _core.Tokenizer.of(*parts)
    except (ValueError, OverflowError) as error:
        message = f"{path}: {error}"
        raise ModelError(message) from None


def parse(content: Mapping[str, Any], ignore_added: bool) -> Parts:
    """Return the parts of the tokenizer in the content of a file."""
    model = content["model"]
    if model.get("type", "BPE") != "BPE":
        raise refused(model["type"], "model.type")
    for name, allowed in {
        "dropout": (None, 0.0),
        "continuing_subword_prefix": (None, ""),
        "end_of_word_suffix": (None, ""),
        "byte_fallback": (None, False),
    }.items():
        only(model, name, allowed, "model.")
    for name in ("normalizer", "truncation", "padding"):
        only(content, name, (None,))
    # All bytes are tokens, so unk_token and fuse_unk have no effect. ByteLevel as a post-processor
    # or a decoder is what decoding bytes does anyway.
    for name in ("post_processor", "decoder"):
        types = types_of(content.get(name))
        ignored = ADD_TOKENS if ignore_added and name == "post_processor" else set()
        if set(types) - {"ByteLevel"} - ignored:
            raise refused(types[0] if len(types) == 1 else types, name)
    ids = {text: as_id(id) for text, id in model["vocab"].items()}
    special = special_tokens(content.get("added_tokens") or [], ids)
    names = dict(special)
    tokens = {token: id for token, id in ids.items() if token not in names}
    pairs = [split(merge) for merge in model["merges"]]
    for left, right in pairs:
        if left in tokens and right in tokens and left + right in tokens:
            continue
        token = next(each for each in (left, right, left + right) if each not in tokens)
        if token in names:
            raise refused(token, "model.merges with the added token")
        message = f"a merge needs {token!r}, which is not in the vocabulary"
        raise ModelError(message)
    return Parts(
        [(as_bytes(token), id) for token, id in tokens.items()],
        [(tokens[left], tokens[right]) for left, right in pairs],
        pattern(content["pre_tokenizer"]),
        special,
        bool(model.get("ignore_merges")),
    )


def types_of(part: Mapping[str, Any] | None) -> list[str]:
    """Return the types of a part of the file, which may be a sequence of parts."""
    if part is None:
        return []
    if part["type"] == "Sequence":
        several = part.get("processors", part.get("decoders"))
        return [str(each["type"]) for each in cast("list[dict[str, Any]]", several)]
    return [str(part["type"])]


def special_tokens(added: list[dict[str, Any]], vocab: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the added tokens, with the ids that Hugging Face gives them."""
    special: dict[str, int] = {}
    for token in added:
        name, id = str(token["content"]), as_id(token["id"])
        for flag in ("single_word", "lstrip", "rstrip"):
            only(token, flag, (None, False), f"added_tokens: {name!r}: ")
        only(token, "special", (True,), f"added_tokens: {name!r}: ")
        if name in special:
            raise refused(name, "added_tokens: twice the same")
        if id in special.values():
            # Hugging Face finds only the last of them in a text.
            raise refused(id, f"added_tokens: {name!r}: the id of another one")
        # Tokens outside the vocabulary get the next ids, whatever the file says.
        following = max(len(vocab), *(other + 1 for other in special.values()), 0)
        if id != vocab.get(name, following):
            taken = vocab.get(name, following)
            raise refused(id, f"added_tokens: {name!r}: an id other than {taken}")
        special[name] = id
    check_overlaps(added)
    return list(special.items())


def check_overlaps(added: list[dict[str, Any]]) -> None:
    """Refuse normalized and other added tokens that overlap.

    Hugging Face searches for the others first, then for the normalized ones. If none overlap,
    searching for all at once finds the same. Without a normalizer, there is no other difference.
    """
    normalized = [str(token["content"]) for token in added if token.get("normalized")]
    others = [str(token["content"]) for token in added if not token.get("normalized")]
    for one in normalized:
        for other in others:
            if overlap(one, other) or overlap(other, one):
                raise refused([one, other], "added_tokens: normalized and not, which overlap")


def overlap(one: str, other: str) -> bool:
    """Return whether a text contains another, or its end is the start of the other."""
    return other in one or any(one.endswith(other[:size]) for size in range(1, len(other)))


def pattern(pre_tokenizer: Mapping[str, Any] | None) -> str | None:
    """Return the pattern of a pre-tokenizer: ByteLevel, alone or after a Split."""
    match pre_tokenizer:
        case {"type": "Sequence", "pretokenizers": [{"type": "Split"} as cut, byte_level]}:
            if pattern(byte_level) is not None:
                raise refused(byte_level, "pre_tokenizer: a pattern after Split")
            return split_pattern(cut)
        case {"type": "Sequence", "pretokenizers": [one]}:
            return pattern(one)
        case {"type": "Sequence", "pretokenizers": several}:
            raise refused([each["type"] for each in several], "pre_tokenizer: Sequence")
        case {"type": "ByteLevel", **rest}:
            options = {str(name): value for name, value in rest.items()}
            only(options, "add_prefix_space", (False,), "pre_tokenizer: ByteLevel.")
            return GPT2 if options.get("use_regex", True) else None
    raise refused(pre_tokenizer and pre_tokenizer["type"], "pre_tokenizer")


def split_pattern(cut: Mapping[str, Any]) -> str:
    """Return the pattern of a Split that cuts around the matches of an expression."""
    expression = cut["pattern"].get("Regex")
    if not isinstance(expression, str):
        raise refused(cut["pattern"], "pre_tokenizer: Split.pattern")
    try:
        known = _core.is_known_pattern(expression)
    except PatternError as error:
        raise ModelError(str(error)) from None
    if known and cut["behavior"] == "Removed" and cut.get("invert"):
        pass  # the text between matches is removed, but the matches cover everything
    else:
        # Matches and the text between them are both kept, so inverting makes no difference.
        only(cut, "behavior", ("Isolated",), "pre_tokenizer: Split.")
    if known and expression.isidentifier():
        return f"(?:{expression})"  # not the name of a pattern, but a word to match
    check_expression(expression, ModelError)
    return expression


def check_expression(expression: str, error: type[ModelError | PatternError]) -> None:
    """Refuse an expression that may mean something else to the engine of Hugging Face."""
    part = difference(expression)
    if part is not None:
        reason = "the engine of Hugging Face may read it differently"
        message = f"not supported: {part} in the pattern {expression!r}: {reason}"
        raise error(message)


def only(mapping: Mapping[str, Any], name: str, allowed: tuple[Any, ...], prefix: str = "") -> None:
    """Refuse an entry that does not have one of the allowed values."""
    if mapping.get(name) not in allowed:
        value = mapping.get(name)
        kind = value.get("type", value) if isinstance(value, dict) else value
        raise refused(kind, prefix + name)


def refused(value: object, at: str) -> ModelError:
    """Return the error for an unsupported value of a setting."""
    message = f"not supported: {at} = {json.dumps(value, ensure_ascii=False)}"
    return ModelError(message)


def as_id(value: object) -> int:
    """Return an id, or raise TypeError: True and 1.0 are not ids."""
    if type(value) is int:
        return value
    raise TypeError


def split(merge: object) -> tuple[str, str]:
    """Return both tokens of a merge, which is a list, or in older files a text with a space."""
    left, right = merge.split(" ") if isinstance(merge, str) else cast("list[object]", merge)
    return str(left), str(right)


def as_bytes(token: str) -> bytes:
    """Return the bytes that the characters of a token stand for."""
    try:
        return codecs.charmap_encode(token, "strict", BYTES_OF)[0]
    except UnicodeEncodeError:
        message = f"not a token of bytes: {json.dumps(token[:SHOWN], ensure_ascii=False)}"
        raise ModelError(message) from None


def as_letters(token: bytes) -> str:
    """Return the characters that stand for the bytes of a token."""
    return codecs.charmap_decode(token, "strict", LETTERS)[0]


def parts_of(tokenizer: _core.Tokenizer) -> Parts:
    """Return the parts of a tokenizer as a list of merges.

    Raises:
        VocabularyError: it merges by ranks, and no list of merges does the same.
    """
    tokens, merges, special = tokenizer.tokens, tokenizer.merges, tokenizer.special_tokens
    pattern = tokenizer.pattern
    if tokenizer.by_ranks:
        # If the list merges the bytes of each token to the token itself, both rules take the same
        # steps within these bytes, and no other pair of neighbours ever makes a token.
        _core.Tokenizer.of(tokens, merges, pattern, special).check_ranks()
    if pattern != GPT2:
        pattern = tokenizer.oniguruma_expression
    return Parts(tokens, merges, pattern, special, tokenizer.ignores_merges)


def save(path: str | os.PathLike[str], tokenizer: _core.Tokenizer) -> None:
    """Write a tokenizer into a file, in one step.

    Raises:
        VocabularyError: the tokenizer merges by ranks in a way that no list of merges does, or a
            special token is spelled like another token or has its id.
        PatternError: the pattern may mean something else to Hugging Face.
        OSError: the file cannot be written.
    """
    parts = parts_of(tokenizer)
    if parts.pattern is not None:
        check_expression(parts.pattern, PatternError)
    text_of = {id: as_letters(token) for token, id in parts.tokens}
    vocab = {text: id for id, text in text_of.items()}
    special_ids: set[int] = set()
    for name, id in parts.special_tokens:
        if name in vocab or id in special_ids:
            reason = "is spelled like it" if name in vocab else f"has its id, {id}"
            message = (
                f"a file of Hugging Face cannot hold the special token {name!r}:"
                f" another token {reason}"
            )
            raise VocabularyError(message)
        vocab[name] = id
        special_ids.add(id)
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    cut = {
        "type": "Split",
        "pattern": {"Regex": parts.pattern},
        "behavior": "Isolated",
        "invert": False,
    }
    alone = parts.pattern is None or parts.pattern == GPT2
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": id,
                "content": name,
                **dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False),
                "special": True,
            }
            for name, id in sorted(parts.special_tokens, key=lambda item: item[1])
        ],
        "normalizer": None,
        "pre_tokenizer": {**byte_level, "use_regex": parts.pattern == GPT2}
        if alone
        else {"type": "Sequence", "pretokenizers": [cut, {**byte_level, "use_regex": False}]},
        "post_processor": None,
        "decoder": {**byte_level, "use_regex": True},
        "model": {
            "type": "BPE",
            **dict.fromkeys(("dropout", "unk_token", "continuing_subword_prefix")),
            "end_of_word_suffix": None,
            **dict.fromkeys(("fuse_unk", "byte_fallback"), False),
            "ignore_merges": parts.ignore_merges,
            "vocab": vocab,
            "merges": [[text_of[left], text_of[right]] for left, right in parts.merges],
        },
    }
    replace(Path(path), json.dumps(content, ensure_ascii=False, indent=1).encode())
