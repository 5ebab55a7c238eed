"""Pieces of 100 MB, and texts whose lengths overflow signed and unsigned numbers of 32 bits."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from trust.checks import SkippedError, check, each_of
from trust.children import printed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

# --- Pieces ---

PIECE = """
import sys
from bytemerge import Tokenizer, WordCounts

unit = "abcdefgh"
piece = unit * ({size} // len(unit))
tokenizer = Tokenizer.train([unit * 5], 270, pattern=None)
shorter = tokenizer.encode_numpy(unit * 1000)
ids = tokenizer.encode_numpy(piece)
# A merge sees only its neighbours, so that the middle of the piece repeats.
assert (ids[:500] == shorter[:500]).all() and (ids[-500:] == shorter[-500:]).all()
assert tokenizer.count(piece) == len(ids)
assert (tokenizer.encode_numpy(piece, threads=1) == ids).all()
assert tokenizer.encode_with_offsets(piece).byte_offsets[-1].tolist()[1] == len(piece)
assert tokenizer.truncate(piece, len(ids) - 1).ids == ids[:-1].tolist()
assert tokenizer.decode(ids) == piece
assert WordCounts.count([piece], pattern=None)[piece.encode()] == 1
trained = Tokenizer.train([piece], 270, pattern=None)
assert trained.merges[:7] == tokenizer.merges[:7]
print("right")
"""


@check("a piece of 100 MB encodes, decodes and trains", each_of(100_000_000), 1, in_tests=False)
def long_piece(case: int) -> None:
    """Use a text without a single boundary."""
    assert printed(PIECE.format(size=case)) == "right\n"


# --- Texts ---

TEXT = """
import sys
from bytemerge import Tokenizer, WordCounts

unit = "the cat's hat, 12345 quick brown foxes\\n"
times = {size} // len(unit) + 1
text = unit * times
tokenizer = Tokenizer.train([unit] * 9, 320, pattern="gpt2")
expected = tokenizer.encode_numpy(unit)
assert tokenizer.count(text) == times * len(expected)
counts = WordCounts.count([text], pattern="gpt2")
assert dict(counts) == {{piece: n * times for piece, n in WordCounts.count([unit]).items()}}
if {encodes}:
    ids = tokenizer.encode_numpy(text)
    assert len(ids) == times * len(expected)
    assert (ids.reshape(times, len(expected)) == expected).all()
    del text
    content = tokenizer.decode_bytes(ids)
    assert len(content) == times * len(unit)
    assert content[-1000 * len(unit):] == unit.encode() * 1000
print("right")
"""

GB = 1_000_000_000


def sizes(_: Random) -> Iterable[dict[str, Any]]:
    """Return bytes of text, beyond the limits of 32 bits."""
    yield {"size": 3 * GB, "encodes": True}
    yield {"size": 5 * GB, "encodes": False}


@check("a text of 3 GB encodes and decodes, and one of 5 GB is counted", sizes, 2, in_tests=False)
def long_text(case: dict[str, Any]) -> None:
    """Repeat a line whose ids are known."""
    require_memory(case["size"] * (4 if case["encodes"] else 2))
    assert printed(TEXT.format(**case)) == "right\n"


def require_memory(needed: int) -> None:
    """Raise SkippedError if the machine has less memory free than this."""
    sysconf: Callable[[str], int] | None = getattr(os, "sysconf", None)
    if sysconf is None or sys.platform != "linux":
        message = "only on Linux"
        raise SkippedError(message)
    here = sysconf("SC_AVPHYS_PAGES") * sysconf("SC_PAGE_SIZE")
    if here < needed:
        message = f"{needed / GB:.0f} GB of memory are needed, {here / GB:.0f} are free"
        raise SkippedError(message)
