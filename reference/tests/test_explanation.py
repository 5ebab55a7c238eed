"""The merges of a word, step by step."""

import copy
import itertools
import pickle
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytemerge import Tokenizer, _core

TRAINED = Tokenizer.train(["the cat that hat", "語学 😀😀 lowest lower"] * 3, 300)
BYTES = [(bytes([byte]), byte) for byte in range(256)]
FOREIGN = [*BYTES, (b"bc", 256), (b"ab", 257), (b"abc", 258)]
BY_RANK = Tokenizer.from_ranks(dict(FOREIGN), pattern=None)
BY_LIST = Tokenizer._of(_core.Tokenizer.of(FOREIGN, [(98, 99), (97, 98), (257, 99)], None, []))


@given(st.text(st.sampled_from("thecat lowrabc語学😀\n1"), max_size=30))
@pytest.mark.parametrize("tokenizer", [TRAINED, BY_RANK, BY_LIST], ids=["trained", "rank", "list"])
def test_the_steps_lead_to_what_encode_returns(tokenizer: Tokenizer, text: str) -> None:
    explanation = tokenizer.explain(text)
    assert list(explanation.ids) == tokenizer.encode(text)
    assert b"".join(piece.piece for piece in explanation.pieces) == text.encode()
    for piece in explanation.pieces:
        before = tuple(bytes([byte]) for byte in piece.piece)
        for step in piece.steps:
            assert step.before == before
            assert tokenizer.token_bytes(step.id) == step.token == b"".join(step.pair)
            before = step.after
        assert before == piece.tokens or piece.is_looked_up
        assert piece.tokens == tuple(map(tokenizer.token_bytes, piece.ids))


def test_every_step_takes_the_lowest_rank() -> None:
    for piece in TRAINED.explain("the lowest lower 語学").pieces:
        for step in piece.steps:
            ranks = [
                TRAINED._rust.token_id(left + right)
                for left, right in itertools.pairwise(step.before)
            ]
            assert step.rank == min(rank for rank in ranks if rank is not None)


def test_both_meanings_of_merging() -> None:
    # "bc" is first in both; only by ranks may a and bc become abc.
    by_rank, by_list = BY_RANK.explain("abc"), BY_LIST.explain("abc")
    assert [(step.pair, step.rank, step.id) for step in by_rank.steps] == [
        ((b"b", b"c"), 256, 256),
        ((b"a", b"bc"), 258, 258),
    ]
    assert [(step.pair, step.rank, step.id) for step in by_list.steps] == [((b"b", b"c"), 0, 256)]
    assert (by_rank.ids, by_list.ids) == ((258,), (97, 256))


def test_a_token_that_its_merges_do_not_lead_to() -> None:
    tokenizer = Tokenizer.from_ranks({**dict(BYTES), b"abc": 256}, pattern=None)
    explanation = tokenizer.explain("abc")
    assert explanation.steps == ()
    assert explanation.pieces[0].is_looked_up
    assert "abc: 3 bytes, 0 merges, 1 token; the piece is the token 256" in str(explanation)
    assert explanation._repr_html_().count("<rect") == 4


def test_the_table() -> None:
    tokenizer = Tokenizer.train(["the cat", "the hat"], 260)
    assert str(tokenizer.explain("the ")).split("\n") == [
        "the: 3 bytes, 2 merges, 1 token",
        "",
        "step  pair    rank   id  tokens",
        "   0                     t|h|e",
        "   1  h + e    257  257  t|he",
        "   2  t + he   258  258  the",
        "",
        "␣: 1 byte, 0 merges, 1 token",
        "",
        "step  pair  rank  id  tokens",
        "   0                  ␣",
    ]
    assert str(tokenizer.explain("")) == "no tokens"
    assert repr(tokenizer.explain("the")) == "<Explanation of 'the': 2 merges, 1 token>"


def test_colours_only_in_terminals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    explanation = TRAINED.explain("the")
    explanation.show()
    assert capsys.readouterr().out == f"{explanation}\n"
    monkeypatch.setattr("bytemerge.show.explanation.has_colours", lambda: True)
    explanation.show()
    assert "\x1b[1;7mthe\x1b[0m" in capsys.readouterr().out


def test_only_text_is_explained() -> None:
    word: Any = b"the"
    with pytest.raises(TypeError, match="expected str, not bytes"):
        TRAINED.explain(word)


@pytest.mark.parametrize("text", ["the", "<b>&'\"", "\x00\x1b[1m\u202e", "語学 😀", "]]>", ""])
def test_the_picture_is_well_formed(text: str) -> None:
    explanation = TRAINED.explain(text)
    page = ET.fromstring(f"<div>{explanation._repr_html_()}</div>")
    rects = page.findall(".//rect")
    assert len(rects) == len(text.encode()) + len(explanation.steps)
    assert page.findall(".//script") == []
    shown = "".join(page.itertext())
    assert not set("\x00\x1b\u202e") & set(shown)


def test_a_text_that_is_too_long() -> None:
    assert len(TRAINED.explain("ab" * 500).ids) == 1000
    with pytest.raises(ValueError, match=r"^a text of 1,001 bytes is too long to explain: 1,000 "):
        TRAINED.explain("a" * 1001)
    with pytest.raises(UnicodeEncodeError):
        TRAINED.explain("\ud800")


def test_copies_are_equal() -> None:
    explanation = TRAINED.explain("the cat")
    for other in (
        copy.copy(explanation),
        copy.deepcopy(explanation),
        pickle.loads(pickle.dumps(explanation)),
    ):
        assert other == explanation
        assert hash(other) == hash(explanation)
        assert str(other) == str(explanation)
