"""Text that is accepted arrives unchanged, in every language that it is written into."""

from __future__ import annotations

import ast
import html
import json
import re
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from conftest import Render, contents
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.field_list import fieldlist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin
from mdit_py_plugins.substitution import substitution_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

HOSTILE = [
    "{{ 7*7 }} ${{ github.token }} {% raw %} {# c #} }} =}} %} #}",
    "\"quoted\" 'apostrophes' \\backslashes\\ \\n \\u0041 \\",
    "# not: a comment, - no list, [a]: b & c < d > e | f",
    "*stars* _lines_ __init__ ~~struck~~ `code` $math$ [link](x) ![i](x) <b>bold</b> &amp; {role}`x`",
    "$(id) `id` ; rm -rf ~ && echo %PATH% !ref | cat",
    "O'Brien, Zo\u00eb \u5199 \u0418\u0432\u0430\u043d \U0001f980\U0001f468\u200d\U0001f469\u200d\U0001f467 \U00020000",
    "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd \u200f\u2066isolated\u2069 \ufeff \u00ad \u200b",
    "null",
    "true",
    "1e3",
    "2025-01-01",
    "---",
    "'''\"\"\"'''",
    "%s %(name)s {0} {name} $name ${name}",
    "@everyone: see https://example.org/a_b~c*d and www.example.org/__x__",
    "\x20".join("x" for _ in range(150)),
]

# All special characters, mixed; any Unicode; and the beginnings of blocks of Markdown.
SPECIAL = "\\`*_[]{}()<>#+-.!|&$~^:=%'\"@/ ;,?0a1Zw\u00e9\u00a0\u202e\u05d0\u200d\ufeff\U0001f980"
TEXTS = (
    st.text(st.sampled_from(SPECIAL), min_size=1, max_size=20)
    | st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)
    | st.from_regex(
        r"\A(#{1,7}|[-+*=>%:.)(]{1,4}|[0-9]{1,10}[.)]|www\.|https?://|\[.\]:|\(a\)=)[ a-z_*]{0,4}\Z"
    )
    | st.sampled_from(HOSTILE)
)

# The kinds of characters that change the direction of the text after them.
TURNING = ("LRE", "LRO", "LRI", "RLE", "RLO", "RLI", "FSI", "PDF", "PDI")


@pytest.fixture(scope="module")
def accepted(extension: ModuleType) -> Any:
    """Leaves out texts that the question would refuse."""

    def accepted(text: str) -> None:
        assume(extension.answers.broken_rule("description", text) is None)

    return accepted


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_accepted(extension: ModuleType, text: str) -> None:
    assert extension.answers.broken_rule("description", text) is None


@given(text=TEXTS)
def test_quoted_text_is_read_back_by_four_languages(extension: ModuleType, accepted: Any, text: str) -> None:
    accepted(text)
    quoted = extension.quoted(text)
    assert json.loads(quoted) == text
    assert tomllib.loads(f"text = {quoted}") == {"text": text}
    assert yaml.safe_load(f"text: {quoted}  # comment\n") == {"text": text}
    assert yaml.safe_load(f"- [{quoted}, {{text: {quoted}}}]") == [[text, {"text": text}]]
    assert ast.literal_eval(quoted) == text
    turning = {character for character in text if unicodedata.bidirectional(character) in TURNING}
    hidden = turning | {'"', "\\", *"\u200e\u200f\u061c\ufeff"}
    assert not turning & set(quoted)
    assert set(text) - hidden <= set(quoted), "readable: what can be shown is shown"


@given(value=st.dictionaries(TEXTS, st.none() | st.booleans() | TEXTS, max_size=3))
def test_packed_values_are_unpacked(extension: ModuleType, value: object) -> None:
    packed = extension.packed(value)
    assert re.fullmatch("[0-9a-f]*", packed)
    assert json.loads(bytes.fromhex(packed)) == value


def commonmark() -> MarkdownIt:
    return MarkdownIt("commonmark")


def github() -> MarkdownIt:
    return MarkdownIt("gfm-like").use(dollarmath_plugin).use(tasklists_plugin).use(footnote_plugin)


def myst() -> MarkdownIt:
    """MyST with all of its extensions. A project enables a few."""
    renderer = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for plugin in (
        *(
            amsmath_plugin,
            colon_fence_plugin,
            deflist_plugin,
            dollarmath_plugin,
            fieldlist_plugin,
            footnote_plugin,
        ),
        *(myst_block_plugin, myst_role_plugin, substitution_plugin, tasklists_plugin),
    ):
        renderer.use(plugin)
    return renderer


RENDERERS = [commonmark(), github(), myst()]

# The contexts in which templates put a text, as Markdown and as its result.
PLACES = [
    ("{}\n", "<p>{}</p>"),
    ("a\n\n{}\n\nb\n", "<p>a</p>\n<p>{}</p>\n<p>b</p>"),
    ("a\n{}\nb\n", "<p>a\n{}\nb</p>"),
    ("# {}\n", "<h1>{}</h1>"),
    ("> {}\n", "<blockquote>\n<p>{}</p>\n</blockquote>"),
    ("- {}\n", "<ul>\n<li>{}</li>\n</ul>"),
    ("It is *{}*.\n", None),
    ("[{}](x)\n", None),
]


@given(text=TEXTS)
@example(text="#######")
@example(text="1. x")
@example(text="a # b ##")
@example(text="https://example.org/~user/a_b")
@example(text="C:\\dir\\")
@example(text="(label)=")
@example(text=r"\begin{equation} x \end{equation}")
@example(text="term : definition")
@example(text="&#35; &copy; R&D; AT&T")
def test_markdown_shows_the_text(extension: ModuleType, accepted: Any, text: str) -> None:
    accepted(text)
    markdown = extension.markdown(text)
    for renderer in RENDERERS:
        for place, shown in PLACES:
            result = renderer.render(place.format(markdown))
            if shown:
                assert without_links(result).strip() == shown.format(html.escape(text)).replace(
                    "&#x27;", "'"
                ), place
            else:
                assert text in html.unescape(re.sub("<[^>]*>", "", result)), place


def without_links(result: str) -> str:
    """GitHub makes links of bare addresses; the visible text stays the same."""
    return re.sub(r"</?a\b[^>]*>", "", result)


@given(text=TEXTS)
def test_markdown_in_a_table(extension: ModuleType, accepted: Any, text: str) -> None:
    accepted(text)
    result = github().render(f"| a | b |\n| --- | --- |\n| {extension.markdown(text)} | b |\n")
    assert f"<td>{html.escape(text)}</td>".replace("&#x27;", "'") in without_links(result)


@pytest.mark.parametrize(
    "text",
    [
        "A Python package with a Rust core",
        'Counts words (quickly!), in snake_case: it\'s 2.5 times as fast - or more; see RFC #1 @ home, 100 % "safe"',
        "R&D at AT&T",
        "-5 degrees",
        "#hashtag",
        "3.14 is pi",
    ],
)
def test_markdown_leaves_plain_text_alone(extension: ModuleType, text: str) -> None:
    assert extension.markdown(text) == text


# --- A whole project ---


def fullest(description: str, author: str) -> dict[str, str | bool]:
    """Answers with these two texts, and every file."""
    more: dict[str, str | bool] = {"cli": True, "fuzz": True, "license": "BSD-3-Clause"}
    return {"description": description, "author": f"{author} <zoe@example.org>", **more}


@pytest.fixture(params=range(len(HOSTILE) // 2))
def hostile(request: pytest.FixtureRequest, render: Render, tmp_path: Path) -> tuple[str, str, Path]:
    """A description and an author, and a project for them."""
    description, author = HOSTILE[-1 - request.param], HOSTILE[request.param][:100].strip()
    return description, author, render(fullest(description, author), into=tmp_path / "hostile")


def test_files_hold_the_text_and_stay_what_they_are(
    hostile: tuple[str, str, Path], render: Render, tmp_path: Path
) -> None:
    description, author, project = hostile
    plain = render(fullest("A package", "Zoe"), into=tmp_path / "plain")
    tables: dict[str, Any] = {}
    for path in project.rglob("*"):
        if path.is_dir():
            continue
        text = path.read_text(encoding="utf-8")
        assert not any(mark in text for mark in ("{{=", "{%=", "{#=")), path
        if path.suffix == ".toml":
            tables[path.relative_to(project).as_posix()] = tomllib.loads(text)
        elif path.suffix in (".yml", ".yaml"):
            same = plain.joinpath(path.relative_to(project)).read_text(encoding="utf-8")
            assert commands(yaml.safe_load(text)) == commands(yaml.safe_load(same))
        elif path.suffix == ".json":
            json.loads(text)
        elif path.suffix in (".py", ".pyi"):
            compile(text, path, "exec")
    assert tables["pyproject.toml"]["project"]["description"] == description
    assert tables["pyproject.toml"]["project"]["authors"] == [{"name": author, "email": "zoe@example.org"}]
    assert any(package.get("description") == description for package in packages(tables))
    shown = html.unescape(
        re.sub("<[^>]*>", "", github().render(project.joinpath("README.md").read_text(encoding="utf-8")))
    )
    assert description in shown
    assert author in project.joinpath("LICENSE").read_text(encoding="utf-8")


def packages(tables: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the packages of all Cargo.toml, and what they have in common."""
    manifests = [table for path, table in tables.items() if path.endswith("Cargo.toml")]
    return [
        manifest.get("workspace", {}).get("package") or manifest.get("package", {}) for manifest in manifests
    ]


def commands(workflow: object) -> list[str]:
    """Return every `run:` below a value of a YAML file."""
    if isinstance(workflow, dict):
        found = [str(workflow["run"])] if "run" in workflow else []
        return found + [command for value in workflow.values() for command in commands(value)]
    if isinstance(workflow, list):
        return [command for value in workflow for command in commands(value)]
    return []


def test_rust_reads_no_free_text(render: Render, tmp_path: Path) -> None:
    """rustc refuses text that changes its direction.

    So the sources leave descriptions to Cargo.toml.
    """
    one, other = (
        contents(
            render({"description": text, "author": text, "cli": True, "fuzz": True}, into=tmp_path / text)
        )
        for text in ("one", "other")
    )
    assert {path for path in one if one[path] != other[path] and path.endswith(".rs")} == set()
