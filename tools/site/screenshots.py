"""Takes a picture of every page of the built site: light and dark, wide and narrow."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from tools.site import browser

WIDTHS = {"wide": 1280, "narrow": 375}
TALLEST = 16_000


def main(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, nargs="?", default=Path("screenshots"))
    parser.add_argument("--only", default="", help="pages whose name contains this")
    options = parser.parse_args()
    if not browser.SITE.is_dir():
        sys.exit("there is no site: run nox -s docs")
    pages = [page for page in browser.pages() if options.only in page]
    with browser.served() as address, browser.chromium() as chromium:
        for scheme in ("light", "dark"):
            page = chromium.new_page(color_scheme=scheme)
            for each in pages:
                for name, width in WIDTHS.items():
                    page.set_viewport_size({"width": width, "height": 900})
                    page.goto(address + each)
                    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                    page.set_viewport_size({"width": width, "height": max(900, height)})
                    stem = each.removesuffix(".html").replace("/", ".")
                    page.screenshot(path=options.folder / f"{stem}-{name}-{scheme}.png")
            page.close()
    print(f"{len(list(options.folder.glob('*.png')))} pictures in {options.folder}")
