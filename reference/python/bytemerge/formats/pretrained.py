"""Published tokenizers: their rank files, with addresses, checksums and special tokens."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from bytemerge.errors import ModelError
from bytemerge.files import read, replace
from bytemerge.formats.openai_models import encoding_of_model
from bytemerge.progress import ProgressBar

URL = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
"""The address of a rank file at OpenAI."""

SECONDS = 60
"""The longest wait for an answer."""

CHUNK = 1 << 16
"""Bytes of a download between two reports of its progress."""

END = "<|endoftext|>"
END_OF_PROMPT = "<|endofprompt|>"
PREFIX, MIDDLE, SUFFIX = "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"


class Pretrained(NamedTuple):
    """A tokenizer by its ranks, the checksum of their file, its pattern and its special tokens."""

    ranks: str
    sha256: str
    pattern: str
    special_tokens: dict[str, int]

    @property
    def url(self) -> str:
        """The address of the ranks."""
        return URL.format(self.ranks)


R50K = Pretrained(
    "r50k_base",
    "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
    "gpt2",
    {END: 50256},
)
P50K = Pretrained(
    "p50k_base",
    "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069",
    "gpt2",
    {END: 50256},
)
O200K = Pretrained(
    "o200k_base",
    "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "o200k",
    {END: 199999, END_OF_PROMPT: 200018},
)
HARMONY = {
    "<|startoftext|>": 199998,
    "<|return|>": 200002,
    "<|constrain|>": 200003,
    "<|channel|>": 200005,
    "<|start|>": 200006,
    "<|end|>": 200007,
    "<|message|>": 200008,
    "<|call|>": 200012,
}
"""The special tokens of o200k_harmony with a meaning, besides those of o200k_base."""

RESERVED = {f"<|reserved_{id}|>": id for id in range(200000, 201088) if id not in HARMONY.values()}
"""The others. One of them has the id of END_OF_PROMPT, which thus has two names."""

PRETRAINED = {
    # tiktoken reads the same tokens as r50k_base from other files.
    "gpt2": R50K,
    "r50k_base": R50K,
    "p50k_base": P50K,
    "p50k_edit": P50K._replace(
        special_tokens={END: 50256, PREFIX: 50281, MIDDLE: 50282, SUFFIX: 50283}
    ),
    "cl100k_base": Pretrained(
        "cl100k_base",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        "cl100k",
        {END: 100257, PREFIX: 100258, MIDDLE: 100259, SUFFIX: 100260, END_OF_PROMPT: 100276},
    ),
    "o200k_base": O200K,
    "o200k_harmony": O200K._replace(special_tokens={**O200K.special_tokens, **HARMONY, **RESERVED}),
}
"""The encodings of tiktoken."""


OFFLINE = "BYTEMERGE_OFFLINE"
"""The variable of the environment that says not to try the network."""


def find(name: str) -> Pretrained | None:
    """Return the tokenizer with the name of an encoding or of a model, if there is one."""
    return PRETRAINED.get(name) or PRETRAINED.get(encoding_of_model(name) or "")


def known(name: str) -> Pretrained:
    """Return the tokenizer with the name of an encoding or of a model.

    Raises:
        ValueError: there is no such tokenizer.
    """
    found = find(name)
    if found is None:
        names = ", ".join(PRETRAINED)
        message = (
            f"no pretrained tokenizer is called {name!r}: there are {names}, and models of OpenAI"
        )
        raise ValueError(message)
    return found


def ranks(tokenizer: Pretrained) -> bytes:
    """Return the content of the rank file, from the cache or from its address.

    Raises:
        OSError: it is not in the cache and cannot be downloaded; the message says how to bring it.
        ModelError: the downloaded file has the wrong checksum.
    """
    cached = cache() / hashlib.sha1(tokenizer.url.encode(), usedforsecurity=False).hexdigest()
    try:
        content = read(cached)
    except FileNotFoundError:
        content = None
    if content is None or not is_right(content, tokenizer):
        try:
            content = download(tokenizer.url)
        except OSError as error:
            # Such as a download of another program that was interrupted.
            there = "is missing" if content is None else "has the wrong SHA-256"
            message = (
                f"{tokenizer.url} cannot be downloaded ({getattr(error, 'reason', error)}), and"
                f" {cached} {there}: put the file there, or under the name {cached.name} into"
                " another folder, and set TIKTOKEN_CACHE_DIR to that folder"
            )
            raise OSError(message) from error
        if not is_right(content, tokenizer):
            message = f"{tokenizer.url}: SHA-256 mismatch: not the expected file"
            raise ModelError(message)
        cached.parent.mkdir(parents=True, exist_ok=True)
        replace(cached, content)
    return content


def cache() -> Path:
    """Return the folder in which tiktoken keeps its files."""
    import tempfile  # noqa: PLC0415  # slow to import

    given = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR")
    return Path(given) if given else Path(tempfile.gettempdir()) / "data-gym-cache"


def is_right(content: bytes, tokenizer: Pretrained) -> bool:
    """Return whether the content has the right checksum."""
    return hashlib.sha256(content).hexdigest() == tokenizer.sha256


def download(url: str) -> bytes:
    """Return the content at an address, and show a progress bar meanwhile.

    Raises:
        OSError: it cannot be downloaded, or must not be, as OFFLINE says.
    """
    if os.environ.get(OFFLINE, "0") not in ("", "0"):
        message = f"{OFFLINE} is set"
        raise OSError(message)
    import urllib.request  # noqa: PLC0415  # slow to import

    with (
        urllib.request.urlopen(url, timeout=SECONDS) as answer,  # noqa: S310
        ProgressBar("bytes") as progress,
    ):
        total = int(answer.headers.get("Content-Length") or 0)
        content = bytearray()
        while chunk := answer.read(CHUNK):
            content += chunk
            progress(len(content), max(total, len(content)))
    return bytes(content)
