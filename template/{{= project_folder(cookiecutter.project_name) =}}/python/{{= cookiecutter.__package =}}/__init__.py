"""What users import; the loops run in Rust."""

# The stub says which names there are.
from {{= cookiecutter.__package =}}._core import *
{%= if cookiecutter.example == "words" =%}
from {{= cookiecutter.__package =}}.errors import *
{%= endif =%}
