"""What users import; the loops run in Rust."""

from typing import TYPE_CHECKING

from slowpack import _core, errors
from slowpack._core import *
from slowpack.errors import *
from slowpack.text import *

if not TYPE_CHECKING:
    # Type checkers read the names where they are defined: in the stub and in errors.py.
    __all__ = _core.__all__ + errors.__all__
    __all__ += ["shout"]
