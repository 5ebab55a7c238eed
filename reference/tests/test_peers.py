"""The same ids as tiktoken, the same merges as Hugging Face, if these are installed."""

import json
import random
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from beside_peers import NASTY, as_merges, trained_by_hugging_face
from conftest import use_ranks_at_hand
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bytemerge import SpecialTokenError, Tokenizer
from bytemerge.formats import pretrained
from bytemerge.formats.openai_models import (
    ENCODING_OF_MODEL,
    ENCODING_OF_START,
    encoding_of_model,
)
from bytemerge.formats.pretrained import PRETRAINED

# Every scalar value, assigned or not, and more often those that are difficult for patterns.
ANYTHING = st.characters(exclude_categories=["Cs"])
TEXTS = st.lists(st.one_of(st.sampled_from(NASTY), ANYTHING), max_size=40).map("".join)
SPECIAL = ["<|endoftext|>", "<|endofprompt|>", "<|fim_prefix|>"]


def examples(number: int) -> settings:
    """This number of examples, however busy the machine is.

    The next example can use the same fixture.
    """
    health = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=number, deadline=None, suppress_health_check=health)


def texts(count: int) -> list[str]:
    """Texts that are difficult for patterns, the same each time."""
    chance = random.Random(0)
    return ["".join(chance.choices(NASTY, k=chance.randrange(30))) for _ in range(count)]


@pytest.fixture(scope="module", params=["r50k_base", "p50k_base", "cl100k_base", "o200k_base"])
def pair(request: pytest.FixtureRequest) -> tuple[Tokenizer, Any]:
    """A pretrained tokenizer, and tiktoken's."""
    tiktoken = pytest.importorskip("tiktoken")
    with pytest.MonkeyPatch.context() as patch:
        use_ranks_at_hand(patch)
        try:
            return Tokenizer.from_pretrained(request.param), tiktoken.get_encoding(request.param)
        except OSError:
            pytest.skip("the ranks are not here, and cannot be downloaded")


# --- tiktoken ---


def test_the_ids_of_tiktoken(pair: tuple[Tokenizer, Any], corpus: list[str]) -> None:
    ours, theirs = pair
    for text in (*texts(3000), "\n".join(corpus[:20_000])):
        assert ours.encode_ordinary(text) == theirs.encode_ordinary(text)


@pytest.mark.parametrize("text", ["a\ud800b", "\udc00", "\ud83d\ude00", "\ude00\ud83d é"])
def test_lone_surrogates_replaced_as_tiktoken_does(pair: tuple[Tokenizer, Any], text: str) -> None:
    """As the page on coming from there says."""
    ours, theirs = pair
    with pytest.raises(UnicodeEncodeError):
        ours.encode(text)
    replaced = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert ours.encode(replaced) == theirs.encode(text)


@examples(500)
@given(text=TEXTS)
def test_the_ids_of_tiktoken_for_any_text(pair: tuple[Tokenizer, Any], text: str) -> None:
    ours, theirs = pair
    assert ours.encode_ordinary(text) == theirs.encode_ordinary(text)


def test_the_ids_of_tiktoken_for_every_character(pair: tuple[Tokenizer, Any]) -> None:
    """Each beside a letter, a number, white space and a sign, at which patterns split."""
    ours, theirs = pair
    # All planes that have characters; of the others, which are for private use or empty, a part.
    scalars = [*range(0x40000), *range(0x40000, 0x110000, 101), *range(0xE0000, 0xE1000)]
    characters = [chr(scalar) for scalar in scalars if not 0xD800 <= scalar < 0xE000]
    for start in range(0, len(characters), 1000):
        some = characters[start : start + 1000]
        text = "".join(f"a{one} {one}{one}1{one}'s!{one}\n" for one in some)
        if ours.encode_ordinary(text) != theirs.encode_ordinary(text):
            for one in some:
                text = f"a{one} {one}{one}1{one}'s!{one}\n"
                assert ours.encode_ordinary(text) == theirs.encode_ordinary(text), ascii(one)


@pytest.mark.parametrize(
    "unit",
    ["a", " ", "\n", "1", "!", "\u8a9e", "\U0001f600", "\u0301", " a", "\r\n", "=-", "random"],
    ids=ascii,
)
def test_the_ids_of_tiktoken_for_long_runs(pair: tuple[Tokenizer, Any], unit: str) -> None:
    ours, theirs = pair
    letters = random.Random(2).choices("etaoinshrdlu", k=100_000)
    text = "".join(letters) if unit == "random" else unit * 100_000
    assert ours.encode_ordinary(text) == theirs.encode_ordinary(text)
    # As one piece with text before and after it.
    text = f"x {text[:20_000]} x"
    assert ours.encode_ordinary(text) == theirs.encode_ordinary(text)


@examples(300)
@given(
    st.lists(st.one_of(st.sampled_from([*SPECIAL, "<|end", "oftext|>", "<|"]), TEXTS), max_size=8),
    st.one_of(st.just("all"), st.sets(st.sampled_from([*SPECIAL, "<|none|>"]))),
    st.one_of(st.just("all"), st.just(()), st.sets(st.sampled_from([*SPECIAL, "<|none|>", "of"]))),
)
@example(["a<|endoftext|>b"], set(), "all")
@example(["a<|endoftext|>b"], {"<|none|>"}, ())
@example(["a<|endoftext|>b"], "all", {"<|endoftext|>"})
@example(["a<|none|>b"], "all", {"<|none|>"})
@example(["hello"], {"<|endoftext|>"}, {"<|endoftext|>"})
@example(["a<|endoftext|>b"], {"<|endoftext|>"}, {"<|endoftext|>"})
def test_special_tokens_of_tiktoken(
    pair: tuple[Tokenizer, Any],
    parts: list[str],
    allowed: Any,
    disallowed: Collection[str],
) -> None:
    """The same ids, or both raise."""
    ours, theirs = pair
    text, options = "".join(parts), {"allowed_special": allowed, "disallowed_special": disallowed}

    def outcome(encode: Callable[..., list[int]]) -> list[int] | type[ValueError]:
        try:
            return encode(text, **options)
        except ValueError:
            return ValueError

    assert outcome(ours.encode) == outcome(theirs.encode)


def test_every_encoding_of_tiktoken(monkeypatch: pytest.MonkeyPatch) -> None:
    tiktoken = pytest.importorskip("tiktoken")
    use_ranks_at_hand(monkeypatch)
    assert set(PRETRAINED) == set(tiktoken.list_encoding_names())
    for name in PRETRAINED:
        try:
            ours, theirs = Tokenizer.from_pretrained(name), tiktoken.get_encoding(name)
        except OSError:
            pytest.skip("the ranks are not here, and cannot be downloaded")
        assert ours.special_tokens == theirs._special_tokens
        assert ours.n_vocab == theirs.n_vocab
        text = "It's".join(ours.special_tokens)
        ids = ours.encode(text, allowed_special="all")
        assert ids == theirs.encode(text, allowed_special="all")
        # Two names of o200k_harmony have one id.
        assert ours.decode(ids) == theirs.decode(ids)
        assert [ours.token_bytes(id) for id in ids] == theirs.decode_tokens_bytes(ids)


def test_every_model_of_tiktoken() -> None:
    model = pytest.importorskip("tiktoken.model")
    assert model.MODEL_TO_ENCODING == ENCODING_OF_MODEL
    assert model.MODEL_PREFIX_TO_ENCODING == ENCODING_OF_START
    for name in (*ENCODING_OF_MODEL, *(f"{start}x" for start in ENCODING_OF_START), "gpt-4o-mini"):
        assert encoding_of_model(name) == model.encoding_name_for_model(name)
        assert pretrained.known(name) == PRETRAINED[model.encoding_name_for_model(name)]
    assert encoding_of_model("gpt") is None


def test_what_is_disallowed_is_named(pair: tuple[Tokenizer, Any]) -> None:
    ours, theirs = pair
    with pytest.raises(ValueError, match=re.escape("<|endoftext|>")):
        theirs.encode("a<|endoftext|>b")
    with pytest.raises(SpecialTokenError, match=re.escape("<|endoftext|>")):
        ours.encode("a<|endoftext|>b")


def test_bytes_of_tiktoken(pair: tuple[Tokenizer, Any]) -> None:
    ours, theirs = pair
    chance = random.Random(1)
    for text in texts(1000):
        data = bytearray(text.encode())
        for _ in range(3):
            data.insert(chance.randrange(len(data) + 1), chance.randrange(256))
        assert ours.encode_bytes(bytes(data)) == theirs._encode_bytes(bytes(data))


@examples(500)
@given(parts=st.lists(st.one_of(TEXTS.map(str.encode), st.binary(max_size=5)), max_size=6))
def test_any_bytes_of_tiktoken(pair: tuple[Tokenizer, Any], parts: list[bytes]) -> None:
    ours, theirs = pair
    data = b"".join(parts)
    assert ours.encode_bytes(data) == theirs._encode_bytes(data)


# --- Hugging Face ---


@pytest.mark.parametrize("min_frequency", [0, 1, 2, 5])
def test_the_merges_of_hugging_face(corpus: list[str], min_frequency: int) -> None:
    theirs = trained_by_hugging_face(corpus[:20_000], 3000, min_frequency, [])
    ours = Tokenizer.train(corpus[:20_000], 3000, min_frequency=min_frequency)
    assert ours.merges == as_merges(theirs.to_str())


@pytest.mark.parametrize("length", [2, 3, 5, 9])
def test_the_merges_of_hugging_face_within_a_length(corpus: list[str], length: int) -> None:
    """There, the length is one more, and pairs of bytes merge in any case."""
    theirs = trained_by_hugging_face(corpus[:5000], 2000, 0, [], max_token_length=length + 1)
    ours = Tokenizer.train(corpus[:5000], 2000, max_token_length=length)
    assert ours.merges == as_merges(theirs.to_str())
    assert max(len(left + right) for left, right in ours.merges) == length


def test_files_are_trained_on_line_by_line(tmp_path: Path) -> None:
    """As the page on coming from there says."""
    tokenizers = pytest.importorskip("tokenizers")
    path = tmp_path / "corpus.txt"
    path.write_bytes("the cat \n\n  the hat\r\nthe cat\u00e9\n the end".encode() * 3)
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE())
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    theirs.train(
        [str(path)],
        tokenizers.trainers.BpeTrainer(
            vocab_size=300, show_progress=False, initial_alphabet=alphabet
        ),
    )
    with path.open(encoding="utf-8", newline="\n") as file:
        assert Tokenizer.train(file, 300).merges == as_merges(theirs.to_str())


# Few letters, so that nearly all counts are equal to others; and bytes of many kinds, for their
# order.
TIES = st.lists(st.text(alphabet="ab ", max_size=30), max_size=6)
KINDS = st.lists(st.text(alphabet="aZ 0!\n\t\x7f\xa0\xad\xe9\u0101\u8a9e\U0001f600", max_size=30))


@examples(400)
@given(
    st.one_of(TIES, KINDS),
    st.sampled_from([256, 257, 260, 270, 300, 1000]),
    st.integers(0, 4),
    # These differ from all merged tokens. There, a special token would replace the merged one; here
    # each has its id.
    st.lists(st.sampled_from(["<end>", "<pad>", "<|a b|>"]), unique=True, max_size=3),
)
def test_the_merges_of_hugging_face_for_any_texts(
    lines: list[str], size: int, min_frequency: int, special: list[str]
) -> None:
    """One by one, including all ties."""
    theirs = trained_by_hugging_face(lines, size + len(special), min_frequency, special)
    ours = Tokenizer.train(
        lines, size + len(special), min_frequency=min_frequency, special_tokens=special
    )
    assert ours.merges == as_merges(theirs.to_str())


@examples(60)
@given(TIES, st.lists(TEXTS, max_size=20), st.sampled_from(["gpt2", "cl100k", None]))
def test_there_and_back(
    tmp_path: Path, lines: list[str], others: list[str], pattern: str | None
) -> None:
    """tokenizers reads our file, we read the file that it then writes; all have the same ids."""
    tokenizers = pytest.importorskip("tokenizers")
    path = tmp_path / "tokenizer.json"
    ours = Tokenizer.train(lines, 280, pattern=pattern, special_tokens=["<end>"])
    ours.to_huggingface(path)
    theirs = tokenizers.Tokenizer.from_file(str(path))
    theirs.save(str(path))
    back = Tokenizer.from_huggingface(path)
    assert (back.merges, back.special_tokens) == (ours.merges, ours.special_tokens)
    for text in (*lines, *others):
        ids = ours.encode(text)
        assert theirs.encode(text).ids == ids == back.encode(text)
        assert theirs.decode(ids, skip_special_tokens=False) == text


def test_files_of_hugging_face(pair: tuple[Tokenizer, Any], tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    ours, path = pair[0], tmp_path / "tokenizer.json"
    ours.to_huggingface(path)
    theirs, back = tokenizers.Tokenizer.from_file(str(path)), Tokenizer.from_huggingface(path)
    assert back.special_tokens == ours.special_tokens
    for text in (*texts(2000), "a<|endoftext|>b"):
        ids = ours.encode(text, allowed_special="all")
        assert theirs.encode(text).ids == ids
        assert back.encode(text, allowed_special="all") == ids
        assert theirs.decode(ids, skip_special_tokens=False) == text


@pytest.mark.parametrize("pattern", ["gpt2", None, r"\p{L}+|[^\p{L}\s]+|\s+"])
def test_a_file_that_hugging_face_wrote(
    pattern: str | None, corpus: list[str], tmp_path: Path
) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    path = tmp_path / "tokenizer.json"
    trained = Tokenizer.train(corpus[:5000], 500, pattern=pattern, special_tokens=["<end>"])
    trained.to_huggingface(path)
    theirs = tokenizers.Tokenizer.from_file(str(path))
    theirs.save(str(path))
    back = Tokenizer.from_huggingface(path)
    assert back.merges == trained.merges
    assert back.pattern == pattern
    for text in texts(500):
        assert theirs.encode(text).ids == trained.encode(text) == back.encode(text)


@examples(200)
@given(
    st.sets(st.text(alphabet="ab ", min_size=2, max_size=5), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
    st.lists(st.text(alphabet="ab ", max_size=20), min_size=1, max_size=8),
    st.booleans(),
)
def test_lists_of_merges_that_lead_elsewhere(
    tmp_path: Path, tokens: set[str], chance: random.Random, others: list[str], ignore: bool
) -> None:
    """Some merges, in any order.

    Tokens that their bytes do not lead to are looked up with ignore_merges, and otherwise never
    found.
    """
    tokenizers = pytest.importorskip("tokenizers")
    path = tmp_path / "tokenizer.json"
    Tokenizer.train([], 256, pattern="gpt2").to_huggingface(path)
    content = json.loads(path.read_bytes())
    vocab = content["model"]["vocab"]
    spelt = [token.replace(" ", "\u0120") for token in sorted(tokens)]
    chance.shuffle(spelt)
    vocab |= {token: 256 + place for place, token in enumerate(spelt)}
    merges = [
        [token[:cut], token[cut:]]
        for token in spelt
        for cut in range(1, len(token))
        if token[:cut] in vocab and token[cut:] in vocab and chance.random() < 0.7
    ]
    chance.shuffle(merges)
    content["model"] |= {"merges": merges, "ignore_merges": ignore}
    path.write_text(json.dumps(content), encoding="utf-8")
    theirs, ours = tokenizers.Tokenizer.from_file(str(path)), Tokenizer.from_huggingface(path)
    ours.to_huggingface(path)
    again = tokenizers.Tokenizer.from_file(str(path))
    for text in (*others, *tokens):
        ids = ours.encode(text)
        assert theirs.encode(text).ids == ids == again.encode(text).ids
