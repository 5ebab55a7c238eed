"""The template's extension of Jinja: rules for answers, quoting, lock files, a check of the disk.

cookiecutter loads it from the template's own folder (`_extensions` in cookiecutter.json). A hook
could not do this work: hooks run when the project's folder exists already, and a hook that fails
prints a traceback instead of one clear line.

It runs in the Python that runs cookiecutter, so it supports Python 3.10 and uses only what
cookiecutter installs.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, pass_context
from jinja2.ext import Extension

from .answers import (
    MARKS,
    author_email,
    author_name,
    check_answers,
    check_texts,
    crate_name,
    package_name,
    refuse,
)
from .defaults import author_from_git, owner_from_git
from .locks import lock
from .paths import HOOKS, QUESTIONS, TEMPLATE, left_out
from .quoting import markdown, packed, quoted
from .room import need_room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.runtime import Context

OWN_MARKS = f"{', '.join(MARKS)} are the marks of the template's own expressions"


class Template(Extension):
    """Filters and functions for the template's files, and a guard against evaluating answers."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters.update(json=quoted, markdown=markdown, packed=packed, toml=quoted, yaml=quoted)
        environment.globals.update(
            author_email=author_email,
            author_from_git=author_from_git,
            author_name=author_name,
            check_texts=check_texts,
            crate_name=crate_name,
            lock=lock,
            owner_from_git=owner_from_git,
            package_name=package_name,
            project_folder=project_folder,
        )
        self._expressions = _own_expressions()
        self._project = Path()
        _forget_modules()
        # cookiecutter puts the template's path on sys.path as it was typed, possibly relative, and
        # changes its working directory later.
        if str(TEMPLATE) not in sys.path:
            sys.path.append(str(TEMPLATE))

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Refuses answers that would be evaluated as templates, and leaves files out.

        cookiecutter renders every value of its context as a template: the defaults of
        cookiecutter.json, which may contain expressions, and the answers that replace them, given
        as `key=value` or in a configuration file. Text without our marks stays as it is. Text with
        a mark is either the template's own or refused before Jinja reads it.

        Once the environment has a loader, a source without a name is a path that cookiecutter is
        about to write to.
        """
        if name is not None:
            return source
        if self.environment.loader is not None:
            return self._written(source)
        if any(mark in source for mark in MARKS):
            self._expressions[source] -= 1
            if self._expressions[source] < 0:
                refuse("An answer", source, OWN_MARKS)
        return source

    def _written(self, path: str) -> str:
        """Returns a path of the template, or "" if the answers leave that file out.

        cookiecutter skips a file whose path comes out empty, so a file that the project has there
        stays as it is. cookiecutter has already made the folder: it is removed if it is empty.
        """
        project, _, path = path.rpartition(f"{os.sep}.{os.sep}")
        if project:
            # A folder comes as PROJECT/./PATH. With cruft, this alone shows where the project is.
            self._project = Path(project)
            return f"{project}{os.sep}{path}"
        left_out: Mapping[str, list[Path]] = getattr(self.environment, "left_out", {})
        folders = left_out.get(Path(path).as_posix())
        if folders is None:
            return path
        with contextlib.suppress(OSError):
            for folder in folders:
                (self._project / folder).rmdir()
        return ""


@pass_context
def project_folder(context: Context, _: object = None) -> str:
    """Returns the name of the project's folder, after it has checked that the project can be made.

    The template's folder is called `{{= project_folder(cookiecutter.project_name) =}}`: cruft looks
    for "cookiecutter." in that name. It is the first text that is rendered after the questions, so
    all answers are checked here again: a replay file provides them without any question.
    """
    cookiecutter: Mapping[str, Any] = context["cookiecutter"]
    check_answers(cookiecutter)
    # cruft does not say where it renders to; by default, it is the working directory.
    output = Path(cookiecutter.get("_output_dir", "."))
    if any(mark in str(output) for mark in MARKS):
        # cookiecutter renders the names of folders together with the path before them.
        refuse("The folder", output, OWN_MARKS)
    folder = crate_name(cookiecutter)
    if (output / folder).is_symlink():
        refuse(
            "The folder",
            output / folder,
            "it is a link, and the project would be written somewhere else",
        )
    need_room(output, cookiecutter)
    context.environment.extend(left_out=left_out(cookiecutter))
    return folder


def _own_expressions() -> Counter[str]:
    """Counts the texts with a mark that cookiecutter renders and that come from this template.

    The counts tell an answer that repeats such a text from the text itself.
    """
    questions = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    # All values except the settings, which contain our marks and are not rendered.
    defaults = [
        text for key, text in questions.items() if isinstance(text, str) and not re.match("_[^_]", key)
    ]
    folders = [folder.name for folder in TEMPLATE.iterdir()]
    hooks = [hook.read_text(encoding="utf-8") for hook in HOOKS.glob("*.py")]
    return Counter(text for text in defaults + folders + hooks if any(mark in text for mark in MARKS))


def _forget_modules() -> None:
    """Makes the next environment import this package again, from the files as they are then.

    `cruft update` renders the older and the newer template in one process and from one folder,
    where git changes the files in between. Python would keep the modules that it has loaded.
    Without them, it would still trust byte code if the source has the same size and the same time
    to the second.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == __name__:
            del sys.modules[name]
            if module.__spec__ and module.__spec__.cached:
                with contextlib.suppress(OSError):
                    Path(module.__spec__.cached).unlink()
    importlib.invalidate_caches()
