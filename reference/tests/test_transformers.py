"""The adapter against the tokenizer of transformers for the same file."""

import doctest
import json
import re
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import families
import pytest
import random_tokenizers
from test_families import content

from bytemerge import Tokenizer
from bytemerge.errors import UnknownTokenError

transformers = pytest.importorskip("transformers", minversion="5")

import bytemerge.transformers
from bytemerge.transformers import TransformersTokenizer  # needs transformers

SETTINGS: dict[str, Any] = {
    "Llama 3": {"bos_token": "<|begin_of_text|>", "pad_token": "<|end_of_text|>"},
    "ModernBERT": {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]"},
}
"""The names of special tokens of two families, one with tokens before, one around each text."""

CHAT = "{% for each in messages %}<|{{ each.role }}|>{{ each.content }}{% endfor %}"


@pytest.fixture(params=SETTINGS)
def both(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Any, Any]:
    """Return the adapter and its counterpart."""
    chance, path = Random(0), tmp_path / "tokenizer.json"
    file = content(families.FAMILIES[request.param], chance)
    # Offsets include the spaces of tokens here.
    text = json.dumps(file).replace('"trim_offsets": true', '"trim_offsets": false')
    path.write_text(text, encoding="utf-8")
    settings = SETTINGS[request.param] | {"model_max_length": 64, "chat_template": CHAT}
    theirs = transformers.PreTrainedTokenizerFast(tokenizer_file=str(path), **settings)
    return TransformersTokenizer(Tokenizer.from_huggingface(path), **settings), theirs


def texts(number: int = 20) -> list[str]:
    chance = Random(1)
    return [random_tokenizers.text(chance) for _ in range(number)]


def as_dict(encoding: Any) -> dict[str, Any]:
    return dict(encoding.items())


RETURNED: dict[str, Any] = {
    "return_offsets_mapping": True,
    "return_special_tokens_mask": True,
    "return_token_type_ids": True,
    "return_length": True,
}


@pytest.mark.filterwarnings("ignore:`max_length` is ignored")
def test_calls(both: tuple[Any, Any]) -> None:
    ours, theirs = both
    options = product(
        (True, False), (False, True, "max_length"), (False, True), (None, 7, 30), ("left", "right")
    )
    for add, padding, truncation, length, side in options:
        how: Any = {
            "add_special_tokens": add,
            "padding": padding,
            "truncation": truncation,
            "max_length": length,
            "padding_side": side,
        }
        for each in (texts(), texts(1)[0]):
            assert as_dict(ours(each, **how)) == as_dict(theirs(each, **how)), how
            found, expected = ours(each, **how, **RETURNED), theirs(each, **how, **RETURNED)
            assert as_dict(found) == as_dict(expected), how
    for side in ("left", "right"):
        ours.truncation_side = theirs.truncation_side = side
        how = {"truncation": True, "max_length": 5, "padding": True, "pad_to_multiple_of": 5}
        assert as_dict(ours(texts(), **how)) == as_dict(theirs(texts(), **how))


def test_arrays(both: tuple[Any, Any]) -> None:
    pytest.importorskip("numpy")
    ours, theirs = both
    found, expected = (each(texts(), padding=True, return_tensors="np") for each in (ours, theirs))
    for name in ("input_ids", "attention_mask"):
        assert found[name].dtype == expected[name].dtype
        assert (found[name] == expected[name]).all()
    padded, wanted = (
        each.pad({"input_ids": [[1, 2], [3]]}, return_tensors="np") for each in (ours, theirs)
    )
    assert (padded["input_ids"] == wanted["input_ids"]).all()


def test_tokens_and_texts(both: tuple[Any, Any]) -> None:
    ours, theirs = both
    assert len(ours) == len(theirs)
    assert ours.get_vocab() == theirs.get_vocab()
    assert ours.all_special_tokens == theirs.all_special_tokens
    assert ours.num_special_tokens_to_add() == theirs.num_special_tokens_to_add()
    assert ours.max_len_single_sentence == theirs.max_len_single_sentence
    assert ours.pad_token_id == theirs.pad_token_id
    for text in texts():
        assert ours.tokenize(text) == theirs.tokenize(text)
        ids = theirs.encode(text)
        assert ours.encode(text) == ids
        assert ours.convert_ids_to_tokens(ids) == theirs.convert_ids_to_tokens(ids)
        tokens = theirs.convert_ids_to_tokens(ids)
        assert ours.convert_tokens_to_ids(tokens) == ids
        assert ours.convert_tokens_to_string(tokens) == theirs.convert_tokens_to_string(tokens)
        for skip in (True, False):
            assert ours.decode(ids, skip_special_tokens=skip) == theirs.decode(
                ids, skip_special_tokens=skip
            )
    rows = [theirs.encode(text) for text in texts()]
    assert ours.batch_decode(rows) == theirs.batch_decode(rows)
    # An id of the embedding that no token has leaves no text.
    assert ours.decode([len(ours) + 5]) == theirs.decode([len(ours) + 5]) == ""
    with pytest.raises(UnknownTokenError):
        ours.convert_ids_to_tokens(len(ours) + 5)


def test_chats_and_new_special_tokens(both: tuple[Any, Any]) -> None:
    pytest.importorskip("jinja2")
    _, theirs = both
    for each in both:
        each.add_special_tokens({"extra_special_tokens": ["<|user|>", "<|bot|>"]})
    chat = [{"role": "user", "content": "the cat"}, {"role": "bot", "content": "sat"}]
    found, expected = (each.apply_chat_template(chat)["input_ids"] for each in both)
    assert found == expected
    assert theirs.convert_tokens_to_ids("<|bot|>") in found


def test_added_tokens_and_their_rules(both: tuple[Any, Any]) -> None:
    """Those that are in the vocabulary, too: that of old files has special tokens there."""
    ours, theirs = both
    token = transformers.AddedToken
    known = next(
        name for name in ours.get_vocab() if name.isascii() and name.isalpha() and len(name) > 1
    )
    for each in both:
        each.add_special_tokens({"mask_token": token("<m>", lstrip=True, rstrip=True)})
        each.add_special_tokens({"eos_token": known})
        each.add_tokens(["cat", token("<w>", single_word=True)])
        each.add_tokens(["cat"])
    assert ours.get_vocab() == theirs.get_vocab()
    assert ours.all_special_tokens == theirs.all_special_tokens
    for text in [*texts(), f"he <m> he{known}", "x<w>y <w>", "the cat cats"]:
        ids = theirs.encode(text)
        assert ours.encode(text) == ids
        for skip in (True, False):
            expected = theirs.decode(ids, skip_special_tokens=skip)
            assert ours.decode(ids, skip_special_tokens=skip) == expected
        masks = [
            each.get_special_tokens_mask(ids, already_has_special_tokens=True) for each in both
        ]
        assert masks[0] == masks[1]
        tokens = [each.convert_ids_to_tokens(ids, skip_special_tokens=True) for each in both]
        assert tokens[0] == tokens[1]


def test_saved_for_transformers(both: tuple[Any, Any], tmp_path: Path) -> None:
    ours, _ = both
    ours.save_pretrained(tmp_path / "saved")
    again = transformers.PreTrainedTokenizerFast.from_pretrained(tmp_path / "saved")
    for text in texts():
        assert again(text)["input_ids"] == ours(text)["input_ids"]
    assert again.pad_token == ours.pad_token


def test_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[1] / "docs" / "coming.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    file = content(families.FAMILIES["Llama 3"], Random(0))
    (tmp_path / "tokenizer.json").write_text(json.dumps(file), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"texts": ["the cat", "a"]}
    exec(compile(example, "coming.md", "exec"), names)
    assert names["batch"]["input_ids"].shape == names["batch"]["attention_mask"].shape


def test_what_is_refused(both: tuple[Any, Any]) -> None:
    ours, _ = both
    for options in (
        {"text_pair": "b"},
        {"stride": 2},
        {"is_split_into_words": True},
        {"return_overflowing_tokens": True},
    ):
        (name,) = options
        with pytest.raises(NotImplementedError, match=f"{name} is not supported"):
            ours("a", **options)
    chat = [{"role": "user", "content": "a"}]
    with pytest.raises(NotImplementedError, match="return_assistant_tokens_mask"):
        ours.apply_chat_template(chat, return_assistant_tokens_mask=True, return_dict=True)
    with pytest.raises(NotImplementedError, match="make it from a Tokenizer"):
        TransformersTokenizer.from_pretrained("folder")
    with pytest.raises(NotImplementedError, match="add_bos_token is not supported"):
        TransformersTokenizer(ours.tokenizer, add_bos_token=True)
    for wrong in (5, ["a", None], [["a"]]):
        with pytest.raises(ValueError, match="texts must be a str or a list of str"):
            ours(wrong)
    with pytest.raises(TypeError, match="expected Tokenizer, not str"):
        TransformersTokenizer("gpt2")  # type: ignore[arg-type]
    assert not ours.is_fast


def test_examples() -> None:
    """The example is marked to be left out, since other runners lack transformers."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    (example,) = (each for each in finder.find(bytemerge.transformers) if each.examples)
    for line in example.examples:
        line.options.pop(doctest.SKIP, None)
    assert doctest.DocTestRunner().run(example).failed == 0
