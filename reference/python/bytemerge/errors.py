"""The exceptions of the package. Rust raises those that stand for errors of the core.

Each is also a subclass of the builtin exception that fits. A file that is missing or cannot be read
or written raises ``OSError``, as everywhere in Python.
"""


class BytemergeError(Exception):
    """The base class of all exceptions of this package."""


class EmptyCorpusError(BytemergeError, ValueError):
    """The training text contains no word."""


class VocabularySizeError(BytemergeError, ValueError):
    """The vocabulary has no room for the tokens before the first merge."""


class VocabularyError(BytemergeError, ValueError):
    """Tokens, ids or merges do not form a tokenizer, or cannot be written in a file format."""


class PatternError(BytemergeError, ValueError):
    """A pattern is not a regular expression, gives up on a text, or does not fit a file format."""


class SpecialTokenError(BytemergeError, ValueError):
    """A text contains a disallowed special token, or a separator is not a special token."""


class CountsError(BytemergeError, ValueError):
    """Counts that no text can have, counts by different patterns, or a file without counts."""


class TooLargeError(BytemergeError, OverflowError):
    """A text or a corpus is too large to be counted."""


class UnknownTokenError(BytemergeError, KeyError):
    """An id, or the bytes of a token, are not in the vocabulary."""

    def __str__(self) -> str:
        """Return the message; KeyError would put it in quotes."""
        return str(self.args[0])


class NotUtf8Error(BytemergeError, ValueError):
    """A file is not UTF-8."""


class JsonLinesError(BytemergeError, ValueError):
    """A line is not a JSON object with a valid text in the field, or no field is named."""


class SourceError(BytemergeError, ValueError):
    """A source of texts has no such column, is not what its name says, or cannot be opened."""


class ClusterError(BytemergeError, RuntimeError):
    """Workers died again and again in a task, or the scheduler cannot be reached."""


class ModelError(BytemergeError, ValueError):
    """A model file is truncated, damaged, of a later version, or something else."""
