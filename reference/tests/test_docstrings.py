"""Every public name has an example, and every example that users see is executed.

These are the examples of help(), of the README and of the guide.
"""

import builtins
import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from conftest import use_ranks_at_hand, write_older_files

import bytemerge
from bytemerge import AbstractTokenizer, Tokenizer
from bytemerge.formats import pretrained

ROOT = Path(__file__).parent.parent

# doctest reads the printed output, and threads that print at the same time share it.
pytestmark = pytest.mark.thread_unsafe(reason="captures what is printed")


def classes_of(module: ModuleType) -> dict[str, object]:
    return {
        name: member
        for name, member in vars(module).items()
        if inspect.isclass(member) and member.__module__ == module.__name__
    }


def examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    names = [module.name for module in pkgutil.walk_packages(bytemerge.__path__, "bytemerge.")]
    # The tests of these parts, which need more than the package, run their examples.
    left_out = ("__main__", ".dask", ".transformers")
    names = [name for name in names if not any(part in name for part in left_out)]
    modules = [importlib.import_module(name) for name in names]
    # The example of a class imports it, and those of its methods continue from there.
    tests = (test for module in modules for test in finder.find(module, globs=classes_of(module)))
    return [test for test in tests if test.examples]


def is_left_out(example: doctest.DocTest) -> bool:
    return any(doctest.SKIP in line.options for line in example.examples)


ALWAYS = [example for example in examples() if not is_left_out(example)]
SOMETIMES = [example for example in examples() if is_left_out(example)]
"""Examples that need more than the package.

Other runners of doctests leave them out.
"""


@pytest.mark.parametrize("example", ALWAYS, ids=lambda example: example.name)
def test_example(example: doctest.DocTest) -> None:
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example)
    assert results.failed == 0
    assert results.attempted > 0


@pytest.mark.parametrize("example", SOMETIMES, ids=lambda example: example.name)
def test_example_where_it_can_run(
    example: doctest.DocTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "WordCounts" in example.name:
        pytest.importorskip("pyarrow")
    if "from_pretrained" in example.name:
        use_ranks_at_hand(monkeypatch)
        monkeypatch.setattr(pretrained, "download", lambda _: pytest.skip("the ranks are not here"))
        # Once outside of the example, where a skip counts as a failure.
        Tokenizer.from_pretrained("gpt2")
    if "from_vocab_and_merges" in example.name:
        write_older_files(tmp_path, Tokenizer.train(["the cat"], 257))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    for line in example.examples:
        line.options.pop(doctest.SKIP, None)
    results = doctest.DocTestRunner().run(example)
    assert results.failed == 0
    assert results.attempted > 0


# --- What a docstring must say ---

WITHOUT_EXAMPLE = {
    AbstractTokenizer: "cannot be made; its methods have examples with a tokenizer that can",
}


def public_classes() -> list[type]:
    named = [getattr(bytemerge, name) for name in bytemerge.__all__ if name != "__version__"]
    # The class of an exception is its name, what it is caught as, and a sentence.
    return [each for each in named if not issubclass(each, BaseException)]


def public_methods() -> Iterator[tuple[str, Callable[..., object]]]:
    for cls in public_classes():
        for name, member in inspect.getmembers(cls):
            is_method = inspect.isfunction(member) or inspect.ismethod(member)
            if is_method and not name.startswith("_") and member.__module__.startswith("bytemerge"):
                yield f"{cls.__name__}.{name}", member


METHODS = dict(public_methods())


EXAMPLE_LINES = "\n".join(
    line
    for each in (*public_classes(), *METHODS.values())
    for line in (inspect.getdoc(each) or "").splitlines()
    if line.startswith(("    >>> ", "    ... "))
)


def test_the_public_methods_are_found() -> None:
    assert {"Tokenizer.encode", "Tokenizer.train", "NaiveTokenizer.save", "Decoder.feed"} <= set(
        METHODS
    )


@pytest.mark.parametrize("cls", public_classes(), ids=lambda cls: cls.__name__)
def test_every_class_has_an_example(cls: type) -> None:
    doc = vars(cls)["__doc__"]
    assert (">>> " in doc) == (cls not in WITHOUT_EXAMPLE)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_says_what_comes_back_and_shows_it(name: str) -> None:
    doc = inspect.getdoc(METHODS[name])
    assert doc
    returns = inspect.signature(METHODS[name]).return_annotation
    assert doc.split()[0] == "Return" if returns != "None" else doc.split()[0] in {"Print", "Write"}
    # Its own example shows it, or that of its class or of another method, such as the opposite one.
    method = name.partition(".")[2]
    assert ">>> " in doc or f".{method}(" in EXAMPLE_LINES


@pytest.mark.parametrize("name", METHODS)
def test_what_is_raised_has_a_condition(name: str) -> None:
    _, raises, rest = (inspect.getdoc(METHODS[name]) or "").partition("\nRaises:\n")
    listed = rest.partition("\n\n")[0]
    for line in listed.splitlines():
        if line.startswith("    ") and not line.startswith("     "):
            error, _, condition = line.strip().partition(": ")
            known = getattr(bytemerge, error, None) or getattr(builtins, error)
            assert issubclass(known, Exception)
            assert condition
    assert bool(listed) == bool(raises)


def test_every_property_has_a_sentence() -> None:
    for cls in public_classes():
        for name, member in inspect.getmembers(cls, lambda member: isinstance(member, property)):
            assert (inspect.getdoc(member) or "").split("\n")[0].endswith("."), f"{cls}.{name}"


def test_the_examples_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    assert examples
    for example in examples:
        exec(example, {})


@pytest.mark.parametrize("name", ["guide.md", "coming.md"])
def test_the_examples_of_a_page(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```{doctest}\n(.*?)```", page, flags=re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, name, None, None)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


def test_every_public_name_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\.\. auto(?:class|exception):: (\w+)$", page, flags=re.MULTILINE)
    assert sorted(listed) == sorted(set(bytemerge.__all__) - {"__version__"})
