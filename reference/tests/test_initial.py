"""Training goes on from a tokenizer, whose tokens and ids stay."""

import json
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
import random_tokenizers
from command_line import Captured, printed, refusal

from bytemerge import Tokenizer, WordCounts
from bytemerge.errors import VocabularyError, VocabularySizeError


def texts(seed: int, number: int = 40) -> list[str]:
    chance = Random(seed)
    return [random_tokenizers.text(chance) for _ in range(number)]


def test_a_list_in_which_a_token_comes_before_its_parts_is_refused(tmp_path: Path) -> None:
    """The merges are in the order of ids, but the first one needs the token of the second."""
    path = tmp_path / "tokenizer.json"
    Tokenizer.train([], 256).to_huggingface(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["model"]["vocab"] |= {"abc": 256, "ab": 257}
    content["model"]["merges"] = [["ab", "c"], ["a", "b"]]
    path.write_text(json.dumps(content), encoding="utf-8")
    initial = Tokenizer.from_huggingface(path)
    assert initial.encode("abc") == [256]
    with pytest.raises(VocabularyError, match="merge number 0 is not in the order of ids"):
        Tokenizer.train(["abc"], 260, initial=initial)
    with pytest.raises(VocabularyError, match="merge number 0 is not in the order of ids"):
        initial.to_tiktoken(tmp_path / "ranks.tiktoken")
    assert not (tmp_path / "ranks.tiktoken").exists()


@pytest.mark.parametrize("pattern", ["gpt2", None, ("cl100k", r"\p{N}")])
def test_on_the_same_texts_nothing_changes(pattern: Any) -> None:
    """Half of the merges and then the other half are all merges."""
    for seed in range(5):
        whole = Tokenizer.train(texts(seed), 400, pattern=pattern)
        for size in (256, 257, 300):
            half = Tokenizer.train(texts(seed), size, pattern=pattern)
            assert Tokenizer.train(texts(seed), 400, initial=half) == whole


def slow_merges(initial: Tokenizer, corpus: list[str], number: int) -> list[tuple[bytes, bytes]]:
    """Return the next merges by the definition: count all pairs of tokens, merge the best one."""
    counts = WordCounts.count(corpus, pattern=initial.pattern)
    ids = {piece: initial.encode_bytes(piece) for piece in counts}
    words = {piece: [initial.token_bytes(id) for id in found] for piece, found in ids.items()}
    tokens = [*initial.merges]
    # Bytes come before merged tokens; their order decides only between equal counts.
    order = {left + right: 256 + index for index, (left, right) in enumerate(tokens)}
    letters = sorted(range(256), key=lambda byte: byte in (*range(33), 127, *range(128, 161), 173))
    order |= {bytes([byte]): index for index, byte in enumerate(letters)}
    learnt: list[tuple[bytes, bytes]] = []
    while len(learnt) < number:
        pairs: dict[tuple[bytes, bytes], int] = {}
        for piece, word in words.items():
            for pair in pairwise(word):
                pairs[pair] = pairs.get(pair, 0) + counts[piece]
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], -order[pair[0]], -order[pair[1]]))
        learnt.append(best)
        order[b"".join(best)] = 256 + len(tokens) + len(learnt)
        for word in words.values():
            index = 0
            while index + 1 < len(word):
                if (word[index], word[index + 1]) == best:
                    word[index : index + 2] = [b"".join(best)]
                index += 1
    return learnt


def test_on_other_texts_by_the_definition() -> None:
    for seed in range(5):
        initial = Tokenizer.train(texts(seed), 320, special_tokens=["<end>"])
        further = Tokenizer.train(texts(seed + 100), 380, initial=initial)
        expected = slow_merges(initial, texts(seed + 100), 60)
        assert further.merges == [*initial.merges, *expected]
        assert further.special_tokens == initial.special_tokens
        for id in range(initial.n_vocab):
            assert further.token_bytes(id) == initial.token_bytes(id)
        assert further.encode("<end>", allowed_special="all") == [initial.n_vocab - 1]


def test_ids_follow_those_of_ranks_and_special_tokens() -> None:
    """The bytes need not have the ids 0 to 255, and ids may be left out."""
    ranks = {bytes([255 - byte]): byte for byte in range(256)} | {b"th": 256}
    initial = Tokenizer.from_ranks(ranks, pattern="gpt2", special_tokens={"<end>": 300})
    further = Tokenizer.train(["the the"], 260, initial=initial, special_tokens=["<new>"])
    assert further.encode("the") == [301]
    assert further.special_tokens == {"<end>": 300, "<new>": 302}
    assert further.merges == [(b"t", b"h"), (b"th", b"e")]
    assert further.vocab_size == 260
    counts = WordCounts.count(["the the"])
    with_counts = Tokenizer.train_from_counts(
        counts, 260, initial=initial, special_tokens=["<new>"]
    )
    assert with_counts == further


def test_from_a_file_and_the_command_line(tmp_path: Path, capsys: Captured) -> None:
    initial = Tokenizer.train(texts(0), 300)
    initial.save(tmp_path / "initial")
    (tmp_path / "text.txt").write_text("".join(texts(1)), encoding="utf-8")
    expected = Tokenizer.train_from_files([tmp_path / "text.txt"], 350, initial=initial)
    names = [str(tmp_path / name) for name in ("initial", "out", "text.txt")]
    printed(capsys, "train", "-v", "350", "--initial", names[0], "-o", names[1], names[2])
    assert Tokenizer.load(tmp_path / "out") == expected
    refused = refusal(
        capsys, "train", "-v", "350", "--initial", names[0], "--pattern", "o200k", "-o", "x"
    )
    assert "--pattern is that of the model to go on from" in refused


def test_what_is_refused(tmp_path: Path) -> None:
    initial = Tokenizer.train(texts(0), 300)
    with pytest.raises(VocabularySizeError, match="at least 300, the tokens of the initial"):
        Tokenizer.train(["a"], 299, initial=initial)
    with pytest.raises(ValueError, match="pattern must be 'gpt2', that of the initial tokenizer"):
        Tokenizer.train(["a"], 301, initial=initial, pattern="cl100k")
    with pytest.raises(ValueError, match="the pattern of the counts is 'cl100k', not 'gpt2'"):
        Tokenizer.train_from_counts(WordCounts.count(["a"], pattern="cl100k"), 301, initial=initial)
    with pytest.raises(TypeError, match="expected Tokenizer, not str"):
        Tokenizer.train(["a"], 301, initial="gpt2")  # type: ignore[arg-type]
    ranks = {bytes([byte]): byte for byte in range(256)} | {b"the": 256}
    unreachable = Tokenizer.from_ranks(ranks, pattern="gpt2")
    says = "^training cannot go on from the initial tokenizer: .* with id 256"
    with pytest.raises(VocabularyError, match=says):
        Tokenizer.train(["a"], 301, initial=unreachable)
    initial.to_huggingface(tmp_path / "tokenizer.json")
    content = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    for name, part in (
        ("normalizer", {"type": "NFC"}),
        ("pre_tokenizer", {"type": "ByteLevel", "add_prefix_space": True}),
    ):
        edited = tmp_path / f"{name}.json"
        edited.write_text(json.dumps(content | {name: part}), encoding="utf-8")
        with pytest.raises(VocabularyError, match=f"the {name.replace('_', '-')} of the initial"):
            Tokenizer.train(["a"], 301, initial=Tokenizer.from_huggingface(edited))
