"""Evaluates the expressions of workflows, in the few forms that ours use.

They are names, texts and statuses, compared by == and !=, and joined by && and then by ||. Any
other form is an error.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

Status = Mapping[str, Callable[[], bool]]


class Unknown(Exception):
    """An unsupported expression, or an unknown name."""


class Lenient(dict[str, Any]):
    """Names without a value: those unknown before a run, and those of a step that did not run."""


def fill(value: Any, names: Mapping[str, Any]) -> Any:
    """Fills each `${{ }}` of a text, or of all texts in a mapping or list."""
    if isinstance(value, dict):
        return {key: fill(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each, names) for each in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: shown(evaluate(found[1], names)), value)


def condition(text: object, names: Mapping[str, Any], status: Status) -> bool:
    """Return the value of `if`.

    A condition that does not ask for a status also requires that all earlier steps have passed.
    """
    source = "success()" if text is None else re.sub(r"^\s*\$\{\{(.*)\}\}\s*$", r"\1", str(text))
    value = bool(evaluate(source, names, status))
    return value and (any(f"{name}()" in source for name in status) or status["success"]())


def shown(value: Any) -> str:
    """Return a value as a workflow sees it in a text."""
    if value is None or isinstance(value, Lenient):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def evaluate(text: str, names: Mapping[str, Any], status: Status | None = None) -> Any:
    """Return the value of one expression: `names` has its contexts, `status` its functions."""
    for sign, stops in (("||", True), ("&&", False)):
        if sign in text:
            # Evaluate all parts, so that an unknown name is found whatever the others are.
            values = [evaluate(part, names, status) for part in text.split(sign)]
            return next((each for each in values[:-1] if bool(each) is stops), values[-1])
    if compared := re.fullmatch(r"([^=!]+)([=!]=)([^=!]+)", text):
        left, right = (shown(evaluate(compared[side], names, status)).lower() for side in (1, 3))
        return (left == right) is (compared[2] == "==")
    term = text.strip()
    if re.fullmatch(r"[A-Za-z_][\w.-]*", term):
        return _look_up(term, names)
    if quoted := re.fullmatch(r"'([^']*)'", term):
        return quoted[1]
    if called := re.fullmatch(r"toJSON\((.+)\)", term):
        return json.dumps(evaluate(called[1], names))
    if status and term.removesuffix("()") in status:
        return status[term.removesuffix("()")]()
    raise Unknown(f"cannot read {term!r} in an expression")


def _look_up(path: str, names: Mapping[str, Any]) -> Any:
    value: Any = names
    for part in path.split("."):
        if isinstance(value, Lenient):
            value = value.get(part, Lenient())
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            raise Unknown(f"{path} stands for nothing: {part!r} is not known")
    return value
