"""The compiler's messages on the site are those of the compiler, whatever its version."""

from __future__ import annotations

import pytest

from tools.site import refused

MOVED = "error[E0382]: borrow of moved value: `people`\n --> moved.rs:4:38\n  |\n2 |     let people\n"


@pytest.mark.parametrize(
    ("said", "same_version", "is_fault"),
    [
        (MOVED, True, False),
        (MOVED.replace("borrow of", "use of"), True, True),
        (MOVED.replace("borrow of", "use of"), False, False),
        (MOVED.replace("4:38", "4:30"), False, False),
        (MOVED.replace("4:38", "3:16"), False, True),
        (MOVED.replace("E0382", "E0505"), False, True),
        ("", False, True),
    ],
)
def test_another_version_may_word_it_differently(said: str, same_version: bool, is_fault: bool) -> None:
    assert refused.fault(MOVED, said, same_version) == is_fault


def test_a_lint_has_a_name_too() -> None:
    said = "warning: the loop\n --> loop.rs:3:14\n  = note: `#[warn(clippy::needless_range_loop)]` on by default\n"
    assert refused.signs(said) == ["clippy::needless_range_loop", "--> loop.rs:3"]


def test_a_note_on_the_standard_library_names_no_folder() -> None:
    note = "note: required here\n --> /home/ada/lib/rustlib/src/rust/library/std/src/thread.rs:7:1\n  |\n7 | fn\n\n"
    assert refused.IN_LIBRARY.sub("\n", f"{MOVED}{note}error: aborting\n") == f"{MOVED}\nerror: aborting\n"


def test_every_program_of_the_tour_is_refused() -> None:
    programs = sorted(refused.FOLDER.glob("*.rs"))
    assert len(programs) >= 5
    for program in programs:
        assert refused.signs(program.with_suffix(".txt").read_text(encoding="utf-8")), program.name
