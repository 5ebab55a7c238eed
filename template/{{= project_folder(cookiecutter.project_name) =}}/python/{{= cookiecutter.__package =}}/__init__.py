"""The names that users import; the loops run in Rust."""

# The stub, _core.pyi, lists the names.
from {{= cookiecutter.__package =}}._core import *
{%= if cookiecutter.example == "words" =%}
from {{= cookiecutter.__package =}}.errors import *
{%= endif =%}
