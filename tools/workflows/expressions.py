"""Evaluates the expressions of workflows, in the few forms that ours use.

Any other form is an error.
"""

import ast
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([A-Za-z_][\w.-]*)|(&&|\|\||==|!=|[!(),])|(\d+))")
PYTHON = {"&&": "and", "||": "or", "!": "~", "true": "True", "false": "False", "null": "None"}


class Unknown(Exception):
    """An unsupported expression, or an unknown name."""


class Lenient(dict[str, Any]):
    """Names without a value: those unknown before a run, and those of a step that did not run."""


def fill(
    text: str, names: Mapping[str, Any], functions: Mapping[str, Callable[[], bool]] | None = None
) -> Any:
    """Fills each `${{ }}` of a text.

    If the whole text is one expression, returns the value of that expression.
    """
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
    """Return the value of `if`.

    A condition that does not ask for a status also requires that all earlier steps have passed.
    """
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
    """Return the value of one expression.

    `names` has its contexts, and `functions` its status functions.
    """
    # Python's parser reads it, with Python's operators (`~` has the precedence of `!`). Names
    # become texts in a list, because they may have hyphens.
    words = tokens(text)
    for index, word in enumerate(words):
        if word in PYTHON:
            words[index] = PYTHON[word]
        elif word.startswith("'"):
            words[index] = repr(word[1:-1].replace("''", "'"))
        elif re.match(r"[A-Za-z_]", word) and words[index + 1 : index + 2] != ["("]:
            words[index] = f"[{word!r}]"
    try:
        tree = ast.parse(" ".join(words), mode="eval").body
    except SyntaxError:
        raise Unknown(f"cannot read the expression {text!r}") from None
    return _value(tree, names, functions or {})


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


def _value(node: ast.expr, names: Mapping[str, Any], functions: Mapping[str, Callable[[], bool]]) -> Any:
    match node:
        case ast.Constant(value):
            return value
        case ast.List([ast.Constant(str(path))]):
            return _look_up(path, names)
        case ast.UnaryOp(ast.Invert(), operand):
            return not _value(operand, names, functions)
        case ast.BoolOp(operator, operands):
            # Evaluate all operands, so that an unknown name is found whatever the others are.
            values = [_value(each, names, functions) for each in operands]
            stops = isinstance(operator, ast.Or)
            return next((value for value in values[:-1] if bool(value) is stops), values[-1])
        case ast.Compare(left, [operator], [right]):
            left_text, right_text = (shown(_value(each, names, functions)).lower() for each in (left, right))
            return (left_text == right_text) is isinstance(operator, ast.Eq)
        case ast.Call(ast.Name("toJSON"), [argument]):
            return json.dumps(_value(argument, names, functions))
        case ast.Call(ast.Name("fromJSON"), [argument]):
            value = _value(argument, names, functions)
            return value if isinstance(value, Lenient) else json.loads(value)
        case ast.Call(ast.Name(name), []) if name in functions:
            return functions[name]()
    raise Unknown(f"{ast.unparse(node)} is not known in an expression")


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
