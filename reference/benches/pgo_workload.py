"""The workload for `maturin --pgo`: training, encoding and decoding, in a few seconds.

The text comes with every Python, so a wheel can be built without a network. It is not the text that
pgo.py measures on: a profile of the answer would flatter it.
"""

import os
from pathlib import Path
from pydoc_data.topics import topics

from bytemerge import NaiveRustTokenizer, Tokenizer

CODE = Path(os.__file__).parent


def main() -> None:
    documentation = list(topics.values())
    code = [path.read_text(encoding="utf-8") for path in sorted(CODE.glob("[a-m]*.py"))]
    texts = documentation + code
    for pattern in ("gpt2", "cl100k", "o200k"):
        tokenizer = Tokenizer.train(texts, 10_000, pattern=pattern, threads=1)
        for text in texts:
            ids = tokenizer.encode(text)
            assert tokenizer.decode(ids) == text
            assert tokenizer.count(text) == len(tokenizer.encode_numpy(text)) == len(ids)
        assert len(tokenizer.encode_batch(texts, threads=1)) == len(texts)
    # The naive one is slow on purpose: a little of it is enough to show its loops.
    naive = NaiveRustTokenizer.train(documentation[:20], 1000)
    assert naive.tokenize_text(documentation[0])


if __name__ == "__main__":
    main()
