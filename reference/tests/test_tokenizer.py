"""The production tokenizer, case by case, beside an oracle that is slow and obvious."""

import copy
import hashlib
import itertools
import json
import pickle
from base64 import b64encode
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytemerge import (
    ModelError,
    NaiveTokenizer,
    PatternError,
    SpecialTokenError,
    TokenBatch,
    Tokenizer,
    UnknownTokenError,
    VocabularyError,
    VocabularySizeError,
)
from bytemerge.formats import model_file, pretrained

BYTES = {bytes([byte]): byte for byte in range(256)}


# --- An oracle, from the definitions ---


def order_of_bytes() -> dict[int, int]:
    """The index of each byte among the characters that GPT-2 writes for them."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return {
        byte: place for place, byte in enumerate([*plain, *sorted(set(range(256)) - set(plain))])
    }


def learnt_by_the_book(
    pieces: list[bytes], merges: int, least: int = 1
) -> list[tuple[bytes, bytes]]:
    """The merges, with counts made anew after each."""
    order = order_of_bytes()
    words = [[(order[byte], bytes([byte])) for byte in piece] for piece in pieces]
    learnt = []
    for number in range(merges):
        counts = Counter(pair for word in words for pair in itertools.pairwise(word))
        if not counts:
            break
        if max(counts.values()) < least:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair[0][0], pair[1][0]))
        token = (256 + number, best[0][1] + best[1][1])
        words = [merged(word, best, token) for word in words]
        learnt.append((best[0][1], best[1][1]))
    return learnt


def merged(word: list, pair: tuple, token: object) -> list:  # type: ignore[type-arg]
    result, place = [], 0
    while place < len(word):
        if tuple(word[place : place + 2]) == pair:
            result.append(token)
            place += 2
        else:
            result.append(word[place])
            place += 1
    return result


def ranked_by_the_book(ranks: dict[bytes, int], piece: bytes) -> list[int]:
    """The tokens of a piece: the neighbours of the lowest rank merge, until none do."""
    parts = [bytes([byte]) for byte in piece]
    while True:
        pairs = [
            (ranks.get(left + right), place)
            for place, (left, right) in enumerate(itertools.pairwise(parts))
        ]
        found = [(rank, place) for rank, place in pairs if rank is not None]
        if not found:
            return [ranks[part] for part in parts]
        _, place = min(found)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]


@given(st.lists(st.text("ab ", max_size=12), max_size=8), st.integers(0, 40), st.integers(0, 4))
def test_training_by_the_book(texts: list[str], merges: int, least: int) -> None:
    tokenizer = Tokenizer.train(texts, 256 + merges, pattern=None, threads=1, min_frequency=least)
    assert tokenizer.merges == learnt_by_the_book(
        [text.encode() for text in texts], merges, max(least, 1)
    )


def test_pairs_that_merging_has_used_up_are_not_learnt() -> None:
    # "bb" and "a" are adjacent only until "abb" replaces both.
    texts = ["  babb abb ba ba    ", "ab aa aba  baab ab b", " b bbbbbbaaabbba    "]
    pieces = [piece.encode() for text in texts for piece in text.split(" ")]
    tokenizer = Tokenizer.train([piece.decode() for piece in pieces], 300, pattern=None)
    assert tokenizer.merges == learnt_by_the_book(pieces, 44)
    assert tokenizer.vocab_size < 300


@given(st.lists(st.text("abc", max_size=10), max_size=6), st.text("abcd", max_size=20))
def test_encoding_by_the_book(texts: list[str], text: str) -> None:
    tokenizer = Tokenizer.train(texts, 270, pattern=None, threads=1)
    ranks = {tokenizer.token_bytes(id): id for id in range(tokenizer.vocab_size)}
    assert tokenizer.encode(text) == ranked_by_the_book(ranks, text.encode())


@given(st.lists(st.text("abc é\n", max_size=10), max_size=6), st.text(max_size=40))
def test_every_text_comes_back(texts: list[str], text: str) -> None:
    tokenizer = Tokenizer.train(texts, 270)
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.count(text) == len(tokenizer.encode(text))
    assert tokenizer.encode_numpy(text).tolist() == tokenizer.encode(text)
    assert tokenizer.encode_bytes(text.encode()) == tokenizer.encode(text)


def test_the_same_merges_as_the_naive_tokenizers(corpus: list[str]) -> None:
    """For ASCII text in their normal form; a word and the space after it are pieces."""
    lines = [
        "".join(char for char in line.lower() if char.isalpha() or char == " ") for line in corpus
    ]
    lines = [line for line in lines if line.isascii()][:2000]
    naive = NaiveTokenizer.train(lines, 500)
    fast = Tokenizer.train(lines, 256 + len(naive.merges), pattern=r"\S+|\s")
    assert fast.merges == [(left.encode(), right.encode()) for left, right in naive.merges]


# --- Two meanings of merging ---


def test_ranks_merge_any_two_neighbours_that_make_a_token() -> None:
    ranks = {**BYTES, b"bc": 256, b"ab": 257, b"abc": 258}
    tokenizer = Tokenizer.from_ranks(ranks, pattern=None)
    assert [tokenizer.token_bytes(id) for id in tokenizer.encode("abc")] == [b"abc"]


# --- Special tokens ---


@pytest.fixture
def special() -> Tokenizer:
    return Tokenizer.train([], 259, special_tokens=["<a>", "<a><b>", "<b>"])


def test_special_tokens_have_the_last_ids(special: Tokenizer) -> None:
    assert special.special_tokens == {"<a>": 256, "<a><b>": 257, "<b>": 258}
    assert special.vocab_size == 259


def test_the_leftmost_then_the_longest_special_token(special: Tokenizer) -> None:
    assert special.encode("<a><b><b>", allowed_special="all") == [257, 258]
    assert special.encode("<a><b>", allowed_special={"<a>"}, disallowed_special=()) == [
        256,
        *b"<b>",
    ]


def test_special_tokens_are_disallowed_without_a_word(special: Tokenizer) -> None:
    with pytest.raises(SpecialTokenError, match='the text has the special token "<b>" at byte 2'):
        special.encode("x <b>")
    assert special.encode("<b>", disallowed_special=()) == list(b"<b>")
    assert special.encode_ordinary("<b>") == list(b"<b>")
    # Unknown names are ignored; any text may be disallowed.
    assert special.encode("x", allowed_special={"<c>"}) == [120]
    with pytest.raises(SpecialTokenError, match="secret"):
        special.encode("a secret", disallowed_special={"secret"})


def test_a_name_that_is_allowed_and_disallowed(special: Tokenizer) -> None:
    """It is disallowed, as in tiktoken; texts without it encode."""
    for allowed in ("all", {"<a>"}):
        options: Any = {"allowed_special": allowed, "disallowed_special": {"<a>", "<b>"}}
        assert special.encode("hi", **options) == list(b"hi")
        with pytest.raises(SpecialTokenError, match='"<a>" at byte 3'):
            special.encode("hi <a>", **options)


@pytest.fixture
def two_names() -> Tokenizer:
    """A tokenizer with several names for one id, as o200k_harmony of tiktoken."""
    names = {"<é>": 256, "<d>": 257, "<c>": 258, "<d><e>": 257, "<cc>": 257}
    return Tokenizer.from_ranks(BYTES, pattern="gpt2", special_tokens=names)


def test_two_names_with_one_id(two_names: Tokenizer, tmp_path: Path) -> None:
    text = "<d><e><d><cc><c>"
    assert two_names.encode(text, allowed_special="all") == [257, 257, 257, 258]
    # The first one, as for the two names in o200k_harmony.
    assert two_names.decode([257]) == "<cc>"
    assert two_names.token_id(b"<d>") == two_names.token_id(b"<cc>") == 257
    assert (two_names.vocab_size, two_names.n_vocab) == (259, 259)
    two_names.save(tmp_path / "model")
    for again in (Tokenizer.load(tmp_path / "model"), pickle.loads(pickle.dumps(two_names))):
        assert again == two_names
        assert again.special_tokens == two_names.special_tokens
        assert len(again.special_tokens) == 5


def test_a_text_that_has_each_of_two_names(two_names: Tokenizer) -> None:
    """Offsets and the rest of the text follow from the name in the text."""
    text = "é<d><e><é><d>a<cc>b<c>"
    for allowed, expected in {
        ("<d>", "<cc>"): ["é", "é", "<d>", *"<e><", "é", "é", *">", "<d>", *"a", "<cc>", *"b<c>"],
        "all": ["é", "é", "<d><e>", "<é>", "<d>", "a", "<cc>", "b", "<c>"],
    }.items():
        options: Any = {"allowed_special": allowed, "disallowed_special": ()}
        encoding = two_names.encode_with_offsets(text, **options)
        ids = encoding.ids.tolist()
        assert [text[start:end] for start, end in encoding.char_offsets] == expected
        assert encoding.byte_offsets[-1].tolist()[1] == len(text.encode())
        for limit in range(len(expected) + 1):
            kept = two_names.truncate(text, limit, **options)
            # A character is kept with its second byte.
            cut = limit < len(expected) and expected[:limit].count("é") % 2
            assert kept.ids == ids[: limit - cut]
            assert text.startswith(kept.text)
            assert kept.byte_end == len(kept.text.encode())
            rest = two_names.encode(text[len(kept.text) :], **options)
            assert [*kept.ids, *rest] == ids


def test_a_merged_token_and_a_special_token_with_one_id() -> None:
    with pytest.raises(VocabularyError, match="two tokens have the id 97"):
        Tokenizer.from_ranks(BYTES, pattern=None, special_tokens={"<a>": 97})
    with pytest.raises(VocabularyError, match="two tokens have the id 256"):
        Tokenizer.from_ranks(
            {**BYTES, b"ab": 256, b"cd": 257}, pattern=None, special_tokens={"<a>": 256}
        )


def test_other_special_tokens(special: Tokenizer) -> None:
    other = special.with_special_tokens({"<end>": 1000})
    assert other.special_tokens == {"<end>": 1000}
    assert other.decode([1000]) == "<end>"
    with pytest.raises(VocabularyError, match="two tokens have the id 97"):
        special.with_special_tokens({"<end>": 97})


# --- Bad input ---


def test_ids_that_stand_for_nothing(special: Tokenizer) -> None:
    for id in (259, -1, 2**40, 2**100):
        with pytest.raises(UnknownTokenError, match=f"no token has the id {id}"):
            special.decode([id])
    with pytest.raises(UnknownTokenError, match="no token has the bytes b'xyz'"):
        special.token_id(b"xyz")


def test_lone_surrogates(special: Tokenizer) -> None:
    with pytest.raises(UnicodeEncodeError):
        special.encode("\ud800")
    with pytest.raises(UnicodeEncodeError):
        Tokenizer.train(["\ud800"], 300)


def test_a_vocabulary_without_room() -> None:
    with pytest.raises(VocabularySizeError, match="at least 257, the bytes and the special tokens"):
        Tokenizer.train([], 256, special_tokens=["<a>"])
    assert Tokenizer.train([], 256).vocab_size == 256


def test_no_texts_but_one() -> None:
    with pytest.raises(TypeError, match="not a single str"):
        Tokenizer.train("text", 300)  # a str is an iterable of str
    with pytest.raises(TypeError, match="not a single str"):
        Tokenizer.train([], 256).encode_batch("text")


@pytest.mark.parametrize("option", ["allowed_special", "disallowed_special"])
def test_special_tokens_are_not_the_characters_of_one(option: str) -> None:
    with pytest.raises(TypeError, match="names of special tokens, not a single str"):
        Tokenizer.train([], 256).encode("text", **{option: "<end>"})  # type: ignore[arg-type]


def test_special_tokens_that_are_read_once() -> None:
    tokenizer = Tokenizer.train([], 257, special_tokens=["<end>"])
    allowed: Any = iter(["<end>"])
    assert tokenizer.encode("<end>", allowed_special=allowed, disallowed_special=()) == [256]


def test_only_counts_are_trained_on() -> None:
    counts: Any = {b"the": 2}
    with pytest.raises(TypeError, match="expected WordCounts, not dict"):
        Tokenizer.train_from_counts(counts, 300)


@pytest.mark.parametrize(
    ("ranks", "says"),
    [
        (
            {**{key: id for key, id in BYTES.items() if key != b"a"}, b"aa": 97},
            "no token is the byte 0x61 alone",
        ),
        ({**BYTES, b"ab": 97}, "two tokens have the id 97"),
        ({**BYTES, b"": 256}, "the token with id 256 is empty"),
        ({**BYTES, b"ab": 300}, "no token has the id 256"),
    ],
)
def test_ranks_that_are_no_vocabulary(ranks: dict[bytes, int], says: str) -> None:
    with pytest.raises(VocabularyError, match=says):
        Tokenizer.from_ranks(ranks, pattern=None)


def test_a_pattern_that_is_none() -> None:
    with pytest.raises(PatternError, match="the pattern "):
        Tokenizer.train([], 256, pattern="(")


def test_text_that_a_pattern_leaves_out_is_kept() -> None:
    tokenizer = Tokenizer.train(["ab ab"], 257, pattern="[a-z]+")
    assert tokenizer.encode("ab, ab") == [256, *b", ", 256]


def test_characters_that_are_cut_into_several_tokens(special: Tokenizer) -> None:
    ids = special.encode("né")
    assert special.tokens_as_strings(ids) == ["n", "\ufffd", "\ufffd"]
    assert special.tokens_as_string(ids) == "né"
    assert [special.token_bytes(id) for id in ids] == [b"n", b"\xc3", b"\xa9"]
    assert special.tokens_as_strings([257]) == ["<a><b>"]


def test_tokenize_takes_special_tokens_for_text(special: Tokenizer) -> None:
    assert special.tokenize("<a>\n") == special.tokenize_text("<a>\n") == list(b"<a>\n")


@pytest.mark.parametrize("token", ["a", 97, None])
def test_tokens_that_are_no_bytes(special: Tokenizer, token: bytes) -> None:
    with pytest.raises(TypeError):
        special.token_id(token)


@pytest.mark.parametrize("id", ["a", 1.0, None])
def test_ids_that_are_no_numbers(special: Tokenizer, id: int) -> None:
    for call in (special.token_bytes, lambda id: special.decode([id])):
        with pytest.raises(TypeError):
            call(id)


# --- Copies and files ---


def test_copies_are_equal(special: Tokenizer) -> None:
    trained = Tokenizer.train(["the cat"], 260, special_tokens=["<a>"])
    for tokenizer in (special, trained):
        for other in (
            copy.copy(tokenizer),
            copy.deepcopy(tokenizer),
            pickle.loads(pickle.dumps(tokenizer)),
        ):
            assert other == tokenizer
            assert hash(other) == hash(tokenizer)
    assert special != trained


def test_model_files(tmp_path: Path) -> None:
    tokenizer = Tokenizer.train(
        ["the cat", "the hat"], 262, special_tokens=["<a>"], pattern="cl100k"
    )
    tokenizer.save(tmp_path / "model.json")
    assert Tokenizer.load(tmp_path / "model.json") == tokenizer
    NaiveTokenizer.train(["the cat"], 20).save(tmp_path / "naive.json")
    with pytest.raises(ModelError, match='a model of kind "naive", not "tokenizer"'):
        Tokenizer.load(tmp_path / "naive.json")


def test_a_model_file_is_written_in_these_very_bytes(tmp_path: Path) -> None:
    """They are those of version 1, from every writer."""
    path = tmp_path / "model.json"
    special = {'"\\\n\x7f\u00e9\U00010400': 300}
    merged = Tokenizer.from_ranks({**BYTES, b"ab": 256}, pattern=None, special_tokens=special)
    tokens = [[b64encode(bytes([byte])).decode(), byte] for byte in range(256)]
    model = {
        "pattern": None,
        "tokens": [*tokens, ["YWI=", 256]],
        "merges": None,
        "special_tokens": [list(item) for item in special.items()],
    }
    line = json.dumps(model, ensure_ascii=False, separators=(",", ":")).encode()
    merged.save(path)
    header = b'{"format":"bytemerge","version":1,"kind":"tokenizer","bytes":%d,"sha256":"%b"}\n' % (
        len(line),
        hashlib.sha256(line).hexdigest().encode(),
    )
    assert path.read_bytes() == header + line + b"\n"
    assert Tokenizer.load(path) == merged


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("tokens", [["YQ", 0]], 'the token "YQ" is not in base64'),
        ("tokens", [["YQ==", 0]], "no token is the byte 0x00 alone"),
        ("tokens", [["YQ==", -1]], "invalid value: integer `-1`"),
        ("merges", [[0, 999]], "merge number 0 has a token that is not in the vocabulary"),
        ("pattern", "(", "the pattern"),
        ("special_tokens", [["", 999]], "a special token is empty"),
        ("special_tokens", [["a", 1]], "two tokens have the id 1"),
    ],
)
def test_a_model_that_nobody_saved(tmp_path: Path, name: str, value: object, expected: str) -> None:
    path = tmp_path / "model.json"
    Tokenizer.train([], 256).save(path)
    model = json.loads(path.read_bytes().split(b"\n")[1]) | {name: value}
    model_file.save(path, "tokenizer", model)
    with pytest.raises(ModelError) as caught:
        Tokenizer.load(path)
    assert str(caught.value).startswith(f"{path}: not a valid model: {expected}")


def test_files_of_tiktoken(tmp_path: Path) -> None:
    tokenizer = Tokenizer.train(["the cat", "the hat"], 262)
    tokenizer.to_tiktoken(tmp_path / "ranks")
    assert Tokenizer.from_tiktoken(tmp_path / "ranks", pattern="gpt2") == tokenizer
    tmp_path.joinpath("bad").write_text("YQ== 0\nYg==\n", encoding="utf-8", newline="")
    with pytest.raises(ModelError, match="line 2 is not a token in base64 and its rank"):
        Tokenizer.from_tiktoken(tmp_path / "bad", pattern="gpt2")


def test_what_ranks_cannot_say(tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_ranks({**BYTES, b"abc": 256}, pattern=None)
    with pytest.raises(VocabularyError, match="the token with id 256"):
        tokenizer.to_tiktoken(tmp_path / "ranks")
    assert list(tmp_path.iterdir()) == []


def test_pretrained_ranks_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(pretrained, "download", lambda _url: b"something else")
    with pytest.raises(ModelError, match="SHA-256 mismatch"):
        Tokenizer.from_pretrained("cl100k_base")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="no pretrained tokenizer is called 'gpt5'"):
        Tokenizer.from_pretrained("gpt5")


def test_an_embedding_needs_a_row_for_each_id() -> None:
    tokenizer = Tokenizer.train(["the the"], 258)
    assert tokenizer.n_vocab == tokenizer.vocab_size == 258
    tokenizer = tokenizer.with_special_tokens({"<end>": 2**32 - 1})
    assert tokenizer.vocab_size == 259
    assert tokenizer.n_vocab == 2**32


# --- Batches ---


def test_a_text_without_utf8_is_named_by_its_row() -> None:
    with pytest.raises(UnicodeEncodeError, match=r"surrogates not allowed \(text 2\)$"):
        Tokenizer.train(["the the"], 258).encode_batch(["a", "b", "c\ud800"])


def test_batches_are_the_single_calls_together() -> None:
    tokenizer = Tokenizer.train(["the cat", "the hat"], 262)
    texts = ["the cat", "", "the hat", "né"] * 50_000
    expected = [tokenizer.encode(text) for text in texts[:4]] * 50_000
    for threads in (None, 1, 2):
        batch = tokenizer.encode_batch(texts, threads=threads)
        assert len(batch) == len(texts)
        assert batch.tolist() == expected
        counts = tokenizer.count_batch(texts, threads=threads)
        assert counts.dtype == np.uint64
        assert counts.tolist() == list(map(len, expected))
    assert batch[-1].tolist() == expected[-1]
    assert [ids.tolist() for ids in batch[1:3]] == expected[1:3]
    assert isinstance(pickle.loads(pickle.dumps(batch)), TokenBatch)
    with pytest.raises(IndexError):
        batch[len(texts)]


def test_long_texts_are_the_same_on_several_threads() -> None:
    tokenizer = Tokenizer.train(["the cat", "the hat"], 262)
    text = "the cat  and the hat's 1234567 né\n\n" * 60_000
    one = tokenizer.encode(text, threads=1)
    assert tokenizer.encode(text, threads=2) == one
    assert tokenizer.count(text) == len(one)
    texts = ["the", text, "", text[1:], text, "né"]
    counts = [len(tokenizer.encode(each, threads=1)) for each in texts]
    for threads in (None, 1, 2):
        assert tokenizer.count_batch(texts, threads=threads).tolist() == counts
    assert tokenizer.count_batch([]).tolist() == []


def test_a_tokenizer_comes_from_somewhere() -> None:
    with pytest.raises(TypeError, match="make a Tokenizer with train"):
        Tokenizer()


@pytest.mark.parametrize("offsets", [[], [0, 3], [0, 2, 1, 2], [0, 2**63]])
def test_offsets_that_do_not_fit_the_ids(offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="offsets must rise, to 2 ids at the most"):
        TokenBatch(np.array([97, 98], np.uint32), np.array(offsets, np.uint64))


def test_arrays_of_other_types() -> None:
    ids, offsets = np.array([97], np.uint32), np.array([0, 1], np.uint64)
    with pytest.raises(TypeError, match=r"ids must be .* uint32, not of 1 dimensions of float64"):
        TokenBatch(ids.astype(float), offsets)
    with pytest.raises(TypeError, match=r"offsets must be .* uint64, not of 2 dimensions"):
        TokenBatch(ids, offsets.reshape(1, 2))
