"""Coloured tokens."""

import pytest
from conftest import Class

from bytemerge import Visualization


def test_lines_of_tokens_in_three_ways(
    cls: Class, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = cls.train(["the cat", "this hat"], vocab_size=11)
    shown = tokenizer.visualize("the hat\n\nthat")
    assert str(shown) == "th·e h·at\n\nth·at"
    assert shown.as_terminal().startswith("\x1b[30;48;5;223mth\x1b[0m\x1b[30;48;5;157me\x1b[0m ")
    assert shown.as_terminal().count("\x1b[0m") == 6
    assert shown._repr_html_().count("<span") == 6
    monkeypatch.setenv("NO_COLOR", "")
    shown.show()
    assert capsys.readouterr().out == "th·e h·at\n\nth·at\n"


def test_html_is_escaped() -> None:
    assert "&lt;b&gt;" in Visualization([["<b>"]])._repr_html_()


def test_a_tokenizer_shows_itself_in_a_notebook(cls: Class) -> None:
    shown = cls.train(["the cat", "this hat"], vocab_size=11)._repr_html_()
    assert f"<b>{cls.__name__}</b>: 11 tokens" in shown
    assert shown.count("<span") == 10
