"""The settings of Sphinx, which builds the documentation."""

import ast
import importlib.metadata
import inspect
from pathlib import Path
from typing import Any

from docutils import nodes

DISTRIBUTION = "bytemerge"
PACKAGE = "bytemerge"
STUB = Path(__file__).parent.parent / "python" / PACKAGE / "_core.pyi"

project = "bytemerge"
release = importlib.metadata.version(DISTRIBUTION)
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"{project} {release}"
myst_enable_extensions = ["colon_fence"]
# A link such as page.md#heading finds the heading, as on GitHub.
myst_heading_anchors = 3
# Quotation marks and hyphens stay as they were written.
smartquotes = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
# Types of the standard library have no pages here, and the stub names them without their module.
nitpick_ignore_regex = [
    (
        "py:.*",
        r"(collections|np|os|typing)\..*|Callable|EllipsisType|Iterable|Iterator|Mapping|PathLike|Self|_T",
    )
]
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def signatures_of_the_stub() -> dict[str, tuple[str, str]]:
    """Return the arguments and the result of each function and method in the stub.

    A compiled function knows the names of its arguments, but not their types.
    """
    found: dict[str, tuple[str, str]] = {}

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef):
                result = ast.unparse(node.returns) if node.returns else ""
                arguments = node.args
                listed = [*arguments.posonlyargs, *arguments.args]
                if prefix and listed:
                    # self or cls; Sphinx does not show them.
                    (arguments.posonlyargs or arguments.args).pop(0)
                signature = f"({ast.unparse(arguments)})"
                if node.name == "__new__":
                    found[prefix.rstrip(".")] = (signature, "")
                else:
                    found[f"{prefix}{node.name}"] = (signature, result)

    visit(ast.parse(STUB.read_text(encoding="utf-8")).body, "")
    return found


def is_compiled(thing: Any) -> bool:
    """Return whether it is compiled, so that it does not know its types."""
    if inspect.isclass(thing):
        return inspect.isbuiltin(vars(thing).get("__new__"))
    return not inspect.isfunction(thing) and not inspect.ismethod(thing)


def setup(app: Any) -> None:
    """Show the types of the stub, and a colon instead of two hyphens."""
    signatures = signatures_of_the_stub()

    def sign(*event: Any) -> tuple[str, str] | None:
        _, kind, name, thing, *_ = event
        # The stub's names do not begin with the package.
        name = name.partition(".")[2]
        if kind not in {"class", "function", "method"} or not is_compiled(thing):
            return None
        return signatures.get(name)

    def punctuate(*event: Any) -> None:
        _, page = event
        # Between an exception and its condition, Sphinx writes two hyphens for a dash.
        for text in [*page.findall(nodes.Text)]:
            if text == " -- ":
                text.parent.replace(text, nodes.Text(": "))

    app.connect("autodoc-process-signature", sign)
    app.connect("doctree-read", punctuate)
