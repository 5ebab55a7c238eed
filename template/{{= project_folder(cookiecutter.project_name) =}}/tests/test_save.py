"""The example saves its counts whole or not at all, also on a bad day."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from {{= cookiecutter.__package =}} import WordCounts, count_words

posix = pytest.mark.skipif(os.name == "nt", reason="only POSIX has this")
only_owner = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to root, or on Windows"
)

COUNTS = count_words("b a c c")
LINES = b"2\tc\n1\ta\n1\tb\n"

SETUP = """
import sys
from {{= cookiecutter.__package =}} import WordCounts
path = sys.argv[1]
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def program(*lines: str) -> list[str]:
    """Return the command that runs lines in a new Python process, with the path in `path`."""
    return [sys.executable, "-c", "\n".join([SETUP, *lines])]


def test_a_line_is_a_count_and_a_word_and_the_most_frequent_come_first(tmp_path: Path) -> None:
    for path in (tmp_path / "one.txt", str(tmp_path / "two.txt")):
        WordCounts({"old": 1}).save(path)
        COUNTS.save(path)
        assert Path(path).read_bytes() == LINES
    assert names(tmp_path) == ["one.txt", "two.txt"]


@pytest.mark.parametrize("line_break", ["\n", "\r"])
def test_a_word_with_a_line_break_is_refused(tmp_path: Path, line_break: str) -> None:
    path = tmp_path / "counts.txt"
    COUNTS.save(path)
    with pytest.raises(ValueError, match=r'counts.txt: the word "a\\[nr]b" has a line break$'):
        WordCounts({f"a{line_break}b": 1}).save(path)
    assert path.read_bytes() == LINES


def test_a_path_is_what_python_takes_for_one() -> None:
    with pytest.raises(TypeError, match="PathLike"):
        COUNTS.save(5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="NUL"):
        COUNTS.save("a\0b")


def test_an_error_is_the_one_that_python_raises(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing" / "counts.txt"):
        with pytest.raises(OSError, match=r".+") as expected:
            path.write_bytes(b"")
        with pytest.raises(type(expected.value)) as caught:
            COUNTS.save(path)
        # Windows has its own words for its own numbers.
        assert str(caught.value) == str(expected.value) or os.name == "nt"
        assert caught.value.errno == expected.value.errno
        assert caught.value.filename == str(path)
    assert names(tmp_path) == []


@posix
def test_an_error_in_the_middle_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "counts.txt"
    COUNTS.save(path)
    command = program(
        "import resource",
        "_, most = resource.getrlimit(resource.RLIMIT_FSIZE)",
        "# The system refuses the rest of a longer file, as on a full disk.",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most))",
        "try:",
        "    WordCounts({str(word): 1 for word in range(1000)}).save(path)",
        "except OSError as error:",
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))",
        "    sys.exit(error.errno)",
    )
    assert subprocess.run([*command, path], check=False, timeout=60).returncode == errno.EFBIG
    assert path.read_bytes() == LINES
    assert names(tmp_path) == ["counts.txt"]


@posix
def test_a_process_that_is_killed_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "counts.txt"
    command = program(
        "files = [WordCounts({f'{word}-{end}': 1 for word in range(20_000)}) for end in 'ab']",
        "for each in files:",
        "    each.save(path)",
        "    print(flush=True)",
        "    sys.stdin.readline()",
        "while True:",
        "    for each in files:",
        "        each.save(path)",
    )
    with subprocess.Popen(
        [*command, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        whole = set()
        for _ in range(2):
            process.stdout.readline()
            whole.add(path.read_bytes())
            process.stdin.write(b"\n")
            process.stdin.flush()
        assert len(whole) == 2
        # Once it has been replaced a few times under the eyes of a reader.
        seen = [path.read_bytes()]
        while len(seen) < 10 and process.poll() is None:
            if (content := path.read_bytes()) != seen[-1]:
                seen.append(content)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert {*seen, path.read_bytes()} == whole


@only_owner
def test_a_folder_that_must_not_change_is_one_error(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(0o500)
    path = folder / "counts.txt"
    with pytest.raises(PermissionError) as caught:
        COUNTS.save(path)
    assert (caught.value.errno, caught.value.filename) == (errno.EACCES, str(path))
    assert names(folder) == []


@only_owner
def test_a_file_that_must_not_change_stays(tmp_path: Path) -> None:
    path = tmp_path / "counts.txt"
    path.write_bytes(b"old")
    path.chmod(0o400)
    with pytest.raises(PermissionError):
        COUNTS.save(path)
    assert path.read_bytes() == b"old"


@posix
def test_permissions_and_links_stay(tmp_path: Path) -> None:
    path, link, plain = (tmp_path / name for name in ("counts.txt", "link.txt", "plain.txt"))
    plain.write_bytes(b"")
    COUNTS.save(path)
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o606)
    link.symlink_to(path.name)
    COUNTS.save(link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o606
    assert path.read_bytes() == LINES


@posix
def test_a_pipe_gets_the_counts_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=COUNTS.save, args=(pipe,))
    writer.start()
    assert pipe.read_bytes() == LINES
    writer.join()
    assert pipe.is_fifo()
