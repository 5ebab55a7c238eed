"""The files that tokenizers are read from and written to.

``model_file`` is the format of this package, and ``naive_model`` is what such a file holds for a
naive tokenizer. ``tiktoken`` and ``huggingface`` are the formats of other libraries. ``pretrained``
knows where the rank files of published tokenizers are.
"""
