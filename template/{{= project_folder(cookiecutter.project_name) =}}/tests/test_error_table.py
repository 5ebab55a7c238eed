"""Each error of the core becomes an exception of its own, also one that is added later."""

import builtins
import re
from pathlib import Path

from {{= cookiecutter.__package =}} import errors

CRATES = Path(__file__).parents[1] / "crates"
CORE = CRATES / "{{= cookiecutter.__crate =}}" / "src" / "error.rs"
BINDING = CRATES / "{{= cookiecutter.__crate =}}-py" / "src"


def variants() -> list[str]:
    """Return the variants of the core's `Error`."""
    body = CORE.read_text("utf-8").split("pub enum Error {\n")[1].split("\n}\n")[0]
    return re.findall(r"^    ([A-Z]\w*)", body, re.MULTILINE)


def table() -> dict[str, str]:
    """Return the exception of each variant, as the binding's `match` says."""
    source = BINDING.joinpath("error.rs").read_text("utf-8")
    body = source.split("    match error {\n")[1].split("\n    }\n")[0]
    arms = re.findall(r"([^=]+)=>\s*\{?\s*(\w+(?:::\w+)*)", body)
    return {
        variant: made.removesuffix("::new_err")
        for patterns, made in arms
        for variant in re.findall(r"\bError::(\w+)", patterns)
    }


def test_each_error_of_the_core_has_its_exception() -> None:
    assert variants()
    # An error that the `match` does not name is a plain `Error`.
    assert [name for name in variants() if name not in table()] == []
    assert [name for name, made in table().items() if made == "python::Error"] == []


def test_each_exception_is_one_that_python_knows_and_explains() -> None:
    for made in table().values():
        if found := re.fullmatch(r"python::(\w+)", made):
            assert found[1] in errors.__all__
        elif found := re.fullmatch(r"Py(\w+)", made):
            assert hasattr(builtins, found[1])
    assert [name for name in errors.__all__ if not getattr(errors, name).__doc__] == []


def test_rust_raises_each_exception_of_the_package_and_no_other() -> None:
    sources = "".join(path.read_text("utf-8") for path in BINDING.glob("**/*.rs"))
    imported = re.findall(r"import_exception! \{ \w+\.errors, (\w+) \}", sources)
    # Rust looks a name up when it raises it, which may be years later.
    assert sorted(set(imported)) == sorted(errors.__all__)
