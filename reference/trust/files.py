"""A file is written completely or not at all, and a damaged one is noticed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bytemerge import NaiveRustTokenizer, NaiveTokenizer, Tokenizer, WordCounts
from bytemerge.errors import BytemergeError
from trust.checks import SkippedError, check, each_of
from trust.children import ran

SETUP = """
import os, sys
from pathlib import Path
from bytemerge import NaiveRustTokenizer, NaiveTokenizer, Tokenizer
from bytemerge.cli import main
texts = ["the cat and the hat", "a dog, and 12 cats"] * 3
old = {name: text for name, text in zip(("a", "b"), (texts[:1], texts))}
fast = {name: Tokenizer.train(each, 280 + len(name)) for name, each in old.items()}
naive = {name: NaiveTokenizer.train(each, 14) for name, each in old.items()}
rust = {name: NaiveRustTokenizer.train(each, 14) for name, each in old.items()}
for name in old:
    Path(f"text-{name}").write_text("\\n".join(old[name]) * 500, encoding="utf-8")
fast["a"].save("model")
def ids(name):
    assert main(["encode", "-o", "file", "model", f"text-{name}"]) == 0
WAYS = {
    "save": lambda name: fast[name].save("file"),
    "to_huggingface": lambda name: fast[name].to_huggingface("file"),
    "to_tiktoken": lambda name: fast[name].to_tiktoken("file"),
    "NaiveTokenizer.save": lambda name: naive[name].save("file"),
    "NaiveRustTokenizer.save": lambda name: rust[name].save("file"),
    "bytemerge encode -o": ids,
}
save = WAYS[sys.argv[1]]
save("b")
new = Path("file").read_bytes()
save("a")
old = Path("file").read_bytes()
assert old != new
os.mkdir("expected")
Path("expected", "old").write_bytes(old)
Path("expected", "new").write_bytes(new)
os.mkdir("saved")
os.rename("file", "saved/file")
os.chdir("saved")
for name in ("model", "text-a", "text-b"):
    os.symlink(f"../{name}", name)
"""
"""Makes the folder ``saved`` with an old file, and the function ``save``."""

WAYS = (
    "save",
    "to_huggingface",
    "to_tiktoken",
    "NaiveTokenizer.save",
    "NaiveRustTokenizer.save",
    "bytemerge encode -o",
)
"""All that write files."""

INPUTS = {"file", "model", "text-a", "text-b"}
"""Names that may be in the folder."""


@contextmanager
def folder_for_files() -> Iterator[Path]:
    """Make a folder, and remove it in any case."""
    folder = Path(tempfile.mkdtemp(prefix="trust-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def assert_old_or_new(folder: Path) -> None:
    """Check that the file is the old one or the new one."""
    content = (folder / "saved" / "file").read_bytes()
    assert content in both(folder), f"a broken file of {len(content)} bytes"


def both(folder: Path) -> list[bytes]:
    """Return the content of the old file and of the new one."""
    return [(folder / "expected" / name).read_bytes() for name in ("old", "new")]


def stray_files(folder: Path) -> list[Path]:
    """Return what is there besides the file."""
    return [path for path in (folder / "saved").iterdir() if path.name not in INPUTS]


def assert_no_stray_file(folder: Path) -> None:
    """Check that nothing but the file is there."""
    assert not stray_files(folder)


def assert_saves(program: str, case: str, folder: Path, **variables: str) -> None:
    """Check that a program succeeds, and leaves nothing but the file."""
    result = ran(program, case, folder=folder, environment=variables)
    assert result.returncode == 0, result.stderr[-2000:]
    assert_no_stray_file(folder)


# --- kill -9 ---


def moments(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Return ways to save, and moments to be killed at."""
    while True:
        for way in WAYS:
            yield {"way": way, "seconds": round(chance.uniform(0, 0.05), 4)}


KILLED = "print('ready', flush=True)\nwhile True:\n    save('b')\n    save('a')\n"


@check(
    "kill -9 while saving leaves the old file or the new one; no part of a file on Linux",
    moments,
    60,
)
def killed_while_saving(case: dict[str, Any]) -> None:
    """Kill a program that does nothing but save."""
    if not hasattr(signal, "SIGKILL"):
        message = "no SIGKILL here"
        raise SkippedError(message)
    with folder_for_files() as folder:
        program = SETUP + KILLED
        with subprocess.Popen(
            [sys.executable, "-c", program, case["way"]],
            cwd=folder,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(case["seconds"])
            process.kill()
        assert_old_or_new(folder)
        if sys.platform == "linux":
            # A file without a name gets one when it is complete. Some microseconds later, after one
            # more call of the system, the name is that of the old file.
            for path in stray_files(folder):
                assert path.read_bytes() in both(folder), f"a part of a file: {path.name}"


# --- Full disks ---

FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = len(new)
steps = range(size) if size < 3000 else sorted({*range(99), *range(0, size, 37), size - 1})
if sys.argv[1] == "bytemerge encode -o":
    steps = steps[:: len(steps) // 50]
failed = 0
for limit in steps:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        save("b")
    except (OSError, AssertionError):  # the command line says it, and returns 2
        failed += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    assert Path("file").read_bytes() == old, limit
    assert set(os.listdir()) <= {"file", "model", "text-a", "text-b"}, (limit, os.listdir())
assert failed == len(steps), (failed, len(steps))
save("b")
assert Path("file").read_bytes() == new
"""


@check("a disk that is full after any byte leaves the old file, and no other", each_of(*WAYS), 6)
def full_disk(case: str) -> None:
    """Limit the size of files to each number of bytes in turn."""
    require_linux()
    with folder_for_files() as folder:
        result = ran(SETUP + FULL, case, folder=folder)
        assert result.returncode == 0, result.stderr[-2000:]


def require_linux() -> None:
    """Raise SkippedError elsewhere."""
    if sys.platform != "linux":
        message = "only on Linux"
        raise SkippedError(message)


# --- fsync ---

SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
static int fails(void) { return getenv("FSYNC_FAILS") != NULL; }
int fsync(int file) {
    int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    if (fails()) { errno = EIO; return -1; }
    return next(file);
}
int fdatasync(int file) { return fsync(file); }
"""

FAILING = """
import ctypes
# os.environ would not reach the C library that the shim asks.
os.environ["FSYNC_FAILS"] = "1"
refused = False
try:
    save("b")
except (OSError, AssertionError):
    refused = True
assert refused, "an error of fsync is ignored"
assert Path("file").read_bytes() == old
del os.environ["FSYNC_FAILS"]
save("b")
assert Path("file").read_bytes() == new
"""


@check("a disk that fails in fsync raises OSError, and leaves the old file", each_of(*WAYS), 6)
def failing_fsync(case: str) -> None:
    """Put a function that fails before that of the system, by LD_PRELOAD."""
    require_linux()
    compiler = shutil.which("cc")
    if not compiler:
        message = "no C compiler"
        raise SkippedError(message)
    with folder_for_files() as folder:
        source, shim = folder / "shim.c", folder / "shim.so"
        source.write_text(SHIM, encoding="utf-8")
        command = [compiler, "-shared", "-fPIC", "-o", str(shim), str(source), "-ldl"]
        subprocess.run(command, check=True)
        assert_saves(SETUP + FAILING, case, folder, LD_PRELOAD=str(shim))


# --- Folders, links, two savers ---

READ_ONLY = """
if os.geteuid() == 0:
    # For root nothing is read-only.
    os.chmod("..", 0o755)
    os.seteuid(65534)
    os.seteuid(0)
    os.chmod(".", 0o555)
    os.chmod("file", 0o644)
    os.seteuid(65534)
else:
    os.chmod(".", 0o555)
raised = None
try:
    save("b")
except (OSError, AssertionError) as error:
    raised = error
if os.getuid() == 0:
    os.seteuid(0)
os.chmod(".", 0o755)
assert isinstance(raised, (PermissionError, AssertionError)), raised
assert Path("file").read_bytes() == old
"""


@check("a read-only folder raises PermissionError, and nothing changes", each_of(*WAYS), 6)
def read_only_folder(case: str) -> None:
    """Save without the permission to do so."""
    if not hasattr(os, "geteuid"):
        message = "permissions differ on Windows"
        raise SkippedError(message)
    with folder_for_files() as folder:
        assert_saves(SETUP + READ_ONLY, case, folder)


LINKS = """
os.link("file", "../hard")
os.rename("file", "../target")
os.symlink("../target", "file")
save("b")
assert os.readlink("file") == "../target", "the link is gone"
assert Path("../target").read_bytes() == new
assert Path("../hard").read_bytes() == old, "another name of the old file has changed"
os.unlink("../target")
save("b")  # the link leads to no file now
assert os.readlink("file") == "../target", "the link is gone"
assert Path("../target").read_bytes() == new
os.unlink("file")
os.symlink("file", "file")
refused = False
try:
    save("b")
except (OSError, AssertionError):
    refused = True
assert refused, "a link to itself is no file"
os.unlink("file")
Path("file").write_bytes(old)
os.chmod("file", 0o640)
save("b")
assert os.stat("file").st_mode & 0o777 == 0o640, oct(os.stat("file").st_mode)
os.unlink("file")
os.umask(0o027)
save("b")
assert os.stat("file").st_mode & 0o777 == 0o640, oct(os.stat("file").st_mode)
"""


@check("a link stays a link, and a file keeps its mode", each_of(*WAYS), 6)
def links_and_modes(case: str) -> None:
    """Save through links, also those that lead nowhere."""
    if os.name == "nt":
        message = "links need rights on Windows"
        raise SkippedError(message)
    with folder_for_files() as folder:
        assert_saves(SETUP + LINKS, case, folder)


TWO = """
import threading
def often(name):
    for _ in range(60):
        save(name)
others = [threading.Thread(target=often, args=(each,)) for each in "abab"]
if sys.argv[1] != "bytemerge encode -o":  # the command line belongs to one thread
    for each in others:
        each.start()
if hasattr(os, "fork"):
    child = os.fork()
    often("a" if child else "b")
    if not child:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
for each in others:
    if each.ident:
        each.join()
"""


@check("savers of one file at the same moment leave one of their files", each_of(*WAYS), 6)
def two_savers(case: str) -> None:
    """Save from two processes, and from four threads."""
    if os.name == "nt":
        message = "Windows refuses to replace a file that another program has open"
        raise SkippedError(message)
    with folder_for_files() as folder:
        quiet = "import warnings\nwarnings.simplefilter('ignore')\n"
        assert_saves(quiet + SETUP + TWO, case, folder)
        assert_old_or_new(folder)


# --- Damage ---

TEXTS = ["the cat and the hat", "a dog, and 12 cats"]


def save_of(name: str) -> Callable[[Path], object]:
    """Return the method that saves something small."""
    if name == "WordCounts":
        return WordCounts.count(TEXTS).save
    if name == "Tokenizer":
        return Tokenizer.train(TEXTS, 262, special_tokens=["<end>"]).save
    save: Callable[[Path], object] = CLASSES[name].train(TEXTS, 18).save
    return save


CLASSES: dict[str, Any] = {
    "Tokenizer": Tokenizer,
    "NaiveTokenizer": NaiveTokenizer,
    "NaiveRustTokenizer": NaiveRustTokenizer,
    "WordCounts": WordCounts,
}
FILES = {
    "model": "Tokenizer",
    "naive": "NaiveTokenizer",
    "rust": "NaiveRustTokenizer",
    "counts.arrow": "WordCounts",
    "counts.parquet": "WordCounts",
}
"""The class that saves and loads each file."""


def flips(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Return each file with the seed of the bits to flip."""
    while True:
        for name in FILES:
            yield {"file": name, "seed": chance.randrange(2**32)}


@check("a bit that flips in a saved file is noticed in loading, whatever the byte", flips, 15)
def flipped_bits(case: dict[str, Any]) -> None:
    """Flip a bit in each byte of a file, and load it; also cut the file after some bytes."""
    name, chance = case["file"], random.Random(case["seed"])
    cls = CLASSES[FILES[name]]
    with folder_for_files() as folder:
        path = folder / name
        try:
            save_of(FILES[name])(path)
        except ImportError:
            return  # pyarrow is not here
        content, whole = path.read_bytes(), cls.load(path)
        ends = {0, 1, len(content) - 1, *(chance.randrange(len(content)) for _ in range(100))}
        changed = [
            flipped(content, index, 1 << chance.randrange(8)) for index in range(len(content))
        ]
        for damaged in (*changed, *(content[:end] for end in ends)):
            path.write_bytes(damaged)
            try:
                found = cls.load(path)
            except BytemergeError:
                continue
            if "." in name and found == whole:
                continue  # in what Arrow and Parquet fill up with
            first = next(i for i in range(len(content)) if damaged[i : i + 1] != content[i : i + 1])
            same = "the same" if found == whole else "another one"
            message = f"byte {first} of {len(content)}: it loads as {same}"
            raise AssertionError(message)


def flipped(content: bytes, index: int, bit: int) -> bytes:
    """Return a content with a bit changed."""
    return content[:index] + bytes([content[index] ^ bit]) + content[index + 1 :]
