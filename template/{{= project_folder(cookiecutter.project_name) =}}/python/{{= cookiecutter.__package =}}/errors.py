"""The exceptions of the package. Rust raises these very classes.

Each is also the builtin exception that a user would catch.
"""

__all__ = ["CountError", "Error", "NotUtf8Error"]


class Error(Exception):
    """Anything that goes wrong in this package."""


class NotUtf8Error(Error, ValueError):
    """Bytes that should be UTF-8 are not; ``offset`` is where they stop being it."""

    def __init__(self, message: str, offset: int) -> None:
        """Keep the sentence and the offset: an exception is made again from its arguments."""
        super().__init__(message, offset)
        self.offset = offset

    def __str__(self) -> str:
        """Return the sentence alone."""
        return str(self.args[0])


# The example's.
class CountError(Error, ValueError):
    """The count of a word is not a whole number from 1 to 2**64 - 1."""
