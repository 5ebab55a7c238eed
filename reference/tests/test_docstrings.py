"""Every example that users see is executed: those of help(), of the README and of the guide."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import bytemerge

ROOT = Path(__file__).parent.parent

# doctest looks at what is printed, and threads that print at once share that.
pytestmark = pytest.mark.thread_unsafe(reason="captures what is printed")


def examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    names = [module.name for module in pkgutil.iter_modules(bytemerge.__path__, "bytemerge.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    tests = (test for module in modules for test in finder.find(module, globs={}))
    return [test for test in tests if test.examples]


def test_there_are_examples() -> None:
    assert len(examples()) >= 5


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_example(example: doctest.DocTest) -> None:
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example)
    assert results.failed == 0
    assert results.attempted > 0


def test_the_examples_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    assert examples
    for example in examples:
        exec(example, {})


def test_the_examples_of_the_guide() -> None:
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```{doctest}\n(.*?)```", guide, flags=re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, "guide.md", None, None)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


def test_every_public_name_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\.\. auto(?:class|exception):: (\w+)$", page, flags=re.MULTILINE)
    assert sorted(listed) == sorted(set(bytemerge.__all__) - {"__version__"})
