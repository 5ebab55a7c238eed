"""Text out of ids that come one by one, as a model makes them."""

from __future__ import annotations

from codecs import getincrementaldecoder, utf_8_decode
from collections.abc import Iterable
from typing import TYPE_CHECKING, SupportsIndex

from bytemerge.arguments import checked_errors, checked_integer

if TYPE_CHECKING:
    from bytemerge.tokenizer import Tokenizer

PORTION = 1 << 22
"""Bytes that are decoded in one go: some milliseconds of work."""


class Decoder:
    r"""Turns ids into text as they come, and never cuts a character: its last token brings it.

    What ``feed`` and ``finish`` return, joined, is what ``decode`` returns for all ids together. A decoder
    belongs to one stream: threads do not share it.

    Example:
        >>> from bytemerge import Tokenizer
        >>> tokenizer = Tokenizer.train([], 256)
        >>> decoder = tokenizer.decoder()
        >>> [decoder.feed(id) for id in tokenizer.encode("né")]
        ['n', '', 'é']
        >>> decoder.feed([195])
        ''
        >>> decoder.pending, decoder.finish()
        (b'\xc3', '\ufffd')
    """

    __slots__ = ("_errors", "_pending", "_tokenizer")

    def __init__(self, tokenizer: Tokenizer, errors: str = "replace") -> None:
        """Start a stream; ``Tokenizer.decoder`` does the same.

        Raises:
            ValueError: there is no such way to treat errors.
        """
        self._tokenizer = tokenizer
        self._errors = checked_errors(errors)
        self._pending = b""

    @property
    def pending(self) -> bytes:
        """The bytes of a character that is not whole yet, at most three."""
        return self._pending

    def feed(self, ids: SupportsIndex | Iterable[int]) -> str:
        """Return the text that an id, or several, complete. It may be empty.

        Raises:
            UnknownTokenError: an id stands for nothing.
            UnicodeDecodeError: the bytes are not UTF-8, and ``errors`` is "strict".
                After an error the decoder is as it was before.
            TypeError: an id is not a number.

        Example:
            >>> from bytemerge import Tokenizer
            >>> decoder = Tokenizer.train([], 256).decoder()
            >>> decoder.feed([110, 195]), decoder.feed(169)
            ('n', 'é')
        """
        several = ids if isinstance(ids, Iterable) else (checked_integer(ids, "an id"),)
        data = self._pending + self._tokenizer.decode_bytes(several)
        text, used = utf_8_decode(data, self._errors, False)
        self._pending = data[used:]
        return text

    def finish(self) -> str:
        r"""Return what is left: nothing, or what becomes of a character that lacks its end. Then a new stream may start.

        Raises:
            UnicodeDecodeError: there is such a character, and ``errors`` is "strict".

        Example:
            >>> from bytemerge import Tokenizer
            >>> decoder = Tokenizer.train([], 256).decoder(errors="backslashreplace")
            >>> decoder.feed([110, 195]), decoder.finish()
            ('n', '\\xc3')
        """
        text, _ = utf_8_decode(self._pending, self._errors, True)
        self._pending = b""
        return text

    def __repr__(self) -> str:
        """Return the tokenizer and what is pending."""
        return f"<Decoder of {self._tokenizer!r}, pending {self._pending!r}>"

    def __reduce__(self) -> tuple[object, tuple[Tokenizer, str, bytes]]:
        """Return a function and its arguments, for pickle and copy: a copy goes on by itself."""
        return _restored, (self._tokenizer, self._errors, self._pending)


def _restored(tokenizer: Tokenizer, errors: str, pending: bytes) -> Decoder:
    decoder = Decoder(tokenizer, errors)
    decoder._pending = pending
    return decoder


def decoded(data: bytes, errors: str) -> str:
    """Return the text of bytes. Long ones are decoded in portions, so that other threads run too."""
    if len(data) <= PORTION:
        return data.decode("utf-8", errors)
    decoder = getincrementaldecoder("utf-8")(errors)
    ends = range(PORTION, len(data) + PORTION, PORTION)
    try:
        return "".join(
            [decoder.decode(data[end - PORTION : end], end >= len(data)) for end in ends]
        )
    except UnicodeDecodeError:
        return data.decode("utf-8", errors)  # its error has the offset in all of the data
