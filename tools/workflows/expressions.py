"""Evaluates the expressions of workflows, in the few forms that ours use.

Any other form is an error.
"""

import ast
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][\w.-]*(?P<call>\()?|&&|\|\||==|!=|[!(),]|\d+")
# `~` has the precedence of `!`.
PYTHON = {"&&": " and ", "||": " or ", "!": "~", "true": "True", "false": "False", "null": "None"}

Status = Mapping[str, Callable[[], bool]]


class Unknown(Exception):
    """An unsupported expression, or an unknown name."""


class Lenient(dict[str, Any]):
    """Names without a value: those unknown before a run, and those of a step that did not run."""


def fill(value: Any, names: Mapping[str, Any]) -> Any:
    """Fills each `${{ }}` of a text, or of all texts in a mapping or list.

    If a whole text is one expression, its value takes the place of the text.
    """
    if isinstance(value, dict):
        return {key: fill(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each, names) for each in value]
    if not isinstance(value, str):
        return value
    if found := re.fullmatch(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", value):
        return evaluate(found[1], names)
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: shown(evaluate(found[1], names)), value)


def condition(text: object, names: Mapping[str, Any], status: Status) -> bool:
    """Return the value of `if`.

    A condition that does not ask for a status also requires that all earlier steps have passed.
    """
    source = "success()" if text is None else re.sub(r"^\s*\$\{\{(.*)\}\}\s*$", r"\1", str(text))
    if not re.search(rf"\b({'|'.join(status)})\(", source):
        source = f"success() && ({source})"
    return bool(evaluate(source, names, status))


def shown(value: Any) -> str:
    """Return a value as a workflow sees it in a text."""
    if value is None or isinstance(value, Lenient):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def evaluate(text: str, names: Mapping[str, Any], status: Status | None = None) -> Any:
    """Return the value of one expression: `names` has its contexts, `status` its functions."""
    if strange := TOKEN.sub("", text).strip():
        raise Unknown(f"cannot read {strange!r} in the expression {text!r}")
    try:
        tree = ast.parse(TOKEN.sub(_in_python, text).strip(), mode="eval").body
    except SyntaxError:
        raise Unknown(f"cannot read the expression {text!r}") from None

    def value(node: ast.expr) -> Any:
        match node:
            case ast.Constant(found):
                return found
            case ast.List([ast.Constant(str(path))]):
                return _look_up(path, names)
            case ast.UnaryOp(ast.Invert(), operand):
                return not value(operand)
            case ast.BoolOp(operator, operands):
                # Evaluate all operands, so that an unknown name is found whatever the others are.
                values = [*map(value, operands)]
                stops = isinstance(operator, ast.Or)
                return next((each for each in values[:-1] if bool(each) is stops), values[-1])
            case ast.Compare(left, [operator], [right]):
                same = shown(value(left)).lower() == shown(value(right)).lower()
                return same is isinstance(operator, ast.Eq)
            case ast.Call(ast.Name("toJSON"), [argument]):
                return json.dumps(value(argument))
            case ast.Call(ast.Name("fromJSON"), [argument]):
                found = value(argument)
                return found if isinstance(found, Lenient) else json.loads(found)
            case ast.Call(ast.Name(name), []) if status and name in status:
                return status[name]()
        raise Unknown(f"{ast.unparse(node)} is not known in an expression")

    return value(tree)


def _in_python(token: re.Match[str]) -> str:
    """Return a token in Python, whose parser reads the expression.

    Names become texts in a list, because they may have hyphens.
    """
    word = token[0]
    if word.startswith("'"):
        return repr(word[1:-1].replace("''", "'"))
    if word in PYTHON or token["call"] or not re.match(r"[A-Za-z_]", word):
        return PYTHON.get(word, word)
    return f"[{word!r}]"


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
