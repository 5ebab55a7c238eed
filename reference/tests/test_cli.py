"""The command line as a user sees it."""

import bz2
import gzip
import hashlib
import json
import lzma
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Captured, lines, printed, refusal

from bytemerge import NaiveRustTokenizer, Tokenizer, __version__
from bytemerge.cli import main
from bytemerge.formats import pretrained

TEXT = "the cat\nThis hat!\n\nzoé\n"
KINDS = ["py", "rs", "fast"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("the cat\nThis hat!\n", encoding="utf-8", newline="")
    return path


@pytest.fixture(params=["py", "rs"])
def naive(request: pytest.FixtureRequest) -> str:
    return f"--tokenizer={request.param}"


@pytest.fixture
def model(text: Path, naive: str) -> str:
    path = text.with_name("model.json")
    assert main(["train", naive, "-v", "11", "-o", str(path), str(text)]) == 0
    return str(path)


@pytest.fixture
def fast(text: Path) -> str:
    """A model for production, with a special token."""
    path = text.with_name("fast.json")
    assert main(["train", "-v264", "--special-token=<end>", "-o", str(path), str(text)]) == 0
    return str(path)


# --- Naive models ---


def test_what_a_naive_model_encodes_is_decoded(
    capsys: Captured, tmp_path: Path, naive: str, model: str, text: Path
) -> None:
    for options in ([naive], []):
        tokens = lines(capsys, "encode", *options, model, str(text))
        assert tokens == ["10 4 1 3 9 1", "10 6 7 1 5 9 1"]
        (tmp_path / "tokens").write_text("\n".join(tokens), encoding="utf-8", newline="")
        decoded = lines(capsys, "decode", *options, model, str(tmp_path / "tokens"))
        assert decoded == ["the cat ", "this hat "]
    assert lines(capsys, "encode", "--by=file", model, str(text)) == [" ".join(tokens)]


def test_naive_models_in_the_other_commands(
    capsys: Captured, naive: str, model: str, text: Path
) -> None:
    assert lines(capsys, "show", naive, model, str(text)) == ["th·e c·at", "th·i·s h·at"]
    assert lines(capsys, "count", naive, model, str(text))[1].split() == [
        "13",
        "18",
        "1.38",
        str(text),
    ]
    assert lines(capsys, "info", naive, model) == [
        "kind     naive",
        "tokens   11",
        "merges   2, by a list of pairs, in its order",
        'longest  9  "at"',
        '         10  "th"',
    ]


@pytest.mark.parametrize("name", ["py", "rs"])
def test_options_of_naive_models(capsys: Captured, tmp_path: Path, name: str) -> None:
    text, model = tmp_path / "text.txt", tmp_path / "model"
    text.write_text("ab ab ca cb", encoding="utf-8")
    options = [f"--tokenizer={name}", "-v7", "-o", str(model), str(text)]
    assert main(["train", *options, "--exact-vocab-size"]) == 0
    assert capsys.readouterr().err == "note: 5 tokens, not 7: there is nothing left to merge\n"
    assert NaiveRustTokenizer.load(model).tokens == ["UNK", " ", "ab", "ca", "cb"]


# --- Models for production ---


@pytest.mark.parametrize("content", [TEXT, "no end", "", "\n", "a\r\nb\n", "\n\n \n"])
def test_lines_come_back(capsys: Captured, tmp_path: Path, fast: str, content: str) -> None:
    text, ids = tmp_path / "more.txt", str(tmp_path / "ids.txt")
    text.write_bytes(content.encode())
    assert lines(capsys, "encode", fast, "-o", ids, str(text)) == []
    assert len(Path(ids).read_text(encoding="utf-8").splitlines()) == len(
        content.removesuffix("\n").split("\n")
    ) - (not content)
    end = "\n" if content and not content.endswith("\n") else ""
    assert printed(capsys, "decode", fast, ids) == content + end
    # Files are the same to the byte.
    assert lines(capsys, "encode", "--by=file", fast, "-o", ids, str(text), str(text)) == []
    assert printed(capsys, "decode", "--by=file", fast, ids) == content + content


def test_bytes_that_are_no_text_come_back_too(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path, fast: str
) -> None:
    (tmp_path / "ids").write_text("255 10 195", encoding="utf-8")
    assert main(["decode", fast, str(tmp_path / "ids")]) == 0
    assert capfdbinary.readouterr().out == b"\xff\n\xc3\n"
    assert main(["decode", fast, "-o", str(tmp_path / "out"), str(tmp_path / "ids")]) == 0
    assert (tmp_path / "out").read_bytes() == b"\xff\n\xc3\n"


def test_special_tokens_in_a_text(capsys: Captured, fast: str, text: Path) -> None:
    text.write_text("good\na<end>\n", encoding="utf-8", newline="")
    refused = (
        f'{text}: line 2: the text has the special token "<end>" at byte 1, which is not allowed: '
        "add --allow-special, or --as-text"
    )
    assert refusal(capsys, "encode", fast, str(text), stdout=None) == refused
    assert refusal(capsys, "count", fast, str(text)) == refused.replace(" line 2:", "").replace(
        "1,", "6,"
    )
    assert lines(capsys, "encode", "--allow-special", fast, str(text))[1] == "97 263"
    assert lines(capsys, "encode", "--as-text", fast, str(text))[1] == "97 60 101 110 100 62"
    assert "not allowed with" in refusal(capsys, "encode", "--as-text", "--allow-special", fast)


def test_a_separator_ends_each_document(capsys: Captured, fast: str, text: Path) -> None:
    text.write_text("a\n\nb", encoding="utf-8", newline="")
    separated = ("encode", "--separator=<end>", fast, str(text))
    assert lines(capsys, *separated) == ["97 263", "263", "98 263"]
    assert lines(capsys, *separated, "--by=file") == ["97 10 10 98 263"]
    assert (
        refusal(capsys, "encode", "--separator=<x>", fast, str(text))
        == "--separator <x>: not a special token of this model: <end>"
    )


def test_count_is_a_table(capsys: Captured, fast: str, text: Path) -> None:
    other = text.with_name("empty.txt")
    other.touch()
    tokens = len(Tokenizer.load(fast).encode(text.read_text(encoding="utf-8")))
    assert lines(capsys, "count", fast, str(text), str(other)) == [
        "tokens  bytes  bytes/token  file",
        f"    {tokens:2}     18         {18 / tokens:.2f}  {text}",
        f"     0      0            -  {other}",
        f"    {tokens:2}     18         {18 / tokens:.2f}  total",
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.jsonl", "JSON Lines"), ("a.ndjson.gz", "JSON Lines"), ("a.pq", "Parquet")],
)
def test_count_does_not_take_fields_for_plain_text(
    capsys: Captured, fast: str, tmp_path: Path, name: str, kind: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b'{"text": "a"}\n')
    said = refusal(capsys, "count", fast, str(path))
    assert said.startswith(f"{path}: {kind}, not plain text: ")
    assert said.endswith("as in --field text")


def test_info_says_what_there_is(capsys: Captured, fast: str) -> None:
    assert lines(capsys, "info", fast) == [
        "kind     tokenizer",
        "tokens   264",
        "merges   7, by rank: any two neighbours that together are a token, the lowest id first",
        "pattern  gpt2",
        'special  263  "<end>"',
        'longest  258  "cat"',
        '         260  "hat"',
        '         262  "the"',
        '         256  "at"',
        '         257  "Th"',
        '         259  "he"',
        '         261  "is"',
    ]


def test_train_takes_the_options_of_the_tokenizer(capsys: Captured, text: Path) -> None:
    model = str(text.with_name("model"))
    options = ["--pattern=none", "--special-token=<a>", "--special-token=<b>", "--min-frequency=2"]
    assert main(["train", *options, "--threads=1", "-v300", "-o", model, str(text)]) == 0
    captured = capsys.readouterr()
    tokenizer = Tokenizer.load(model)
    assert captured.err.startswith(f"note: {tokenizer.vocab_size} tokens, not 300: ")
    assert tokenizer.pattern is None
    assert list(tokenizer.special_tokens) == ["<a>", "<b>"]
    content = text.read_text(encoding="utf-8")
    again = Tokenizer.train(
        [content], 300, pattern=None, special_tokens=["<a>", "<b>"], min_frequency=2
    )
    assert tokenizer == again


def test_a_number_of_tokens_in_thousands(capsys: Captured, text: Path) -> None:
    assert main(["train", "-v1k", "-o", str(text.with_name("model")), str(text)]) == 0
    assert " tokens, not 1,000: " in capsys.readouterr().err


def test_a_file_is_one_text_to_learn_from(capsys: Captured, tmp_path: Path) -> None:
    paths = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for path in paths:
        path.write_text("a\n\n\nb\n\n\n" * 9, encoding="utf-8", newline="")
    model = tmp_path / "model"
    learnt = Tokenizer.train_from_files(paths, 260)
    assert learnt.merges[0] == (b"\n", b"\n")  # no line has two ends
    assert main(["train", "-v260", "-o", str(model), *map(str, paths)]) == 0
    assert capsys.readouterr().err.startswith("note: 258 tokens, not 260")
    assert Tokenizer.load(model) == learnt
    # Where it comes from makes no difference.
    with paths[0].open("rb") as file:
        train = program("train", "-v260", "-o", str(model), "-", str(paths[1]))
        subprocess.run(train, stdin=file, check=True, stderr=subprocess.DEVNULL)
    assert Tokenizer.load(model) == learnt


@pytest.mark.parametrize(
    "compress", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"]
)
def test_compressed_files_are_read(
    capsys: Captured, fast: str, text: Path, compress: Callable[[bytes], bytes]
) -> None:
    small, folder = text.with_name("small"), text.with_name("folder")
    folder.mkdir()
    small.write_bytes(compress(text.read_bytes()))
    for command in (
        ["encode", fast],
        ["encode", "--by=file", fast],
        ["encode", "--by=file", "--separator=<end>", fast],
        ["show", fast],
    ):
        assert printed(capsys, *command, str(small)) == printed(capsys, *command, str(text))
    counted = [printed(capsys, "count", fast, str(path)) for path in (small, text)]
    assert counted[0] == counted[1].replace(str(text), str(small))
    models = [folder / "small", folder / "text"]
    for kind, size in (("py", "11"), ("fast", "260")):
        for model, path in zip(models, (small, text), strict=True):
            train = ["train", f"--tokenizer={kind}", "-v", size, "-o", str(model)]
            assert main([*train, str(path)]) == 0
        assert models[0].read_bytes() == models[1].read_bytes()
    small.write_bytes(small.read_bytes()[:-5])
    capsys.readouterr()
    for arguments in (
        ["encode", fast],
        ["encode", "--by=file", fast],
        ["train", "-v260", "-o", str(models[0])],
    ):
        line = refusal(capsys, *arguments, str(small), stdout=None)
        assert line.startswith(f"{small}: damaged ")
    assert sorted(path.name for path in folder.iterdir()) == ["small", "text"]


def test_files_are_encoded_some_at_a_time(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, fast: str, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(7)]
    for number, path in enumerate(paths):
        path.write_text("the cat\n" * number, encoding="utf-8", newline="")
    by_file = ["encode", "--by=file", fast, *map(str, paths)]
    expected = [
        " ".join(map(str, Tokenizer.load(fast).encode(path.read_text(encoding="utf-8"))))
        for path in paths
    ]
    for size in (1, 50, 1 << 24):
        monkeypatch.setattr("bytemerge.cli.encode.GROUP", size)
        assert lines(capsys, *by_file) == expected
    paths[5].write_text("a<end>", encoding="utf-8")
    assert refusal(capsys, *by_file) == (
        f'{paths[5]}: the text has the special token "<end>" at byte 1, which is not allowed: '
        "add --allow-special, or --as-text"
    )


# --- For other programs, and for the eye ---


def test_json_is_for_other_programs(capsys: Captured, model: str, fast: str, text: Path) -> None:
    facts = json.loads(printed(capsys, "info", "--json", fast))
    longest = facts.pop("longest")
    assert longest[1] == {"id": 260, "text": "hat"}
    assert facts == {
        "model": fast,
        "kind": "tokenizer",
        "vocab_size": 264,
        "merges": 7,
        "merging": "ranks",
        "pattern": "gpt2",
        "normalizer": [],
        "special_tokens": {"<end>": 263},
        "added_tokens": {},
    }
    naive = json.loads(printed(capsys, "info", "--json", model))
    assert (naive["kind"], naive["vocab_size"], naive["merging"]) == ("naive", 11, "list")
    one = {"file": str(text), "tokens": 13, "bytes": 18}
    counted = json.loads(printed(capsys, "count", "--json", model, str(text), str(text)))
    assert counted == {"files": [one, one], "tokens": 26, "bytes": 36}


@pytest.mark.parametrize("kind", KINDS)
def test_bench_says_how_fast_it_is(capsys: Captured, text: Path, kind: str) -> None:
    size = "260" if kind == "fast" else "11"
    options = ["bench", f"--tokenizer={kind}", "--vocab-size", size, str(text)]
    learnt, made, read = lines(capsys, *options)
    assert learnt.startswith(f"{size} tokens learnt from 18 bytes in ")
    assert " tokens made in " in made
    assert made.endswith("MB/s")
    assert " tokens read in " in read
    report = json.loads(printed(capsys, *options, "--json"))
    assert report["tokenizer"] == kind
    assert report["vocab_size"] == int(size)
    assert report["tokens"] == int(made.split()[0])
    assert all(value > 0 for name, value in report.items() if name.endswith("seconds"))


@pytest.mark.parametrize(
    ("terminal", "environment", "option", "coloured"),
    [
        (True, {}, [], True),
        (False, {}, [], False),
        (True, {"NO_COLOR": "1"}, [], False),
        (True, {"TERM": "dumb"}, [], False),
        (False, {"FORCE_COLOR": "1"}, [], True),
        (True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        (False, {}, ["--colour=always"], True),
        (False, {"NO_COLOR": "1"}, ["--color=always"], True),
        (True, {"FORCE_COLOR": "1"}, ["--colour=never"], False),
    ],
)
def test_show_has_colours_where_they_are_wanted(  # noqa: PLR0913, PLR0917  # a table of cases
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    text: Path,
    terminal: bool,
    environment: dict[str, str],
    option: list[str],
    coloured: bool,
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"TERM": "xterm-256color"} | environment).items():
        monkeypatch.setenv(name, value)
    (first, _) = lines(capsys, "show", *option, model, str(text))
    escapes = "\x1b[30;48;5;223mth\x1b[0m\x1b[30;48;5;157me\x1b[0m "
    assert first.startswith(escapes if coloured else "th·e c·at")


def test_ids_stand_below_the_tokens(capsys: Captured, fast: str, text: Path) -> None:
    picture = printed(capsys, "show", "--colour=always", "--ids", fast, str(text))
    assert "262 32 258" in picture
    assert "262 32" not in printed(capsys, "show", "--colour=always", fast, str(text))
    assert lines(capsys, "show", "--ids", fast, str(text)) == ["the| |cat", "Th|is| |hat|!"]


def test_explain_shows_each_merge(capsys: Captured, fast: str, model: str) -> None:
    table = printed(capsys, "explain", fast, "the", "x")
    assert (
        table == f"{Tokenizer.load(fast).explain('the')}\n\n{Tokenizer.load(fast).explain('x')}\n"
    )
    assert "the: 3 bytes, 2 merges, 1 token" in table
    assert "\x1b[" in printed(capsys, "explain", "--colour=always", fast, "the")
    assert refusal(capsys, "explain", model, "the") == "explain is not for naive models"
    assert "too long" in refusal(capsys, "explain", fast, "a" * 1001)
    assert "WORD" in refusal(capsys, "explain", fast)


# --- What the model is ---


def test_files_of_others_are_models(capsys: Captured, fast: str, text: Path) -> None:
    tokenizer = Tokenizer.load(fast)
    ranks, huggingface = text.with_name("ranks"), text.with_name("tokenizer.json")
    tokenizer.with_special_tokens({}).to_tiktoken(ranks)
    tokenizer.to_huggingface(huggingface)
    expected = lines(capsys, "encode", fast, str(text))
    assert lines(capsys, "encode", str(huggingface), str(text)) == expected
    assert lines(capsys, "encode", "--pattern=gpt2", str(ranks), str(text)) == expected
    assert f"{ranks}: ranks need --pattern: " in refusal(capsys, "info", str(ranks))
    for given in ("--pattern=gpt2", "--tokenizer=py"):
        assert given.replace("=", " ").split()[0] in refusal(
            capsys, "info", given, str(huggingface)
        )
    assert "the pattern" in refusal(capsys, "info", "--pattern=(", str(ranks))


def test_parts_of_a_file_that_are_ignored(capsys: Captured, fast: str, text: Path) -> None:
    path = text.with_name("tokenizer.json")
    Tokenizer.load(fast).to_huggingface(path)
    content = json.loads(path.read_bytes())
    expected = lines(capsys, "encode", str(path), str(text))
    token = content["added_tokens"][0] | {"content": "<new>", "special": False}
    token["id"] = max(content["model"]["vocab"].values()) + 1
    content |= {"truncation": {"max_length": 5}, "normalizer": {"type": "NFC"}}
    content["added_tokens"].append(token)
    path.write_text(json.dumps(content), encoding="utf-8")
    assert "truncation = " in refusal(capsys, "encode", str(path), str(text))
    assert lines(capsys, "encode", "--ignore=truncation", str(path), str(text)) == expected
    shown = printed(capsys, "info", "--ignore=truncation", str(path))
    assert 'changes  {"type": "NFC"}' in shown
    assert f"added    {token['id']}  '<new>'" in shown.replace('"', "'")
    assert "--ignore is for a tokenizer.json" in refusal(capsys, "info", "--ignore=padding", fast)


def test_known_names_are_models(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # where nobody answers
    line = refusal(capsys, "info", "gpt2")
    cached = tmp_path / hashlib.sha1(pretrained.R50K.url.encode()).hexdigest()
    assert line.startswith(f"gpt2: {pretrained.R50K.url} cannot be downloaded (")
    assert f", and {cached} is missing: put the file there, or under the name" in line
    assert line.endswith("set TIKTOKEN_CACHE_DIR to that folder")
    monkeypatch.setenv(pretrained.OFFLINE, "1")
    assert "cannot be downloaded (BYTEMERGE_OFFLINE is set), and" in refusal(capsys, "info", "gpt2")
    monkeypatch.setenv(pretrained.OFFLINE, "0")
    cached.write_bytes(b"cut off")
    line = refusal(capsys, "info", "gpt-2")
    assert f", and {cached} has the wrong SHA-256: put the file there" in line
    assert refusal(capsys, "info", "gpt5").startswith(
        "gpt5: no such file, nor a known name: gpt2, "
    )
    assert "--tokenizer py is for naive models" in refusal(capsys, "info", "--tokenizer=py", "gpt2")


def test_the_kind_of_a_model_decides_unless_it_is_told(
    capsys: Captured, fast: str, model: str
) -> None:
    assert (
        refusal(capsys, "info", "--tokenizer=fast", model)
        == f'{model}: a model of kind "naive", not "tokenizer"'
    )
    for name in ("py", "rs"):
        assert (
            refusal(capsys, "info", f"--tokenizer={name}", fast)
            == f'{fast}: a model of kind "tokenizer", not "naive"'
        )
    assert "is not for naive models" in refusal(capsys, "encode", "--separator=x", model)


# --- Bad input ---


def test_an_empty_name_of_a_file(capsys: Captured, text: Path) -> None:
    expected = "expected the name of a file, not ''"
    for command in ("encode", "decode", "count", "show", "info"):
        assert refusal(capsys, command, "") == f"argument MODEL: {expected}"
    assert refusal(capsys, "encode", "gpt2", "") == f"argument FILE: {expected}"
    for start in (["train", "-v300"], ["encode", "gpt2"], ["decode", "gpt2"]):
        assert refusal(capsys, *start, "-o", "", str(text)) == f"argument -o/--output: {expected}"


def test_the_name_of_a_file_is_shown_on_one_line(capsys: Captured, text: Path) -> None:
    name, shown = "a\nb\x1b[31m\u2028\udcff", r"a\nb\x1b[31m\u2028\xff"
    assert refusal(capsys, "info", name).startswith(f"{shown}: ")
    train = ["train", "-v300", f"--output={text.with_name('m')}"]
    assert refusal(capsys, *train, name).startswith(f"{shown}: ")
    if os.name == "nt":
        return  # it has no such files
    main([*train, str(text)])
    strange = text.with_name("a\nb")
    strange.write_text("the", encoding="utf-8")
    capsys.readouterr()
    assert main(["count", str(text.with_name("m")), str(strange)]) == 0
    assert capsys.readouterr().out.endswith(r"a\nb" + "\n")


def test_bad_arguments(capsys: Captured, text: Path) -> None:
    def train(*options: str) -> str:
        return refusal(capsys, "train", *options, "-o", str(text.with_name("m")), str(text))

    expected = f"argument -v/--vocab-size: expected a whole number from 1 to {sys.maxsize}, not"
    for wrong in ("many", "-5", "0", "k", "1kk", "\N{ARABIC-INDIC DIGIT ONE}k"):
        assert train(f"-v{wrong}") == f"{expected} {wrong!r}"
    assert train("-v99999999999999999k") == f"{expected} '{99999999999999999000}'"
    assert "expected a whole number from 0" in train("-v300", f"--min-frequency={'9' * 5000}")
    assert train("-v200").startswith("vocab_size must be at least 256, ")
    assert train("-v300", "--exact-vocab-size") == "--exact-vocab-size is not for --tokenizer fast"
    for name in ("pattern", "special-token", "min-frequency", "threads"):
        expected = f"--{name} is not for --tokenizer py"
        assert train("-v300", "--tokenizer=py", f"--{name}", "1") == expected
    assert train("-v300", "--pattern=(").startswith('the pattern "(" is invalid')
    assert "two ids" in train("-v300", "--special-token=a", "--special-token=a")
    commands = "train, encode, decode, count, show, explain, info, bench"
    assert refusal(capsys) == f"a command is missing: {commands}; --help says more"
    assert "invalid choice: 'fly'" in refusal(capsys, "fly")
    assert not text.with_name("m").exists()
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"bytemerge {__version__}\n"


@pytest.mark.parametrize("kind", KINDS)
def test_an_input_is_not_overwritten(capsys: Captured, text: Path, kind: str) -> None:
    content, model = text.read_bytes(), str(text.with_name("model.json"))
    train = ["train", f"--tokenizer={kind}", "-v300"]
    sentence = "is an input, and writing the output would destroy it"
    assert refusal(capsys, *train, "-o", str(text), str(text)) == f"{text}: {sentence}"
    main([*train, "-o", model, str(text)])
    capsys.readouterr()
    beside = str(text.parent / "." / text.name)
    for command in ("encode", "decode"):
        assert refusal(capsys, command, model, str(text), "-o", beside).endswith(sentence)
        assert refusal(capsys, command, model, "-o", model) == f"{model}: {sentence}"
    assert text.read_bytes() == content
    assert main(["info", model]) == 0


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="not on Windows, and root may write anywhere"
)
def test_a_protected_output_is_not_replaced(capsys: Captured, fast: str, text: Path) -> None:
    out = text.with_name("ids")
    out.write_bytes(b"precious")
    out.chmod(0o400)
    sentence = f"{out}: Permission denied"
    assert refusal(capsys, "encode", fast, str(text), "-o", str(out)) == sentence
    assert refusal(capsys, "train", "-v300", "-o", str(out), str(text)) == sentence
    assert out.read_bytes() == b"precious"


@pytest.mark.skipif(os.name == "nt", reason="permissions mean something else on Windows")
def test_an_output_keeps_its_permissions(capsys: Captured, fast: str, text: Path) -> None:
    out = text.with_name("ids")
    out.touch()
    out.chmod(0o600)
    printed(capsys, "encode", fast, str(text), "-o", str(out))
    assert out.stat().st_size > 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_corpus_leaves_the_old_model(capsys: Captured, text: Path, kind: str) -> None:
    folder, model = text.parent, text.with_name("model.json")
    model.write_bytes(b"what was there")

    def train(*files: Path, size: str = "300", output: Path = model) -> str:
        options = [f"--tokenizer={kind}", "-v", size, "-o", str(output)]
        return refusal(capsys, "train", *options, *map(str, files))

    bad = folder / "bad.txt"
    bad.write_bytes(b"good\nb\xffd\n")
    assert train(text, bad) == f"{bad}: not UTF-8: byte 0xff at offset 6 in line 2"
    bad.write_bytes(b"")
    assert "to learn from" in train(bad)
    assert train(text, size="5").startswith("vocab_size must be at least ")
    missing = folder / "missing.txt"
    assert train(missing) == f"{missing}: No such file or directory"
    assert train(folder) == f"{folder}: Is a directory"
    assert train(text, output=folder) == f"{folder}: Is a directory"
    nowhere = folder / "missing" / "model.json"
    # Before training starts: a long training is useless if its result cannot be saved.
    assert train(missing, output=nowhere) == f"{nowhere}: No such file or directory"
    assert model.read_bytes() == b"what was there"
    assert sorted(path.name for path in folder.iterdir()) == ["bad.txt", "model.json", "text.txt"]


def test_bad_models(capsys: Captured, model: str, fast: str, text: Path) -> None:
    strange = f"{text}: not a bytemerge model, nor one of Hugging Face or tiktoken"
    assert refusal(capsys, "encode", str(text)) == strange
    for name in (model, fast):
        content = Path(name).read_bytes()
        for damaged, expected in {
            content[:200]: "truncated: its end is missing",
            content[:-9] + b"#" + content[-8:]: "damaged: it is not what was saved",
            content.replace(
                b'"version":1', b'"version":2'
            ): "format 2 is newer than this program, which knows 1",
        }.items():
            Path(name).write_bytes(damaged)
            assert refusal(capsys, "info", name) == f"{name}: {expected}"
    Path(model).write_bytes(b"{}")
    assert refusal(capsys, "info", model) == (
        f'{model}: not a tokenizer of Hugging Face: the file: "model" is missing'
    )
    Path(model).write_bytes(b"YQ== 0\nYQ== 1\n")
    assert "line 2 has the token b'a' again" in refusal(capsys, "info", "--pattern=gpt2", model)
    assert "Is a directory" in refusal(capsys, "info", str(text.parent))


@pytest.mark.parametrize("kind", KINDS)
def test_bad_ids(capsys: Captured, text: Path, kind: str) -> None:
    model, ids = str(text.with_name("model")), text.with_name("ids")
    train = ["train", f"--tokenizer={kind}", "-o", model, str(text)]
    assert main([*train, f"-v{256 if kind == 'fast' else 9}"]) == 0
    for content, expected in {
        "1\n999": "line 2: no token has the id 999",
        "1\n\n1 x": 'line 3: not a token: "x"',
        "-1": 'line 1: not a token: "-1"',
        "1.0": 'line 1: not a token: "1.0"',
        "٣": 'line 1: not a token: "٣"',
        "9" * 19: "line 1: no token has the id 9999999999999999999",
        "9" * 5000: f'line 1: not a token: "{"9" * 40}..."',
    }.items():
        ids.write_text(content, encoding="utf-8", newline="")
        line = refusal(capsys, "decode", model, str(ids), stdout=None)
        assert line.startswith(f"{ids}: {expected}")
    ids.write_bytes(b"1\n\xff")
    assert "not UTF-8: byte 0xff at offset 2 in line 2" in refusal(
        capsys, "decode", model, str(ids), stdout=None
    )


def test_a_text_that_is_not_utf8_leaves_no_half_file(
    capsys: Captured, tmp_path: Path, fast: str, text: Path
) -> None:
    text.write_bytes(b"a\n" * 9 + b"\xff")
    out = tmp_path / "folder" / "ids.txt"
    out.parent.mkdir()
    out.write_text("before", encoding="utf-8")
    assert "line 10" in refusal(capsys, "encode", fast, "-o", str(out), str(text))
    assert out.read_text(encoding="utf-8") == "before"
    assert [path.name for path in out.parent.iterdir()] == ["ids.txt"]


# --- A process of its own ---


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bytemerge", *arguments]


@pytest.mark.skipif(os.name == "nt", reason="there is no head on Windows")
def test_a_closed_pipe_is_no_error(fast: str, text: Path) -> None:
    text.write_text("the cat\n" * 500_000, encoding="utf-8", newline="")
    for command in ("encode", "show"):
        run = subprocess.run(
            f'"{sys.executable}" -m bytemerge {command} "{fast}" "{text}" | head -n 1',
            shell=True,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert run.stdout.count("\n") == 1
        assert run.stderr == ""


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="only Linux has a disk that is always full"
)
@pytest.mark.parametrize("command", ["encode", "decode", "count", "show", "info"])
def test_a_full_disk_is_one_line(fast: str, text: Path, command: str) -> None:
    if command == "decode":
        text.write_text("97 98\n" * 9, encoding="utf-8", newline="")
    arguments = [command, fast, str(text)][: 2 if command == "info" else 3]
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            program(*arguments), stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False
        )
    assert run.stderr == "error: standard output: No space left on device\n"
    assert run.returncode == 2


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="only Linux has a disk that is always full"
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"]])
def test_help_that_cannot_be_written_is_one_line(arguments: list[str], unbuffered: str) -> None:
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            program(*arguments),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
            env=environment,
        )
    assert run.stderr == "error: standard output: No space left on device\n"
    assert run.returncode == 2


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="only Linux has a disk that is always full"
)
def test_a_full_disk_by_its_name(capsys: Captured, fast: str, text: Path) -> None:
    expected = "/dev/full: No space left on device"
    assert refusal(capsys, "encode", fast, "-o", "/dev/full", str(text)) == expected
    assert refusal(capsys, "train", "-v256", "-o", "/dev/full", str(text)) == expected


@pytest.mark.skipif(os.name == "nt", reason="the shell of Windows closes nothing")
def test_closed_standard_files_are_one_line(fast: str, text: Path) -> None:
    command = f'"{sys.executable}" -m bytemerge'
    for arguments, expected in {
        f"encode {fast} <&-": "error: -: standard input is closed\n",
        f"encode {fast} {text} >&-": "error: standard output: Bad file descriptor\n",
        f"count {fast} {text} >&-": "error: standard output: Bad file descriptor\n",
        f"show {fast} {text} >&-": "error: standard output: Bad file descriptor\n",
        f"explain {fast} the >&-": "error: standard output: Bad file descriptor\n",
        f"info {fast} >&-": "error: standard output: Bad file descriptor\n",
        f"bench {text} >&-": "error: standard output: Bad file descriptor\n",
        f"encode {fast} {text}.gone 2>&-": "",
    }.items():
        run = subprocess.run(
            f"{command} {arguments}", shell=True, capture_output=True, encoding="utf-8", check=False
        )
        assert (run.stdout, run.stderr) == ("", expected)
        assert run.returncode == 2


def test_standard_input_is_read_where_there_are_no_files(tmp_path: Path) -> None:
    model = str(tmp_path / "model.json")
    train = program("train", "--tokenizer=rs", "-v", "11", "-o", model)
    subprocess.run(train, input=b"the cat\nThis hat!\n", check=True)
    run = subprocess.run(
        program("show", model, "-"),
        input="caf\u00e9 that".encode(),
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert run.stdout.decode().splitlines() == ["c·a·UNK·UNK th·at"]


@pytest.mark.skipif(os.name == "nt", reason="pipes of Windows cannot be asked")
def test_a_line_is_encoded_as_soon_as_it_is_there(fast: str) -> None:
    with subprocess.Popen(
        program("encode", fast), stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as run:
        assert run.stdin
        assert run.stdout
        for line, expected in (("ab\n", "97 98\n"), ("c\n", "99\n")):
            run.stdin.write(line)
            run.stdin.flush()
            assert run.stdout.readline() == expected
        run.stdin.close()
        assert run.wait() == 0


@pytest.mark.skipif(os.name == "nt", reason="signals are another matter on Windows")
@pytest.mark.parametrize("command", ["train", "encode"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_no_half_file(fast: str, text: Path, command: str, name: str) -> None:
    number = signal.Signals[name]
    out = text.with_name("out")
    out.write_bytes(b"what was there")
    arguments = ["train", "-v300"] if command == "train" else ["encode", fast]
    with subprocess.Popen(
        program(*arguments, "-o", str(out), "-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell ignores the signal for background processes; the command must react to it all the
        # same.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509
    ) as run:
        assert run.stdin
        # More than a pipe holds: when all is written, the command has started to read, and waits
        # for more.
        run.stdin.write(b"a line\n" * 100_000)
        run.stdin.flush()
        run.send_signal(number)
        assert run.wait(timeout=10) == 128 + number
        assert run.stderr
        assert run.stderr.read() == b""
    assert out.read_bytes() == b"what was there"
    assert not list(text.parent.glob("*.tmp"))
