"""Where memory ends, a call raises MemoryError or succeeds. It never aborts, and the next call succeeds."""

import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="no limits of memory here")

# Each call gets less and less memory on top of what is in use, until hardly any is left. What earlier calls have given back
# but the process still holds does not count, so the texts grow.
PROGRAM = """
import resource
import numpy
from bytemerge import Tokenizer

tokenizer = Tokenizer.train(["the quick brown fox and the lazy dog"] * 9, 300, special_tokens=["<end>"])
tokenizer.decode(numpy.array(tokenizer.encode("a" * 2000)))  # all is imported
other = tokenizer.with_special_tokens({{}})


def in_use():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


outcomes = set()
for size in (1000, 30_000):
    line = "the quick brown fox, the lazy dog 12345 na\\u00efve\\n"
    text = line * size
    data = text.encode() + b"\\xff"
    word = "quickly" * size
    texts = [f"the fox {{number}}" for number in range(size)]
    ids = tokenizer.encode(text)
    array = numpy.array(ids, dtype=numpy.uint32)
    for room in (1 << 29, 1 << 27, 1 << 26, 1 << 24, 1 << 23, 3 << 21, 1 << 22, 1 << 21, 1 << 20, 1 << 17, 1 << 12, 0):
        resource.setrlimit(resource.RLIMIT_AS, (in_use() + room, resource.RLIM_INFINITY))
        try:
            result = {call}
            outcomes.add("succeeds")
            del result
        except MemoryError:
            outcomes.add("raises")
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
    assert tokenizer.decode(tokenizer.encode(text)) == text
print(*sorted(outcomes))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for what is in use")
@pytest.mark.parametrize(
    "call",
    [
        "tokenizer.encode(text)",
        "tokenizer.encode(text, threads=1)",
        "tokenizer.encode(word)",
        "tokenizer.encode_ordinary(text)",
        "tokenizer.encode_numpy(text)",
        "tokenizer.encode_batch(texts)",
        "tokenizer.encode_batch([text, word, text], threads=1)",
        "tokenizer.encode_bytes(data)",
        "tokenizer.count(text)",
        "tokenizer.count(word)",
        "tokenizer.decode(ids)",
        "tokenizer.decode_bytes(array)",
        "tokenizer.decode_batch([ids, ids])",
        "Tokenizer.train(texts, 400)",
        "Tokenizer.train([text, word], 400, threads=1)",
    ],
)
def test_memory_ends(call: str) -> None:
    program = PROGRAM.format(call=call)
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.split()[-1] == "succeeds"
