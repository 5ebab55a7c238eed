"""Memory that runs out, memory that must not grow, and time that must stay linear."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from trust.checks import check
from trust.children import IN_USE, PATIENCE, printed
from trust.files import folder_for_files, require_linux

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

# --- Memory that ends ---

LIMITED = """
import json, os, pickle, resource, sys
import numpy
from bytemerge import TokenBatch, Tokenizer, WordCounts

tokenizer = Tokenizer.train(["the quick brown fox and the lazy dog"] * 9, 300)
own = Tokenizer.train(["the fox"], 260, pattern=r"\\w+|\\s+|[^\\w\\s]+")
changes = json.dumps([{{"type": "NFD"}}, {{"type": "Lowercase"}}])
parts = changes, tokenizer._rust.pre_tokenizer, tokenizer._rust.template
added = [("<x>", 400, (True, False, True, False, False))]
changing = Tokenizer._of(tokenizer._rust.with_added_tokens(added, *parts))
line = "the quick brown fox, the lazy dog 12345 na\\u00efve\\n"
text = line * {lines}
data = text.encode() + b"\\xff"
word = "quickly" * {lines}
texts = [f"the fox {{number}}" for number in range({lines})]
ids = tokenizer.encode(text)
array = numpy.array(ids, dtype=numpy.uint32)
batch = tokenizer.encode_batch(texts)
counts = WordCounts.count(texts)
saved, exported = "tokenizer.model", "tokenizer.json"
tokenizer.save(saved), tokenizer.to_huggingface(exported)
Tokenizer.load(saved), Tokenizer.from_huggingface(exported), pickle.loads(pickle.dumps(tokenizer))
Tokenizer.train_from_files([saved], 260), tokenizer.encode_files([saved])
tokenizer.decode(array[:9]), tokenizer.encode_with_offsets("a"), tokenizer.explain("a b")
tokenizer.encode_batch(["a"]).padded(0)

with open("/proc/self/statm") as file:
    in_use = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (in_use + {room}, resource.RLIM_INFINITY))
try:
    result = {call}
    outcome = "succeeds"
    del result
except MemoryError:
    outcome = "raises"
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
assert tokenizer.decode(tokenizer.encode(text)) == text
print(outcome)
"""

MEMORY_CALLS = (
    "tokenizer.encode(text)",
    "tokenizer.encode(word)",
    "tokenizer.encode(text, threads=1)",
    "tokenizer.encode_numpy(text)",
    "tokenizer.encode_batch(texts)",
    "tokenizer.encode_bytes(data)",
    "tokenizer.encode_with_offsets(text)",
    "tokenizer.truncate(text, 10**9)",
    "tokenizer.explain(text[:900])",
    "tokenizer.count(text)",
    "tokenizer.count_batch(texts)",
    "tokenizer.decode(ids)",
    "tokenizer.decode(array)",
    "tokenizer.decode_bytes(array)",
    "tokenizer.decode_batch(batch)",
    "list(tokenizer.decode_stream(ids))",
    "batch.tolist()",
    "batch.padded(0)",
    "TokenBatch.from_lists([ids, ids])",
    "own.encode(text)",
    "changing.encode(text)",
    "changing.encode_with_offsets(text)",
    "Tokenizer.train(texts, 400)",
    "Tokenizer.train([text, word], 400, threads=1)",
    "Tokenizer.from_ranks({bytes([b]): b for b in range(256)}, pattern=None)",
    "tokenizer.with_special_tokens({'<a>': 900})",
    "Tokenizer.train_from_counts(counts, 400)",
    "Tokenizer.load(saved)",
    "Tokenizer.from_huggingface(exported)",
    "tokenizer.save(saved)",
    "pickle.loads(pickle.dumps(tokenizer))",
    "Tokenizer.train_from_files([saved], 400)",
    "tokenizer.encode_files([saved])",
    "counts + counts",
    "dict(counts)",
)


def limits(chance: Random) -> Iterator[dict[str, Any]]:
    """Return calls, and the bytes of memory that each may take: of any magnitude."""
    while True:
        yield {
            "call": chance.choice(MEMORY_CALLS),
            "lines": chance.choice([100, 1000, 10_000, 40_000]),
            "room": int(2 ** chance.uniform(10, 28)),
        }


@check("when memory ends, a call raises MemoryError or succeeds; the next works", limits, 40)
def memory_ends(case: dict[str, Any]) -> None:
    """Limit the memory of a process of its own."""
    require_linux()
    with folder_for_files() as folder:
        out = printed(LIMITED.format(**case), folder=folder)
    assert out in ("succeeds\n", "raises\n")


# --- Memory that must not grow ---

CALLS = """
import sys
from bytemerge import BytemergeError, Decoder, NaiveRustTokenizer, TokenBatch, Tokenizer, WordCounts
tokenizer = Tokenizer.train(["the cat and the hat"] * 9, 290, special_tokens=["<end>"])
naive = NaiveRustTokenizer.train(["the cat"], 10)
text, ids = "the cat sat, caf\\xe9 <", tokenizer.encode("the cat sat")
array = tokenizer.encode_numpy(text)
def refused(call):
    try:
        call()
    except (BytemergeError, ValueError, TypeError, OSError):
        return
    raise AssertionError
calls = {{
    "encode": lambda: tokenizer.encode(text),
    "encode of new words": lambda: tokenizer.encode(str(next(numbers))),
    "encode_numpy": lambda: tokenizer.encode_numpy(text),
    "encode_batch": lambda: tokenizer.encode_batch([text, text]),
    "encode_with_offsets": lambda: tokenizer.encode_with_offsets(text),
    "truncate": lambda: tokenizer.truncate(text, 3),
    "count": lambda: tokenizer.count(text),
    "decode": lambda: tokenizer.decode(ids),
    "decode of an array": lambda: tokenizer.decode(array),
    "decode_batch": lambda: tokenizer.decode_batch([ids, ids]),
    "explain": lambda: tokenizer.explain(text),
    "a special token": lambda: refused(lambda: tokenizer.encode("<end>")),
    "an unknown id": lambda: refused(lambda: tokenizer.decode([10**6])),
    "a wrong type": lambda: refused(lambda: tokenizer.encode_batch([1])),
    "a missing file": lambda: refused(lambda: Tokenizer.load("gone")),
    "a wrong pattern": lambda: refused(lambda: WordCounts.count(["a"], pattern="[")),
    "train": lambda: Tokenizer.train([text], 260),
    "counts": lambda: WordCounts.count([text]) + WordCounts.count(["a"]),
    "naive": lambda: naive.tokenize_text(text),
    "from_lists": lambda: TokenBatch.from_lists([ids]),
}}
import itertools
numbers = itertools.count()
call = calls[sys.argv[1]]
for _ in range({times} // 4):
    call()
before = in_use()
for _ in range({times}):
    call()
print((in_use() - before) / 1e6)
"""

NAMES = (
    *("encode", "encode_numpy", "encode_batch", "encode_with_offsets", "truncate", "count"),
    *("decode", "decode of an array", "decode_batch", "explain", "a special token"),
    *("an unknown id", "a wrong type", "a missing file", "a wrong pattern", "train", "counts"),
    *("naive", "from_lists", "encode of new words"),
)

SLOW = {"train", "counts", "a wrong pattern", "explain", "a missing file"}

GROWTH = 3.0
"""Megabytes that allocators may keep. A million calls that leak 8 bytes each leave more."""

TABLE = 45.0
"""Megabytes of the table of pieces, at most: an old one and the next."""


def repeated_calls(_: Random) -> Iterator[dict[str, Any]]:
    """Return calls and their times, which are ten times more from the second round on."""
    for times in itertools.chain([100_000], itertools.repeat(1_000_000)):
        for name in NAMES:
            # Calls of 100 µs are repeated less often.
            yield {"call": name, "times": times // 10 if name in SLOW else times}


@check(
    "a hundred thousand calls, or a million, leave no memory in use, after errors too",
    repeated_calls,
    len(NAMES),
    measured="MB more than before",
)
def memory_stays(case: dict[str, Any]) -> float:
    """Compare the memory after a quarter as many calls with that after all of them."""
    require_linux()
    name = case["call"]
    patience = PATIENCE * case["times"] / 10_000
    grown = float(printed(IN_USE + CALLS.format(times=case["times"]), name, patience=patience))
    assert grown < (TABLE if name == "encode of new words" else GROWTH), f"{grown} MB more"
    return grown


# --- Linear time ---

FAMILIES: dict[str, str] = {
    "a letter": "'a' * n",
    "letters in turn": "'ab' * (n // 2)",
    "random letters": "''.join(chance.choices('etaoinshrdlu', k=n))",
    "two random letters": "''.join(chance.choices('ab', k=n))",
    "upper and lower case": "'aB' * (n // 2)",
    "spaces": "' ' * n",
    "spaces before a word": "(' ' * 999 + 'a') * (n // 1000)",
    "new lines": "'\\n' * n",
    "returns and new lines": "'\\r\\n' * (n // 2)",
    "white space of every kind": "''.join(chance.choices(' \\t\\r\\n\\xa0\\u3000', k=n // 2))",
    "a digit": "'1' * n",
    "random digits": "''.join(chance.choices('0123456789', k=n))",
    "signs": "'!' * n",
    "random signs": "''.join(chance.choices('=-+*/_.,', k=n))",
    "apostrophes": '"\'s" * (n // 2)',
    "marks": "'\\u0301' * (n // 2)",
    "a letter with marks": "'e' + '\\u0301' * (n // 2)",
    "signs of two meanings": "'\\u02b0A' * (n // 3)",
    "Chinese": "''.join(map(chr, chance.choices(range(0x4e00, 0x9000), k=n // 3)))",
    "Thai": "''.join(map(chr, chance.choices(range(0xe01, 0xe30), k=n // 3)))",
    "emoji": "'\\U0001f468\\u200d' * (n // 7)",
    "starts of special tokens": "'<|endof' * (n // 7)",
    "nulls": "'\\0' * n",
    "powers of two": "''.join('a' * 2**k + 'b' for k in range(n.bit_length() - 1))",
    "a word of Fibonacci": "fibonacci(n)",
    "words of many lengths": "' '.join('x' * k for k in range(int((2 * n) ** 0.5)))",
}
"""Texts that are slow somewhere: for regular expressions that backtrack, for merging that searches
all pairs again, for lists that move; and names from issues of other tokenizers."""

TIMED = """
import json, random, resource, sys, time
from pathlib import Path
from bytemerge import Tokenizer, WordCounts
chance = random.Random(0)
def fibonacci(n):
    first, second = "b", "a"
    while len(second) < n:
        first, second = second, second + first
    return second[:n]
BYTES = {bytes([byte]): byte for byte in range(256)}
# Runs of a letter up to sixty-three, so that many merges compete.
runs = sorted((letter * k for letter in (b"a", b"b", b" ", b"1") for k in range(2, 64)), key=len)
ranks = {**BYTES, **{token: 256 + index for index, token in enumerate(runs)}}
pattern = {"None": None}.get(sys.argv[3], sys.argv[3])
def tokenizer():
    return Tokenizer.from_ranks(ranks, pattern=pattern, special_tokens={"<|endoftext|>": 9999})
CALLS = {
    "encode": lambda text: tokenizer().encode(text, threads=1),
    "offsets": lambda text: tokenizer().encode_with_offsets(text, threads=1),
    "truncate": lambda text: tokenizer().truncate(text, 10**9),
    "bytes": lambda text: tokenizer().encode_bytes(text.encode() + b"\\xff"),
    "train": lambda text: Tokenizer.train([text], 400, pattern=pattern, threads=1),
    "decode": lambda text: tokenizer().decode(tokenizer().encode(text, threads=1)),
}
def seconds(n):
    text = eval(sys.argv[1], {"n": n, "chance": random.Random(0), "fibonacci": fibonacci})
    best = float("inf")
    for _ in range(3):
        start = time.thread_time()
        CALLS[sys.argv[2]](text)
        best = min(best, time.thread_time() - start)
    return best
seconds(1000)
print(seconds(800_000) / seconds(200_000))
"""

LINEAR = 9.0
"""The highest accepted ratio of the time to that of a quarter of the text.

Linear time is 4, or more where caches overflow, and quadratic time is 16.
"""


def families(chance: Random) -> Iterator[dict[str, str]]:
    """Return families of texts, with calls and patterns."""
    while True:
        for family in chance.sample(list(FAMILIES), len(FAMILIES)):
            yield {
                "family": family,
                "call": chance.choice(
                    ["encode", "encode", "offsets", "truncate", "bytes", "train", "decode"]
                ),
                "pattern": chance.choice(["None", "gpt2", "cl100k", "o200k"]),
            }


@check(
    "a text four times as long takes about four times as long, of any kind",
    families,
    len(FAMILIES),
    measured="times the time",
    in_tests=False,  # no test asserts a time
)
def linear_time(case: dict[str, str]) -> float:
    """Compare the processor's time of two sizes. The best of three tries counts."""
    program = TIMED
    arguments = FAMILIES[case["family"]], case["call"], case["pattern"]
    ratio = min(float(printed(program, *arguments)), *again(program, arguments))
    assert ratio < LINEAR, f"{ratio:.1f} times the time"
    return ratio


def again(program: str, arguments: tuple[str, ...]) -> Iterator[float]:
    """Return the ratio of another try, for machines that do something else meanwhile."""
    yield float(printed(program, *arguments))


# --- Regular expressions of users ---

EXPRESSIONS = (
    r"(x+x+)+y",
    r"(a|aa)+$",
    r"(a*)*b",
    r"(a|a)*b",
    r"([a-zA-Z]+)*\d",
    r"(.*)*(.*)*x",
    r"(?:a?){30}a{30}",
    r"(\w+\s?)+$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(?=(a+))a*b\1",
    r"(a+)+\1b",
    r"(?<=a{1,100})b",
    r"(?>a+)+b",
    r"\p{L}{1000}{100}",
    r"a{100000}",
    "(" * 250 + "a" + ")" * 250,
    "(" * 5000 + "a" + ")" * 5000,
    "|".join(f"word{number}" for number in range(20_000)),
    r"(?:(?:(?:a{100}){100}){100}){100}",
    r"[^a]*(a[^a]*a[^a]*)*b",
)
"""Expressions that take exponential time in engines that backtrack, or much memory in others."""

EXPRESSION = """
import json, sys
from bytemerge import BytemergeError, Tokenizer
expression, text = json.loads(sys.stdin.read())
try:
    tokenizer = Tokenizer.from_ranks({bytes([b]): b for b in range(256)}, pattern=expression)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    print("encodes")
except BytemergeError as error:
    assert len(str(error).splitlines()) == 1
    print("refuses")
"""


def expressions(chance: Random) -> Iterator[dict[str, Any]]:
    """Return expressions, with texts that are bad for them."""
    while True:
        for number in chance.sample(range(len(EXPRESSIONS)), len(EXPRESSIONS)):
            unit = chance.choice(["a", "x", "ab", "a ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "word1"])
            yield {"expression": number, "unit": unit, "times": chance.choice([30, 3000, 100_000])}


@check(
    "an expression of yours encodes, or raises PatternError; it never takes minutes",
    expressions,
    len(EXPRESSIONS),
    measured="s of the processor",
)
def expressions_of_users(case: dict[str, Any]) -> float:
    """Encode with an expression, within 2 GB of memory."""
    require_linux()
    import resource  # noqa: PLC0415  # Windows lacks it

    text = case["unit"] * case["times"] + "!"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(
            [sys.executable, "-c", EXPRESSION],
            input=json.dumps([EXPRESSIONS[case["expression"]], text]),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
        )
    except subprocess.TimeoutExpired:
        message = f"more than a minute: {EXPRESSIONS[case['expression']][:60]}"
        raise AssertionError(message) from None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr[-1000:]
    return after.ru_utime - before.ru_utime
