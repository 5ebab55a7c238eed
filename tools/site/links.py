"""Checks the links of a built site without a network: each leads to a file, and to a place in it that is there.

What rustdoc wrote is linked to, but not read: it checks itself.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.site.address import PREFIX

ATTRIBUTES = {"href", "src", "srcset", "data"}
# A page may link to another host, and must not fetch anything from there.
FETCHING = {"img", "script", "iframe", "object", "source", "audio", "video", "embed"}


class Page(HTMLParser):
    """The links of a page, and the places in it that links can lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.foreign: list[str] = []
        self.places: set[str] = {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        links = [given[name] for name in ATTRIBUTES & given.keys()]
        self.links += links
        fetches = tag in FETCHING or (tag == "link" and "stylesheet" in given.get("rel", ""))
        if fetches:
            self.foreign += [link for link in links if urlsplit(link).netloc]


@cache
def read(path: Path) -> Page:
    """A page, read once."""
    return Page(path.read_text(encoding="utf-8"))


def broken(site: Path, prefix: str = PREFIX) -> list[str]:
    """One line for each link that leads nowhere, and for each thing that comes from another host.

    `prefix` is where the site begins on its host: the page for errors has links from there.
    """
    faults = []
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site)
        if name.parts[0] == "rust":
            continue
        page = read(path)
        faults += [f"{name}: fetches {link}" for link in page.foreign]
        for link in page.links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = path
            if url.path.startswith("/"):
                if not url.path.startswith(prefix):
                    faults.append(f"{name}: {link} leads out of the site")
                    continue
                target = site / unquote(url.path.removeprefix(prefix))
            elif url.path:
                target = path.parent / unquote(url.path)
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                faults.append(f"{name}: no file for {link}")
            elif (
                url.fragment and target.suffix == ".html" and unquote(url.fragment) not in read(target).places
            ):
                faults.append(f"{name}: no such place: {link}")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(prog="links", description=__doc__ and __doc__.split("\n")[0])
    parser.add_argument("site", type=Path, help="the folder of the built site")
    options = parser.parse_args()
    sys.exit("\n".join(broken(options.site)) or 0)


if __name__ == "__main__":
    main()
