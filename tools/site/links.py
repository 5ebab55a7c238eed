"""Checks the built site without a network.

lychee follows its links, and no page may fetch anything from another host. Links to rustdoc's pages
are checked, but those pages are not read: rustdoc checks its own links.
"""

import re
import shutil
import sys
from argparse import ArgumentParser
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from tools.shell import end_of
from tools.site.address import PREFIX

FETCHING = {"img", "script", "iframe", "object", "source", "audio", "video", "embed"}


class Fetched(HTMLParser):
    """The addresses on other hosts from which a page fetches something."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in FETCHING or (tag == "link" and "stylesheet" in given.get("rel", "")):
            links = (given[name] for name in ("href", "src", "srcset", "data") if name in given)
            self.foreign += [link for link in links if urlsplit(link).netloc]


def faults(site: Path, prefix: str = PREFIX) -> str:
    """Return what is wrong with the pages of a site.

    `prefix` is the site's path on its host: the links of the page for errors begin with it.
    """
    site = site.resolve()
    pages = [page for page in sorted(site.rglob("*.html")) if page.relative_to(site).parts[0] != "rust"]
    fetched = [
        f"{page.relative_to(site)}: fetches {link}" for page in pages for link in Fetched(page).foreign
    ]
    remap = f"^{re.escape(site.as_uri() + prefix)}(.*)$ {site.as_uri()}/$1"
    options = ["--offline", "--include-fragments", "--no-progress", "--mode=plain", "--format=detailed"]
    lychee = shutil.which("lychee", path=str(Path(sys.executable).parent)) or "lychee"
    ended = end_of([lychee, *options, f"--root-dir={site}", f"--remap={remap}", "--", *pages], site)
    return "\n".join([*fetched, *([ended.output] if ended.status else [])])


def main(parser: ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder of the built site")
    sys.exit(faults(parser.parse_args().site) or 0)
