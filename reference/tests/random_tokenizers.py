"""Makes files of Hugging Face at random, of all parts that bytemerge reads, and texts for them."""

import json
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import random_expressions

from bytemerge import Tokenizer
from bytemerge.errors import ModelError, PatternError
from bytemerge.formats import huggingface
from bytemerge.formats.huggingface import as_letters

WORDS = [
    *[
        r"the",
        r"cat",
        r"sat",
        r"cat,",
        r"cats",
        r"a's",
        r"I'LL",
        r"don't!?",
        r"...",
        r",,",
        r"--",
        r"__",
        r"$5",
        r"^^",
        r"123",
        r"4",
        r"<end>",
        r"<think>",
    ],
    "Th\xe9\xe2tre",
    "caf\xe9",
    "cafe\u0301",
    "\u1100\u1161",
    "\ufb01ne",
    "\u212b",
    "\xbd",
    "\u0661",
    "\U00011de0",
    "\u4e2d\u6587\u5b57",
    "\u0e01\u0e33",
    "\u0928\u093c",
    "\U0001f600",
    "\u2e4b",
    "\U000111c9",
    "\x00",
]
SPACES = [" ", "  ", "   ", "\n", "\r\n", " \t", "\xa0", "\u3000", "", ""]
CHARACTERS = random_expressions.CHARACTERS

SPLITS = [
    r"\p{L}+",
    r"\s+(?!\S)|\s+",
    r"[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
    r"\p{N}{1,3}",
    r"[0-9][0-9][0-9]",
    r"[\r\n]",
    r"\s?\p{L}+",
    r"\s?\p{P}+",
    r"[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
]
"""Expressions of published files, and parts of them."""

ALL: dict[str, Any] = {"allowed_special": "all", "add_special_tokens": True}
"""The options by which Hugging Face encodes."""

BEHAVIORS = ["Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"]

ADDED = [
    "<end>",
    "<think>",
    "  ",
    "    ",
    " \t",
    "cat",
    "é",
    "cafe\u0301",
    "<",
    "<end",
    "12",
    "\n\n",
    "$5",
    "dog ",
]


def text(chance: Random) -> str:
    """Return a text of words, spaces and single characters."""
    parts = []
    for _ in range(chance.randint(0, 14)):
        parts.append(chance.choice(WORDS if chance.random() < 0.7 else CHARACTERS))
        parts.append(chance.choice(SPACES))
    return "".join(parts)


def normalizer(chance: Random) -> dict[str, Any] | None:
    """Return a normalizer, or a sequence of some."""
    if chance.random() < 0.4:
        return None
    steps = [step(chance) for _ in range(chance.choice([0, 1, 1, 2, 3]))]
    if len(steps) == 1 and chance.random() < 0.7:
        return steps[0]
    return {"type": "Sequence", "normalizers": steps}


def step(chance: Random) -> dict[str, Any]:
    """Return a normalizer."""
    kinds = ["NFC", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Prepend", "Strip", "Replace"]
    kind = chance.choice(kinds)
    settings: dict[str, dict[str, Any]] = {
        "Prepend": {"prepend": chance.choice([" ", "> ", "é"])},
        "Strip": {"strip_left": chance.random() < 0.7, "strip_right": chance.random() < 0.7},
        "Replace": {
            "pattern": chance.choice(
                [{"String": " "}, {"String": "a."}, {"Regex": r"\s{2,}"}, {"Regex": r"\p{N}"}]
            ),
            "content": chance.choice(["", "_", "é ", "\u4e2d\u6587"]),
        },
    }
    return {"type": kind, **settings.get(kind, {})}


def pre_tokenizer(chance: Random) -> dict[str, Any]:
    """Return a pre-tokenizer with ByteLevel, which nearly always comes last."""
    byte_level = {
        "type": "ByteLevel",
        "add_prefix_space": chance.random() < 0.2,
        "trim_offsets": True,
        "use_regex": chance.random() < 0.5,
    }
    steps = [cut(chance) for _ in range(chance.choice([0, 1, 1, 2, 3]))]
    after = [cut_of_letters(chance) for _ in range(chance.choice([0] * 9 + [1, 2]))]
    if not steps and not after and chance.random() < 0.7:
        return byte_level
    if len(steps) > 1 and chance.random() < 0.2:
        steps = [{"type": "Sequence", "pretokenizers": steps}]
    return {"type": "Sequence", "pretokenizers": [*steps, byte_level, *after]}


def cut(chance: Random) -> dict[str, Any]:
    """Return a pre-tokenizer, which may drop or join parts of the text."""
    kind = chance.choice(["Digits", "Punctuation", "Split", "Split", "Split", "Space"])
    behavior = "Isolated" if chance.random() < 0.6 else chance.choice(BEHAVIORS)
    if kind == "Digits":
        return {"type": kind, "individual_digits": chance.random() < 0.5}
    if kind == "Punctuation":
        return {"type": kind, "behavior": behavior}
    if kind == "Space":
        kinds = ["Whitespace", "WhitespaceSplit", "BertPreTokenizer", "CharDelimiterSplit"]
        kind = chance.choice(kinds)
        delimiter = {"delimiter": chance.choice(" t.")} if kind == "CharDelimiterSplit" else {}
        return {"type": kind, **delimiter}
    pattern = (
        {"String": chance.choice([" ", "t", ".", "the", "é", "(", "\n", ""])}
        if chance.random() < 0.2
        else {"Regex": chance.choice(SPLITS)}
    )
    return {
        "type": kind,
        "pattern": pattern,
        "behavior": behavior,
        "invert": chance.random() < 0.2,
    }


def cut_of_letters(chance: Random) -> dict[str, Any]:
    """Return a pre-tokenizer that sees a letter for each byte, as those of Falcon do."""
    return chance.choice(
        [
            {"type": "Digits", "individual_digits": chance.random() < 0.5},
            {"type": "Punctuation", "behavior": "Isolated"},
            {
                "type": "Split",
                "pattern": {"Regex": chance.choice(["[0-9][0-9][0-9]", r"\p{Ll}", "\u0120"])},
                "behavior": "Isolated",
                "invert": False,
            },
        ]
    )


def post_processor(chance: Random, added: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return a template of some added tokens."""
    if not added or chance.random() < 0.6:
        return None
    names = [chance.choice(added) for _ in range(3)]
    before = [{"SpecialToken": {"id": each["content"], "type_id": 0}} for each in names[:2]]
    after = [{"SpecialToken": {"id": each["content"], "type_id": 0}} for each in names[2:]]
    text, second = ([{"Sequence": {"id": id, "type_id": chance.randint(0, 1)}}] for id in "AB")
    return {
        "type": "TemplateProcessing",
        "single": before[: chance.randint(0, 2)] + text + after[: chance.randint(0, 1)],
        "pair": before[:1] + text + after[: chance.randint(0, 1)] + second + before[1:],
        "special_tokens": {
            each["content"]: {
                "id": each["content"],
                "ids": [each["id"]],
                "tokens": [each["content"]],
            }
            for each in names
        },
    }


def added_token(chance: Random, name: str) -> dict[str, Any]:
    """Return an added token without its id, with few rules."""
    rules = ("single_word", "lstrip", "rstrip")
    return {
        "content": name,
        **{rule: chance.random() < 0.2 for rule in rules},
        "normalized": chance.random() < 0.4,
        "special": chance.random() < 0.5,
    }


def without_bytes(chance: Random, tokens: list[str], merges: list[list[str]]) -> dict[str, int]:
    """Return a vocabulary that lacks some letters of bytes and the tokens that need them."""
    lacking = {token for token in tokens if len(token) == 1 and chance.random() < 0.1}
    kept = [token for token in tokens if not lacking & set(token)]
    merges[:] = [pair for pair in merges if not lacking & set("".join(pair))]
    return {token: id for id, token in enumerate([*kept, "<unk>"])}


def file(chance: Random, tokens: list[str], merges: list[list[str]]) -> str:
    """Return the content of a file with a trained vocabulary."""
    vocab, unk, merges = {token: id for id, token in enumerate(tokens)}, None, list(merges)
    lacks = chance.random() < 0.2
    if lacks:
        vocab = without_bytes(chance, tokens, merges)
        unk = chance.choice([None, "<unk>"])
    names = chance.sample(ADDED, k=chance.choice([0, 1, 2, 3, 5]))
    # In a vocabulary, "é" is the byte 0xE9. As an added token it is the text of two bytes.
    names = [name for name in names if name != "é"]
    if unk and chance.random() < 0.5:
        names.append(unk)
    added = [{**added_token(chance, name), "id": vocab.get(name)} for name in names]
    following = len(vocab)
    for token in added:
        if token["id"] is None:
            token["id"] = following
            following += 1
    return json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added,
            "normalizer": normalizer(chance),
            "pre_tokenizer": pre_tokenizer(chance),
            "post_processor": post_processor(chance, added),
            "decoder": {
                "type": "ByteLevel",
                "add_prefix_space": False,
                "trim_offsets": True,
                "use_regex": True,
            },
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": unk,
                "continuing_subword_prefix": None,
                "end_of_word_suffix": None,
                "fuse_unk": chance.random() < 0.5,
                "byte_fallback": False,
                "ignore_merges": chance.random() < 0.3,
                "vocab": vocab,
                "merges": merges,
            },
        }
    )


def vocabulary(chance: Random) -> tuple[list[str], list[list[str]]]:
    """Return the tokens of a model, as characters that stand for bytes, and its merges."""
    texts = [text(chance) for _ in range(30)]
    pattern = chance.choice(["gpt2", "cl100k", None])
    trained = Tokenizer.train(texts, chance.randint(256, 420), pattern=pattern)
    tokens = [as_letters(token) for token, _ in trained._rust.tokens]
    return tokens, [[as_letters(left), as_letters(right)] for left, right in trained.merges]


def same_as_theirs(content: str, texts: list[str], folder: Path) -> bool:
    """Compare ids, offsets and decoded texts with those of Hugging Face, also of saved files.

    Return False if the file is refused, as its normalizer changes the name of a token.
    """
    tokenizers = import_module("tokenizers")
    path, again = folder / "tokenizer.json", folder / "again.json"
    path.write_text(content, encoding="utf-8")
    theirs = tokenizers.Tokenizer.from_str(content)
    try:
        ours = Tokenizer.from_huggingface(path)
    except ModelError as error:
        if "the normalizer changes the name of the token" not in str(error):
            raise AssertionError(content) from error
        return False
    # Hugging Face takes the letters of an added token for bytes.
    decodes_alike = "".join([*ours.added_tokens, *ours.special_tokens]).isascii()
    # Of a byte that it drops, Hugging Face forgets the length.
    drops = ours._rust.unknown is not None and ours._rust.unknown[0] is None
    # Rust read the model; Python reads those of unusual files.
    parts, model, removed = huggingface.parse(json.loads(content), frozenset())
    assert Tokenizer._of(parts.tokenizer(model, removed)) == ours
    saved = [ours]
    ours.save(folder / "own")
    saved.append(Tokenizer.load(folder / "own"))
    assert saved[1] == ours
    try:
        ours.to_huggingface(again)
    except PatternError as error:
        raise AssertionError(content) from error
    saved.append(Tokenizer.from_huggingface(again))
    written = tokenizers.Tokenizer.from_file(str(again))
    for each in texts:
        try:
            expected = theirs.encode(each)
            pair = theirs.encode(each, texts[0])
        except BaseException as error:
            # Where an added token starts in the white space that the one before took.
            if type(error).__name__ != "PanicException":
                raise
            continue
        found = ours.encode_with_offsets(each, **ALL)
        case = (each, content)
        assert found.ids.tolist() == expected.ids, case
        if not drops:
            offsets = [tuple(pair) for pair in found.char_offsets.tolist()]
            assert offsets == expected.offsets, case
        for one in saved:
            assert one.encode(each, **ALL) == expected.ids, case
        pair_again = written.encode(each, texts[0])
        assert (pair_again.ids, pair_again.type_ids) == (pair.ids, pair.type_ids), case
        if decodes_alike:
            for skip in (False, True):
                decoded = theirs.decode(expected.ids, skip_special_tokens=skip)
                assert ours.decode(expected.ids, skip_special_tokens=skip) == decoded, case
        whole = ours.truncate(each, 10**6, **ALL)
        assert whole.ids == expected.ids, case
    return True
