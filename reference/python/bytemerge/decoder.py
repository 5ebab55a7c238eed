"""Decodes ids that come one by one, as a model makes them, and long sequences of bytes."""

from __future__ import annotations

from codecs import getincrementaldecoder, utf_8_decode
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, SupportsIndex

from bytemerge.arguments import check_choice, checked_errors, checked_flag, checked_integer
from bytemerge.lenient import ERROR, UNKNOWN

if TYPE_CHECKING:
    from bytemerge.tokenizer import Tokenizer

PORTION = 1 << 22
"""Bytes that are decoded in one go: some milliseconds of work."""


class Decoder:
    r"""Turns ids into text as they come, and never cuts a character: it comes with its last token.

    The results of ``feed`` and ``finish``, joined, are the result of ``decode`` for all ids. A
    decoder belongs to one stream: threads must not share it.

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

    __slots__ = ("_errors", "_pending", "_skip", "_tokenizer", "_unknown")

    def __init__(
        self,
        tokenizer: Tokenizer,
        errors: str = "replace",
        *,
        skip_special_tokens: bool = False,
        unknown: Literal["error", "replace", "ignore"] = ERROR,
    ) -> None:
        """Start a stream; ``Tokenizer.decoder`` does the same.

        Raises:
            ValueError: ``errors`` or ``unknown`` is not one of those that ``Tokenizer.decode``
                knows.
            TypeError: ``skip_special_tokens`` is not a bool.
        """
        self._tokenizer = tokenizer
        self._errors = checked_errors(errors)
        self._skip = checked_flag(skip_special_tokens, "skip_special_tokens")
        check_choice(unknown, "unknown", UNKNOWN)
        self._unknown = unknown
        self._pending = b""

    @property
    def pending(self) -> bytes:
        """The bytes of an incomplete character, at most three."""
        return self._pending

    def feed(self, ids: SupportsIndex | Iterable[int]) -> str:
        """Return the text that an id, or several, complete. It may be empty.

        Raises:
            UnknownTokenError: no token has the id, and ``unknown`` is "error".
            UnicodeDecodeError: the bytes are not UTF-8, and ``errors`` is "strict"; or
                "surrogatepass", and they are not surrogates either.
                After an error, the decoder is in the same state as before.
            TypeError: an id is not an integer.

        Example:
            >>> from bytemerge import Tokenizer
            >>> decoder = Tokenizer.train([], 256).decoder()
            >>> decoder.feed([110, 195]), decoder.feed(169)
            ('n', 'é')
        """
        several = ids if isinstance(ids, Iterable) else (checked_integer(ids, "an id"),)
        data = self._tokenizer.decode_bytes(
            several, skip_special_tokens=self._skip, unknown=self._unknown
        )
        data = self._pending + data
        text, used = utf_8_decode(data, self._errors, False)
        self._pending = data[used:]
        return text

    def finish(self) -> str:
        r"""Return the rest: nothing, or the replacement of an incomplete character.

        A new stream may start afterwards.

        Raises:
            UnicodeDecodeError: a character is incomplete, and ``errors`` is "strict".

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
        """Return the tokenizer and the pending bytes."""
        return f"<Decoder of {self._tokenizer!r}, pending {self._pending!r}>"

    def __reduce__(self) -> tuple[object, tuple[Tokenizer, str, bool, bytes, str]]:
        """Return a function and its arguments, for pickle and copy: a copy goes on by itself."""
        state = self._errors, self._skip, self._pending, self._unknown
        return _restored, (self._tokenizer, *state)


def _restored(
    tokenizer: Tokenizer,
    errors: str,
    skip: bool,
    pending: bytes,
    unknown: Literal["error", "replace", "ignore"] = ERROR,
) -> Decoder:
    decoder = Decoder(tokenizer, errors, skip_special_tokens=skip, unknown=unknown)
    decoder._pending = pending
    return decoder


def decoded(data: bytes, errors: str) -> str:
    """Return the text of bytes, decoded in portions, so that other threads run meanwhile."""
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
