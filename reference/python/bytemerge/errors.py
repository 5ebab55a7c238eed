"""The exceptions of the package. Rust raises these very classes.

Each is also the builtin exception that a user would catch. Files that are missing or cannot be
read or written raise ``OSError``, as everywhere in Python.
"""


class BytemergeError(Exception):
    """Anything that goes wrong in this package."""


class EmptyCorpusError(BytemergeError, ValueError):
    """The training text has no word in it."""


class VocabularySizeError(BytemergeError, ValueError):
    """The vocabulary has no room for the tokens before the first merge."""


class VocabularyError(BytemergeError, ValueError):
    """Tokens, ids or merges from which no tokenizer can be made, or no file of this kind."""


class PatternError(BytemergeError, ValueError):
    """A pattern that is not a regular expression, that gives up on a text, or that a file cannot hold."""


class SpecialTokenError(BytemergeError, ValueError):
    """A text with a special token that is not allowed in it, or a separator that is none."""


class CountsError(BytemergeError, ValueError):
    """Counts that no text can have, or that do not belong together, or a file that holds no counts."""


class TooLargeError(BytemergeError, OverflowError):
    """A text or a corpus with more in it than can be counted."""


class UnknownTokenError(BytemergeError, KeyError):
    """An id, or the bytes of a token, that are not in the vocabulary."""

    def __str__(self) -> str:
        """Return the sentence; KeyError would put it in quotes."""
        return str(self.args[0])


class NotUtf8Error(BytemergeError, ValueError):
    """A file that should be text in UTF-8 is not."""


class ModelError(BytemergeError, ValueError):
    """A file that is not the model it should be: truncated, damaged, newer, or something else."""
