"""The files that tokenizers are read from and written to.

``model_file`` is the format of this package, and ``naive_model`` is what such a file holds for a
naive tokenizer. ``tiktoken`` and ``huggingface`` are the formats of other libraries. ``pretrained``
knows where the rank files of published tokenizers are, and ``openai_models`` which model has which.

``huggingface`` has a module for each part of its file: ``added_tokens``, ``normalizers``,
``pre_tokenizers`` and ``post_processors``. ``refusals`` names the parts that are refused, and
``oniguruma`` finds expressions that its engine may read differently.

``tiktoken``, ``huggingface`` and ``pretrained`` are imported when they are first used: with what
they need, they would take about a third of the time of ``import bytemerge``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from bytemerge.formats import huggingface, pretrained, tiktoken

__all__ = ["huggingface", "pretrained", "tiktoken"]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    # Python sets the attribute when the module is whole, so threads never see a part of one.
    return import_module(f"{__name__}.{name}")
