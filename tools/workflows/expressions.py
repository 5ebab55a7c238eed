"""Reads the expressions of workflows, in the few forms that ours use. Any other form is an error that names it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([A-Za-z_][\w.-]*)|(&&|\|\||==|!=|[!(),])|(\d+))")
WORDS = {"true": True, "false": False, "null": None}


class Unknown(Exception):
    """An unsupported expression, or an unknown name."""


class Lenient(dict[str, Any]):
    """Names without a value: those unknown before a run, and those of a step that did not run."""


def fill(
    text: str, names: Mapping[str, Any], functions: Mapping[str, Callable[[], bool]] | None = None
) -> Any:
    """Fills each `${{ }}` of a text. A text that is one expression and nothing else has that one's value."""
    if found := re.fullmatch(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", text):
        return evaluate(found[1], names, functions)
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: shown(evaluate(found[1], names, functions)), text)


def fill_all(value: Any, names: Mapping[str, Any]) -> Any:
    """Fills the expressions in all texts of a mapping or list."""
    if isinstance(value, dict):
        return {key: fill_all(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [fill_all(each, names) for each in value]
    return fill(value, names) if isinstance(value, str) else value


def condition(text: object, names: Mapping[str, Any], outcome: Mapping[str, Callable[[], bool]]) -> bool:
    """Return the value of `if`. A condition that does not ask for a status also needs all earlier steps to have passed."""
    source = "success()" if text is None else re.sub(r"^\s*\$\{\{(.*)\}\}\s*$", r"\1", str(text))
    if not set(tokens(source)) & set(outcome):
        source = f"success() && ({source})"
    return bool(evaluate(source, names, outcome))


def shown(value: Any) -> str:
    """Return a value as a workflow sees it in a text."""
    if value is None or isinstance(value, Lenient):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def evaluate(
    text: str, names: Mapping[str, Any], functions: Mapping[str, Callable[[], bool]] | None = None
) -> Any:
    """Return the value of one expression, with the contexts in `names` and the status functions in `functions`."""
    return _Reader(text, names, functions or {}).whole()


def tokens(text: str) -> list[str]:
    """Return the words and signs of an expression."""
    found, at, text = [], 0, text.strip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Unknown(f"cannot read {text[at:]!r} in the expression {text!r}")
        found.append(match[0].strip())
        at = match.end()
    return found


class _Reader:
    """Reads from the loosest operator to the tightest."""

    def __init__(
        self, text: str, names: Mapping[str, Any], functions: Mapping[str, Callable[[], bool]]
    ) -> None:
        self.text, self.names, self.functions = text.strip(), names, functions
        self.rest = tokens(text)

    def whole(self) -> Any:
        value = self.any_of()
        if self.rest:
            raise Unknown(f"cannot read {self.rest[0]!r} in the expression {self.text!r}")
        return value

    def any_of(self) -> Any:
        value = self.all_of()
        while self.next_is("||"):
            other = self.all_of()
            value = value or other
        return value

    def all_of(self) -> Any:
        value = self.comparison()
        while self.next_is("&&"):
            other = self.comparison()
            value = value and other
        return value

    def comparison(self) -> Any:
        value = self.single()
        for sign in ("==", "!="):
            if self.next_is(sign):
                other = self.single()
                return (shown(value).lower() == shown(other).lower()) is (sign == "==")
        return value

    def single(self) -> Any:
        if not self.rest:
            raise Unknown(f"the expression {self.text!r} ends too early")
        word = self.rest.pop(0)
        if word == "!":
            return not self.single()
        if word == "(":
            value = self.any_of()
            self.expect(")")
            return value
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if word.isdecimal():
            return int(word)
        if word in WORDS:
            return WORDS[word]
        return self.call(word) if self.next_is("(") else self.look_up(word)

    def call(self, name: str) -> Any:
        if name in ("fromJSON", "toJSON"):
            value = self.any_of()
            self.expect(")")
            if name == "toJSON":
                return json.dumps(value)
            return value if isinstance(value, Lenient) else json.loads(value)
        if name not in self.functions:
            raise Unknown(f"the function {name} is not known, in the expression {self.text!r}")
        self.expect(")")
        return self.functions[name]()

    def look_up(self, path: str) -> Any:
        value: Any = self.names
        for part in path.split("."):
            if isinstance(value, Lenient):
                value = value.get(part, Lenient())
            elif isinstance(value, dict) and part in value:
                value = value[part]
            else:
                raise Unknown(f"{path} stands for nothing: {part!r} is not known")
        return value

    def next_is(self, sign: str) -> bool:
        if self.rest[:1] == [sign]:
            self.rest.pop(0)
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.next_is(sign):
            raise Unknown(f"{sign!r} is missing in the expression {self.text!r}")
