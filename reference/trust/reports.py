"""Crashes and hangs that users of other tokenizers have reported, tried on this one."""

from __future__ import annotations

from typing import NamedTuple

from trust.checks import check, each_of
from trust.children import IN_USE, printed


class Report(NamedTuple):
    """A report about another package, and a program that tries it on this one."""

    issue: str
    what: str
    program: str


BYTES = """
from bytemerge import Tokenizer, UnknownTokenError
tokenizer = Tokenizer.train(["the cat and the hat"] * 9, 280, pattern="{pattern}")
"""
LONG = BYTES + "text = {text}\nassert tokenizer.decode(tokenizer.encode({call})) == text\n"

CRAFTED = """
import copy, json, pathlib, tempfile
from bytemerge import ModelError
path = pathlib.Path(tempfile.mkdtemp(), "tokenizer.json")
tokenizer.to_huggingface(path)
good = json.loads(path.read_text())
def refused(**changes):
    crafted = copy.deepcopy(good)
    crafted.update(changes)
    path.write_text(json.dumps(crafted))
    try:
        Tokenizer.from_huggingface(path)
    except ModelError:
        return
    raise AssertionError(changes)
sequence = {"Sequence": {"id": "A", "type_id": 0}}
missing = {"SpecialToken": {"id": "<missing>", "type_id": 0}}
template = {"type": "TemplateProcessing", "single": [missing, sequence], "pair": [sequence] * 2}
refused(truncation={"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 5})
refused(post_processor={**template, "special_tokens": {}})
refused(model={**good["model"], "merges": [*good["model"]["merges"], ["a", "z" * 200]]})
refused(decoder={"type": "Strip", "content": "t", "start": 99, "stop": 99})
refused(pre_tokenizer={"type": "FixedLength", "length": 0})
refused(normalizer={"type": "Precompiled", "precompiled_charsmap": "AAAA"})
refused(added_tokens=[{"id": 2**33, "content": "<x>", "special": True}])
path.unlink(), path.parent.rmdir()
"""

GROWING = (
    IN_USE
    + """
def assert_it_stays(call):
    for number in range(50):
        call(number)
    before = in_use()
    for number in range(50, 300):
        call(number)
    assert in_use() - before < 20_000_000, in_use() - before
"""
)

REPORTS = {
    each.issue: each
    for each in (
        Report(
            "openai/tiktoken#15",
            "a million of one sign panics",
            LONG.format(pattern="cl100k", text="'^' * 1_000_000", call="text"),
        ),
        Report(
            "openai/tiktoken#245",
            "the same with an older pattern",
            LONG.format(pattern="gpt2", text="'^' * 1_000_000", call="text"),
        ),
        Report(
            "openai/tiktoken#327",
            "a word of a mebibyte overflows the stack",
            LONG.format(pattern="cl100k", text="'a' * 1024 * 1024", call="text"),
        ),
        Report(
            "openai/harmony#93",
            "1.3 million of one letter overflow the stack",
            LONG.format(pattern="o200k", text="'a' * 1_300_000", call="text, threads=2"),
        ),
        Report(
            "openai/tiktoken#47",
            "an id without a token panics in decoding",
            BYTES.format(pattern="cl100k")
            + "try:\n    tokenizer.decode([100256])\nexcept UnknownTokenError:\n    pass\n",
        ),
        Report(
            "huggingface/tokenizers#187",
            "a batch hangs in a forked process",
            BYTES.format(pattern="gpt2") + "import os, warnings\n"
            "warnings.simplefilter('ignore')\n"
            "texts = ['the cat'] * 300_000\n"
            "expected = tokenizer.encode_batch(texts)\n"
            "if hasattr(os, 'fork'):\n"
            "    child = os.fork()\n"
            "    if not child:\n"
            "        os._exit(tokenizer.encode_batch(texts) != expected)\n"
            "    assert os.waitpid(child, 0)[1] == 0\n",
        ),
        Report(
            "huggingface/tokenizers#86",
            "a few very long words: training does not end",
            BYTES.format(pattern="gpt2") + "import random\n"
            "words = [''.join(random.choices('abcd', k=300_000)) for _ in range(4)]\n"
            "assert len(Tokenizer.train(words, 3000).merges) == 3000 - 256\n",
        ),
        Report(
            "huggingface/tokenizers#322",
            "a file that is missing aborts training",
            BYTES.format(pattern="gpt2")
            + "try:\n    Tokenizer.train_from_files(['gone.txt'], 300)\n"
            "except FileNotFoundError as error:\n    assert error.filename == 'gone.txt'\n",
        ),
        Report(
            "zensical/zensical#71",
            "worker threads crash Python at its end",
            BYTES.format(pattern="gpt2") + "import threading\n"
            "text = 'the cat and the hat ' * 100_000\n"
            "def work():\n    while True:\n        tokenizer.encode(text)\n"
            "for _ in range(4):\n    threading.Thread(target=work, daemon=True).start()\n"
            "tokenizer.encode(text)\n",
        ),
        Report(
            "PyO3/pyo3#220",
            "a subclass crashes Python at its end",
            BYTES.format(pattern="gpt2") + "from bytemerge import WordCounts\n"
            "class Mine(Tokenizer):\n    pass\n"
            "class Counts(WordCounts):\n    pass\n"
            "kept = [Mine.train(['the the'], 258), Counts.count(['a'])]\n"
            "kept.append(kept)\n",
        ),
        Report(
            "huggingface/tokenizers#2151",
            "files that were made to be wrong panic",
            BYTES.format(pattern="gpt2") + CRAFTED,
        ),
        Report(
            "huggingface/tokenizers#1539",
            "texts without repeated words take more and more memory",
            BYTES.format(pattern="gpt2") + GROWING + "import random\n"
            "def call(number):\n"
            "    tokenizer.encode(''.join(random.choices('abcdefgh', k=12_345)))\n"
            "assert_it_stays(call)\n",
        ),
        Report(
            "OpenNMT/Tokenizer#130",
            "tokenizers that are gone keep their memory",
            BYTES.format(pattern="gpt2") + GROWING + "import pickle\n"
            "assert_it_stays(lambda _: pickle.loads(pickle.dumps(tokenizer)).encode('the cat'))\n",
        ),
    )
}


@check("what crashed or hung elsewhere does not here", each_of(*REPORTS), len(REPORTS))
def reported_elsewhere(case: str) -> None:
    """Run the program of a report, which prints nothing."""
    assert printed(REPORTS[case].program) == ""
