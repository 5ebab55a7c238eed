"""Exercise 4: the tests, from easy to hard. `module` is what your Rust was compiled to."""

from types import ModuleType

import pytest


def test_double_doubles_a_number(module: ModuleType) -> None:
    assert module.double(21) == 42
    assert module.double(-3) == -6


def test_a_wrong_argument_is_an_exception(module: ModuleType) -> None:
    with pytest.raises(TypeError):
        module.double("21")
    with pytest.raises(OverflowError):
        module.double(2**63)


def test_a_pair_becomes_one_token(module: ModuleType) -> None:
    assert module.merge(["t", "h", "e"], "t", "h") == ["th", "e"]
    assert module.merge(["t", "h", "e"], "h", "e") == ["t", "he"]
    assert module.merge(["h", "a", "t"], "t", "h") == ["h", "a", "t"]
    assert module.merge([], "t", "h") == []


def test_the_merge_goes_from_left_to_right(module: ModuleType) -> None:
    assert module.merge(list("aaab"), "a", "a") == ["aa", "a", "b"]
    assert module.merge(list("éée"), "é", "é") == ["éé", "e"]


def test_the_list_in_python_stays_as_it_was(module: ModuleType) -> None:
    tokens = ["t", "h", "e"]
    module.merge(tokens, "t", "h")
    assert tokens == ["t", "h", "e"]
