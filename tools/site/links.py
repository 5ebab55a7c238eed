"""Follows the links of the built site without a network, with lychee.

Links to rustdoc's pages are checked, but those pages are not read: rustdoc checks its own links.
`nox -s site_test` finds what a page fetches from another host.
"""

import re
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path

from tools.shell import end_of
from tools.site import PREFIX


def faults(site: Path, prefix: str = PREFIX) -> str:
    """Return the links of a site that lead nowhere.

    `prefix` is the site's path on its host: the links of the page for errors begin with it.
    """
    site = site.resolve()
    pages = [page for page in sorted(site.rglob("*.html")) if page.relative_to(site).parts[0] != "rust"]
    remap = f"^{re.escape(site.as_uri() + prefix)}(.*)$ {site.as_uri()}/$1"
    options = ["--offline", "--include-fragments", "--no-progress", "--mode=plain", "--format=detailed"]
    lychee = shutil.which("lychee", path=str(Path(sys.executable).parent)) or "lychee"
    ended = end_of([lychee, *options, f"--root-dir={site}", f"--remap={remap}", "--", *pages], site)
    return ended.output if ended.status else ""


def main(parser: ArgumentParser) -> None:
    parser.add_argument("site", type=Path, help="the folder of the built site")
    sys.exit(faults(parser.parse_args().site) or 0)
