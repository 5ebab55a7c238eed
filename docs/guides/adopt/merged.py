"""What users import; the loops run in Rust."""

# The stub says which names there are.
from slowpack._core import *
from slowpack.errors import *
from slowpack.text import *
