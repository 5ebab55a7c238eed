"""The names that users import; the loops run in Rust."""

# The stub, _core.pyi, lists the names.
from slowpack._core import *
from slowpack.errors import *
from slowpack.text import *
