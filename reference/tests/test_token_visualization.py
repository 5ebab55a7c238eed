"""Tokens with their ids; no text has an effect on a terminal or a page."""

import pickle
import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytemerge import Tokenizer, TokenVisualization
from bytemerge.show.printable import printable, width

TOKENIZER = Tokenizer.train(["the cat", "the hat"], 261, special_tokens=["<end>"])
# Every escape that a terminal or a page might interpret.
HOSTILE = (
    "\x1b[2J\x1b]0;x\x07\x9b31m\x00\x7f\u202e\u2066\u200b\u2028\ufeff\xad\ue000</span><script>&\"'"
)


def test_bars_between_tokens() -> None:
    shown = TOKENIZER.visualize("the hat\nthat<end>", allowed_special="all")
    assert str(shown) == "the| |h|at|\\n\nt|h|at|<end>"
    assert shown.ids == (258, 32, 104, 256, 10, 116, 104, 256, 260)
    assert shown.tokens[-1] == b"<end>"
    assert repr(shown) == "<TokenVisualization of 9 tokens>"
    assert str(TOKENIZER.visualize("")) == ""
    assert TOKENIZER.visualize("<end>").ids == tuple(b"<end>")  # plain text, and no error


def test_rows_of_a_terminal() -> None:
    rows = TOKENIZER.visualize("the hat").as_terminal(columns=9).split("\n")
    assert rows == [
        "\x1b[30;48;5;223mthe\x1b[0m \x1b[30;48;5;157m \x1b[0m",
        "\x1b[38;5;243m258 32\x1b[0m",
        "\x1b[30;48;5;123mh\x1b[0m   \x1b[30;48;5;147mat\x1b[0m",
        "\x1b[38;5;243m104 256\x1b[0m",
    ]
    compact = TOKENIZER.visualize("the hat").as_terminal(ids=False, columns=80)
    assert compact.count("\x1b[0m") == 4
    assert "\n" not in compact
    # Text that does not fit is not lost.
    assert TOKENIZER.visualize("the hat").as_terminal(columns=1).count("\n") == 7


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        (b" a", " a"),
        (b"\xf0\x9f\x98", r"\xf0\x9f\x98"),
        ("é語".encode(), "é語"),
        (b"\xa9\xc3", r"\xa9\xc3"),
        (b"\r\n\t\x1b\x7f", r"\r\n\t\x1b\x7f"),
        ("\x9b".encode(), r"\x9b"),
        ("\u202e\u2028\u200d\ufeff".encode(), r"\u202e\u2028\u200d\ufeff"),
        ("\xa0\u3000".encode(), r"\xa0\u3000"),
        ("\U000e0041".encode(), r"\U000e0041"),
        # A mark without its letter must not combine with the token before it.
        ("\u0301e\u0301".encode(), "◌\u0301e\u0301"),
        ("\n\u0301".encode(), "\\n◌\u0301"),
        (b"\xed\xa0\x80", r"\xed\xa0\x80"),
        (b"", ""),
    ],
)
def test_what_is_escaped(token: bytes, shown: str) -> None:
    assert printable(token) == shown


@given(st.binary() | st.text().map(str.encode) | st.just(HOSTILE.encode()))
def test_nothing_that_is_not_seen_comes_through(token: bytes) -> None:
    for char in printable(token):
        assert char == " " or unicodedata.category(char)[0] in "LMNPS", ascii(char)


def test_columns() -> None:
    assert [width(text) for text in ("a", "語", "e\u0301", "😀", r"\n")] == [1, 2, 1, 2, 2]


def test_hostile_text() -> None:
    shown = TOKENIZER.visualize(HOSTILE)
    # Output for a terminal contains only our own sequences.
    ours = shown.as_terminal().replace("\n", "")
    assert ours.replace("\x1b[", "").isprintable()
    assert all(part[0] in "0139" for part in ours.split("\x1b[")[1:])
    page = shown._repr_html_()
    assert "<script" not in page
    spans = ET.fromstring(page.partition("</style>")[2]).findall("span")
    assert len(spans) == len(shown.ids)
    assert "".join("".join(span[0].itertext()) for span in spans) == str(shown).replace("|", "")
    assert [span[1].text for span in spans] == [str(id) for id in shown.ids]


def test_special_tokens_stand_out() -> None:
    shown = TOKENIZER.visualize("the<end>", allowed_special={"<end>"})
    assert shown._repr_html_().count('<bdi class="special">&lt;end&gt;</bdi><small>260') == 1
    assert "\x1b[1;97;48;5;238m<end>\x1b[0m" in shown.as_terminal()


def test_the_tokenizer_shows_itself() -> None:
    page = TOKENIZER.with_special_tokens({"<end>": 1000})._repr_html_()
    assert "<b>Tokenizer</b>: 261 tokens" in page
    assert "&lt;end&gt;" in page
    assert page.count("<small>") == 40


def test_show(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    shown = TOKENIZER.visualize("the hat")
    shown.show()
    assert capsys.readouterr().out == "the| |h|at\n"
    monkeypatch.setattr("bytemerge.show.token_visualization.has_colours", lambda: True)
    shown.show()
    assert capsys.readouterr().out.count("\x1b[38;5;243m258 32 104 256\x1b[0m") == 1


def test_copies_are_equal() -> None:
    shown = TOKENIZER.visualize("the hat")
    assert pickle.loads(pickle.dumps(shown)) == shown
    assert shown == TokenVisualization(shown.tokens, shown.ids, shown.special)
    assert shown != TOKENIZER.visualize("the cat")
    assert shown != "the hat"


def test_of_two_names_for_an_id_the_text_shows_its_own() -> None:
    tokenizer = Tokenizer.train([], 256).with_special_tokens({"<a>": 256, "<b>": 256})
    shown = tokenizer.visualize("é<b><a>", allowed_special="all")
    assert str(shown) == r"\xc3|\xa9|<b>|<a>"
    assert shown.ids == (195, 169, 256, 256)
    assert shown.special == {256}
