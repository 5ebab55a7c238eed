"""Files of Hugging Face, without its library: both ways, and the names of unsupported parts."""

import importlib.util
import json
import pickle
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import write_older_files

from bytemerge import Tokenizer, _core
from bytemerge.errors import ModelError, VocabularyError
from bytemerge.formats import huggingface

LINES = ["the cat and the hat", "that théâtre"]


def written(path: Path, **changes: Any) -> dict[str, Any]:
    """Return the content of a file that was written just now."""
    Tokenizer.train(LINES, 270, special_tokens=["<end>"]).to_huggingface(path)
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content | changes


@pytest.mark.parametrize("pattern", ["gpt2", "cl100k", "o200k", None, r"\p{L}+|\P{L}"])
def test_what_is_written_is_read(pattern: str | None, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    tokenizer = Tokenizer.train(LINES, 280, pattern=pattern, special_tokens=["<end>", "<é>"])
    tokenizer.to_huggingface(path)
    back = Tokenizer.from_huggingface(path)
    text = "that cat's 1234 théâtre\n <end>"
    assert back.merges == tokenizer.merges
    assert back.special_tokens == tokenizer.special_tokens
    assert back.encode(text, allowed_special="all") == tokenizer.encode(text, allowed_special="all")


def test_merges_of_older_files(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    content["model"]["merges"] = [" ".join(merge) for merge in content["model"]["merges"]]
    expected = Tokenizer.from_huggingface(path)
    path.write_text(json.dumps(content), encoding="utf-8")
    assert Tokenizer.from_huggingface(path) == expected


def split(file: dict[str, Any], expression: str, **changes: Any) -> dict[str, Any]:
    """Put a Split before ByteLevel, which is returned."""
    cut = {
        "type": "Split",
        "pattern": {"Regex": expression},
        "behavior": "Isolated",
        "invert": False,
    }
    byte_level = {**file["pre_tokenizer"], "use_regex": False}
    file["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [cut | changes, byte_level]}
    return byte_level


def added(file: dict[str, Any], name: str, **changes: Any) -> None:
    """Add a token."""
    token = file["added_tokens"][0] | {"content": name, "id": file["added_tokens"][-1]["id"] + 1}
    file["added_tokens"].append(token | changes)


def with_gap(file: dict[str, Any]) -> None:
    """Leave ids out before an added token that is in the vocabulary, and add one that is not."""
    file["model"]["vocab"]["<p>"] = 400
    added(file, "<p>", id=400)
    added(file, "<new>", id=401)


Edit = Callable[[dict[str, Any]], object]
KNOWN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
"""The spelling of cl100k's pattern in files of Hugging Face."""

TIKTOKEN = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
"""The spelling of tiktoken."""

ADDS_TOKENS = {
    "type": "TemplateProcessing",
    "single": [
        {"SpecialToken": {"id": "<end>", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
    ],
    "pair": [
        {"Sequence": {"id": "A", "type_id": 0}},
        {"Sequence": {"id": "B", "type_id": 1}},
    ],
    "special_tokens": {"<end>": {"id": "<end>", "ids": [269], "tokens": ["<end>"]}},
}

REFUSED: dict[str, Edit] = {
    "model.type": lambda file: file["model"].update(type="Unigram"),
    "model.dropout": lambda file: file["model"].update(dropout=0.1),
    "model.byte_fallback": lambda file: file["model"].update(byte_fallback=True),
    "model.end_of_word_suffix": lambda file: file["model"].update(end_of_word_suffix="</w>"),
    'normalizer = "BertNormalizer"': lambda file: file.update(
        normalizer={"type": "Sequence", "normalizers": [{"type": "BertNormalizer"}]}
    ),
    "normalizer: Prepend.prepend = 5": lambda file: file.update(
        normalizer={"type": "Prepend", "prepend": 5}
    ),
    'normalizer: Replace.pattern = {"String": ""}': lambda file: file.update(
        normalizer={"type": "Replace", "pattern": {"String": ""}, "content": "x"}
    ),
    r'\\w in the pattern "\\\\w"': lambda file: file.update(
        normalizer={"type": "Replace", "pattern": {"Regex": r"\w"}, "content": "x"}
    ),
    "the normalizer changes the name of the token": lambda file: (
        file["added_tokens"][0].update(content="<A>", normalized=True)
        or file["model"]["vocab"].update({"<A>": file["model"]["vocab"].pop("<end>")})
        or file.update(normalizer={"type": "Lowercase"})
    ),
    "truncation": lambda file: file.update(truncation={"max_length": 5}),
    'post_processor = "Other"': lambda file: file.update(post_processor={"type": "Other"}),
    "TemplateProcessing.single": lambda file: file.update(
        post_processor={"type": "TemplateProcessing", "single": [], "special_tokens": {}}
    ),
    "decoder": lambda file: file.update(decoder={"type": "Metaspace"}),
    "add_prefix_space": lambda file: file["pre_tokenizer"].update(add_prefix_space=1),
    "Metaspace": lambda file: file.update(pre_tokenizer={"type": "Metaspace"}),
    "pre_tokenizer = null": lambda file: file.update(pre_tokenizer=None),
    "lstrip = 5": lambda file: file["added_tokens"][0].update(lstrip=5),
    "not a token of bytes": lambda file: file["model"]["vocab"].update({"語": 9999}),
    "continuing_subword_prefix": lambda file: file["model"].update(continuing_subword_prefix="##"),
    "padding": lambda file: file.update(padding={"strategy": "BatchLongest"}),
    r'decoder = \["ByteLevel", "Strip"\]': lambda file: file.update(
        decoder={"type": "Sequence", "decoders": [{"type": "ByteLevel"}, {"type": "Strip"}]}
    ),
    "ids are left out, so its version decides the id": with_gap,
    'after TemplateProcessing = "RobertaProcessing"': lambda file: file.update(
        post_processor={
            "type": "Sequence",
            "processors": [
                ADDS_TOKENS,
                {"type": "RobertaProcessing", "sep": ["<end>", 269], "cls": ["<end>", 269]},
            ],
        }
    ),
    "post_processor: no token has the id 9999": lambda file: file.update(
        post_processor={"type": "BertProcessing", "sep": ["<end>", 9999], "cls": ["<end>", 269]}
    ),
    "an id other than": lambda file: added(file, "<new>", id=9999),
    "twice the same": lambda file: added(file, "<end>"),
    '"<new>": the id of another one': lambda file: added(
        file, "<new>", id=file["added_tokens"][0]["id"]
    ),
    "two tokens have the id 97": lambda file: file["model"]["vocab"].update({"zz": 97}),
    'model.unk_token = "<no>"': lambda file: (
        file["model"].update(unk_token="<no>") or file["model"]["vocab"].pop("q")
    ),
    'model.merges with the added token = "é"': lambda file: added(
        file, "é", id=file["model"]["vocab"]["é"]
    ),
    'Split.behavior = "Other"': lambda file: split(file, r"\s+", behavior="Other"),
    "Split.pattern": lambda file: split(file, "", pattern={"Other": " "}),
    'Punctuation.behavior = "Other"': lambda file: file.update(
        pre_tokenizer={
            "type": "Sequence",
            "pretokenizers": [{"type": "Punctuation", "behavior": "Other"}, file["pre_tokenizer"]],
        }
    ),
    "ByteLevel twice": lambda file: file.update(
        pre_tokenizer={"type": "Sequence", "pretokenizers": [file["pre_tokenizer"]] * 2}
    ),
    r"\$ in the pattern": lambda file: split(file, r"\s+$|\S+|\s"),
    # Oniguruma repeats the repetition.
    r"\{1,3\}\+ in the pattern": lambda file: split(file, TIKTOKEN),
    r"\\w in the pattern": lambda file: split(file, r"\w+|\W"),
    "the pattern .* is invalid": lambda file: split(file, "("),
    'after ByteLevel: behavior = "Removed"': lambda file: file.update(
        pre_tokenizer={
            "type": "Sequence",
            "pretokenizers": [file["pre_tokenizer"], {"type": "WhitespaceSplit"}],
        }
    ),
    "not in the vocabulary": lambda file: file["model"]["merges"].append(["x", "yz"]),
    "not a tokenizer of Hugging Face": lambda file: file.pop("model"),
}


def refusal(path: Path, edit: Edit) -> str:
    """Return the message of the error for a file that was edited."""
    content = written(path)
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError) as raised:
        Tokenizer.from_huggingface(path)
    return str(raised.value)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_represented_is_refused_by_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    message = refusal(path, REFUSED[name])
    assert re.search(name, message)
    assert str(path) in message
    assert "\n" not in message


MALFORMED: dict[str, Edit] = {
    "normalizer = 5": lambda file: file.update(normalizer=5),
    'normalizer.type = ["NFC"]': lambda file: file.update(normalizer={"type": ["NFC"]}),
    'pre_tokenizer = "ByteLevel"': lambda file: file.update(pre_tokenizer="ByteLevel"),
    "pre_tokenizer.pretokenizers[0] = 5": lambda file: file.update(
        pre_tokenizer={"type": "Sequence", "pretokenizers": [5]}
    ),
    "added_tokens[0] = 5": lambda file: file.update(added_tokens=[5]),
    "added_tokens[0].content = null": lambda file: file["added_tokens"][0].update(content=None),
    'added_tokens[0].id = "7"': lambda file: file["added_tokens"][0].update(id="7"),
    "model.vocab = []": lambda file: file["model"].update(vocab=[]),
    'model.vocab["zz"] = "7"': lambda file: file["model"]["vocab"].update(zz="7"),
    "model.merges[0] = 5": lambda file: file["model"].update(merges=[5]),
    "model.merges[0] = [1, 2]": lambda file: file["model"].update(merges=[[1, 2]]),
    'the file: "model" is missing': lambda file: file.pop("model"),
    'normalizer: "strip_left" is missing': lambda file: file.update(normalizer={"type": "Strip"}),
    "added_tokens[0].id = -1": lambda file: file["added_tokens"][0].update(id=-1),
    'normalizer.prepend = "\\ud800"': lambda file: file.update(
        normalizer={"type": "Prepend", "prepend": "\ud800"}
    ),
    'pre_tokenizer.pretokenizers[0].pattern.String = "\\ud800"': lambda file: split(
        file, "", pattern={"String": "\ud800"}
    ),
    "model = 5": lambda file: file.update(model=5),
    "post_processor = 5": lambda file: file.update(post_processor=5),
    "post_processor.cls = 5": lambda file: file.update(
        post_processor={"type": "BertProcessing", "sep": ["<end>", 269], "cls": 5}
    ),
    'post_processor.special_tokens["<end>"].ids[0] = "x"': lambda file: file.update(
        post_processor={
            "type": "TemplateProcessing",
            "single": [],
            "special_tokens": {"<end>": {"ids": ["x"]}},
        }
    ),
    'post_processor.single[0]: "<no>" is missing': lambda file: file.update(
        post_processor=ADDS_TOKENS | {"single": [{"SpecialToken": {"id": "<no>"}}]}
    ),
    "normalizer.pattern = 5": lambda file: file.update(
        normalizer={"type": "Replace", "pattern": 5, "content": ""}
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_part_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    message = refusal(path, MALFORMED[name])
    assert message.startswith(f"{path}: not a tokenizer of Hugging Face: {name}")


WRONG_FLAGS: dict[str, Edit] = {
    'Digits.individual_digits = "x"': lambda file: file.update(
        pre_tokenizer={
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Digits", "individual_digits": "x"},
                file["pre_tokenizer"],
            ],
        }
    ),
    'ByteLevel.use_regex = "no"': lambda file: file["pre_tokenizer"].update(use_regex="no"),
    "Split.invert = 5": lambda file: split(file, r"\s+", invert=5),
    'model.ignore_merges = "no"': lambda file: file["model"].update(ignore_merges="no"),
    'Replace of what may be empty, "(?=b)"': lambda file: file.update(
        normalizer={"type": "Replace", "pattern": {"Regex": "(?=b)"}, "content": "_"}
    ),
    'Replace of what may be empty, "b|"': lambda file: file.update(
        normalizer={"type": "Replace", "pattern": {"Regex": "b|"}, "content": "_"}
    ),
    'the pattern "(" is invalid': lambda file: file.update(
        normalizer={"type": "Replace", "pattern": {"Regex": "("}, "content": "_"}
    ),
}


@pytest.mark.parametrize("name", WRONG_FLAGS)
def test_a_wrong_value_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    message = refusal(path, WRONG_FLAGS[name])
    assert f"{path}: not supported: " in message
    assert name in message


def test_many_added_tokens_take_little_time_to_compare(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    first = max(content["model"]["vocab"].values()) + 1
    token = content["added_tokens"][0]
    names = ["x" * 20_000, "y" * 20_000, *(f"<{number}>" for number in range(2000))]
    content["added_tokens"] += [
        token | {"content": name, "id": id, "normalized": id % 2 == 0}
        for id, name in enumerate(names, first)
    ]
    path.write_text(json.dumps(content), encoding="utf-8")
    tokenizer = Tokenizer.from_huggingface(path)
    assert tokenizer.encode("<5><5", allowed_special="all")[0] == first + 7


def test_all_refusals_are_in_one_message(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path, truncation={"max_length": 5}, pre_tokenizer={"type": "Metaspace"})
    content["model"].update(type="Unigram", byte_fallback=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError) as raised:
        Tokenizer.from_huggingface(path)
    assert str(raised.value) == (
        f'{path}: not supported: model.type = "Unigram"; model.byte_fallback = true;'
        ' truncation = {"max_length": 5}; pre_tokenizer = "Metaspace"'
    )


def test_of_many_refusals_the_first_are_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    token = content["added_tokens"][0]
    content["added_tokens"] = [token | {"lstrip": number} for number in range(50)]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError, match=r'"<end>": lstrip = 0; .*; 93 more$') as raised:
        Tokenizer.from_huggingface(path)
    assert len(str(raised.value)) < len(str(path)) + 400


ACCEPTED: dict[str, Edit] = {
    "dropout of nothing": lambda file: file["model"].update(dropout=0.0),
    "affixes of nothing": lambda file: file["model"].update(
        continuing_subword_prefix="", end_of_word_suffix=""
    ),
    # All bytes are tokens: nothing is ever unknown.
    "unk_token": lambda file: file["model"].update(unk_token="<end>", fuse_unk=True),
    "older files": lambda file: [file["model"].pop(name) for name in ("type", "byte_fallback")],
    "post_processor": lambda file: file.update(
        post_processor={"type": "Sequence", "processors": [file["pre_tokenizer"]]}
    ),
    "no decoder": lambda file: file.update(decoder=None),
    "Fuse": lambda file: file.update(
        decoder={"type": "Sequence", "decoders": [file["decoder"], {"type": "Fuse"}]}
    ),
    "empty normalizers": lambda file: file.update(
        normalizer={"type": "Sequence", "normalizers": []}
    ),
    "normalized": lambda file: file["added_tokens"][0].update(normalized=True),
    "one in a sequence": lambda file: file.update(
        pre_tokenizer={"type": "Sequence", "pretokenizers": [file["pre_tokenizer"]]}
    ),
    "not in model.vocab": lambda file: file["model"]["vocab"].pop("<end>"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_changes_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    expected = Tokenizer.from_huggingface(path)
    ACCEPTED[name](content)
    path.write_text(json.dumps(content), encoding="utf-8")
    found = Tokenizer.from_huggingface(path)
    # It is kept, for the next file.
    assert (found == expected) == (name != "post_processor")
    text = "the cat's théâtre<end> <en"
    ids = expected.encode(text, allowed_special="all")
    assert found.encode(text, allowed_special="all", add_special_tokens=True) == ids
    check_with_its_own_library(path, text, ids)


@pytest.mark.parametrize(
    "behavior", [{}, {"invert": True}, {"behavior": "Removed", "invert": True}]
)
def test_splits_that_keep_everything(behavior: dict[str, Any], tmp_path: Path) -> None:
    """As in the files of Llama 3 and of Qwen; and as others write GPT-4's."""
    path = tmp_path / "tokenizer.json"
    content = written(path)
    split(content, KNOWN, **behavior)
    path.write_text(json.dumps(content), encoding="utf-8")
    text = "the cat's 12345 théâtre\n\n  THE"
    tokenizer = Tokenizer.from_huggingface(path)
    ids = tokenizer.encode(text)
    cl100k = Tokenizer.from_ranks(dict(tokenizer._rust.tokens), pattern="cl100k")
    assert ids == cl100k.encode(text)
    check_with_its_own_library(path, text, ids)


def test_an_expression_that_is_the_name_of_a_pattern(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    split(content, "gpt2")
    path.write_text(json.dumps(content), encoding="utf-8")
    tokenizer = Tokenizer.from_huggingface(path)
    assert [piece.piece for piece in tokenizer.explain("a gpt2!").pieces] == [b"a ", b"gpt2", b"!"]
    check_with_its_own_library(path, "the gpt2the cat", tokenizer.encode("the gpt2the cat"))


def check_with_its_own_library(path: Path, text: str, ids: list[int], **options: bool) -> None:
    """If the library is installed, it makes the same ids."""
    if importlib.util.find_spec("tokenizers") is None:
        return
    tokenizers = importlib.import_module("tokenizers")
    assert tokenizers.Tokenizer.from_file(str(path)).encode(text, **options).ids == ids


def test_two_names_with_one_id_are_not_written(tmp_path: Path) -> None:
    """Hugging Face would find only one of them in a text."""
    tokenizer = Tokenizer.train([], 256)
    for name, shown in {"<b>": "<b>", "b" * 500: "b" * 39 + "..." + "b" * 19}.items():
        both = tokenizer.with_special_tokens({"<a>": 256, name: 256})
        message = f'special token "{shown}": another token has its id, 256'
        with pytest.raises(VocabularyError, match=re.escape(message)):
            both.to_huggingface(tmp_path / "tokenizer.json")
    assert list(tmp_path.iterdir()) == []


def shapes(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container in a JSON value, with each of its keys; of large ones some."""
    keys: list[Any] = list(value)[:3] if isinstance(value, dict) and len(value) > 50 else []
    if isinstance(value, list):
        keys = list(range(min(len(value), 2)))
    elif isinstance(value, dict) and not keys:
        keys = list(value)
    for key in keys:
        yield value, key
        yield from shapes(value[key])


SEQUENCES: dict[str, Any] = {
    "normalizer": {
        "type": "Sequence",
        "normalizers": [
            {"type": "Strip", "strip_left": True, "strip_right": False},
            {"type": "Prepend", "prepend": "x"},
            {"type": "Replace", "pattern": {"Regex": "x+"}, "content": "y"},
        ],
    },
    "pre_tokenizer": {
        "type": "Sequence",
        "pretokenizers": [
            {
                "type": "Split",
                "pattern": {"Regex": r"\s+|\S+"},
                "behavior": "Isolated",
                "invert": False,
            },
            {"type": "CharDelimiterSplit", "delimiter": "-"},
            {"type": "Digits", "individual_digits": True},
            {"type": "Punctuation", "behavior": "Isolated"},
            {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False},
        ],
    },
    "post_processor": {"type": "Sequence", "processors": [{"type": "ByteLevel"}, ADDS_TOKENS]},
    "decoder": {"type": "Sequence", "decoders": [{"type": "ByteLevel"}, {"type": "Fuse"}]},
}
"""Parts of a file that have other parts."""

PAIRS: dict[str, Any] = {
    "normalizer": {"type": "Replace", "pattern": {"String": "x"}, "content": "y"},
    "post_processor": {
        "type": "RobertaProcessing",
        "sep": ["<end>", 269],
        "cls": ["<end>", 269],
    },
}

ANYTHING: list[Any] = [
    *(None, True, 0, -1, 1.5, 2**24, 2**70, 10**400, "", "x", "<end>", "\ud800", "a\nb", "["),
    *(
        "\x1b[31m\u2028\x9b\u202e",
        "x" * 10_000,
        "\x00" * 1000,
        "(?" + "x" * 1000,
        "a" * 500 + "\n(",
    ),
    *([], [[]], ["x"], ["\ud800\n"], ["x"] * 1000, [["x" * 1000, "y"]], ["x y\n"]),
    *({}, {"type": "x"}, {"type": "a\n" * 100}, {"x" * 10_000: 1}, {"\ud800\n": {}}),
    *({"Regex": "\\p{" + "x" * 1000 + "}"}, {"String": "\x00"}, {"Regex": "\\b\n" + "x" * 1000}),
]
"""Values of every type: long ones, and those that must not be shown as they are."""

LONGEST = 200
"""The most characters of a message, besides the path."""


def check_damaged(path: Path, content: dict[str, Any]) -> None:
    """Load a damaged file: it is a tokenizer, or the error is one clear line."""
    path.write_text(json.dumps(content), encoding="utf-8")
    try:
        Tokenizer.from_huggingface(path)
    except ModelError as error:
        name, _, message = str(error).partition(": ")
        assert name == str(path)
        assert message.isprintable()
        assert 0 < len(message) <= LONGEST, message


@pytest.mark.parametrize("parts", [{}, SEQUENCES, PAIRS])
def test_a_file_with_anything_in_any_place(parts: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = json.loads(json.dumps(written(path) | parts))
    path.write_text(json.dumps(content), encoding="utf-8")
    Tokenizer.from_huggingface(path)
    for container, key in list(shapes(content)):
        before = container[key]
        for value in ANYTHING:
            container[key] = value
            check_damaged(path, content)
        container[key] = before
        if isinstance(container, dict):
            entries = dict(container)
            for name in (each for each in ANYTHING if isinstance(each, str)):
                container[name] = container.pop(key)
                check_damaged(path, content)
                container.clear()
                container.update(entries)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"model": 1}', b"\xff", b"[" * 9999]
)
def test_a_file_of_another_kind(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not a tokenizer of Hugging Face"):
        Tokenizer.from_huggingface(path)


def by_python(path: Path) -> Tokenizer:
    """Return the tokenizer in a file whose vocabulary and merges Rust does not read."""
    parts, model, removed = huggingface.parse(json.loads(path.read_bytes()), frozenset())
    return Tokenizer._of(parts.tokenizer(model, removed))


ORDINARY: dict[str, Callable[[dict[str, Any]], str]] = {
    "escapes": json.dumps,
    "indented": lambda file: json.dumps(file, ensure_ascii=False, indent=2),
    "merges as texts": lambda file: json.dumps(
        file | {"model": file["model"] | {"merges": [" ".join(m) for m in file["model"]["merges"]]}}
    ),
    "merges before the vocabulary": lambda file: json.dumps(
        file | {"model": dict(reversed(file["model"].items()))}
    ),
    "a token twice": lambda file: json.dumps(file).replace('"vocab": {', '"vocab": {"a": 7, '),
    "other entries": lambda file: json.dumps({"model2": {"vocab": 5}} | file | {"vocab": [1]}),
}
UNUSUAL: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "a byte order mark": lambda file: json.dumps(file).encode("utf-8-sig"),
    "UTF-16": lambda file: json.dumps(file).encode("utf-16"),
    "no number": lambda file: json.dumps(file | {"other": float("nan")}).encode(),
    "the model twice": lambda file: json.dumps(file).replace("{", '{"model": {}, ', 1).encode(),
    "merges of both kinds": lambda file: json.dumps(
        file | {"model": file["model"] | {"merges": ["t h", *file["model"]["merges"]]}}
    ).encode(),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_rust_reads_the_model(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(ORDINARY[name](written(path)), encoding="utf-8")
    found = _core.VocabAndMerges.split(path.read_bytes())
    assert found is not None
    rest, model = found
    vocab = json.loads(path.read_bytes())["model"]["vocab"]
    assert {token: model.get(token) for token in vocab} == vocab
    assert len(model) == len(vocab)
    assert [model.get("\ud800"), model.is_merged("\ud800")] == [None, False]
    assert [json.loads(rest)["model"][part] for part in ("vocab", "merges")] == [{}, []]
    assert Tokenizer.from_huggingface(path) == by_python(path)


@pytest.mark.parametrize("name", UNUSUAL)
def test_python_reads_what_rust_does_not(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    expected = Tokenizer.from_huggingface(path)
    path.write_bytes(UNUSUAL[name](content))
    assert _core.VocabAndMerges.split(path.read_bytes()) is None
    assert Tokenizer.from_huggingface(path).encode("the cat") == expected.encode("the cat")


def test_ignore_merges(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    expected = Tokenizer.from_huggingface(path)
    content["model"]["ignore_merges"] = True
    path.write_text(json.dumps(content), encoding="utf-8")
    assert Tokenizer.from_huggingface(path) == expected
    # b+c comes first, so the bytes of the token abc merge to a, bc.
    content["model"]["vocab"] = {
        token: id for token, id in content["model"]["vocab"].items() if len(token) == 1
    } | {"bc": 256, "ab": 257, "abc": 258}
    content["model"]["merges"] = [["b", "c"], ["a", "b"], ["ab", "c"]]
    content["added_tokens"] = []
    path.write_text(json.dumps(content), encoding="utf-8")
    ignoring = Tokenizer.from_huggingface(path)
    assert ignoring.encode("abc") == [258]
    assert ignoring.encode("abcabc") == [97, 256, 97, 256]
    check_with_its_own_library(path, "abc", [258])
    check_with_its_own_library(path, "abcabc", [97, 256, 97, 256])
    assert pickle.loads(pickle.dumps(ignoring)) == ignoring
    assert ignoring.explain("abc").pieces[0].is_looked_up
    ignoring.save(tmp_path / "model")
    ignoring.to_huggingface(tmp_path / "again.json")
    for again in (
        Tokenizer.load(tmp_path / "model"),
        Tokenizer.from_huggingface(tmp_path / "again.json"),
    ):
        assert again == ignoring
        assert again.encode("abc") == [258]
    with pytest.raises(VocabularyError, match="id 258"):
        ignoring.to_tiktoken(tmp_path / "no")
    content["model"]["ignore_merges"] = False
    path.write_text(json.dumps(content), encoding="utf-8")
    by_list = Tokenizer.from_huggingface(path)
    assert by_list != ignoring
    assert by_list.encode("abc") == [97, 256]
    assert by_list.decode_batch([[97, 256], [258]]) == ["abc", "abc"]


def saved_in_both_formats(tokenizer: Tokenizer, folder: Path) -> list[Tokenizer]:
    """Return the tokenizer from our file, from theirs, and from pickle."""
    tokenizer.save(folder / "own")
    tokenizer.to_huggingface(folder / "theirs.json")
    return [
        Tokenizer.load(folder / "own"),
        Tokenizer.from_huggingface(folder / "theirs.json"),
        pickle.loads(pickle.dumps(tokenizer)),
    ]


def check_with_special_tokens(tokenizer: Tokenizer, text: str, ids: list[int]) -> None:
    """Check that each method adds special tokens, alone, in a batch, and on two threads."""
    add: Any = {"allowed_special": "all", "add_special_tokens": True}
    assert tokenizer.encode(text, **add) == tokenizer.encode_numpy(text, **add).tolist() == ids
    assert tokenizer.count(text, **add) == len(ids)
    assert tokenizer.encode_batch([text, ""], **add).tolist()[0] == ids
    assert tokenizer.count_batch([text, text], **add).tolist() == [len(ids)] * 2
    encoding = tokenizer.encode_with_offsets(text, **add)
    assert encoding.ids.tolist() == ids
    assert encoding.char_offsets.tolist()[0] == encoding.byte_offsets.tolist()[0] == [0, 0]
    assert tokenizer.truncate(text, 9999, **add) == (ids, text, len(text))
    before, after = tokenizer.template
    shortest = [*before, *after]
    assert tokenizer.truncate(text, len(shortest), **add) == (shortest, "", 0)
    with pytest.raises(ValueError, match=f"must be at least {len(shortest)}, not 0"):
        tokenizer.truncate(text, 0, **add)
    with pytest.raises(TypeError, match="add_special_tokens must be True or False, not 1"):
        tokenizer.encode(text, add_special_tokens=1)  # type: ignore[arg-type]
    long, texts = "the cat " * 100_000, ["the cat"] * 100_000
    assert tokenizer.encode(long, add_special_tokens=True) == [
        *before,
        *tokenizer.encode(long),
        *after,
    ]
    assert tokenizer.count(long, add_special_tokens=True) == tokenizer.count(long) + len(shortest)
    batch = tokenizer.encode_batch(texts, add_special_tokens=True)
    assert (batch[99_999] == tokenizer.encode("the cat", add_special_tokens=True)).all()
    assert (tokenizer.count_batch(texts, add_special_tokens=True) == len(batch[0])).all()
    gone = tokenizer.with_special_tokens({})
    assert gone.template == ([], [])
    renumbered = tokenizer.with_special_tokens({"<end>": 5000})
    assert renumbered.template == ([5000] * len(before), [5000] * len(after))


def test_a_post_processor_that_adds_tokens(tmp_path: Path) -> None:
    """As in the file of Llama 3."""
    path = tmp_path / "tokenizer.json"
    content = written(path)
    expected = Tokenizer.from_huggingface(path)
    byte_level = content["pre_tokenizer"]
    for processor in (
        ADDS_TOKENS,
        {"type": "Sequence", "processors": [byte_level, ADDS_TOKENS]},
        {
            "type": "RobertaProcessing",
            "sep": ["<end>", 269],
            "cls": ["<end>", 269],
            "trim_offsets": True,
            "add_prefix_space": False,
        },
    ):
        path.write_text(json.dumps(content | {"post_processor": processor}), encoding="utf-8")
        tokenizer = Tokenizer.from_huggingface(path)
        after = [269] * ("sep" in processor)
        assert tokenizer.template == ([269], after)
        text = "the cat<end>"
        ids = tokenizer.encode(text, allowed_special="all")
        check_with_its_own_library(path, text, ids, add_special_tokens=False)
        both = [269, *ids, *after]
        check_with_its_own_library(path, text, both, add_special_tokens=True)
        check_with_special_tokens(tokenizer, text, both)
        for each in saved_in_both_formats(tokenizer, tmp_path):
            assert each == tokenizer
        ignoring = Tokenizer.from_huggingface(path, ignore=["post_processor"])
        assert ignoring == expected != tokenizer
        assert ignoring.encode(text, allowed_special="all", add_special_tokens=True) == ids
    path.write_text(json.dumps(content | {"post_processor": {"type": "Other"}}), encoding="utf-8")
    assert Tokenizer.from_huggingface(path, ignore=["post_processor"]) == expected
    with pytest.raises(ValueError, match=r"ignore must have only .* not 'decoder'"):
        Tokenizer.from_huggingface(path, ignore=["decoder"])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="ignore must be a collection of str, not 'padding'"):
        Tokenizer.from_huggingface(path, ignore="padding")  # type: ignore[arg-type]


def test_a_post_processor_goes_back_as_it_came(tmp_path: Path) -> None:
    """Parts that are not used here stay: pairs of texts, types of ids, and trimmed offsets."""
    path = tmp_path / "tokenizer.json"
    content = written(path)
    processor = {
        "type": "Sequence",
        "processors": [
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True},
            {
                "type": "TemplateProcessing",
                "single": [{"Sequence": {"id": "A", "type_id": 1}}],
                "pair": [
                    {"Sequence": {"id": "B", "type_id": 1}},
                    {"SpecialToken": {"id": "<end>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}},
                ],
                "special_tokens": {"<end>": {"id": "<end>", "ids": [269], "tokens": ["<end>"]}},
            },
        ],
    }
    path.write_text(json.dumps(content | {"post_processor": processor}), encoding="utf-8")
    tokenizer = Tokenizer.from_huggingface(path)
    assert tokenizer.template == ([], [])

    def written_again(tokenizer: Tokenizer) -> Any:
        tokenizer.to_huggingface(path)
        return json.loads(path.read_text(encoding="utf-8"))["post_processor"]

    for each in saved_in_both_formats(tokenizer, tmp_path):
        assert each == tokenizer
        assert written_again(each) == processor
    assert written_again(tokenizer.with_special_tokens({"<end>": 269, "<new>": 300})) == processor
    assert written_again(tokenizer.with_special_tokens({"<end>": 270})) is None
    assert written_again(tokenizer.with_special_tokens({})) is None


@pytest.mark.parametrize("name", ["truncation", "padding"])
def test_parts_that_may_be_ignored(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    content = written(path)
    expected = Tokenizer.from_huggingface(path)
    path.write_text(json.dumps(content | {name: {"length": 5}}), encoding="utf-8")
    with pytest.raises(ModelError, match=name):
        Tokenizer.from_huggingface(path)
    assert Tokenizer.from_huggingface(path, ignore=[name]) == expected  # type: ignore[list-item]


@pytest.mark.parametrize("pattern", ["gpt2", "cl100k", None, [r"\p{N}", "gpt2"]])
def test_older_files(pattern: Any, tmp_path: Path) -> None:
    tokenizer = Tokenizer.train(LINES, 280, pattern=pattern, special_tokens=["<end>"])
    files = write_older_files(tmp_path, tokenizer)
    back = Tokenizer.from_vocab_and_merges(*files, pattern=pattern, special_tokens=["<end>"])
    assert back == Tokenizer.from_huggingface(tmp_path / "tokenizer.json")
    more = Tokenizer.from_vocab_and_merges(*files, special_tokens=["<end>", "<new>"])
    assert more.special_tokens == tokenizer.special_tokens | {"<new>": tokenizer.n_vocab}


def test_older_files_of_another_kind(tmp_path: Path) -> None:
    vocab, merges = write_older_files(tmp_path, Tokenizer.train(LINES, 270))
    wrong = tmp_path / "wrong"
    for content, message in {
        b"th e\nt h e\n": 'wrong: line 2 is not a merge of two tokens: "t h e"',
        b"the\n": "wrong: line 1 is not a merge",
        b"x yz\n": 'wrong: a merge needs "yz", which is not in the vocabulary',
        b"\xff": "wrong: not UTF-8",
    }.items():
        wrong.write_bytes(content)
        with pytest.raises(ModelError, match=message):
            Tokenizer.from_vocab_and_merges(vocab, wrong)
    for content, entry in {
        b"": "",
        b"[1]": ": [1]",
        b'{"a": "b"}': ': ["a"] = "b"',
        b'{"a": 0, "b": 1.0}': ': ["b"] = 1.0',
        b'{"a": {"c": 4294967296}}': ': ["a"] = {"c": 4294967296}',
        b'{"a": 4294967296}': ': ["a"] = 4294967296',
    }.items():
        wrong.write_bytes(content)
        message = f"wrong: not a vocabulary, which is a JSON object of ids by token{entry}"
        with pytest.raises(ModelError, match=f"{re.escape(message)}$"):
            Tokenizer.from_vocab_and_merges(wrong, merges)
    wrong.write_bytes(b'{"a": 0}')
    merges.write_bytes(b"")
    with pytest.raises(ModelError, match="wrong: no token is the byte"):
        Tokenizer.from_vocab_and_merges(wrong, merges)


def test_ranks_that_no_list_of_merges_can_say(tmp_path: Path) -> None:
    ranks = {bytes([byte]): byte for byte in range(256)} | {b"bc": 256, b"ab": 257, b"abc": 258}
    tokenizer = Tokenizer.from_ranks(ranks, pattern=None)
    assert tokenizer.encode("abc") == [258]
    with pytest.raises(VocabularyError):
        Tokenizer.from_ranks(ranks | {b"xyz": 259}, pattern=None).to_huggingface(tmp_path / "no")
    assert not (tmp_path / "no").exists()


def test_a_special_token_that_is_spelt_like_another(tmp_path: Path) -> None:
    tokenizer = Tokenizer.train(["abab"], 258, special_tokens=["ab"])
    with pytest.raises(VocabularyError, match='"ab"'):
        tokenizer.to_huggingface(tmp_path / "no")
    assert not (tmp_path / "no").exists()


def test_a_byte_without_a_token(tmp_path: Path) -> None:
    """The unknown token may be spelled like the text, and must stay."""
    path = tmp_path / "tokenizer.json"
    content = written(path)
    content["pre_tokenizer"]["use_regex"] = False
    vocab = content["model"]["vocab"]
    for letter in "<z":
        del vocab[letter]
    vocab["<unk>"] = 300
    for unk_token in ("<unk>", None):
        content["model"]["unk_token"] = unk_token
        path.write_text(json.dumps(content), encoding="utf-8")
        tokenizer = Tokenizer.from_huggingface(path)
        text = "<unk>the!zz"
        encoding = tokenizer.encode_with_offsets(text)
        check_with_its_own_library(path, text, encoding.ids.tolist())
        starts = [text[start:end] for start, end in encoding.char_offsets]
        assert "".join(starts) == (text if unk_token else "unk>the!")
        assert tokenizer.truncate(text, 1).text == ("<" if unk_token else "<u")
        for each in saved_in_both_formats(tokenizer, tmp_path):
            assert each == tokenizer
            assert each.encode(text) == encoding.ids.tolist()
        (piece,) = tokenizer.explain("zthe").pieces
        assert not piece.is_looked_up
        with pytest.raises(VocabularyError, match="no token is the byte 0x3c alone"):
            tokenizer.to_tiktoken(tmp_path / "ranks")
    added(content, "<unk>", id=300)
    content["model"]["unk_token"] = "<unk>"
    path.write_text(json.dumps(content), encoding="utf-8")
    special = Tokenizer.from_huggingface(path)
    assert special.encode("z") == [300]
    with pytest.raises(VocabularyError, match="bytes without a token become the id 300"):
        special.with_special_tokens({})
