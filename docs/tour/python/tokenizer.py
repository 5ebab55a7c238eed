"""An abstract base class, and the simplest tokenizer that is one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Tokenizer(ABC):
    """Turns text into the ids of tokens, and back."""

    @classmethod
    @abstractmethod
    def train(cls, lines: Iterable[str]) -> Self:
        """Returns a tokenizer that has learnt from lines of text."""

    @abstractmethod
    def tokenize(self, line: str) -> Iterator[int]:
        """Returns the ids of the tokens of a line."""

    @abstractmethod
    def tokens_as_strings(self, ids: Iterable[int]) -> Iterator[str]:
        """Returns the text of each token."""


class Characters(Tokenizer):
    """A tokenizer whose tokens are the characters that it has seen."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    @classmethod
    def train(cls, lines: Iterable[str]) -> Self:
        return cls(sorted({character for line in lines for character in line}))

    def tokenize(self, line: str) -> Iterator[int]:
        return (self.tokens.index(character) for character in line if character in self.tokens)

    def tokens_as_strings(self, ids: Iterable[int]) -> Iterator[str]:
        return (self.tokens[id_] for id_ in ids)


def there_and_back(tokenizer: Tokenizer, line: str) -> str:
    """Returns what is left of a line when any tokenizer has cut it into tokens."""
    return "".join(tokenizer.tokens_as_strings(tokenizer.tokenize(line)))
