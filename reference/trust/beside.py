"""The same bad days for bytemerge, tiktoken, tokenizers and gigatoken, side by side."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bytemerge import Tokenizer
from trust.checks import SkippedError
from trust.files import folder_for_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIBRARIES = ("bytemerge", "tiktoken", "tokenizers", "gigatoken")

PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""The expression of GPT-2."""

LOAD = {
    "bytemerge": """
from bytemerge import Tokenizer
def load(path):
    if path.endswith("json"):
        return Tokenizer.from_huggingface(path)
    return Tokenizer.load(path)
tokenizer = load("own")
encode, decode = tokenizer.encode, tokenizer.decode
batch = tokenizer.encode_batch
save = tokenizer.save
train = lambda texts: Tokenizer.train(texts, 30_000)
""",
    "tiktoken": f"""
import tiktoken
from tiktoken.load import load_tiktoken_bpe
def load(path):
    return tiktoken.Encoding("own", pat_str={PATTERN!r}, mergeable_ranks=load_tiktoken_bpe(path), special_tokens={{}})
tokenizer = load("ranks")
encode, decode = tokenizer.encode_ordinary, tokenizer.decode
batch = tokenizer.encode_ordinary_batch
""",
    "tokenizers": """
import tokenizers
load = tokenizers.Tokenizer.from_file
tokenizer = load("tokenizer.json")
encode, decode = tokenizer.encode, tokenizer.decode
batch = tokenizer.encode_batch
save = tokenizer.save
def train(texts):
    new = tokenizers.Tokenizer(tokenizers.models.BPE())
    new.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    new.train_from_iterator(texts, tokenizers.trainers.BpeTrainer(vocab_size=30_000, show_progress=False))
""",
    "gigatoken": """
import gigatoken
from pathlib import Path
def load(path):
    return gigatoken.Tokenizer.from_json(Path(path).read_text(encoding="utf-8"))
tokenizer = load("tokenizer.json")
encode, decode = tokenizer.encode, tokenizer.decode
batch = tokenizer.encode_batch
""",
}
"""Loads the same tokenizer in each."""

FILE = {
    "bytemerge": "own",
    "tiktoken": "ranks",
    "tokenizers": "tokenizer.json",
    "gigatoken": "tokenizer.json",
}


def prepare(folder: Path, size: int = 5000) -> None:
    """Write a tokenizer in the formats of all."""
    chance = random.Random(0)
    words = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(1, 9))) for _ in range(9000)]
    tokenizer = Tokenizer.train([" ".join(words)], size)
    tokenizer.save(folder / "own")
    tokenizer.to_tiktoken(folder / "ranks")
    tokenizer.to_huggingface(folder / "tokenizer.json")


def outcome(folder: Path, program: str, seconds: float = 60, **options: str) -> str:
    """Run a program; return what it prints last, or how it ended."""
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            cwd=folder,
            timeout=seconds,
            check=False,
            # tiktoken would keep copies of files, and read these.
            env={**os.environ, "TIKTOKEN_CACHE_DIR": "", **options},
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    if done.returncode < 0:
        return f"ends the process ({signal.Signals(-done.returncode).name})"
    if done.returncode:
        return f"{done.stderr.strip().splitlines()[-1].partition(':')[0].rpartition('.')[2]}"
    return done.stdout.strip().splitlines()[-1]


CALL = """
try:
    {call}
    print("{well}")
except BaseException as error:
    print(type(error).__name__)
"""


def killed_while_saving(folder: Path, name: str, times: int) -> str:
    """Kill a program a hundred times in the middle of saving."""
    if "save =" not in LOAD[name]:
        return "saves nothing"
    prepare(folder, 3000)
    program = LOAD[name] + (
        "import os, sys\nos.makedirs('out', exist_ok=True)\nos.chdir('out')\nsave('file')\n"
        "print('ready', flush=True)\nwhile True:\n    save('file')\n"
    )
    chance, found = random.Random(0), Counter[str]()
    whole = b""
    for _ in range(times):
        with subprocess.Popen(
            [sys.executable, "-c", program], cwd=folder, stdout=subprocess.PIPE, encoding="utf-8"
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.05))
            process.kill()
        files = sorted((folder / "out").iterdir())
        content = (folder / "out" / "file").read_bytes()
        whole = max(whole, content, key=len)
        found["broken"] += content != whole
        found["stray"] += len(files) > 1
        for each in files:
            each.unlink()
    return f"{found['broken']} broken, {found['stray']} beside a stray file, of {times}"


def full_disk(folder: Path, name: str, _: int) -> str:
    """Save over a file, with a limit of the size of files that is half of it."""
    if "save =" not in LOAD[name]:
        return "saves nothing"
    prepare(folder)
    return outcome(
        folder,
        LOAD[name]
        + """
import os, resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
save("file")
before = open("file", "rb").read()
resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, resource.RLIM_INFINITY))
try:
    save("file")
except BaseException as error:
    raised = type(error).__name__
else:
    raised = "no error"
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
same = open("file", "rb").read() == before
print(f"{raised}, the old file is {'there' if same else 'lost'}")
""",
    )


STOPPING = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
{inputs}
print("ready", flush=True)
start = time.monotonic()
try:
    {call}
    print(time.monotonic(), "ended", flush=True)
except KeyboardInterrupt:
    print(time.monotonic(), "stopped", flush=True)
"""


def stopped(folder: Path, name: str, inputs: str, call: str) -> str:
    """Send Ctrl-C after a fifth of a second, and return the seconds until Python hears of it."""
    prepare(folder)
    program = LOAD[name] + STOPPING.format(inputs=inputs, call=call)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.2)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        try:
            out, _ = process.communicate(timeout=90)
        except subprocess.TimeoutExpired:
            process.kill()
            return "over 90 s"
    if not out:
        # Python was on its way out of the call.
        return f"{time.monotonic() - sent:.2g} s"
    return f"{float(out.split()[0]) - sent:.2g} s"


def interrupted_encoding(folder: Path, name: str, _: int) -> str:
    """Interrupt a call that encodes one long text."""
    inputs = 'text = " ".join(f"the cat {n} sat" for n in range(3_000_000))'
    return stopped(folder, name, inputs, "encode(text)")


def interrupted_training(folder: Path, name: str, _: int) -> str:
    """Interrupt a training."""
    if "train =" not in LOAD[name] and "def train" not in LOAD[name]:
        return "trains nothing that is comparable"
    inputs = (
        "import random\nchance = random.Random(0)\n"
        'texts = ["".join(chance.choices("etaoinshrdlu ", k=2_000)) for _ in range(6_000)]'
    )
    return stopped(folder, name, inputs, "train(texts)")


def forked(folder: Path, name: str, _: int) -> str:
    """Encode a batch on all threads, fork, and encode it again in the child."""
    prepare(folder)
    return outcome(
        folder,
        LOAD[name]
        + """
import os, signal
texts = ["the cat sat on the mat " * 50] * 3000
batch(texts)
child = os.fork()
if not child:
    signal.alarm(20)
    batch(texts)
    os._exit(0)
status = os.waitpid(child, 0)[1]
print("works" if status == 0 else "the child hangs" if status == signal.SIGALRM else "the child crashes")
""",
        TOKENIZERS_PARALLELISM="true",
    )


def tampered(folder: Path, name: str, times: int) -> str:
    """Flip bits of a saved file, one at a time, and load it."""
    prepare(folder, 700)
    program = (
        LOAD[name]
        + f"""
import collections, random
from pathlib import Path
chance, found = random.Random(0), collections.Counter()
content = Path({FILE[name]!r}).read_bytes()
path = "damaged.json" if {FILE[name]!r}.endswith("json") else "damaged"
for _ in range({times}):
    damaged = bytearray(content)
    damaged[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    Path(path).write_bytes(damaged)
    try:
        load(path)
    except Exception:
        found["noticed"] += 1
    except BaseException:
        found["panics"] += 1
    else:
        found["loaded, not noticed"] += 1
print(", ".join(f"{{number}} {{word}}" for word, number in sorted(found.items(), key=lambda pair: -pair[1])))
"""
    )
    return outcome(folder, program, 300)


def long_run(folder: Path, name: str, _: int) -> str:
    """Encode ten million times the same sign."""
    prepare(folder)
    call = "encode('^' * 10_000_000)"
    return outcome(folder, LOAD[name] + CALL.format(call=call, well="works"), 120)


def unknown_id(folder: Path, name: str, _: int) -> str:
    """Decode an id that no token has."""
    prepare(folder)
    call = "print(repr(decode([10**6])))"
    return outcome(folder, LOAD[name] + CALL.format(call=call, well="no error"))


def no_memory(folder: Path, name: str, times: int) -> str:
    """Encode with less and less memory."""
    prepare(folder)
    found = Counter[str]()
    for step in range(times):
        program = (
            LOAD[name]
            + f"""
import resource
text = " ".join(f"the cat {{n}} sat" for n in range(300_000))
encode("the cat")
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + {(step + 1) << 20}, resource.RLIM_INFINITY))
"""
            + CALL.format(call="encode(text)", well="works")
        )
        said = outcome(folder, program, 120)
        found["ends the process" if said.startswith("ends") else said] += 1
    return ", ".join(f"{number} {word}" for word, number in sorted(found.items()))


TRIALS: dict[str, tuple[Callable[[Path, str, int], str], int]] = {
    "killed while saving": (killed_while_saving, 100),
    "a full disk while saving": (full_disk, 1),
    "Ctrl-C while encoding": (interrupted_encoding, 1),
    "Ctrl-C while training": (interrupted_training, 1),
    "a fork after a call on all threads": (forked, 1),
    "one bit of a saved file flips": (tampered, 500),
    "ten million times one sign": (long_run, 1),
    "an id that no token has": (unknown_id, 1),
    "memory ends while encoding": (no_memory, 12),
}


def all_trials(effort: float) -> dict[str, dict[str, str]]:
    """Return the outcome of each trial for each library that is here."""
    if sys.platform != "linux":
        message = "the comparison needs Linux"
        raise SkippedError(message)
    here = [name for name in LIBRARIES if find_spec(name)]
    found: dict[str, dict[str, str]] = {}
    for trial, (run, times) in TRIALS.items():
        found[trial] = {}
        for name in here:
            with folder_for_files() as folder:
                found[trial][name] = run(folder, name, max(1, round(times * effort)))
            print(json.dumps({trial: {name: found[trial][name]}}), flush=True)
    return found
