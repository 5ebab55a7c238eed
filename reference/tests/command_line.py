"""Runs the command line in this process, for its tests."""

import pytest

from bytemerge.cli import main

Captured = pytest.CaptureFixture[str]


def printed(capsys: Captured, *arguments: str) -> str:
    """Return the output of a command that succeeds."""
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def lines(capsys: Captured, *arguments: str) -> list[str]:
    """Return the lines of the output of a command that succeeds."""
    return printed(capsys, *arguments).splitlines()


def refusal(capsys: Captured, *arguments: str, stdout: str | None = "") -> str:
    """Return the one line of the error about bad input.

    Standard output must equal `stdout`; None allows any.
    """
    try:
        status: object = main(arguments)
    except SystemExit as left:
        status = left.code
    out, err = capsys.readouterr()
    assert status == 2
    assert stdout in (None, out)
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    return err.removeprefix("error: ").rstrip("\n")
