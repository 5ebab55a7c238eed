from typing import Final

__all__ = ["__version__", "longest_common"]

__version__: Final[str]

def longest_common(left: str | bytes, right: str | bytes, /) -> int: ...
