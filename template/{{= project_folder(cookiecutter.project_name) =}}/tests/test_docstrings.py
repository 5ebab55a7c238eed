"""Runs every example that users see: those of help(), of the README and of the guide."""

import doctest
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

import {{= cookiecutter.__package =}}
from {{= cookiecutter.__package =}} import naive

PUBLIC = {{= cookiecutter.__package =}}
NAMES = [name for name in vars(PUBLIC) if not name.startswith("_")]

# doctest captures the output, which threads that print at the same time would mix up.
pytestmark = pytest.mark.thread_unsafe(reason="captures the output")


def examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    objects: list[object] = [getattr(PUBLIC, name) for name in NAMES]
    for value in list(objects):
        if inspect.isclass(value):
            # The finder skips compiled methods.
            objects += [member for name, member in vars(value).items() if not name.startswith("_")]
    objects += [PUBLIC, naive, *filter(inspect.isfunction, vars(naive).values())]
    tests: dict[str, doctest.DocTest] = {}
    for value in objects:
        if isinstance(value, str):
            continue
        name = value.__name__ if isinstance(value, ModuleType) else repr(value)
        for test in finder.find(value, name, module=False, globs={}):
            if test.examples:
                tests.setdefault(test.docstring or "", test)
    return list(tests.values())


def test_every_compiled_function_has_an_example() -> None:
    functions = [name for name in NAMES if inspect.isbuiltin(getattr(PUBLIC, name))]
    assert functions
    assert [name for name in functions if ">>>" not in getattr(PUBLIC, name).__doc__] == []


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_example(example: doctest.DocTest) -> None:
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example)
    assert results.failed == 0
    assert results.attempted > 0


def test_the_examples_of_the_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    assert examples
    for example in examples:
        exec(example, {})


def test_the_examples_of_the_guide() -> None:
    guide = (Path(__file__).parent.parent / "docs" / "guide.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```pycon\n(.*?)```", guide, flags=re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, "guide.md", None, None)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0
