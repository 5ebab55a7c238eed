"""Runs the command line in this process, for the tests of it."""

import pytest

from bytemerge.cli import main

Captured = pytest.CaptureFixture[str]


def printed(capsys: Captured, *arguments: str) -> str:
    """What a command prints that ends well."""
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def lines(capsys: Captured, *arguments: str) -> list[str]:
    """The lines that a command prints that ends well."""
    return printed(capsys, *arguments).splitlines()


def refusal(capsys: Captured, *arguments: str, stdout: str | None = "") -> str:
    """The one line that bad input leads to, after what stands on standard output; None for anything."""
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
