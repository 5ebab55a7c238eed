"""What users import; the loops run in Rust."""

from typing import TYPE_CHECKING

{%= if cookiecutter.example == "words" =%}
from {{= cookiecutter.__package =}} import _core, errors
from {{= cookiecutter.__package =}}._core import *
from {{= cookiecutter.__package =}}.errors import *

if not TYPE_CHECKING:
    # Type checkers read the names where they are defined: in the stub and in errors.py.
    __all__ = _core.__all__ + errors.__all__
{%= else =%}
from {{= cookiecutter.__package =}} import _core
from {{= cookiecutter.__package =}}._core import *

if not TYPE_CHECKING:
    # Type checkers read the names in the stub.
    __all__ = _core.__all__
{%= endif =%}
