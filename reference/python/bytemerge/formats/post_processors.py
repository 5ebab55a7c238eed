"""The post-processors of Hugging Face as a template: the ids before and after each text.

ByteLevel changes nothing but offsets, which are not trimmed here, and templates for pairs of texts
are not used. Both go back into a file as they came.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from bytemerge.formats.added_tokens import as_id
from bytemerge.formats.refusals import flat, naming, parsed_each

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bytemerge.formats.refusals import Refusals


class Template(NamedTuple):
    """The ids before and after a text, and the post-processor that they come from, in JSON."""

    before: list[int]
    after: list[int]
    post_processor: str


def parsed(post_processor: Mapping[str, Any] | None, refusals: Refusals) -> Template:
    """Return the ids that a post-processor adds before and after a text."""
    before: list[int] = []
    after: list[int] = []
    several = False
    for at, step in flat(post_processor, "processors"):
        match step["type"]:
            case "ByteLevel":
                continue
            case "RobertaProcessing" | "BertProcessing":
                with naming(at, step):
                    first, last = ([id_of_pair(step, name)] for name in ("cls", "sep"))
            case "TemplateProcessing":
                with naming(at, step):
                    first, last = single(step, refusals)
            case other:
                refusals.add(other, "post_processor")
                continue
        if several and (first or last):
            # In Hugging Face, it would get several texts, and treat them as a pair.
            refusals.add(step["type"], "post_processor: after TemplateProcessing")
        several = several or (step["type"] == "TemplateProcessing" and bool(first or last))
        before, after = first + before, after + last
    return Template(before, after, json.dumps(post_processor))


def single(step: Mapping[str, Any], refusals: Refusals) -> tuple[list[int], list[int]]:
    """Return the ids that a template adds around a single text."""
    with naming(".special_tokens", step["special_tokens"]):
        special = step["special_tokens"]
        ids = dict(zip(special, parsed_each(special.items(), ids_of), strict=True))
    with naming(".single", step["single"]):
        pieces = parsed_each(enumerate(step["single"]), lambda piece: ids_of_piece(piece, ids))
    parts: list[list[int]] = [[]]
    for piece in pieces:
        if piece is None:
            parts.append([])
        else:
            parts[-1] += piece
    match parts:
        case [before, after]:
            return before, after
        case _:
            refusals.add(step["single"], "post_processor: TemplateProcessing.single")
            return [], []


def ids_of_piece(piece: Mapping[str, Any], ids: Mapping[str, list[int]]) -> list[int] | None:
    """Return the ids of a piece of a template, or None for a text."""
    return ids[piece["SpecialToken"]["id"]] if "SpecialToken" in piece else None


def ids_of(special: Mapping[str, Any]) -> list[int]:
    """Return the ids of a special token of a template."""
    with naming(".ids", special["ids"]):
        return parsed_each(enumerate(special["ids"]), as_id)


def id_of_pair(step: Mapping[str, Any], name: str) -> int:
    """Return the id in an entry that has a token and its id."""
    with naming(f".{name}", step[name]):
        return as_id(step[name][1])


def content(template: Template, names: Mapping[int, str]) -> Any:
    """Return the content of a file for a template, given the names of its ids.

    The post-processor that was kept is the content, if there is one.
    """
    kept = json.loads(template.post_processor)
    if kept is not None:
        return kept
    ids = template.before, template.after
    before, after = ([names[id] for id in each] for each in ids)
    if not before and not after:
        return None

    def tokens(listed: list[str], type_id: int) -> list[dict[str, Any]]:
        return [{"SpecialToken": {"id": name, "type_id": type_id}} for name in listed]

    first, second = ({"Sequence": {"id": id, "type_id": index}} for index, id in enumerate("AB"))
    single = [*tokens(before, 0), first, *tokens(after, 0)]
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": [*single, *tokens(before, 1), second, *tokens(after, 1)],
        "special_tokens": {
            names[id]: {"id": names[id], "ids": [id], "tokens": [names[id]]}
            for id in sorted({*template.before, *template.after})
        },
    }
