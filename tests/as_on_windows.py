"""Imports files as Windows would, and prints those that fail.

Run `python as_on_windows.py FOLDER FILE …` in the folder of a project. The files cannot see modules
and names that Python has on other systems only; modules that they import from elsewhere can. A
stand-in replaces a module that is not installed here, such as the project itself.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

IS = {"os": {"name": "nt", "sep": "/"}, "sys": {"platform": "win32"}}


class OnWindows(ModuleType):
    """A module without the names that Windows lacks."""

    def __init__(self, module: ModuleType, missing: frozenset[str]) -> None:
        super().__init__(module.__name__)
        self.__dict__.update(_module=module, _missing=missing, **IS.get(module.__name__, {}))

    def __getattr__(self, name: str) -> Any:
        if name in self.__dict__["_missing"]:
            raise AttributeError(f"Windows has no {self.__name__}.{name}")
        return getattr(self.__dict__["_module"], name)


class StandIn(MagicMock):
    """A module that is not installed, with any attribute."""

    __all__: Sequence[str] = ()
    __path__: Sequence[str] = ()

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return ()  # as the base of a class


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for each module that no other finder has."""

    def find_spec(
        self, name: str, path: object, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return StandIn(name=spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


class CompiledModules(StandIns):
    """Finds a stand-in for a compiled module, with the names of the stub beside it.

    The module need not be built.
    """

    def find_spec(
        self, name: str, path: object, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        for folder in path if isinstance(path, Iterable) else ():
            stub = Path(folder, "_core.pyi")
            # numpy has modules of that name, too, but no such file.
            if name.endswith("._core") and stub.exists():
                return importlib.machinery.ModuleSpec(name, self, origin=str(stub))
        return None

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__
        assert module.__spec__.origin
        stub = Path(module.__spec__.origin).read_text(encoding="utf-8")
        listed = re.search(r"^__all__ = (\[.*?\])", stub, re.MULTILINE | re.DOTALL)
        module.__all__ = ast.literal_eval(listed[1]) if listed else []  # type: ignore[attr-defined]


def limit(folder: Path, only_on_posix: Mapping[str, frozenset[str]]) -> None:
    """Lets the files of a folder import only names that Windows has."""
    real = builtins.__import__

    def limited(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        here = str((globals or {}).get("__file__", ""))
        if not here.startswith(f"{folder}/") or "site-packages" in here or level:
            return real(name, globals, locals, fromlist, level)
        missing = only_on_posix.get(name, frozenset())
        if "*" in missing:
            raise ModuleNotFoundError(f"Windows has no module {name!r}", name=name)
        module = real(name, globals, locals, fromlist, level)
        return OnWindows(module, missing) if missing or name in IS else module

    builtins.__import__ = limited


def importable(path: Path) -> Path:
    """Return the folder from which a file is imported: the parent of its outermost package."""
    folder = path.parent
    while folder.joinpath("__init__.py").exists():
        folder = folder.parent
    return folder


def load(path: Path) -> None:
    """Imports a file: by its name in its package, or else by a unique name."""
    if path.parent != importable(path):
        name = path.relative_to(importable(path)).with_suffix("").as_posix().replace("/", ".")
        importlib.import_module(name.removesuffix(".__init__"))
        return
    spec = importlib.util.spec_from_file_location(f"{path.stem}_at_{abs(hash(path))}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)


def main() -> None:
    root, *files = sys.argv[1:]
    sys.path[:0] = [root, *dict.fromkeys(str(importable(Path(root, file))) for file in files)]
    from posix_names import only_on_posix

    missing = only_on_posix()
    sys.meta_path.insert(0, CompiledModules())
    sys.meta_path.append(StandIns())
    limit(Path(root), missing)
    problems = {}
    for file in files:
        path = Path(root, file)
        try:
            load(path)
        except BaseException as error:  # noqa: BLE001  # whatever it is
            if type(error).__name__ != "Skipped":
                problems[file] = "".join(traceback.format_exception(error)[-3:])
    print(json.dumps(problems))


if __name__ == "__main__":
    main()
