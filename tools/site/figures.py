"""Fills the figures in the docs from measurements. No figure is typed, so none can be out of date.

Between `<!--= EXPRESSION -->` and `<!--/-->`, a page shows the value of a Python expression: a
number in a sentence, or a table in a paragraph of its own. A comment that begins with `<!--
figures` defines the names that follow, and asserts the claims of the sentences, so that a new
measurement cannot make one wrong unnoticed. `tools.site.tables` has the functions.

cog does the same for whole lines only. Here the sentences are in the pages, where a writer can edit
them.
"""

import re
from typing import Any

from case_studies import tables as case_studies
from tools.measure import formatting
from tools.site import bench, four_ways, lists, peers, tables

MARK = re.compile(
    r"<!-- figures\n(?P<code>(?:(?!<!--).)*?)\n-->"
    # Without its end, a figure would include the next one.
    r"|<!--= (?P<expression>(?:(?!<!--).)*?) -->(?P<shown>(?:(?!<!--).)*)<!--/-->",
    re.DOTALL,
)
COMMENT = re.compile(r"<!--(?: figures\b|=|/)")
NAMES = {
    name: value
    for module in (formatting, tables, bench, four_ways, peers, case_studies, lists)
    for name, value in vars(module).items()
    if not name.startswith("_")
}


def filled(text: str) -> str:
    """Return a page with up-to-date figures.

    Raises:
        ValueError: A comment cannot be filled, or a sentence no longer holds.
    """
    marks = [*MARK.finditer(text)]
    if len(COMMENT.findall(text)) != sum(1 if mark["expression"] is None else 2 for mark in marks):
        raise ValueError("a figure lacks its end, or has a comment in it")
    names: dict[str, Any] = dict(NAMES)

    def fill(mark: re.Match[str]) -> str:
        code, expression, shown = mark["code"], mark["expression"], mark["shown"] or ""
        try:
            if code is not None:
                exec(code, names)  # noqa: S102 - the pages are our own
                return mark[0]
            value = str(eval(f"({expression})", names))
        except Exception as error:
            raise ValueError(_fault(code or expression, error)) from error
        if shown.startswith("\n"):
            value = f"\n\n{value}\n\n"
        elif shown and not text[: mark.start()].rpartition("\n")[2].strip(" -*"):
            raise ValueError(f"a line begins with a figure, which Markdown takes for HTML: {expression}")
        return f"<!--= {expression} -->{value}<!--/-->"

    return MARK.sub(fill, text)


def _fault(code: str, error: Exception) -> str:
    """Return what is wrong with the code of a comment, in a line."""
    trace = error.__traceback__.tb_next if error.__traceback__ else None
    line = code.splitlines()[trace.tb_lineno - 1].strip() if trace and "\n" in code else code
    if isinstance(error, AssertionError):
        return f"the sentences below no longer say what was measured: {line}"
    return f"{line}: {type(error).__name__}: {error}"
