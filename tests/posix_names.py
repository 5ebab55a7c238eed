"""Finds unguarded uses of names that Python lacks on Windows, according to typeshed."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import mypy

if TYPE_CHECKING:
    from collections.abc import Iterator

TYPESHED = Path(mypy.__file__).parent / "typeshed" / "stdlib"

# The names in an expression that asks for the system.
ASKS = re.compile(r"os\.name|sys\.platform|platform\.system|hasattr|getattr|/(dev|proc)/.*\.exists\(\)")
# Arguments for starting a program that Windows lacks, and `shell`, whose syntax differs there.
ARGUMENTS = {"preexec_fn", "shell", "pass_fds"}
METHODS = {"send_signal"}
FOLDERS = re.compile(r"/(dev|proc|tmp)(/[\w./-]*)?")
# The exceptions to catch if a name or a file may be missing.
MISSING = ("ImportError", "ModuleNotFoundError", "AttributeError", "OSError", "FileNotFoundError")


@cache
def only_on_posix() -> dict[str, frozenset[str]]:
    """Return the names that each module lacks on Windows; "*" if the module itself is missing."""
    found = {}
    for path in [*TYPESHED.glob("*.pyi"), *TYPESHED.glob("*/__init__.pyi")]:
        module = path.parent.name if path.stem == "__init__" else path.stem
        body = ast.parse(path.read_text(encoding="utf-8")).body
        on_linux, on_windows = (set(names_on(platform, body)) for platform in ("linux", "win32"))
        missing = {name for name in on_linux - on_windows if not name.startswith("_")}
        if missing and not any(not name.startswith("_") for name in on_windows):
            missing.add("*")
        if missing:
            found[module] = frozenset(missing)
    return found


def names_on(platform: str, body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that the statements of a stub define on one platform, without imports."""
    for each in body:
        match each:
            case ast.If():
                yield from names_on(platform, each.body if holds(each.test, platform) else each.orelse)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                yield name
            case ast.ImportFrom(names=names):
                yield from (alias.asname for alias in names if alias.asname and alias.asname == alias.name)


def holds(test: ast.expr, platform: str) -> bool:
    """Return whether a condition of a stub is true on one platform and this version of Python."""
    code = compile(ast.Expression(test), "", "eval")
    known = type("sys", (), {"platform": platform, "version_info": sys.version_info})
    return bool(eval(code, {"sys": known, "TYPE_CHECKING": True}))


@dataclass
class Finder(ast.NodeVisitor):
    """Finds uses outside of every guard."""

    source: str
    guards: int = 0
    found: list[tuple[int, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """The module that a name stands for."""
    markers: set[str] = field(default_factory=set)
    """Names of variables that say which system it is."""

    def asks(self, *nodes: ast.AST | None) -> bool:
        """Return whether something in the code asks for the system."""
        given = [node for node in nodes if node]
        named = {each.id for node in given for each in ast.walk(node) if isinstance(each, ast.Name)}
        return bool(named & self.markers) or any(ASKS.search(ast.unparse(node)) for node in given)

    def skips(self, node: ast.AST) -> bool:
        """Return whether a test ends here if a module of other systems is missing."""
        named = re.search(r"importorskip\(['\"](\w+)", ast.unparse(node))
        return named is not None and "*" in only_on_posix().get(named[1], ())

    def use(self, node: ast.AST, what: str) -> None:
        """Records a use."""
        if not self.guards:
            self.found.append((getattr(node, "lineno", 0), what))

    def within(self, guarded: bool, *nodes: ast.AST) -> None:
        """Visits the nodes, which are guarded or not."""
        self.guards += guarded
        for node in nodes:
            self.visit(node)
        self.guards -= guarded

    def statements(self, body: list[ast.stmt]) -> None:
        """Visits statements: one that ends on other systems guards those that follow."""
        before = self.guards
        for each in body:
            self.visit(each)
            early = isinstance(each, ast.If) and self.asks(each.test) and ends(each.body)
            if early or (isinstance(each, ast.Assign | ast.Expr) and self.skips(each)):
                self.guards += 1
            elif isinstance(each, ast.Assign) and self.asks(each.value):
                names = {target.id for target in each.targets if isinstance(target, ast.Name)}
                self.markers |= names
                self.guards += "pytestmark" in names
        self.guards = before

    def visit_Module(self, node: ast.Module) -> None:
        self.statements(node.body)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self.within(self.asks(decorator), decorator)
        guarded = self.asks(*node.decorator_list)
        self.guards += guarded
        self.statements(node.body)
        self.guards -= guarded

    visit_AsyncFunctionDef = visit_FunctionDef
    visit_ClassDef = visit_FunctionDef

    def visit_If(self, node: ast.If | ast.IfExp) -> None:
        guarded = self.asks(node.test)
        self.visit(node.test)
        for part in (node.body, node.orelse):
            self.within(guarded, *(part if isinstance(part, list) else [part]))

    visit_IfExp = visit_If

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for number, value in enumerate(node.values):
            self.within(self.asks(*node.values[:number]), value)

    def visit_Try(self, node: ast.Try) -> None:
        caught = [ast.unparse(handler.type) for handler in node.handlers if handler.type]
        guarded = any(name in each for each in caught for name in MISSING)
        self.within(guarded, *node.body)
        self.within(False, *node.handlers, *node.orelse, *node.finalbody)

    def visit_With(self, node: ast.With) -> None:
        texts = [text for text in map(ast.unparse, node.items) if "suppress" in text]
        guarded = any(name in text for text in texts for name in MISSING)
        self.within(False, *node.items)
        self.within(guarded, *node.body)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.names[alias.asname or alias.name] = alias.name
            if "*" in only_on_posix().get(alias.name, ()):
                self.use(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        missing = only_on_posix().get(node.module or "", frozenset())
        for alias in node.names:
            if "*" in missing or alias.name in missing:
                self.use(node, f"{node.module}.{alias.name}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name):
            module = self.names.get(node.value.id, "")
            if node.attr in only_on_posix().get(module, ()):
                self.use(node, f"{module}.{node.attr}")
        if node.attr in METHODS:
            self.use(node, node.attr)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            value = getattr(keyword.value, "value", True)
            if keyword.arg in ARGUMENTS and value not in (False, None):
                self.use(keyword.value, f"{keyword.arg}=")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and FOLDERS.fullmatch(node.value):
            self.use(node, node.value)


def ends(body: list[ast.stmt]) -> bool:
    """Return whether no statement after these runs: they return, raise, or skip a test."""
    last = body[-1]
    return isinstance(last, ast.Return | ast.Raise | ast.Continue) or bool(
        re.search(r"\b(skip|exit)\(", ast.unparse(last))
    )


def unguarded(source: str) -> list[tuple[int, str]]:
    """Return the lines and names in a file that Windows lacks, if no guard asks for the system."""
    finder = Finder(source)
    finder.visit(ast.parse(source))
    return finder.found
