"""Any sequence of public calls with any arguments gives a result or a documented exception."""

from __future__ import annotations

import pickle
import tempfile
from typing import Any

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    multiple,
    rule,
    run_state_machine_as_test,
)

import bytemerge
from bytemerge import NaiveRustTokenizer, NaiveTokenizer, TokenBatch, Tokenizer, WordCounts
from trust.checks import check, seeds

DOCUMENTED = (
    bytemerge.BytemergeError,
    *(TypeError, ValueError, KeyError, IndexError, OverflowError, OSError, ImportError),
)
"""The classes that docstrings name. A panic, SystemError or AttributeError is not among them."""

TEXT = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", "the cat", "<end>", "caf\xe9 \U0001f600", "\ud800", "a" * 3000, "\0"]),
)
NUMBER = st.one_of(st.integers(-2, 300), st.sampled_from([2**31, 2**32, 2**64, 2**100, -(2**70)]))
IDS = st.one_of(
    st.lists(st.integers(0, 262), max_size=9),
    st.lists(NUMBER, max_size=4),
    st.sampled_from(
        [
            np.array([97, 98], dtype="uint32"),
            np.array([97, -1]),
            np.zeros((2, 2), dtype="int64"),
            np.zeros(3),
            np.arange(9, dtype="uint32")[::-2],
        ]
    ),
)
PATTERN = st.sampled_from(
    ["gpt2", "cl100k", "o200k", None, r"\w+|\W", "[", "", "x*", ["gpt2", r"\d"], [], "\ud800"]
)
SPECIAL = st.one_of(
    st.just("all"),
    st.just(()),
    st.sets(st.sampled_from(["<end>", "<a>", "", "a"]), max_size=2),
    st.dictionaries(st.sampled_from(["<end>", "<a>", "", "a"]), NUMBER, max_size=2),
)
PATH = st.sampled_from(["file", "gone", ".", "", "file/in/it", "\0", "\ud800", "x" * 5000])
ANYTHING = st.one_of(
    *(st.none(), st.booleans(), NUMBER, st.floats(), TEXT, st.binary(max_size=5), IDS, PATTERN),
    *(SPECIAL, PATH, st.lists(TEXT, max_size=3), st.just(object()), st.just(TokenBatch)),
)
OPTIONS = {
    "allowed_special": SPECIAL,
    "disallowed_special": SPECIAL,
    "threads": NUMBER,
    "pattern": PATTERN,
    "special_tokens": SPECIAL,
    "min_frequency": NUMBER,
    "max_token_length": NUMBER,
    "errors": st.sampled_from(["strict", "replace", "ignore", "other"]),
    "skip_special_tokens": st.booleans(),
    "progress": st.sampled_from([None, lambda *_: None, lambda: 1 / 0, 7]),
    "side": st.sampled_from(["left", "right", "up"]),
    "length": NUMBER,
    "separator": TEXT,
    "field": TEXT,
    "ignore": SPECIAL,
}
FITTING: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "train": (st.lists(TEXT, max_size=5), st.integers(250, 300)),
    "train_from_files": (st.lists(PATH, max_size=2), st.integers(250, 300)),
    "from_ranks": (st.dictionaries(st.binary(max_size=3), NUMBER, max_size=3),),
    "encode_batch": (st.lists(TEXT, max_size=5),),
    "count_batch": (st.lists(TEXT, max_size=5),),
    "encode_files": (st.lists(PATH, max_size=2),),
    "encode_bytes": (st.binary(max_size=30),),
    "truncate": (TEXT, NUMBER),
    "decode_batch": (st.lists(IDS, max_size=3),),
    "decode": (IDS,),
    "decode_bytes": (IDS,),
    "decode_stream": (IDS,),
    "feed": (st.one_of(IDS, NUMBER),),
    "from_lists": (st.lists(IDS, max_size=3),),
    "padded": (NUMBER,),
    "char_to_token": (NUMBER,),
    "byte_to_token": (NUMBER,),
    "token_bytes": (NUMBER,),
    "token_id": (st.binary(max_size=3),),
    "count": (TEXT,),
    "save": (PATH,),
    "load": (PATH,),
    "to_huggingface": (PATH,),
    "from_huggingface": (PATH,),
    "to_tiktoken": (PATH,),
    "from_tiktoken": (PATH,),
    "most_common": (NUMBER,),
}
"""Arguments that often fit. Other methods take a text, or nothing."""

CLASSES = (NaiveTokenizer, NaiveRustTokenizer, TokenBatch, Tokenizer, WordCounts)
NEVER = {"from_pretrained", "show", "mro"}
"""Methods that use the network or the terminal, or that belong to all classes of Python."""


def public(thing: Any) -> list[str]:
    """Return the names of the public methods and properties of an object or a class."""
    names = [name for name in dir(thing) if not name.startswith("_") and name not in NEVER]
    if isinstance(thing, type):
        # The other methods of a class take an object first.
        names = [name for name in names if getattr(getattr(thing, name), "__self__", 0) is thing]
    return names


def ours(value: Any) -> bool:
    """Return whether a value is an object of a public class."""
    return type(value).__module__.partition(".")[0] == "bytemerge"


class Calls(RuleBasedStateMachine):
    """Calls any method of any object that an earlier call has returned."""

    objects = Bundle("objects")

    def __init__(self) -> None:
        """Make a folder for the files of the calls."""
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()

    def teardown(self) -> None:
        """Remove the folder."""
        self.folder.cleanup()

    @rule(target=objects, texts=st.lists(TEXT, max_size=4), size=st.integers(256, 290))
    def trained(self, texts: list[str], size: int) -> Any:
        """Begin with a tokenizer that works."""
        kept = [text for text in texts if text.isprintable()]
        return Tokenizer.train(kept, size + 1, special_tokens=["<end>"])

    @rule(target=objects, cls=st.sampled_from(CLASSES), data=st.data())
    def call_of_a_class(self, cls: type, data: st.DataObject) -> Any:
        """Call a method of a class, or the class."""
        return self.called(cls, data)

    @rule(target=objects, value=objects, data=st.data())
    def call_of_an_object(self, value: Any, data: st.DataObject) -> Any:
        """Call a method of an object."""
        return self.called(value, data)

    @rule(value=objects, other=objects)
    def call_of_the_language(self, value: Any, other: Any) -> None:
        """Compare, hash, print, measure, iterate and copy objects."""
        for operation in (
            lambda: value == other,
            lambda: hash(value),
            lambda: value + other,
            lambda: len(value),
            lambda: value[0],
            lambda: value[-1],
            lambda: list(value)[:3],
            lambda: other in value,
        ):
            try:
                operation()
            except DOCUMENTED:
                continue
        assert repr(value)
        again = pickle.loads(pickle.dumps(value))
        assert type(again) is type(value)

    def called(self, thing: Any, data: st.DataObject) -> Any:
        """Call something of an object with arguments, and return the objects that come back."""
        name = data.draw(st.sampled_from(public(thing)), label="name")
        try:
            method = getattr(thing, name)
        except DOCUMENTED:
            return multiple()
        if not callable(method):
            return multiple()
        fitting = FITTING.get(name, (TEXT,))
        arguments = [
            data.draw(ANYTHING if data.draw(st.integers(0, 5)) == 0 else each) for each in fitting
        ]
        if data.draw(st.integers(0, 9)) == 0:
            arguments = data.draw(st.lists(ANYTHING, max_size=3))
        options = {
            option: data.draw(OPTIONS[option], label=option)
            for option in data.draw(st.sets(st.sampled_from(sorted(OPTIONS)), max_size=1))
        }
        try:
            result = method(*self.in_folder(name, arguments), **options)
            if hasattr(result, "__next__"):
                result = list(result)
        except ZeroDivisionError:  # of our `progress`
            return multiple()
        except DOCUMENTED as error:
            sentence = str(error)
        else:
            return result if ours(result) else multiple()
        assert len(sentence.splitlines()) <= 1, sentence
        return multiple()

    def in_folder(self, name: str, arguments: list[Any]) -> list[Any]:
        """Return arguments with paths in the folder, for methods that take paths."""
        if not any(word in name for word in ("save", "load", "huggingface", "tiktoken", "files")):
            return arguments

        def as_path(each: Any) -> Any:
            return f"{self.folder.name}/{each}" if isinstance(each, str) and each else each

        return [
            [as_path(one) for one in each] if isinstance(each, list) else as_path(each)
            for each in arguments
        ]


@check("public calls in any order, with any arguments: only documented exceptions", seeds, 12)
def any_calls(case: int) -> None:
    """Run the state machine from a seed."""
    some = settings(
        max_examples=40,
        stateful_step_count=30,
        deadline=None,
        database=None,
        print_blob=False,
        phases=[Phase.generate],  # not to shrink, which takes minutes: the seed tells enough
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    machine = hypothesis.seed(case)(type("Calls", (Calls,), {}))
    run_state_machine_as_test(machine, settings=some)
