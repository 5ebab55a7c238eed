"""When memory ends, a call raises MemoryError or succeeds.

It never aborts, and the next call succeeds.
"""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="no limits of memory here")

# Each call gets less and less memory in addition to the memory in use, until hardly any is left.
# The texts grow, because freed memory that the process still holds does not count.
PROGRAM = """
import resource
import numpy
from bytemerge import Tokenizer

tokenizer = Tokenizer.train(["the quick brown fox and the lazy dog"] * 9, 300, special_tokens=["<end>"])
tokenizer.decode(numpy.array(tokenizer.encode("a" * 2000)))  # all is imported
other = tokenizer.with_special_tokens({{}})
added = [("<x>", 400, (True, False, True, False, False))]
changes = '[{{"type": "NFD"}}, {{"type": "Lowercase"}}, {{"type": "Replace", "pattern": "q", "content": "kw"}}]'
parts = changes, tokenizer._rust.pre_tokenizer, tokenizer._rust.template
changing = Tokenizer._of(tokenizer._rust.with_added_tokens(added, *parts))


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
        "changing.encode(text)",
        "changing.count(word)",
        "changing.encode_with_offsets(text)",
        "changing.truncate(text, 10**9)",
        "tokenizer.count(text)",
        "tokenizer.count_batch(texts)",
        "tokenizer.count(word)",
        "tokenizer.decode(ids)",
        "tokenizer.decode_bytes(array)",
        "tokenizer.decode_batch([ids, ids])",
        "Tokenizer.train(texts, 400)",
        "Tokenizer.train([text, word], 400, threads=1)",
    ],
)
def test_memory_ends(call: str) -> None:
    assert printed(PROGRAM.format(call=call))[-1] == "succeeds"


def printed(program: str, folder: Path | None = None) -> list[str]:
    """Return the words that a program prints, which must succeed and print nothing else."""
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
        cwd=folder,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.split()


# A child for each limit, so that no freed memory of another call remains.
TRAINING = """
import gzip, os, resource
from bytemerge import Tokenizer, WordCounts

# They stay, so that there is no memory free that a call could do with.
words = [f"word{{number * 7919 % 1000003}}" for number in range(80_000)]
text = " ".join(words)
texts = [text[start : start + 1000] for start in range(0, len(text), 1000)]
with open("text.txt", "w") as file:
    file.write(text * 3)
with gzip.open("text.gz", "w") as file:
    file.write(text.encode())
counts = WordCounts.count([text], threads=1)
WordCounts(WordCounts.count(["all is imported"], threads=1))


def in_use():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def outcome(room):
    lifted = (resource.RLIM_INFINITY,) * 2
    resource.setrlimit(resource.RLIMIT_AS, (in_use() + room, resource.RLIM_INFINITY))
    try:
        {call}
        succeeds = True
    except MemoryError:
        succeeds = False
    finally:
        resource.setrlimit(resource.RLIMIT_AS, lifted)
    assert Tokenizer.train(texts, 300).decode([300 - 1]).isprintable()
    return "succeeds" if succeeds else "raises"


outcomes = []
for step in range({steps}):
    read, write = os.pipe()
    if child := os.fork():
        os.close(write)
        with open(read) as pipe:
            outcomes.append(pipe.read())
        assert os.waitpid(child, 0)[1] == 0, (step, outcomes)
    else:
        os.write(write, outcome(int({most} * (step / {steps}) ** 4)).encode())
        os._exit(0)
print(outcomes[0], outcomes[-1], *set(outcomes))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for what is in use")
@pytest.mark.parametrize(
    "call",
    [
        "Tokenizer.train(texts, 2000)",
        "Tokenizer.train(texts, 2000, threads=1)",
        "Tokenizer.train(texts, 2000, pattern=None, threads=1)",
        "Tokenizer.train_from_files(['text.txt'], 2000)",
        "Tokenizer.train_from_files(['text.txt', 'text.txt'], 2000, threads=1)",
        "Tokenizer.train_from_files(['text.txt'], 2000, pattern=None)",
        "Tokenizer.train_from_files(['text.gz'], 2000)",
        "Tokenizer.train_from_counts(counts, 2000)",
        "WordCounts.count_files(['text.txt'])",
        "[counts + counts for _ in range(9)]",
        "counts.items()",
        "WordCounts(counts)",
        "WordCounts.from_arrow(counts)",
    ],
)
def test_memory_ends_while_training(call: str, tmp_path: Path) -> None:
    # Each new thread may reserve 128 MB of addresses for its allocator: the last step has enough.
    program = TRAINING.format(call=call, steps=16, most=1 << 30)
    assert printed(program, tmp_path)[:2] == ["raises", "succeeds"]
