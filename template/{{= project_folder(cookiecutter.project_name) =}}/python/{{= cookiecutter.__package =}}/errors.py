"""The exceptions of the package, which Rust raises.

Each is also the builtin exception that a user would catch.
"""

__all__ = ["CountError", "Error", "NotUtf8Error"]


class Error(Exception):
    """The base class of all errors of this package."""


class NotUtf8Error(Error, ValueError):
    """Bytes are not UTF-8; ``offset`` is that of the first invalid byte."""

    def __init__(self, message: str, offset: int) -> None:
        """Keep the message and the offset in ``args``, from which pickle restores the exception."""
        super().__init__(message, offset)
        self.offset = offset

    def __str__(self) -> str:
        """Return the message alone."""
        return str(self.args[0])


# The example's.
class CountError(Error, ValueError):
    """The count of a word is not a whole number from 1 to 2**64 - 1."""
