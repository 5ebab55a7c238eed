"""Takes a picture of every page of the built site: light and dark, wide and narrow."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.site import browser

WIDTHS = {"wide": 1280, "narrow": 375}
TALLEST = 16_000


def main(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, nargs="?", default=Path("screenshots"))
    parser.add_argument("--only", default="", help="pages whose name contains this")
    options = parser.parse_args()
    program = browser.executable()
    if not program:
        sys.exit(browser.MISSING)
    if not browser.SITE.is_dir():
        sys.exit("there is no site: run nox -s docs")
    with browser.served() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=browser.ARGUMENTS)
        for scheme in ("light", "dark"):
            for name, width in WIDTHS.items():
                context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
                page = context.new_page()
                for each in browser.pages():
                    if options.only not in each:
                        continue
                    page.goto(address + each)
                    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                    page.set_viewport_size({"width": width, "height": max(900, height)})
                    picture = (
                        options.folder / f"{each.removesuffix('.html').replace('/', '.')}-{name}-{scheme}.png"
                    )
                    page.screenshot(path=picture)
                    page.set_viewport_size({"width": width, "height": 900})
                context.close()
        chromium.close()
    print(f"{len(list(options.folder.glob('*.png')))} pictures in {options.folder}")
