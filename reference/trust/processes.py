"""Threads, forks, Ctrl-C, interpreters and their end."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bytemerge import Tokenizer
from trust.checks import SkippedError, check, each_of, seeds
from trust.children import PATIENCE, printed, ran
from trust.files import folder_for_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

# --- First calls ---

FIRST = (
    "tokenizer.encode('the cat')",
    "tokenizer.encode_numpy('the cat')",
    "tokenizer.encode_batch(['the cat'])",
    "tokenizer.encode_with_offsets('the cat')",
    "tokenizer.count_batch(['the cat'])",
    "tokenizer.decode((257,))",
    "tokenizer.decode_batch([[257]])",
    "Tokenizer.train(['the cat'], 260)",
    "TokenBatch.from_lists([[257]])",
    "tokenizer.visualize('the cat').as_html()",
    "tokenizer.explain('the cat').as_html()",
    "WordCounts.count(['the cat'])",
    "NaiveRustTokenizer.train(['the cat'], 12).tokenize_text('the cat')",
    "pickle.loads(pickle.dumps(tokenizer))",
    "tokenizer.to_huggingface(os.devnull)",
    "tokenizer.to_tiktoken(os.devnull)",
)
"""Calls that import something, or make something that all calls share."""

FIRST_CALLS = """
import os, pickle, sys, threading
from bytemerge import NaiveRustTokenizer, TokenBatch, Tokenizer, WordCounts
sys.setswitchinterval(1e-6)
tokenizer = Tokenizer.train(["the the"], 258)
calls = {calls}
barrier, failures = threading.Barrier(64), []
def first(number):
    barrier.wait()
    try:
        eval(calls[number % len(calls)])
    except BaseException as error:
        failures.append((calls[number % len(calls)], repr(error)))
threads = [threading.Thread(target=first, args=(number,)) for number in range(64)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(failures)
"""


def calls_together(chance: Random) -> Iterator[list[str]]:
    """Return calls for 64 threads: each alone, and some together."""
    while True:
        yield chance.sample(FIRST, chance.choice([1, 1, 2, 4, len(FIRST)]))


@check("64 threads may make the first call at once, in a fresh process", calls_together, 30)
def first_calls(case: list[str]) -> None:
    """Start 64 threads in a process that has imported nothing else."""
    assert printed(FIRST_CALLS.format(calls=case)) == "[]\n"


# --- Many threads, one object ---

SHARED = """
import random, sys, threading
from bytemerge import Tokenizer
sys.setswitchinterval(1e-5)
chance = random.Random({seed})
words = ["".join(chance.choices("abcdefghijklmnop", k=chance.randint(1, 12))) for _ in range(18_000)]
tokenizer = Tokenizer.train(words[:3000], 900)
same = Tokenizer.train(words[:3000], 900)
texts = [" ".join(words[start : start + 900]) for start in range(0, 18_000, 900)]
expected = [same.encode(text, threads=1) for text in texts]
wrong = []
def encode(number):
    order = random.Random(number).sample(range(len(texts)), len(texts))
    for index in order:
        text = texts[index]
        found = [
            tokenizer.encode(text),
            tokenizer.encode_numpy(text).tolist(),
            tokenizer.encode_batch([text])[0].tolist(),
            tokenizer.encode_ordinary(text),
        ][(index + number) % 4]
        if found != expected[index] or tokenizer.count(text) != len(found):
            wrong.append(index)
threads = [threading.Thread(target=encode, args=(number,)) for number in range(64)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(wrong)
"""


@check(
    "64 threads share a tokenizer while its table of pieces grows",
    seeds,
    3,
    in_tests=False,  # tests/test_robustness.py has eight threads
)
def one_object(case: int) -> None:
    """Encode new words in 64 threads, so that the table grows from its smallest size."""
    assert printed(SHARED.format(seed=case)) == "[]\n"


# --- Ctrl-C ---

LONG = """
import gzip, itertools, json
from pathlib import Path
import numpy
from bytemerge import NaiveRustTokenizer, NaiveTokenizer, TokenBatch, Tokenizer, WordCounts
words = Tokenizer.train(["the cat's hat"], 270)
def changing(*changes):
    parts = json.dumps(changes), words._rust.pre_tokenizer, words._rust.template
    return Tokenizer._of(words._rust.with_added_tokens([], *parts))
def packed(text):
    with gzip.open("text.gz", "w", compresslevel=1) as file:
        file.write(text.encode())
    return "text.gz"
def written(text):
    Path("text.txt").write_text(text)
    return "text.txt"
"""

TEXT = '"the cat\'s hat, " * 3_000_000'
LETTERS = '["".join(part) for part in itertools.product("abcdefgh", repeat=6)]'
INPUTS = {
    "tokenizer": 'Tokenizer.train(["abcdefgh" * 5], 270, pattern=None)',
    "own": r'Tokenizer.train(["the cat"], 260, pattern=r"\w+|\s+|[^\w\s]+")',
    "naive": 'NaiveRustTokenizer.train(["the cat\'s hat"], 12)',
    "nfd": 'changing({"type": "NFD"})',
    "lower": 'changing({"type": "Lowercase"})',
    "replaces": 'changing({"type": "Replace", "pattern": "a", "content": "bc"})',
    "word": '"abcdefgh" * 4_000_000',
    "text": TEXT,
    "accents": '"caf\\xe9 \\u1eaf " * 3_000_000',
    "texts": '["the cat\'s hat"] * 700_000',
    "ids": "list(range(256)) * 40_000",
    "array": "numpy.arange(10_000_000, dtype=numpy.uint32) % 256",
    "batch": 'words.encode_batch(["the cat\'s hat"] * 700_000)',
    "lists": "[[1, 2, 3]] * 3_000_000",
    "letters": LETTERS,
    "counts": f"WordCounts.count({LETTERS})",
    "pieces": f"dict.fromkeys(map(str.encode, {LETTERS}), 1)",
    "plain": f"written({TEXT})",
    "gz": f"packed({TEXT})",
}
"""Inputs of the calls, each made only for the calls that name it."""

LONG_CALLS = (
    "tokenizer.encode(word)",
    "tokenizer.encode(word, threads=1)",
    "tokenizer.encode_bytes(word.encode())",
    "words.encode(text)",
    "words.encode_numpy(text)",
    "words.encode_numpy(text, threads=1)",
    "words.encode_with_offsets(text)",
    "words.truncate(text, 10**9)",
    "words.count(text)",
    "words.encode_batch(texts)",
    "words.count_batch(texts)",
    "words.encode_files([plain])",
    "words.encode_files([gz])",
    "words.decode(ids)",
    "words.decode(array)",
    "words.decode_bytes(ids)",
    "words.decode_batch(batch)",
    "batch.tolist()",
    "TokenBatch.from_lists(lists)",
    "batch.padded(0)",
    "words.tokens_as_strings(ids)",
    "nfd.encode(accents)",
    "nfd.count(accents)",
    "lower.encode(text)",
    "replaces.encode(text)",
    "replaces.encode_with_offsets(text)",
    "own.encode(text)",
    "own.count(text)",
    "Tokenizer.train([text], 300)",
    "Tokenizer.train([text], 300, pattern=r'\\w+|\\W')",
    "Tokenizer.train(letters, 100_000)",
    "Tokenizer.train([word], 300, pattern=None)",
    "Tokenizer.train_from_files([plain], 300)",
    "Tokenizer.train_from_files([gz], 300)",
    "Tokenizer.train_from_files([gz], 300, pattern=None)",
    "Tokenizer.train_from_files([gz], 300, threads=1)",
    "words.encode_files([gz], threads=1)",
    "Tokenizer.train_from_counts(counts, 100_000)",
    "Tokenizer.train(itertools.cycle(letters), 300)",
    "WordCounts.count([text])",
    "WordCounts.count_files([plain])",
    "counts + counts",
    "dict(counts)",
    "WordCounts(pieces)",
    "NaiveRustTokenizer.train(letters, 30_000)",
    "NaiveTokenizer.train(letters, 30_000)",
    "naive.tokenize_text(text)",
    "naive.tokenize(text)",
)

STOPPED = """
import signal, sys, time
{setup}
# A shell makes background jobs ignore Ctrl-C, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
try:
    while True:
        {call}
except KeyboardInterrupt:
    print(time.monotonic(), flush=True)
assert words.decode(words.encode("abc")) == "abc"
print("usable", flush=True)
"""


def long_calls(chance: Random) -> Iterator[dict[str, Any]]:
    """Return long calls, and when Ctrl-C comes."""
    while True:
        for call in chance.sample(LONG_CALLS, len(LONG_CALLS)):
            yield {"call": call, "seconds": round(chance.uniform(0.02, 0.4), 3)}


@check(
    "Ctrl-C stops every long call, and the next call works",
    long_calls,
    len(LONG_CALLS),
    measured="s until it stopped",
    in_tests=False,  # tests/test_robustness.py has them with longer texts
)
def interrupted(case: dict[str, Any]) -> float:
    """Send Ctrl-C, and return the seconds until Python raises KeyboardInterrupt."""
    call = case["call"]
    needed = [name for name in INPUTS if re.search(rf"\b{name}\b", call)]
    setup = LONG + "".join(f"{name} = {INPUTS[name]}\n" for name in needed)
    return seconds_until_stopped(setup, call, case["seconds"])


def seconds_until_stopped(setup: str, call: str, wait: float) -> float:
    """Run a call again and again, and send Ctrl-C after some time."""
    if os.name == "nt":
        message = "Windows cannot send Ctrl-C to one process"
        raise SkippedError(message)
    program = STOPPED.format(setup=setup, call=call)
    with (
        folder_for_files() as folder,
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process,
    ):
        assert process.stdout is not None
        try:
            ready = process.stdout.readline()
            time.sleep(wait)
            sent = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert ready == "ready\n", err[-1000:]
    heard, _, rest = out.partition("\n")
    assert (process.returncode, rest) == (0, "usable\n"), (process.returncode, out, err[-1000:])
    return float(heard) - sent


# --- Ctrl-C at the command line ---


def moments(chance: Random) -> Iterator[dict[str, Any]]:
    """Return commands, and the moment of Ctrl-C since their start."""
    while True:
        command = chance.choice(["encode", "encode -o", "train", "count", "decode"])
        yield {"command": command, "seconds": round(chance.uniform(0.03, 0.5), 4)}


COMMANDS = {
    "encode": ["encode", "model", "text"],
    "encode -o": ["encode", "-o", "out", "model", "text"],
    "train": ["train", "-o", "out", "--vocab-size", "5000", "text"],
    "count": ["count", "model", "text"],
    "decode": ["decode", "model", "ids"],
}


@check("Ctrl-C ends a command at any moment without a traceback", moments, 50)
def interrupted_command(case: dict[str, Any]) -> None:
    """Send Ctrl-C to a command, also while Python imports."""
    if os.name == "nt":
        message = "Windows cannot send Ctrl-C to one process"
        raise SkippedError(message)
    with folder_for_files() as folder:
        write_inputs(folder)
        with subprocess.Popen(
            [sys.executable, "-m", "bytemerge", *COMMANDS[case["command"]]],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            # A shell makes background jobs ignore Ctrl-C, and children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        ) as process:
            assert process.stderr is not None
            time.sleep(case["seconds"])
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=PATIENCE)
        # Before Python has started, the signal ends the process. Then it interrupts Python's own
        # code, until the first line of the package has run, which handles all that comes later.
        traced = err.partition("Traceback")[2]
        assert "bytemerge" not in traced or "import starting" in traced, err[-1500:]
        assert process.returncode in (0, 130, -signal.SIGINT, 1), (process.returncode, err[-1500:])
        left = {path.name for path in folder.iterdir()} - {"model", "text", "ids", "out"}
        assert not left, f"stray files: {left}"


def write_inputs(folder: Path) -> None:
    """Write a model, a text and ids."""
    line = "the cat's hat, 12345 words\n"
    model = Tokenizer.train([line], 280)
    model.save(folder / "model")
    (folder / "text").write_text(line * 200_000, encoding="utf-8")
    ids = " ".join(map(str, model.encode(line)))
    (folder / "ids").write_text((ids + "\n") * 50_000, encoding="utf-8")


# --- Other processes ---

WORKING = """
import multiprocessing, os, sys, threading, time
from bytemerge import Tokenizer, WordCounts
LINE = "the cat's hat, 12345 words\\n"
TEXT = LINE * 30_000
TOKENIZER = Tokenizer.train([LINE], 280)
EXPECTED = TOKENIZER.encode(LINE)

def encodes_and_trains():
    assert TOKENIZER.encode(TEXT) == EXPECTED * 30_000
    assert TOKENIZER.encode_batch([LINE] * 30_000).ids.tolist() == EXPECTED * 30_000
    assert TOKENIZER.encode(LINE, threads=1) == EXPECTED
    trained = Tokenizer.train([TEXT] * 2, 270)
    assert trained.decode(trained.encode(LINE)) == LINE

def main():
    stop = threading.Event()
    def work():
        while not stop.is_set():
            TOKENIZER.encode_numpy(TEXT)
            Tokenizer.train([TEXT], 260)
    workers = [threading.Thread(target=work) for _ in range(3)]
    for each in workers:
        each.start()
    encodes_and_trains()
    context = multiprocessing.get_context(sys.argv[1])
    codes = []
    for _ in range(3):
        children = [context.Process(target=encodes_and_trains) for _ in range(2)]
        for each in children:
            each.start()
        for each in children:
            each.join(60)
            codes.append(each.exitcode)
            each.kill()
    stop.set()
    for each in workers:
        each.join()
    print(codes)

if __name__ == "__main__":
    main()
"""


@check(
    "a process works that starts while threads encode and train",
    each_of(*multiprocessing.get_all_start_methods()),
    3,
    in_tests=False,  # tests/test_robustness.py has the same for one child at a time
)
def other_processes(case: str) -> None:
    """Start processes in each way, one after the other."""
    with folder_for_files() as folder:
        program = folder / "working.py"
        program.write_text(WORKING, encoding="utf-8")
        result = subprocess.run(
            [sys.executable, "-W", "ignore::DeprecationWarning", str(program), case],
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert (result.stdout, result.stderr) == (f"{[0] * 6}\n", ""), result.stderr[-1500:]


# --- The end of the interpreter ---

ENDING = """
import atexit, random, sys, threading, time
from bytemerge import Tokenizer, NaiveRustTokenizer
chance = random.Random({seed})
line = "the cat's hat, 12345 words "
tokenizer = Tokenizer.train([line], 280)
text = line * 100_000
calls = [
    lambda: tokenizer.encode(text),
    lambda: tokenizer.encode(text, threads=1),
    lambda: tokenizer.encode_numpy(text),
    lambda: tokenizer.encode_batch([line] * 50_000),
    lambda: tokenizer.decode(tokenizer.encode(line) * 9000),
    lambda: Tokenizer.train([text], 300),
    lambda: Tokenizer.train([text], 300, progress=lambda done, total: None),
    lambda: NaiveRustTokenizer.train([text], 30),
    lambda: tokenizer.encode_with_offsets(text),
    lambda: tokenizer.encode(line),
    lambda: Tokenizer.train(generator(), 300),
    lambda: tokenizer.encode_batch(generator()),
    lambda: Tokenizer.train([line], 300, progress=lambda done, total: next(generator())),
]
def generator():
    while True:
        yield line
def work(call):
    while True:
        call()
tokenizer.encode_numpy(line)
for call in chance.sample(calls, 4):
    threading.Thread(target=work, args=(call,), daemon=True).start()
atexit.register(lambda: tokenizer.encode(text[:2_000_000]))
time.sleep(chance.uniform(0, 0.2))
{end}
"""

ENDS = ("", "sys.exit(0)", "raise SystemExit")


@check("Python ends well while daemon threads are in calls", seeds, 25)
def end_of_python(case: int) -> None:
    """End the main thread in the middle of the calls of others."""
    end = ENDS[case % len(ENDS)]
    result = ran(ENDING.format(seed=case, end=end))
    assert (result.returncode, result.stderr) == (0, ""), (result.returncode, result.stderr[-1500:])


# --- Interpreters ---

INTERPRETERS = """
import sys
{first}
try:
    from concurrent import interpreters
except ImportError:
    try:
        import _interpreters as interpreters
    except ImportError:
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            print("none")
            sys.exit()
program = '''
try:
    from bytemerge import Tokenizer
except ImportError:
    pass  # refused in one clear sentence
else:
    tokenizer = Tokenizer.train(["the the"], 258)
    assert tokenizer.decode(tokenizer.encode("the")) == "the"
'''
for _ in range(3):
    other = interpreters.create()
    if hasattr(other, "exec"):
        other.exec(program)
        other.close()
    else:
        found = interpreters.run_string(other, program)
        assert found is None, found
        interpreters.destroy(other)
print("ended")
"""


@check(
    "another interpreter in one process works, or refuses to import with ImportError",
    each_of("", "import bytemerge", "import numpy, bytemerge"),
    3,
)
def other_interpreters(case: str) -> None:
    """Import the package in interpreters of their own, before and after the main one did."""
    out = printed(INTERPRETERS.format(first=case))
    if out == "none\n":
        message = "this Python has no other interpreters"
        raise SkippedError(message)
    assert out == "ended\n", out
