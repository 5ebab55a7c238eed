"""The production tokenizer under threads, forks, Ctrl-C, and nonsensical arguments."""

import concurrent.futures
import gzip
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interruption import assert_it_stops

from bytemerge import BytemergeError, Tokenizer, UnknownTokenError, VocabularyError

LINE = "the cat's hat, 12345 caf\xe9s\n"
# Long enough for several threads.
TEXT = LINE * 30_000
TOKENIZER = Tokenizer.train([LINE], 280, special_tokens=["<end>"])
IDS = TOKENIZER.encode(LINE) * 30_000
# Made beforehand: numpy takes longer for it, and keeps the GIL, than a module built for release
# takes to decode it.
MANY_IDS = IDS * 16
ARRAY = np.array(MANY_IDS)
BYTES = {bytes([byte]): byte for byte in range(256)}


# --- Threads ---


def test_eight_threads_share_a_tokenizer() -> None:
    calls: list[Callable[[], object]] = [
        lambda: TOKENIZER.encode(TEXT) == IDS,
        lambda: TOKENIZER.encode(TEXT, threads=1) == IDS,
        lambda: TOKENIZER.count(TEXT) == len(IDS),
        lambda: TOKENIZER.encode_batch([LINE] * 1000).ids.tolist() == IDS[: len(IDS) // 30],
        lambda: TOKENIZER.decode(IDS) == TEXT,
        lambda: TOKENIZER.encode_bytes(LINE.encode()) == IDS[: len(IDS) // 30_000],
        lambda: pickle.loads(pickle.dumps(TOKENIZER)) == TOKENIZER,
        lambda: hash(TOKENIZER) == hash(TOKENIZER.with_special_tokens(TOKENIZER.special_tokens)),
    ]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda call: call(), calls * 4))


@pytest.mark.parametrize(
    "call",
    [
        lambda: TOKENIZER.encode(TEXT * 8),
        lambda: TOKENIZER.encode_numpy(TEXT * 8, threads=1),
        lambda: TOKENIZER.encode_batch([LINE] * 200_000),
        lambda: TOKENIZER.decode(MANY_IDS),
        lambda: TOKENIZER.decode_bytes(ARRAY),
        lambda: Tokenizer.train([TEXT] * 20, 300),
    ],
    ids=["encode", "encode_numpy", "encode_batch", "decode", "decode_bytes", "train"],
)
def test_other_threads_run_meanwhile(call: Callable[[], object]) -> None:
    """A thread that only ticks does so in many parts of a call, not only before and after.

    A call that releases the GIL only for a moment at its start and end would let it tick in two of
    them, in every attempt. A busy machine may keep the thread from ticking now and then.
    """
    assert any(parts_with_ticks(call) >= 4 for _ in range(20))


def parts_with_ticks(call: Callable[[], object]) -> int:
    """Return the number of tenths of a call in which another thread ran."""
    ticks: list[float] = []
    finished, started = threading.Event(), threading.Event()
    # By default, a thread that waits for the GIL asks for it after 5 ms, and a fast machine ends a
    # call before that.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)

    def tick() -> None:
        while not finished.is_set():
            time.sleep(0.0005)
            ticks.append(time.perf_counter())
            started.set()

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        started.wait()
        start = time.perf_counter()
        call()
        end = time.perf_counter()
    finally:
        finished.set()
        thread.join()
        sys.setswitchinterval(interval)
    within = (moment for moment in ticks if start < moment < end)
    return len({int(10 * (moment - start) / (end - start)) for moment in within})


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for the threads")
def test_one_thread_is_really_one() -> None:
    program = """
import os, threading
from bytemerge import Tokenizer
tokenizer = Tokenizer.train(["the cat"], 260)
tokenizer.encode_batch([])  # numpy has threads of its own
most, finished = 0, False
before = len(os.listdir("/proc/self/task"))
def watch():
    global most
    while not finished:
        most = max(most, len(os.listdir("/proc/self/task")))
watcher = threading.Thread(target=watch)
watcher.start()
texts = ["the cat and the hat " * 100_000] * 4
for text in texts:
    tokenizer.encode(text, threads=1)
    tokenizer.count(text, threads=1)
tokenizer.encode_batch(texts, threads=1)
Tokenizer.train(texts, 300, threads=1)
finished = True
watcher.join()
print(most - before)
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    # The thread that watches.
    assert int(result.stdout) == 1


# --- Processes ---


def encodes_and_trains(tokenizer: Tokenizer) -> bool:
    trained = Tokenizer.train([TEXT] * 2, 270)
    return (
        tokenizer.encode(TEXT) == IDS
        and tokenizer.encode(LINE, threads=1) == IDS[: len(IDS) // 30_000]
        and tokenizer.encode_batch([LINE] * 30_000).ids.tolist() == IDS
        and trained.decode(trained.encode(TEXT)) == TEXT
    )


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
# Python warns of forking a process that has threads: that it works all the same is the test.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_other_processes_encode_and_train(method: str) -> None:
    assert encodes_and_trains(TOKENIZER)
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert all(pool.map(encodes_and_trains, [TOKENIZER] * 3, timeout=120))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_while_other_threads_are_at_work() -> None:
    finished = threading.Event()

    def work() -> None:
        while not finished.is_set():
            TOKENIZER.encode_numpy(TEXT)
            Tokenizer.train([TEXT], 260)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    context = multiprocessing.get_context("fork")
    try:
        for _ in range(5):
            child = context.Process(target=exits_well)
            child.start()
            child.join(120)
            if child.is_alive():
                child.kill()
                pytest.fail("the child hangs")
            assert child.exitcode == 0
    finally:
        finished.set()
        for worker in workers:
            worker.join()


def exits_well() -> None:
    sys.exit(0 if encodes_and_trains(TOKENIZER) else 1)


# --- Ctrl-C ---

# Ctrl-C during the import of numpy becomes an ImportError there.
SETUP = """
import itertools, time
import numpy
from bytemerge import Tokenizer
tokenizer = Tokenizer.train(["abcdefgh" * 5], 270, pattern=None)
words = Tokenizer.train(["the cat's hat"], 270)
word = "abcdefgh" * 6_000_000
text = "the cat's hat, " * 6_000_000
texts = ["the cat's hat"] * 1_000_000
ids = list(range(256)) * 40_000
letters = ["".join(part) for part in itertools.product("abcdefgh", repeat=6)]
def blocks():
    yield "the cat"
    time.sleep(60)
"""


@pytest.mark.parametrize(
    "call",
    [
        "tokenizer.encode(word)",
        "tokenizer.encode(word, threads=1)",
        "words.encode_numpy(text)",
        "words.encode_numpy(text, threads=1)",
        "words.count(text)",
        "words.encode_batch(texts)",
        "words.count_batch(texts)",
        "words.encode_bytes(text.encode())",
        "words.decode(ids)",
        "Tokenizer.train([text], 300)",
        "Tokenizer.train(letters, 100_000)",
        "Tokenizer.train([word], 300, pattern=None)",
        "Tokenizer.train(blocks(), 300)",
        "Tokenizer.train(itertools.cycle(letters), 300)",
    ],
)
def test_ctrl_c_stops_a_long_call(call: str) -> None:
    usable = 'assert tokenizer.decode(tokenizer.encode("abc")) == "abc"'
    assert_it_stops(SETUP, call, patience=0.3, after=usable)


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_stops_reading_a_compressed_file(threads: int, tmp_path: Path) -> None:
    """A small file may stand for gigabytes, which take longer to read than to encode."""
    path = tmp_path / "text.gz"
    with gzip.open(path, "w", compresslevel=1) as file:
        for _ in range(300):
            file.write(b"the cat's hat, " * 50_000)
    setup = """
import sys
from bytemerge import Tokenizer
words = Tokenizer.train(["the cat's hat"], 270)
"""
    assert_it_stops(setup, f"words.encode_files(sys.argv[1:], threads={threads})", path)


@pytest.mark.parametrize("before", ["", "import numpy"])
def test_ctrl_c_before_the_first_array(before: str) -> None:
    """A signal that nobody has heard yet comes to light in the Python code that numpy runs."""
    program = f"""
import _thread, operator, signal
from functools import partial
from bytemerge import Tokenizer
{before}
# A shell makes background jobs ignore Ctrl-C, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
encode = Tokenizer.train(["the the"], 258)._rust.encode_numpy
try:
    # No Python code runs between the signal and the call.
    list(map(operator.call, [_thread.interrupt_main, partial(encode, "the")]))
except KeyboardInterrupt:
    print(encode("the").tolist())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[257]\n", "")


# --- Arguments ---


@pytest.mark.parametrize("threads", [0, -1, -(2**70)])
def test_no_threads(threads: int) -> None:
    for call in (
        lambda: TOKENIZER.encode("", threads=threads),
        lambda: TOKENIZER.count("", threads=threads),
        lambda: TOKENIZER.encode_batch([], threads=threads),
        lambda: Tokenizer.train([], 256, threads=threads),
    ):
        with pytest.raises(ValueError, match=f"^threads must be at least 1, not {threads}$"):
            call()


def test_more_threads_than_there_are() -> None:
    for threads in (2**31, 2**64, 2**100):
        assert TOKENIZER.encode(TEXT, threads=threads) == IDS
        assert Tokenizer.train([LINE], 280, threads=threads).vocab_size < 280
    with pytest.raises(TypeError):
        TOKENIZER.encode("", threads=1.5)  # type: ignore[arg-type]


def test_frequencies() -> None:
    with pytest.raises(ValueError, match=r"^min_frequency must be at least 0, not -1$"):
        Tokenizer.train([LINE], 280, min_frequency=-1)
    assert Tokenizer.train([LINE], 280, min_frequency=2**100).vocab_size == 256


@pytest.mark.parametrize("id", [-1, 2**32 - 1, 2**32, 2**70])
def test_ids_that_no_token_has(id: int) -> None:
    with pytest.raises((VocabularyError, UnknownTokenError)):
        Tokenizer.from_ranks({**BYTES, b"ab": id}, pattern=None)
    if 0 <= id < 2**32:
        assert TOKENIZER.with_special_tokens({"<a>": id}).decode([id]) == "<a>"
    else:
        with pytest.raises(VocabularyError, match=f"an id is from 0 to 4294967295, not {id}"):
            TOKENIZER.with_special_tokens({"<a>": id})


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "int64", "uint64"])
def test_ids_of_any_integer_type(dtype: str) -> None:
    ids = np.array([99, 97, 116], dtype=dtype)
    assert TOKENIZER.decode(ids) == TOKENIZER.decode(ids[::-1])[::-1] == "cat"
    with pytest.raises(UnknownTokenError, match="no token has the id -1"):
        TOKENIZER.decode(np.array([97, -1]))


@pytest.mark.parametrize("ids", [[97.0], np.array([97.0]), ["a"], [None], 97, None, "a"], ids=repr)
def test_ids_that_are_none(ids: Any) -> None:
    with pytest.raises(TypeError):
        TOKENIZER.decode(ids)


@pytest.mark.parametrize(
    "pattern",
    ["", "x*", "(?=a)", "(?<=a)b", r"(a|aa)+$", r"(x+x+)+y", "(" * 500 + ")" * 500, "a{1000}{1000}", "[", r"\p{Nonsense}", "\0"],
)  # fmt: skip
@pytest.mark.parametrize(
    "text", ["", "\0", "\ufeffabc", "a" * 3000 + "b", "x" * 3000, "e" + "\u0301" * 3000]
)
def test_patterns_that_make_no_sense(pattern: str, text: str) -> None:
    """They split text all the same, or are refused; nothing is lost."""
    try:
        tokenizer = Tokenizer.train([text], 300, pattern=pattern)
        back = tokenizer.decode(tokenizer.encode(text))
    except BytemergeError as error:
        sentence = str(error)
    else:
        sentence = "fine"
        assert back == text
    assert len(sentence.splitlines()) == 1


# The exceptions that a nonsensical call may raise: our own errors are subclasses of some.
DOCUMENTED = (TypeError, ValueError, KeyError, OverflowError, LookupError, MemoryError)

NONSENSE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.just("\ud800"),
    st.lists(st.one_of(st.none(), st.integers(-2, 300), st.text(max_size=2)), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(-2, 2**33), max_size=2),
    st.dictionaries(st.binary(max_size=2), st.integers(-2, 2**33), max_size=2),
    st.sampled_from(
        ["all", "strict", "gpt2", [["a"]], object(), np.zeros(2), np.zeros((2, 2)), {1}]
    ),
)
METHODS = [
    "train", "from_ranks", "from_huggingface", "from_tiktoken", "from_pretrained", "load", "encode", "encode_ordinary",
    "encode_numpy", "encode_batch", "encode_bytes", "count", "count_batch", "decode", "decode_batch", "decode_bytes",
    "tokenize", "tokenize_text", "tokens_as_strings", "token_bytes", "token_id", "with_special_tokens",
]  # fmt: skip
OPTIONS = [
    "pattern", "special_tokens", "min_frequency", "threads", "allowed_special", "disallowed_special", "errors",
]  # fmt: skip


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(METHODS),
    st.lists(NONSENSE, max_size=2),
    st.dictionaries(st.sampled_from(OPTIONS), NONSENSE, max_size=2),
)
def test_any_arguments_at_all(
    method: str, arguments: list[object], options: dict[str, object]
) -> None:
    """No panic, no SystemError, only documented exceptions."""
    try:
        getattr(TOKENIZER, method)(*arguments, **options)
    except (*DOCUMENTED, OSError):
        pass
